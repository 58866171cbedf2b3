import pytest
from playwright.sync_api import expect, sync_playwright
from starlette.testclient import TestClient

from browsing import Visits, launched
from qa.web.app import create_app
from qa.web.live import LiveAssistant
from serving import settings_of

HOSTILE = """A harbour of <script>alert("title")</script>

The <img src=x onerror="alert(1)"> harbour opens at six </mark></p> &amp; "closes" at 'nine'.

{{ 7 * 7 }} {% raw %} [click](javascript:alert(2)) ![seen](http://foreign.example/seen.png)
"""
FILES = {
    "notices/gate.md": "# Flood gate\n\n## When\n\n"
    "The flood gate is closed above nine metres. It opens again below eight.\n\n"
    "## Who\n\nThe harbour master gives the order.\n\n## Appendix\n",
    "hostile <b>&.txt": HOSTILE,
    "register.md": "# Register\n\n" + "\n\n".join(f"Entry {number}." for number in range(1, 1001)),
}


@pytest.fixture(scope="session")
def served(build):
    return build(FILES)


@pytest.fixture(scope="session")
def live(served):
    return LiveAssistant(served.index)


@pytest.fixture(scope="session")
def client(live, served):
    with TestClient(create_app(live, settings_of(served))) as client:
        yield client


@pytest.fixture(scope="session")
def playwright():
    # A loaded machine may take long to bring a page up; what has to be quick is measured on its own.
    expect.set_options(timeout=30_000)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright):
    with launched(playwright) as browser:
        yield browser


@pytest.fixture
def visit(chromium):
    """Return a function that opens an address; when the test ends, nothing may have gone wrong or left the host."""
    visits = Visits(chromium)
    yield visits
    visits.close()
