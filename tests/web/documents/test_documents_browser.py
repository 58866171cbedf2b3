"""The Documents page in a real browser: looking through it, and changing what is indexed."""

import json
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browsing import NARROW, TABLET, WIDE, serving, width_scrolled

pytestmark = pytest.mark.browser

RULE = "# Ferries\n\nThe ferry to the island leaves at six in the morning.\n"
QUESTION = "When does the ferry to the island leave?"
ALL = 8


@pytest.fixture
def address(office):
    with serving(office, editors="everyone", name="Harbour Office") as address:
        yield address


@pytest.fixture
def page(visit, address):
    return visit(f"{address}/documents", ready="h1")


@pytest.fixture(scope="module")
def standing(original):
    """The address of the same page over documents that no test here changes."""
    with serving(original, editors="everyone", name="Harbour Office") as address:
        yield address


@pytest.fixture
def still(visit, standing):
    return visit(f"{standing}/documents", ready="h1")


def rows(page):
    return page.locator("tbody tr")


def first_of_answer(address):
    request = urllib.request.Request(
        f"{address}/api/v1/ask", json.dumps({"question": QUESTION}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)["passages"][0]["document"]


def upload(page, name, text):
    page.locator("#files").set_input_files([{"name": name, "mimeType": "text/markdown", "buffer": text.encode()}])


def indexed(page):
    expect(page.locator("#index-state")).to_contain_text("up to date", timeout=60_000)
    expect(page.locator("#index-progress")).to_be_hidden()


def test_the_list_is_filtered_as_one_types_and_sorted_without_loading_the_page(still):
    loads = []
    still.on("load", lambda: loads.append(1))
    expect(rows(still)).to_have_count(ALL)

    still.get_by_role("searchbox").press_sequentially("tides")
    expect(rows(still)).to_have_count(3)
    expect(still.locator("#count")).to_have_text(f"Shown: 3 of {ALL}")
    still.get_by_role("searchbox").fill("")
    still.get_by_label("Status").select_option("replaced")
    expect(rows(still)).to_have_count(1)
    still.get_by_label("Status").select_option("")
    still.get_by_role("link", name="Passages").focus()
    still.keyboard.press("Enter")

    heading = still.get_by_role("columnheader", name="Passages")
    expect(heading).to_have_attribute("aria-sort", "ascending")
    expect(still.get_by_role("link", name="Passages")).to_be_focused()
    assert "sort=passages" in still.url
    assert loads == []


def test_a_filter_survives_a_reload_and_can_be_cleared_by_keyboard(still):
    still.get_by_role("searchbox").fill("nothing-of-the-kind")
    expect(still.get_by_role("heading", name="No document fits")).to_be_visible()

    still.reload()
    expect(still.get_by_role("searchbox")).to_have_value("nothing-of-the-kind")
    still.get_by_role("link", name="Clear the filter").press("Enter")

    expect(rows(still)).to_have_count(ALL)
    expect(still.get_by_role("searchbox")).to_be_focused()


def test_a_document_is_added_found_removed_and_restored(page, address):
    upload(page, "ferries.md", RULE)
    expect(page.get_by_role("progressbar")).to_be_visible()
    indexed(page)
    expect(page.locator("#uploads li")).to_have_text("ferries.md: searchable")
    expect(page.locator("tr[data-document='ferries.md']")).to_be_visible()
    assert first_of_answer(address) == "ferries.md"

    page.get_by_role("button", name="Remove Ferries").press("Enter")
    dialog = page.get_by_role("dialog", name="Remove this document?")
    expect(dialog).to_contain_text("ferries.md")
    dialog.get_by_role("button", name="Remove").click()
    expect(page.locator("#told")).to_have_text("ferries.md was removed.")
    expect(page.locator("tr[data-document='ferries.md']")).to_have_count(0, timeout=60_000)
    indexed(page)
    assert first_of_answer(address) != "ferries.md"

    page.get_by_text("Removed documents: 1").click()
    page.get_by_role("button", name="Restore Ferries").click()
    expect(page.locator("tr[data-document='ferries.md']")).to_be_visible(timeout=60_000)
    indexed(page)
    assert first_of_answer(address) == "ferries.md"


def test_leaving_the_dialog_removes_nothing_and_returns_to_the_button(still, original):
    button = still.get_by_role("button", name="Remove Leave", exact=True)
    button.press("Enter")
    still.keyboard.press("Escape")

    expect(still.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()
    assert (original.corpus / "staff/leave.md").exists()


def test_a_taken_name_is_asked_about(page, office, visit):
    page.locator("#folder").fill("staff")
    upload(page, "leave.md", RULE)
    dialog = page.get_by_role("dialog", name="There is a document of this name")
    dialog.get_by_role("button", name="Keep both").click()
    indexed(page)

    expect(page.locator("#uploads li")).to_have_text("leave.md: searchable")
    assert (office.corpus / "staff/leave (2).md").read_text() == RULE
    assert (office.corpus / "staff/leave.md").read_text() != RULE
    visit.complaints.clear()  # the browser reports the server's "409" as a failed resource


def test_what_cannot_be_added_is_told_beside_its_name(page, visit):
    upload(page, "tool.exe", "x")
    expect(page.locator("#uploads li")).to_contain_text("tool.exe: not added. There is no reader for .exe files")

    upload(page, "broken.docx", "no archive")
    indexed(page)
    expect(page.locator("#uploads li").last).to_contain_text("broken.docx: not read:")
    expect(page.locator("#not-read")).to_contain_text("broken.docx")
    visit.complaints.clear()  # the browser reports the server's "415" as a failed resource


def test_files_are_dropped_onto_the_page(page):
    data = page.evaluate_handle(
        """text => { const data = new DataTransfer();
        data.items.add(new File([text], "dropped.md", { type: "text/markdown" })); return data; }""",
        RULE,
    )
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event("#drop", event, {"dataTransfer": data})

    indexed(page)
    expect(page.locator("tr[data-document='dropped.md']")).to_be_visible()


@pytest.mark.parametrize("viewport", [WIDE, TABLET, NARROW], ids=["wide", "tablet", "narrow"])
@pytest.mark.parametrize("look", ["theme=light", "theme=dark", "theme=light&lang=ar"])
def test_every_width_and_theme_is_accessible_and_fits(visit, standing, viewport, look):
    page = visit(f"{standing}/documents?{look}", ready="h1", viewport=viewport, reduced_motion="reduce")

    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})

    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found.response["violations"]] == []
    assert width_scrolled(page) <= 0


def test_the_dialog_is_accessible(still):
    still.get_by_role("button", name="Remove Leave", exact=True).click()

    found = Axe().run(still, context="dialog")

    assert [violation["id"] for violation in found.response["violations"]] == []


def test_without_script_the_page_lists_and_filters(visit, standing):
    page = visit(f"{standing}/documents", ready="h1", java_script_enabled=False)

    expect(page.locator(".editing")).to_be_hidden()
    page.get_by_role("searchbox").fill("tides")
    page.get_by_role("button", name="Show").click()

    expect(rows(page)).to_have_count(3)
