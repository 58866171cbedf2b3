"""The Ask page as staff meet it: the real server over the shipped documents, and real Chromium."""

import json
import os
import re
import statistics
import subprocess
import sys
import time

import pytest
from playwright.sync_api import expect

from browsing import (
    NARROW,
    TABLET,
    WIDE,
    answered,
    ask,
    await_port,
    free_port,
    opened,
    serving,
    serving_apart,
    width_scrolled,
    words_of,
)
from conftest import CORPUS

pytestmark = pytest.mark.browser

QUESTION = "How many people were killed in the attack on the army school in Peshawar?"
UNKNOWN = "How do I bake sourdough bread without yeast?"
TOWN_FILES = {
    "staff/leave-2019.md": "---\ntitle: Leave rules of 2019\ndate: 2019-02-01\n---\n# Leave rules\n\n"
    "Every employee is entitled to 25 days of annual leave a year.\n\n## Parents\n\n"
    "For parental leave you need the following documents:\n\n- the birth certificate,\n- a letter of the employer.\n",
    "staff/leave-2024.md": "---\ntitle: Leave rules of 2024\ndate: 2024-03-01\n---\n# Leave rules\n\n"
    "Every employee is entitled to 30 days of annual leave a year.\n\nIt is to be taken before the end of March.\n",
    "harbour/prison.md": "# Prisoners of the harbour\n\n"
    "A prisoner may write two letters a week. Each prisoner gets a visitor.\n\n"
    "## History\n\nThe harbour prison was built in 1874. Captain Holm founded it after the flood.\n",
}
SHIPPED = CORPUS.parent / "evals" / "briefing.jsonl"
SHIPPED_QUESTIONS = [json.loads(line)["question"] for line in SHIPPED.read_text(encoding="utf-8").splitlines()]
LEAVE = "How many days of annual leave does an employee get?"


@pytest.fixture(scope="module")
def library(shipped):
    """The address of a server over the shipped documents and question sets."""
    evals = shipped.corpus.parent / "evals"
    with serving_apart(shipped, evals=evals, questions_per_minute=10_000) as address:
        yield address


@pytest.fixture(scope="module")
def town(build):
    with serving(build(TOWN_FILES)) as address:
        yield address


@pytest.fixture
def page(visit, library):
    return visit(library)


@pytest.fixture
def office(visit, town):
    return visit(town)


# -- asking


def test_a_question_typed_is_answered_with_the_best_words_large_and_marked_verbatim(page):
    answer = ask(page, QUESTION)

    expect(page.get_by_test_id("user")).to_contain_text(QUESTION)
    best = answer.locator(".qa-best")
    expect(best).to_be_in_viewport()
    expect(best.locator(".qa-badge")).to_have_text("Verbatim")
    size = "words => parseFloat(getComputedStyle(words).fontSize)"
    further = answer.locator(".qa-quote:not(.qa-best) .qa-words").first
    assert best.locator(".qa-words").first.evaluate(size) > further.evaluate(size)
    expect(answer.get_by_role("link", name="[1]", exact=True)).to_be_visible()
    expect(page.locator("#ask textarea")).to_have_value("")


def test_each_passage_names_document_heading_paragraph_and_date(office):
    quote = ask(office, "What do I need for parental leave?").locator(".qa-quote").first

    expect(quote.locator(".qa-title")).to_have_text("Leave rules of 2019")
    expect(quote.locator(".qa-heading")).to_contain_text("Parents")
    expect(quote.locator(".qa-citation")).to_have_text(re.compile(r"staff/leave-2019.md, ¶ \d, 2019-02-01"))


def test_a_question_about_something_else_is_said_not_to_be_in_the_documents(page):
    answer = ask(page, UNKNOWN)

    expect(answer.locator(".qa-outcome")).to_contain_text("The documents do not answer this.")
    expect(answer.locator(".qa-best")).to_have_count(0)


@pytest.mark.parametrize(("viewport", "beside"), [(WIDE, True), (NARROW, False)])
def test_sources_that_differ_are_a_state_of_their_own_side_by_side_where_there_is_room(visit, town, viewport, beside):
    office = visit(town, viewport=viewport)
    answer = ask(office, LEAVE)

    expect(answer.locator(".qa-differs")).to_contain_text("Sources differ")
    sides = answer.locator(".qa-differ .qa-side")
    expect(sides).to_have_count(2)
    assert sides.locator(".qa-date").all_inner_texts() == ["2024-03-01", "2019-02-01"]
    assert sides.locator("mark").all_inner_texts() == ["30 days", "25 days"]
    newer, older = (sides.nth(place).bounding_box() for place in (0, 1))
    assert (newer["x"] + newer["width"] <= older["x"]) == beside
    assert width_scrolled(office) == 0
    sides.first.locator("a.qa-cite").click()
    assert opened(office).text_content().startswith("Every employee is entitled to 30 days")


def test_a_blank_question_gets_a_hint(page):
    page.locator("#ask textarea").fill("   ")
    page.keyboard.press("Enter")

    expect(page.locator("#hint")).to_contain_text("Type a question first")


def test_below_an_answer_stands_why_these_passages_in_plain_words_and_in_figures(office):
    why = ask(office, "How many letters may a prisoner write?").locator("details.qa-why")

    why.locator("summary").first.focus()
    office.keyboard.press("Enter")
    expect(why.locator("li").first).to_contain_text("Holds these words of the question:")
    expect(why.locator("li").first).to_contain_text("Found by its words and by its meaning.")
    why.locator("li details summary").first.click()

    bars = [bar.bounding_box()["width"] for bar in why.locator("table").first.locator("i").all()]
    assert len(bars) > 3
    assert bars == sorted(bars, reverse=True)


def test_a_subject_taken_over_stands_as_words_to_be_removed_by_keyboard(office):
    ask(office, "Who founded the harbour prison?")
    answer = ask(office, "And when was it built?")
    chips = answer.locator(".qa-chip")
    before = chips.all_inner_texts()
    word = before[0].split("\n")[-1].split(" ✕")[0].strip()

    answer.get_by_role("button", name=f"Ask again without {word}", exact=True).focus()
    office.keyboard.press("Enter")

    expect(chips).to_have_count(len(before) - 1)
    expect(office.locator(".qa-answer")).to_have_count(2)
    expect(chips.first).to_be_focused()
    answer.get_by_role("button", name="Ask this by itself").click()
    expect(answer.locator(".qa-carried")).to_have_count(0)


def test_a_word_put_right_is_said_and_can_be_searched_as_it_was_typed(office):
    answer = ask(office, "How many letters may a prisonre write?")

    expect(answer.locator(".qa-searched")).to_contain_text("Showing results for prisoner instead of prisonre.")
    answer.get_by_role("button", name="Search for prisonre instead").click()
    expect(answer.locator(".qa-searched")).to_contain_text("Searched exactly as typed.")
    answer.get_by_role("button", name="Correct spelling").click()
    expect(answer.locator(".qa-searched")).to_contain_text("Showing results for prisoner")
    expect(office.locator(".qa-answer")).to_have_count(1)


def test_each_further_line_of_a_list_opens_its_own_place(office):
    best = ask(office, "Which documents do I need for parental leave?").locator(".qa-quote").first

    expect(best.locator(".qa-more")).to_have_count(2)
    best.get_by_role("link", name="[1c]", exact=True).click()

    assert opened(office).text_content() == "a letter of the employer."


# -- suggestions


def test_the_page_starts_with_questions_of_the_sets_each_of_which_is_answered(page):
    starters = page.locator("#starters button")
    expect(starters).to_have_count(5)
    assert set(starters.all_inner_texts()) <= set(SHIPPED_QUESTIONS)

    question = starters.first.inner_text()
    starters.first.click()

    expect(page.locator(".qa-answer")).to_be_visible()
    expect(page.get_by_test_id("user")).to_contain_text(question)
    expect(page.locator("#starters")).to_be_hidden()


def test_after_an_answer_stand_questions_to_ask_next_and_headings_to_open(page):
    answer = ask(page, "How many soldiers guarded the 2018 elections?")
    expect(answer.locator(".qa-ask").first).to_be_visible()

    answer.locator(".qa-near").first.click()
    expect(page.frame_locator("#source-frame").locator(".here, :target").first).to_be_visible()
    page.keyboard.press("Escape")
    question = answer.locator(".qa-ask").first.inner_text()
    answer.locator(".qa-ask").first.click()

    expect(page.locator(".qa-answer")).to_have_count(2)
    expect(page.get_by_test_id("user").last).to_contain_text(question)


# -- scope


def search_there(page):
    page.get_by_role("button", name="Search there").click()
    expect(page.locator("#filter")).to_be_hidden()


def test_a_search_is_limited_to_a_collection_and_back(office):
    office.locator("#filter-open").click()
    office.locator("#filter-collection").select_option("harbour")
    search_there(office)
    answer = ask(office, "How many letters may a prisoner write?")

    expect(answer.locator(".qa-searched")).to_contain_text("Searched in: harbour")
    assert all("harbour/" in place for place in answer.locator(".qa-citation").all_inner_texts())
    elsewhere = ask(office, LEAVE)
    expect(elsewhere.locator(".qa-outcome")).to_contain_text("Only part of the documents was searched: harbour.")
    assert all("harbour/" in place for place in elsewhere.locator(".qa-citation").all_inner_texts())
    office.locator("#filter-clear").click()
    expect(office.locator("#filter-now")).to_have_text("All documents")
    expect(ask(office, LEAVE).locator(".qa-citation").first).to_contain_text("staff/")


def test_a_search_is_limited_to_a_document_and_to_a_time(office):
    office.locator("#filter-open").click()
    office.locator("#filter-document").fill("Leave rules of 2019")
    search_there(office)
    expect(ask(office, LEAVE).locator(".qa-quote").first).to_contain_text("25 days")

    office.locator("#filter-open").click()
    office.locator("#filter-document").fill("")
    office.locator("#filter-since").fill("2024")
    search_there(office)
    answer = ask(office, LEAVE)

    expect(answer.locator(".qa-quote").first).to_contain_text("30 days")
    expect(answer.locator(".qa-differs")).to_have_count(0)


def test_a_filter_that_cannot_be_is_said_and_stays_open(office):
    office.locator("#filter-open").click()
    office.locator("#filter-since").fill("last year")
    office.get_by_role("button", name="Search there").click()
    expect(office.locator("#filter-error")).to_contain_text("Write a date as 2024")
    office.locator("#filter-since").fill("")
    office.locator("#filter-document").fill("No such document")
    office.get_by_role("button", name="Search there").click()

    expect(office.locator("#filter-error")).to_contain_text("There is no such document")
    expect(office.locator("#filter")).to_be_visible()


# -- history


def test_a_chat_survives_a_reload_with_its_citations_and_goes_on(office):
    ask(office, "Who founded the harbour prison?")
    before = words_of(ask(office, "And when was it built?").locator(".qa-quote").first)

    office.reload()

    expect(office.locator(".qa-answer")).to_have_count(2)
    second = office.locator(".qa-answer").nth(1)
    assert words_of(second.locator(".qa-quote").first) == before
    second.locator("a.qa-cite").first.click()
    assert opened(office).text_content() == before
    office.keyboard.press("Escape")
    expect(ask(office, "And who?").locator(".qa-carried")).to_be_visible()


def test_a_chat_goes_on_when_the_server_was_started_anew(visit, build):
    built = build(TOWN_FILES)
    with serving_apart(built) as address:
        page = visit(address)
        ask(page, "Who founded the harbour prison?")
        port = address.rsplit(":", 1)[1]
    with serving_apart(built, port=port) as again:
        assert again == address
        answer = ask(page, "And when was it built?")

        expect(answer.locator(".qa-carried")).to_be_visible()
        expect(page.locator(".qa-answer")).to_have_count(2)


def test_an_earlier_chat_is_opened_again_and_deleted(office):
    ask(office, "Who founded the harbour prison?")
    office.locator("#new").click()
    expect(office.locator(".qa-answer")).to_have_count(0)
    expect(office.locator("#start")).to_be_in_viewport()
    ask(office, LEAVE)

    office.locator("#history-open").click()
    chats = office.locator("#chats .qa-chat")
    expect(chats).to_have_count(2)
    office.get_by_role("button", name="Who founded the harbour prison?").first.click()
    expect(office.locator(".qa-answer")).to_have_count(1)
    expect(office.get_by_test_id("user")).to_contain_text("Who founded the harbour prison?")

    office.locator("#history-open").click()
    office.get_by_role("button", name=f"Delete this chat: {LEAVE}").click()
    expect(chats).to_have_count(1)
    office.get_by_role("button", name="Delete all chats").click()
    expect(chats).to_have_count(0)
    assert office.evaluate("localStorage.getItem('qa-chats')") is None
    expect(office.locator(".qa-answer")).to_have_count(0)


def test_two_visitors_have_chats_of_their_own(visit, town):
    first, second = visit(town), visit(town)
    ask(first, "Who founded the harbour prison?")

    expect(ask(second, "And when was it built?").locator(".qa-carried")).to_have_count(0)
    expect(second.locator(".qa-answer")).to_have_count(1)


# -- taking an answer along


def test_an_answer_is_copied_with_its_sources_as_footnotes(visit, town):
    office = visit(town, permissions=["clipboard-read", "clipboard-write"])
    answer = ask(office, "How many letters may a prisoner write?")

    answer.get_by_role("button", name="Copy with sources").click()
    expect(office.locator("#hint")).to_have_text("Copied")

    copied = office.evaluate("navigator.clipboard.readText()")
    assert "A prisoner may write two letters a week." in copied
    assert "[1]" in copied
    assert "harbour/prison.md" in copied
    assert f"{town}/source/harbour/prison.md?" in copied


def test_the_link_to_an_answer_leads_to_it_with_the_questions_before_it(visit, town):
    office = visit(town, permissions=["clipboard-read", "clipboard-write"])
    ask(office, LEAVE)
    ask(office, "Who founded the harbour prison?")
    answer = ask(office, "And when was it built?")
    shown = words_of(answer.locator(".qa-quote").first)
    carried = answer.locator(".qa-chip").all_inner_texts()
    answer.get_by_role("button", name="Link to this answer").click()
    expect(office.locator("#hint")).to_have_text("Link copied")
    link = office.evaluate("navigator.clipboard.readText()")
    assert "prison" not in link.split("#")[0]

    other = visit(link)

    expect(other.locator(".qa-answer")).to_have_count(2)
    assert words_of(other.locator(".qa-answer").last.locator(".qa-quote").first) == shown
    assert other.locator(".qa-answer").last.locator(".qa-chip").all_inner_texts() == carried
    expect(other.locator(".qa-note")).to_have_count(0)
    expect(visit(link.replace("index=", "index=older")).locator(".qa-note")).to_contain_text("have changed")


@pytest.mark.parametrize(
    ("label", "suffix", "start"), [("As Markdown", ".md", b"#"), ("As a Word document", ".docx", b"PK")]
)
def test_a_chat_is_saved(office, label, suffix, start, tmp_path):
    office.locator("#export-open").click()
    expect(office.locator("#hint")).to_have_text("There is nothing to save yet.")
    ask(office, "How many letters may a prisoner write?")
    office.locator("#export-open").click()

    with office.expect_download() as download:
        office.get_by_role("button", name=label).click()
    download.value.save_as(tmp_path / "chat")

    assert download.value.suggested_filename.endswith(suffix)
    assert (tmp_path / "chat").read_bytes().startswith(start)
    if suffix == ".md":
        assert "A prisoner may write two letters a week" in (tmp_path / "chat").read_text(encoding="utf-8")


# -- feedback


def test_a_thumb_down_with_a_reason_and_a_comment_is_kept_and_a_change_of_mind_replaces_it(visit, build):
    built = build(TOWN_FILES)
    with serving(built, editors="everyone") as address:
        office = visit(address)
        answer = ask(office, LEAVE)
        answer.get_by_role("button", name="Not right").click()
        office.get_by_label("Right passage, wrong words").check()
        office.locator("#feedback-comment").fill("The 2024 rules hold.")
        office.get_by_role("button", name="Send").click()
        expect(office.locator("#hint")).to_have_text("Thank you, noted.")
        (kept,) = office.request.get(f"{address}/api/v1/feedback").json()["entries"]
        assert (kept["verdict"], kept["reason"], kept["comment"]) == ("down", "wrong_words", "The 2024 rules hold.")
        assert kept["question"] == LEAVE
        assert kept["answer"]["passages"]

        answer.get_by_role("button", name="Helpful").click()
        expect(answer.locator(".qa-act-up.qa-pressed")).to_be_visible()
        (kept,) = office.request.get(f"{address}/api/v1/feedback").json()["entries"]
        assert (kept["verdict"], kept["reason"]) == ("up", "")


# -- keyboard


def test_everything_is_done_by_keyboard(office):
    line = office.locator("#ask textarea")
    expect(line).to_be_focused()
    office.keyboard.type("How many letters may a prisoner write?")
    office.keyboard.press("Enter")
    expect(office.locator(".qa-answer")).to_have_count(1)
    answered(office)
    office.keyboard.press("ArrowUp")
    expect(line).to_have_value("How many letters may a prisoner write?")
    line.fill("")

    marker = office.locator("a.qa-cite").first
    marker.focus()
    office.keyboard.press("Enter")
    opened(office)
    office.keyboard.press("Escape")
    expect(office.locator("#source-panel")).to_be_hidden()
    expect(marker).to_be_focused()
    office.keyboard.press("Alt+q")
    expect(line).to_be_focused()
    office.keyboard.press("Alt+o")
    opened(office)
    office.keyboard.press("Escape")
    office.keyboard.press("Alt+k")
    expect(office.locator("#shortcuts")).to_be_visible()
    office.keyboard.press("Escape")
    expect(office.locator("#shortcuts")).to_be_hidden()
    office.keyboard.press("Alt+n")
    expect(office.locator(".qa-answer")).to_have_count(0)
    expect(line).to_be_focused()


def test_tab_leads_from_the_question_through_answers_in_a_sensible_order(office):
    ask(office, LEAVE)
    office.locator(".skip").focus()
    seen = []
    for _ in range(40):
        office.keyboard.press("Tab")
        seen.append(office.evaluate("document.activeElement.className || document.activeElement.id"))

    first_citation = next(place for place, name in enumerate(seen) if "qa-cite" in name)
    assert seen.index("site-name") < first_citation < seen.index("qa-act qa-act-copy") < seen.index("question")


# -- refusals and failures


def test_too_many_questions_are_refused_in_a_sentence_and_the_question_stays(visit, build):
    with serving(build(TOWN_FILES), questions_per_minute="2") as address:
        page = visit(address)
        ask(page, LEAVE)
        ask(page, LEAVE)
        page.locator("#ask textarea").fill("How many letters may a prisoner write?")
        page.keyboard.press("Enter")

        expect(page.locator("#hint")).to_contain_text("try again in")
        expect(page.locator("#ask textarea")).to_have_value("How many letters may a prisoner write?")
        expect(page.locator(".qa-answer")).to_have_count(2)
        visit.complaints[:] = [line for line in visit.complaints if "429" not in line]


def test_a_server_that_is_gone_is_said_and_the_question_stays(visit, build):
    with serving(build(TOWN_FILES)) as address:
        page = visit(address)
        ask(page, LEAVE)
    page.locator("#ask textarea").fill("How many letters may a prisoner write?")
    page.keyboard.press("Enter")

    expect(page.locator("#hint")).to_contain_text("The question could not be asked.")
    expect(page.locator("#ask textarea")).to_have_value("How many letters may a prisoner write?")
    visit.complaints[:] = [
        line for line in visit.complaints if "ERR_CONNECTION_REFUSED" not in line and "fetch" not in line
    ]


# -- looks


@pytest.mark.parametrize(("scheme", "language"), [("dark", "en"), ("light", "ar")])
def test_nothing_scrolls_sideways_and_words_stand_out_from_their_ground(visit, town, scheme, language):
    page = visit(f"{town}/?lang={language}", color_scheme=scheme)
    require_no_sideways_scrolling(page)
    ask(page, LEAVE)
    ask(page, UNKNOWN)
    require_no_sideways_scrolling(page)

    def brightness(locator, colour):
        shade = locator.evaluate(f"part => getComputedStyle(part).{colour}")
        return sum(int(part) for part in re.findall(r"\d+", shade)[:3]) / 3

    contrast = brightness(page.locator(".qa-words").first, "color") - brightness(
        page.locator("body"), "backgroundColor"
    )
    assert contrast > 100 if scheme == "dark" else contrast < -100
    page.locator("a.qa-cite").first.click()
    opened(page)
    require_no_sideways_scrolling(page)
    expect(page.frame_locator("#source-frame").locator("html")).to_have_attribute("data-theme", scheme)


def require_no_sideways_scrolling(page):
    for viewport in (NARROW, TABLET, WIDE):
        page.set_viewport_size(viewport)
        assert width_scrolled(page) == 0, viewport


def test_the_theme_is_chosen_and_kept(office):
    ground = "getComputedStyle(document.body).backgroundColor"
    light = office.evaluate(ground)
    office.locator("#theme").click()
    dark = office.evaluate(ground)
    assert dark != light

    office.reload()

    expect(office.locator("#ask textarea")).to_be_visible()
    assert office.evaluate(ground) == dark


# -- figures


BARE = """
import gradio as gr
with gr.Blocks(analytics_enabled=False) as page:
    gr.Chatbot()
    gr.Textbox()
page.launch(server_port=PORT, quiet=True)
"""


@pytest.fixture
def bare():
    """The address of an empty page of Gradio's, to compare with."""
    port = free_port()
    environment = {**os.environ, "GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1"}
    server = subprocess.Popen([sys.executable, "-c", BARE.replace("PORT", str(port))], env=environment)
    try:
        await_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def first_visit(chromium, address, ready):
    """Return the seconds until a page is ready in a browser that knows nothing of it, and the bytes it received."""
    context = chromium.new_context(viewport=WIDE)
    page = context.new_page()
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    received = []
    client.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    started = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(ready).first.wait_for()
    seconds = time.perf_counter() - started
    page.wait_for_timeout(1500)  # whatever is still on its way counts as well
    context.close()
    return seconds, sum(received)


@pytest.mark.slow
def test_the_first_page_is_small_and_ready_soon(chromium, library, bare):
    visits = [first_visit(chromium, library, "body.qa-ready #ask textarea") for _ in range(3)]
    empty = [first_visit(chromium, bare, "textarea") for _ in range(3)]

    size, seconds, plain = max(size for _, size in visits), min(s for s, _ in visits), min(s for s, _ in empty)
    print(f"first page {size / 1000:.0f} KB, ready in {seconds:.2f} s; an empty page of Gradio's in {plain:.2f} s")
    assert 20_000 < size < 500_000
    # A machine with other work on it is slow for both.
    assert seconds < 1.5 or seconds < 1.8 * plain


QUICK = """async ([question, selector]) => {
  const count = document.querySelectorAll(selector).length;
  const line = document.querySelector("#question");
  line.value = question;
  const started = performance.now();
  line.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  while (document.querySelectorAll(selector).length === count && performance.now() < started + 20_000)
    await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now() - started;
}"""
ASKING = """async (question) => {
  const started = performance.now();
  const body = JSON.stringify({ question });
  await (await fetch("api/v1/ask", { method: "POST", headers: { "Content-Type": "application/json" }, body })).json();
  return performance.now() - started;
}"""
EMPTY = """async () => {
  const started = performance.now();
  const line = document.querySelector("#wish textarea");
  const stamp = String(started);
  line.value = JSON.stringify({ stamp });
  line.dispatchEvent(new Event("input", { bubbles: true }));
  line.dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true }));
  while (!document.querySelector("#told textarea").value.includes(stamp)) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now() - started;
}"""


@pytest.mark.slow
def test_an_answer_is_on_the_screen_soon_after_enter(page):
    ask(page, QUESTION)
    page.locator("#new").click()
    expect(page.locator(".qa-answer")).to_have_count(0)
    empty = [page.evaluate(EMPTY) for _ in range(20)]
    times: list[float] = []
    for place, question in enumerate(SHIPPED_QUESTIONS[:50]):
        if place % 5 == 0:  # a chat of a person's length, not one of fifty questions
            page.locator("#new").click()
            expect(page.locator(".qa-answer, .qa-refusal")).to_have_count(0)
        times.append(page.evaluate(QUICK, [question, ".qa-answer"]))
        answered(page)
    asking = [page.evaluate(ASKING, question) for question in SHIPPED_QUESTIONS[:50]]

    middle, plain, searched = (statistics.median(measured) for measured in (times, empty, asking))
    print(
        f"answer on screen: p50 {middle:.0f} ms of 50 questions (slowest {max(times):.0f}); "
        f"empty round trip of Gradio {plain:.0f} ms, of the API with its answer {searched:.0f} ms"
    )
    assert max(times) < 20_000
    # A machine with other work on it is slow for all three.
    assert middle < 150 or middle < 1.5 * (plain + searched)
