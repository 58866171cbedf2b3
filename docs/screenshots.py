"""Take the pictures of the page that the README shows; needs Chromium and a built index.

python docs/screenshots.py
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
SET = Path(__file__).parents[1] / "evals" / "briefing.jsonl"
FAILED = "grp-02"
INTRANET = Path(__file__).parents[1] / "examples" / "intranet" / "index.html"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
QUESTION = "How many soldiers guarded the 2018 elections?"
DIFFERING = "How many days of annual leave does an employee get?"
LEAVE = {
    "leave-2019.md": (
        "---\ntitle: Leave rules of 2019\ndate: 2019-02-01\n---\n# Leave rules\n\n"
        "Every employee is entitled to 25 days of annual leave a year.\n"
    ),
    "leave-2024.md": (
        "---\ntitle: Leave rules of 2024\ndate: 2024-03-01\n---\n# Leave rules\n\n"
        "Every employee is entitled to 30 days of annual leave a year.\n"
    ),
}
WIDE, PHONE = (1440, 900), (390, 844)


@contextmanager
def served(**settings: str) -> Iterator[str]:
    """Serve the page with some settings and yield its address."""
    given = {f"QA_{name}".upper(): value for name, value in settings.items()}
    command = [sys.executable, "-m", "qa.cli", "serve", "--port", "0"]
    server = subprocess.Popen(command, env={**os.environ, **given}, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        if found is None:
            sys.exit("The page could not be served: run `qa index` first.")
        yield found[0]
    finally:
        server.terminate()
        server.wait()


@contextmanager
def intranet(address: str) -> Iterator[str]:
    """Serve the example of an intranet page with the widget of `address`, and yield its address."""
    page = INTRANET.read_text(encoding="utf-8").replace("{site}", address).replace("{token}", "")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            file = INTRANET.parent / self.path.lstrip("/")
            data = file.read_bytes() if self.path != "/" and file.is_file() else page.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/css" if self.path.endswith(".css") else "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def opened(browser: Browser, address: str, size: tuple[int, int] = WIDE, theme: str = "light") -> Page:
    """Open a page in a window of a size."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=theme)  # type: ignore[arg-type]
    page.goto(address)
    page.wait_for_timeout(1500)
    return page


def ask(page: Page, question: str) -> None:
    """Ask, and wait until the answer stands still."""
    page.fill("#ask textarea", question)
    page.press("#ask textarea", "Enter")
    page.locator(".qa-answer").first.wait_for()
    page.wait_for_timeout(600)


def take(page: Page, name: str) -> None:
    """Save the picture and close the page."""
    page.screenshot(path=IMAGES / f"{name}.png")
    page.close()


def library(browser: Browser, address: str) -> None:
    """Take the pictures over the shipped documents."""
    for name, theme in (("page", "light"), ("page-dark", "dark")):
        page = opened(browser, address, theme=theme)
        ask(page, QUESTION)
        page.locator("a.qa-cite").first.click()
        page.frame_locator("#source-frame").locator("mark").first.wait_for()
        page.wait_for_timeout(600)
        take(page, name)
    page = opened(browser, address, PHONE, "dark")
    ask(page, QUESTION)
    take(page, "page-phone")
    take(opened(browser, f"{address}/documents"), "documents")
    with intranet(address) as around:
        page = opened(browser, around)
        page.evaluate("window.qaWidget.ask('Why did Pakistan refuse to send troops to Yemen?')")
        page.frame_locator("iframe").locator(".qa-answer").first.wait_for()
        page.wait_for_timeout(900)
        take(page, "widget")


def differing(browser: Browser, folder: Path) -> None:
    """Take the picture of two rules that do not agree."""
    for name, text in LEAVE.items():
        (folder / name).write_text(text, encoding="utf-8")
    index = folder.parent / "index"
    subprocess.run([sys.executable, "-m", "qa.cli", "index", "--corpus", folder, "--index", index], check=True)
    with served(corpus=str(folder), index=str(index), state=str(folder.parent / "state")) as address:
        page = opened(browser, address, (1440, 900))
        ask(page, DIFFERING)
        take(page, "differ")


def trainers(browser: Browser, state: str) -> None:
    """Take the pictures of the trainers' pages, over a run of the shipped set."""
    subprocess.run(
        [sys.executable, "-m", "qa.cli", "eval", SET, "--state", state], check=True, stdout=subprocess.DEVNULL
    )
    with served(name="Briefing library", trainers="everyone", state=state) as address:
        take(opened(browser, f"{address}/evaluate"), "evaluate")
        run = json.load(urlopen(f"{address}/api/v1/evaluation/runs"))["runs"][0]["id"]
        take(opened(browser, f"{address}/evaluate/runs/{run}"), "evaluate-run")
        fields = urlencode({"set": SET.name, "id": FAILED})
        take(opened(browser, f"{address}/evaluate/runs/{run}/questions?{fields}"), "evaluate-question")


def main() -> None:
    """Take all pictures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is needed to take pictures: install it and run this again.")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        with served(name="Briefing library", development="true", state=f"{folder}/state") as address:
            library(browser, address)
        trainers(browser, f"{folder}/trainers")
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        differing(browser, corpus)
        browser.close()


if __name__ == "__main__":
    main()
