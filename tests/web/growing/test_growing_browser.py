"""Growing the question sets in a real browser: from the chat to a set's file, and from a thumb down to a gap."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browsing import NARROW, ask, serving, width_scrolled
from qa.evaluation.sets import load

pytestmark = pytest.mark.browser

QUESTION = "When does the ferry to the island leave?"
QUOTE = "The ferry to the island leaves at six in the morning."
PARKING = "Where can I park my car?"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def address(built_harbour, tmp_path):
    with serving(built_harbour, trainers="everyone", state=tmp_path / "state", evals=tmp_path / "evals") as address:
        yield address


def require_accessible(page, state):
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response
    assert found["passes"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found["violations"]] == [], state
    assert width_scrolled(page) <= 0


def test_an_answer_becomes_a_question_of_a_set(visit, address, tmp_path):
    page = visit(address, bypass_csp=True)
    answer = ask(page, QUESTION)

    answer.get_by_role("button", name="Save as test question").click()
    dialog = page.get_by_role("dialog", name="Save as a test question")
    require_accessible(page, "choosing the words")
    dialog.get_by_role("button", name=QUOTE).click()
    expect(dialog.get_by_role("status")).to_contain_text("Saved as a draft.")
    dialog.get_by_role("link", name="Open the draft").click()

    page.get_by_label("Category").fill("ferries")
    page.get_by_role("button", name="Find a paragraph").click()
    page.get_by_role("searchbox", name="Words that the right paragraph holds").fill("ticket")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("button", name="A ticket costs four crowns.").click()
    expect(page.locator("#gold > li")).to_have_count(2)
    expect(page.locator("#gold > li").last).to_contain_text("These words stand in the document.")
    require_accessible(page, "a draft")
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator("#told")).to_have_text("Saved.")

    page.get_by_role("link", name="Back to the drafts").click()
    expect(page.get_by_role("heading", name=QUESTION)).to_be_visible()
    page.get_by_role("checkbox", name="Choose all").check()
    page.get_by_label("Question set").fill("ferries")
    require_accessible(page, "drafts")
    page.get_by_role("button", name="Add to the set").click()
    expect(page.locator("#told")).to_have_text("Added to ferries.jsonl: 1.")

    (question,) = load(tmp_path / "evals" / "ferries.jsonl")
    assert (question.id, question.question, question.category) == ("ferries-001", QUESTION, "ferries")
    assert [gold.quote for gold in question.gold] == [QUOTE, "A ticket costs four crowns."]

    page.get_by_role("button", name="Propose questions").click()
    expect(page.locator("#told")).to_contain_text("Proposed: ")
    expect(page.locator("ul.drafts > li").first).to_be_visible()


def test_a_follow_up_is_saved_with_the_dialogue_before_it(visit, address):
    page = visit(address)
    ask(page, "When is the flood gate closed?")
    answer = ask(page, "And when does it open again?")

    answer.get_by_role("button", name="Save as test question").click()
    page.get_by_role("dialog").get_by_role("button", name="It opens again below eight.").first.click()
    page.get_by_role("link", name="Open the draft").click()

    expect(page.locator(".dialogue")).to_contain_text("When is the flood gate closed?")
    expect(page.locator(".dialogue")).to_contain_text("The flood gate is closed above nine metres.")


def test_a_thumb_down_becomes_a_gap_and_is_undone(visit, address):
    page = visit(address, bypass_csp=True, viewport=NARROW, color_scheme="dark")
    answer = ask(page, PARKING)
    answer.get_by_role("button", name="Not right").click()
    form = page.locator("dialog#feedback")
    form.get_by_label("A document is missing").check()
    form.locator("textarea").fill("Nobody says where.")
    form.locator("button[type=submit]").click()
    expect(form).to_be_hidden()

    page.goto(f"{address}/evaluate/inbox")
    expect(page.get_by_role("heading", name=PARKING)).to_be_visible()
    expect(page.locator(".members")).to_contain_text("Nobody says where.")
    require_accessible(page, "the inbox")

    page.get_by_role("button", name="Assign as a gap").click()
    dialog = page.get_by_role("dialog", name="Assign as a gap")
    dialog.get_by_label("Content owner").fill("Facilities")
    require_accessible(page, "assigning a gap")
    dialog.get_by_role("button", name="Assign", exact=True).click()
    expect(page.locator("#told")).to_contain_text("Assigned as a gap.")
    expect(page.get_by_text("Nothing is waiting.")).to_be_visible()

    page.get_by_role("link", name="Gaps").click()
    expect(page.locator("article.gap")).to_contain_text("Facilities")
    require_accessible(page, "gaps")
    page.get_by_role("link", name="Settled").click()
    page.get_by_role("button", name=f"Undo: {PARKING}").click()
    expect(page.locator("#told")).to_have_text("It is back in the inbox.")
    page.get_by_role("link", name="Waiting").click()
    expect(page.get_by_role("heading", name=PARKING)).to_be_visible()
