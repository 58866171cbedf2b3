"""WCAG 2.2 AA by axe-core in real Chromium: no serious finding on any state of any page."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browsing import NARROW, WIDE, ask, opened, serving

pytestmark = pytest.mark.browser

FILES = {
    "leave/2019.md": "---\ntitle: Leave rules of 2019\ndate: 2019-02-01\n---\n# Leave rules\n\n"
    "Every employee is entitled to 25 days of annual leave a year.\n",
    "leave/2024.md": "---\ntitle: Leave rules of 2024\ndate: 2024-03-01\n---\n# Leave rules\n\n"
    "Every employee is entitled to 30 days of annual leave a year.\n",
    "prison.md": "# Prisoners of the harbour\n\n"
    "A prisoner may write two letters a week. Each prisoner gets a visitor.\n\n"
    "## History\n\nThe harbour prison was built in 1874. Captain Holm founded it after the flood.\n",
    "empty.txt": "",
}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [
    {"color_scheme": "light", "viewport": WIDE},
    {"color_scheme": "dark", "viewport": NARROW},
]


@pytest.fixture(scope="module")
def address(build):
    with serving(build(FILES), editors="everyone", accent="#ffcc00", name="The town of Skarholm") as served:
        yield served


def require_no_serious_finding(page, state):
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response
    assert found["passes"], f"axe looked at nothing in the state {state!r}"
    serious = [
        (finding["id"], node["target"], node["html"][:200])
        for finding in found["violations"]
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]
    assert serious == [], f"state {state!r}"


# axe is put into the page as a script, which the page's own rules would refuse.
@pytest.fixture(params=LOOKS, ids=lambda look: f"{look['color_scheme']}-{look['viewport']['width']}")
def look(request):
    return {**request.param, "bypass_csp": True, "reduced_motion": "reduce"}


def test_the_ask_page_in_every_state(visit, address, look):
    language = "ur" if look["color_scheme"] == "dark" else "en"
    page = visit(f"{address}/?lang={language}", **look)
    require_no_serious_finding(page, "start")
    ask(page, "How many days of annual leave does an employee get?")
    ask(page, "Who founded the harbour prison?")
    ask(page, "And when was it built?")
    ask(page, "How do I bake sourdough bread without yeast?")
    ask(page, "How many letters may a prisonre write?")
    page.locator(".qa-why > summary").first.click()
    page.locator(".qa-why li summary").first.click()
    require_no_serious_finding(page, "answers: differing, carried over, none, put right, explained")
    for name in ("filter", "history", "export", "shortcuts"):
        page.locator(f"#{name}-open").click()
        expect(page.locator(f"dialog#{name}")).to_be_visible()
        require_no_serious_finding(page, name)
        page.keyboard.press("Escape")
        expect(page.locator(f"dialog#{name}")).to_be_hidden()
    page.locator(".qa-act-down").first.click()
    require_no_serious_finding(page, "feedback")
    page.keyboard.press("Escape")
    page.locator("a.qa-cite").first.click()
    opened(page)
    require_no_serious_finding(page, "source open")


@pytest.mark.parametrize(
    "path", ["documents", "api/v1/", "source/leave/2024.md?p=1", "source/none.md", "?view=compact"]
)
def test_every_other_page(visit, address, look, path):
    page = visit(f"{address}/{path}", ready="body", **look)
    require_no_serious_finding(page, path)
    if path == "?view=compact":
        ask(page, "How many letters may a prisoner write?")
        require_no_serious_finding(page, "answer in the widget's frame")
    if path == "source/none.md":
        visit.complaints[:] = [line for line in visit.complaints if "404" not in line]


@pytest.fixture(scope="module")
def closed(build):
    with serving(build({"a.md": "# A\n\nWords.\n"}), anonymous="false", token_secret="x" * 40) as served:
        yield served


def test_a_page_for_those_who_are_not_let_in(visit, closed, look):
    page = visit(f"{closed}/documents", ready="body", **look)
    require_no_serious_finding(page, "not let in")
    visit.complaints[:] = [line for line in visit.complaints if "401" not in line]


def test_axe_does_find_what_is_wrong(visit, address):
    page = visit(address, bypass_csp=True)
    page.evaluate("document.querySelector('#submit').replaceChildren()")

    with pytest.raises(AssertionError, match="button-name"):
        require_no_serious_finding(page, "a button without a name")
