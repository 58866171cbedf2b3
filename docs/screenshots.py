"""Take the pictures of the page that the README shows; needs Chromium and a built index.

python docs/screenshots.py
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
QUESTION = "How many soldiers guarded the 2018 elections?"


def ask(page: Page, question: str) -> None:
    before = page.locator(".qa-answer").count()
    page.fill("#ask textarea", question)
    page.press("#ask textarea", "Enter")
    page.locator(".qa-answer").nth(before).wait_for()
    page.wait_for_timeout(400)


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is needed to take pictures: install it and run this again.")
    server = subprocess.Popen(
        [sys.executable, "-m", "qa.cli", "serve", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        if found is None:
            sys.exit("The page could not be served: run `qa index` first.")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            for name, width, height, theme in (
                ("page", 1440, 900, "light"),
                ("page-dark", 1440, 900, "dark"),
                ("page-phone", 390, 844, "light"),
            ):
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
                page.goto(f"{found[0]}/?__theme={theme}")
                page.wait_for_selector("#ask textarea")
                ask(page, QUESTION)
                if width > 900:
                    page.locator("a.qa-cite").first.click()
                    page.frame_locator("#source-frame").locator("mark").wait_for()
                    page.wait_for_timeout(400)
                page.screenshot(path=IMAGES / f"{name}.png")
                page.close()
            browser.close()
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
