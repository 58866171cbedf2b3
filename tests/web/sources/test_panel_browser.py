"""The source panel and the viewer in it as a reader meets them: the real server and the system's Chromium."""

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browsing import NARROW, Visits, serving

pytestmark = pytest.mark.browser
# A loaded machine may take long to bring the page up.
PATIENCE = 30_000

WIDE = {"width": 1280, "height": 800}
LONG = " ".join(f"The lock keeper opens gate number {n} of the long canal at dawn." for n in range(1, 60))
FILES = {
    "rules.md": "# Harbour rules\n\n"
    + "\n\n".join(f"## Part {n}\n\nRule {n} is about swimming and boats.\n\nIt holds always." for n in range(1, 40)),
    "gate.md": "# Flood gate\n\nThe flood gate is closed above nine metres.\n\nThe master closes the flood gate.\n",
    "gate-new.md": "# New flood gate\n\nThe new flood gate is closed above ten metres.\n",
    "canal.md": f"# Canal\n\nSee below.\n\n{LONG}\n",
}
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def address(build):
    with serving(build(FILES)) as served:
        yield served


@pytest.fixture
def visit(chromium, address):
    """Return a function that opens a path; when the test ends, nothing may have gone wrong or left the host."""
    visits = Visits(chromium)
    yield lambda path, **options: visits(f"{address}{path}", ready="body", **{"viewport": WIDE, **options})
    visits.close()


@pytest.fixture
def asked(visit):
    """Return a function that opens the page, asks a question and returns the page with its answer."""

    def ask(question="When is the flood gate closed?", path="/", **options):
        page = visit(path, **options)
        expect(page.locator("#question")).to_be_visible(timeout=PATIENCE)
        expect(page.locator("body.qa-ready")).to_be_attached(timeout=PATIENCE)
        page.locator("#question").fill(question)
        page.locator("#question").press("Enter")
        expect(page.locator(".qa-answer .qa-cite").first).to_be_visible(timeout=PATIENCE)
        return page

    return ask


def open_citation(page, place=0):
    """Open a citation and return the frame's document once it is there."""
    page.locator(".qa-answer .qa-cite").nth(place).click()
    frame = page.frame_locator("#source-frame")
    expect(frame.locator("#hit")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#source-panel")).not_to_have_attribute("aria-busy", "true")
    return frame


def require_accessible(page):
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in SERIOUS] == []


# -- the panel


def test_a_citation_opens_beside_the_chat_with_its_words_in_the_middle(asked):
    page = asked()
    frame = open_citation(page)

    panel, mark = page.locator("#source-panel").bounding_box(), frame.locator("#hit").bounding_box()
    chat = page.locator(".qa-answer").bounding_box()
    assert chat["x"] + chat["width"] <= panel["x"]
    assert panel["y"] < mark["y"] < panel["y"] + panel["height"]
    expect(page.locator("#source-title")).to_have_text(frame.locator("h1").inner_text())
    expect(page.locator("#source-panel")).to_be_focused()


def test_quoted_words_longer_than_the_frame_are_shown_from_their_beginning(asked, visit):
    page = asked()
    start = f"Canal\n\nSee below.\n\n{LONG}".index(LONG)
    page.evaluate(
        "async (to) => (await import('/page/panel.js')).openSource(to)",
        f"source/canal.md?p=2&start={start}&end={start + len(LONG)}",
    )
    mark = page.frame_locator("#source-frame").locator("#hit")
    expect(mark).to_be_visible(timeout=PATIENCE)
    page.wait_for_timeout(300)

    frame = page.locator("#source-frame").bounding_box()
    assert mark.bounding_box()["height"] > 0.5 * frame["height"]
    assert frame["y"] + 40 < mark.bounding_box()["y"] < frame["y"] + frame["height"] / 2


def test_escape_closes_the_panel_and_gives_the_focus_back(asked):
    page = asked()
    open_citation(page)
    page.keyboard.press("Escape")

    expect(page.locator("#source-panel")).to_be_hidden()
    expect(page.locator(".qa-answer .qa-cite").first).to_be_focused()


def test_escape_closes_the_panel_from_inside_the_document_unless_words_are_being_typed(asked):
    page = asked()
    frame = open_citation(page)
    frame.locator("input[name=find]").fill("gate")
    page.keyboard.press("Escape")
    expect(page.locator("#source-panel")).to_be_visible()

    frame.locator("h1").click()
    page.keyboard.press("Escape")
    expect(page.locator("#source-panel")).to_be_hidden()


def test_brackets_and_buttons_lead_from_citation_to_citation(asked):
    page = asked()
    count = page.locator(".qa-answer .qa-cite").count()
    assert count > 1
    frame = open_citation(page)
    first = frame.locator("#hit").inner_text()

    page.keyboard.press("]")
    expect(page.locator("#source-count")).to_have_text(f"2 of {count}")
    expect(frame.locator("#hit")).not_to_have_text(first)
    expect(page.locator(".qa-cite-open")).to_have_count(1)
    page.locator("#source-steps button").first.click()
    expect(page.locator("#source-count")).to_have_text(f"1 of {count}")
    expect(frame.locator("#hit")).to_have_text(first)
    page.keyboard.press("[")
    expect(page.locator("#source-count")).to_have_text(f"1 of {count}")


def test_a_bracket_that_is_typed_in_a_question_stays_a_bracket(asked):
    page = asked()
    open_citation(page)
    page.locator("#question").press("]")

    expect(page.locator("#question")).to_have_value("]")
    expect(page.locator("#source-count")).to_have_text(re.compile("^1 of"))


def test_opening_sources_adds_nothing_to_the_history(asked):
    page = asked()
    before = page.evaluate("history.length")
    open_citation(page)
    page.keyboard.press("]")
    page.wait_for_timeout(500)

    assert page.evaluate("history.length") == before


def test_the_panel_is_made_wider_by_keys_and_stays_so(asked):
    page = asked()
    open_citation(page)
    edge, before = page.locator("#source-separator"), page.locator("#source-panel").bounding_box()["width"]
    edge.focus()
    page.keyboard.press("ArrowLeft")
    wider = page.locator("#source-panel").bounding_box()["width"]
    page.keyboard.press("End")

    assert before < wider < page.locator("#source-panel").bounding_box()["width"]
    expect(edge).to_have_attribute("aria-valuenow", "70")
    assert page.evaluate("localStorage.getItem('qa-source-width')") == "70"


def test_the_panel_is_made_narrower_with_the_pointer_across_the_document(asked):
    page = asked()
    open_citation(page)
    box = page.locator("#source-separator").bounding_box()
    page.mouse.move(box["x"] + 6, 400)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, 400, steps=5)
    page.mouse.up()

    assert page.locator("#source-panel").bounding_box()["x"] == pytest.approx(box["x"] + 150, abs=15)


def test_the_link_to_pass_on_is_the_permalink_and_opens_the_words_again(asked, visit):
    page = asked()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    frame = open_citation(page)
    words = frame.locator("#hit").inner_text()
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#source-said")).to_have_text("Link copied")
    copied = urlsplit(page.evaluate("navigator.clipboard.readText()"))

    assert "@" in copied.path
    assert not {"panel", "token", "theme", "lang"} & {part.split("=")[0] for part in copied.query.split("&")}
    alone = visit(f"{copied.path}?{copied.query}#{copied.fragment}")
    expect(alone.locator("#hit")).to_have_text(words)
    assert "@" in page.locator("#source-bar a").get_attribute("href")


def test_on_a_telephone_the_panel_covers_the_page_and_keeps_the_focus(asked):
    page = asked(viewport=NARROW)
    frame = open_citation(page)

    panel = page.locator("#source-panel").bounding_box()
    assert (panel["x"], panel["y"], panel["width"], panel["height"]) == (0, 0, NARROW["width"], NARROW["height"])
    expect(page.locator("#source-panel")).to_have_attribute("role", "dialog")
    assert frame.locator("html").evaluate("root => root.scrollWidth <= innerWidth")
    for _ in range(15):
        page.keyboard.press("Tab")
        # Between the last and the first part the focus is the browser's own.
        assert page.evaluate("document.activeElement.matches('body, #source-panel *')")
    page.locator("#source-close").click()
    assert page.evaluate("document.querySelectorAll('[inert]').length") == 0


def test_the_panel_stands_on_the_other_side_where_one_writes_from_right_to_left(asked):
    page = asked(path="/?lang=ar")
    frame = open_citation(page)

    assert page.locator("#source-panel").bounding_box()["x"] == 0
    expect(frame.locator("html")).to_have_attribute("dir", "rtl")
    width = page.locator("#source-panel").bounding_box()["width"]
    page.locator("#source-separator").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#source-panel").bounding_box()["width"] > width


@pytest.mark.parametrize(
    "target", ["javascript:window.harm=1", "//foreign.example/source/a.md", "original/gate.md", "http://"]
)
def test_an_address_that_is_no_source_is_not_opened(asked, target):
    page = asked()
    page.evaluate("async (to) => (await import('/page/panel.js')).openSource(to)", target)

    expect(page.locator("#source-panel")).to_have_count(0)
    assert page.evaluate("window.harm") is None


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, {"viewport": NARROW}])
def test_the_open_panel_is_accessible(asked, options):
    page = asked(**options)
    open_citation(page)

    require_accessible(page)


# -- the viewer


def test_words_are_found_from_place_to_place_without_a_script(visit):
    page = visit("/source/rules.md?lang=en", java_script_enabled=False)
    page.get_by_role("searchbox").fill("rule 3")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Passages found")
    page.get_by_role("link", name="Paragraph 5", exact=True).click()

    expect(page.locator(".here mark").first).to_have_text("Rule")
    assert "lang=en" in page.url
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("status")).to_contain_text("Passage 2 of")
    page.get_by_role("link", name="List all").click()
    expect(page.get_by_role("status")).to_contain_text("Passages found")


def test_the_bar_names_the_document_and_the_section_once_the_title_has_left_the_view(visit):
    page = visit("/source/rules.md")
    expect(page.locator(".bar-title")).to_be_hidden()
    page.locator("#p40").evaluate("words => scrollTo(0, scrollY + words.getBoundingClientRect().top - 100)")

    expect(page.locator(".bar-title")).to_be_visible()
    bar = page.locator(".bar").bounding_box()
    assert page.locator("#h21").bounding_box()["y"] == pytest.approx(bar["height"], abs=2)


def test_the_outline_stands_beside_the_text_where_there_is_room_and_is_folded_elsewhere(visit):
    wide, narrow = visit("/source/rules.md"), visit("/source/rules.md", viewport=NARROW)

    link = wide.locator(".outline .beside a").nth(30)
    expect(link).to_be_visible()
    link.click()
    target = wide.locator("#h32").bounding_box()
    assert wide.locator(".bar").bounding_box()["height"] <= target["y"] + 1 < WIDE["height"]
    expect(narrow.locator(".outline .folded a").first).to_be_hidden()
    narrow.locator(".outline summary").click()
    expect(narrow.locator(".outline .folded a").first).to_be_visible()


@pytest.mark.parametrize(
    "path",
    [
        "/source/rules.md?p=9",
        "/source/rules.md?find=rule",
        "/source/rules.md?find=rule&hit=2",
        "/source/no-such.md",
        "/source/rules.md?lang=ar",
    ],
)
@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark", "viewport": NARROW}])
def test_the_viewer_is_accessible(chromium, address, path, options):
    page = chromium.new_page(**{"viewport": WIDE, **options})
    page.goto(f"{address}/source/{path}")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    require_accessible(page)
    page.close()
