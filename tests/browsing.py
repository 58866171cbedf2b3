"""A real browser at a served page: what leaves the host, what the page complains of, and how it is asked."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, Response, expect

from conftest import Built
from qa.web.server import page_server
from serving import settings_of

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDE = {"width": 1440, "height": 900}
TABLET = {"width": 768, "height": 1024}
NARROW = {"width": 390, "height": 844}


@contextmanager
def launched(playwright: Playwright, *flags: str) -> Iterator[Browser]:
    """Run the system's Chromium, with some flags more; without one, tests skip, or fail where everything has to run."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        message = "neither chromium nor chromium-browser is installed: nothing is tested in a browser"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    browser = playwright.chromium.launch(executable_path=executable, args=[*FLAGS, *flags])
    try:
        yield browser
    finally:
        browser.close()


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def await_port(port: int, seconds: float = 60.0) -> None:
    """Wait until something on this machine listens on a port."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as reached:
            if reached.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


@contextmanager
def serving(built: Built, **settings: object) -> Iterator[str]:
    """Serve an index from this process, as `qa serve` does from its own, on a free port; yield the address.

    Its state is kept beside the index unless told otherwise.
    """
    server, listening = page_server(settings_of(built, port=0, **settings))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True  # without waiting for the pages that are open
        thread.join(timeout=20)
        listening.close()


@contextmanager
def serving_apart(built: Built, port: str = "0", **settings: object) -> Iterator[str]:
    """Serve an index with the command `qa serve`, where the process or its times matter; yield the address.

    Loading Gradio alone takes it some seconds.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    folders = {"CORPUS": built.corpus, "INDEX": built.index, "STATE": built.index.parent / "state"}
    given = {f"QA_{name}".upper(): str(value) for name, value in {**folders, **settings}.items()}
    server = subprocess.Popen(
        [sys.executable, "-m", "qa.cli", "serve", "--port", port],
        env={**environment, **given},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found, "the page could not be served"
        yield found[0]
    finally:
        server.terminate()
        server.wait(timeout=20)
        if server.stdout is not None:
            server.stdout.close()


class Visits:
    """Opens pages, and remembers everything they asked for and complained of."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts = []
        self._hosts: set[str] = set()
        self.requested: list[str] = []
        self.complaints: list[str] = []
        self.refused: list[str] = []

    def __call__(self, address: str, ready: str = "#ask textarea", **options) -> Page:
        context = self._browser.new_context(**{"viewport": WIDE, **options})
        self._contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: self.requested.append(request.url))
        page.on("response", self._note)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        self._hosts.add(urlsplit(address).netloc)
        page.goto(address)
        expect(page.locator(ready).first).to_be_visible()
        return page

    def _note(self, response: Response) -> None:
        if response.status >= 400:
            self.refused.append(f"{response.status} {response.url}")

    def close(self) -> None:
        """Close all pages; nothing may have gone wrong, and no request may have left the host."""
        for context in self._contexts:
            context.close()
        assert self.complaints == [], [*self.complaints, *self.refused]
        assert self.requested
        foreign = [url for url in self.requested if not self._is_own(url)]
        assert foreign == [], foreign

    def _is_own(self, url: str) -> bool:
        return urlsplit(url).netloc in self._hosts or url.startswith(("data:", "blob:"))


def ask(page: Page, question: str) -> Locator:
    """Type a question and press Enter; return the answer that appears."""
    answers = page.locator(".qa-answer")
    before = answers.count()
    line = page.locator("#ask textarea")
    line.fill(question)
    line.press("Enter")
    expect(answers).to_have_count(before + 1)
    answered(page)
    for folded in answers.last.locator("details.qa-nearest > summary").all():
        folded.click()
    return answers.last


def answered(page: Page) -> None:
    """Wait until the page has taken note of what the chat shows."""
    expect(page.locator("body")).not_to_have_class(re.compile("qa-busy"))


def words_of(quote: Locator) -> str:
    """Return the quoted words of a passage, without marks and marker."""
    # Not as it is laid out: cells of a table stand below each other there.
    found = re.fullmatch(r"“(.*)” \[\w+\]", quote.locator(".qa-words").first.text_content() or "", re.DOTALL)
    assert found
    return found[1]


def opened(page: Page) -> Locator:
    """Return the marked words in the source panel, once they are there."""
    expect(page.locator("#source-panel")).to_be_visible()
    mark = page.frame_locator("#source-frame").locator("mark#hit")
    expect(mark.first).to_be_visible()
    return mark.first


def width_scrolled(page: Page) -> int:
    """Return by how many pixels a page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
