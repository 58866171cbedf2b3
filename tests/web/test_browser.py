"""The page as staff meet it: the real server and the system's Chromium."""

import os
import re
import shutil
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

pytestmark = pytest.mark.browser
# A loaded machine may take long to bring the page up; what has to be quick is measured on its own.
expect.set_options(timeout=30_000)

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 844}
QUESTION = "How many people were killed in the attack on the army school in Peshawar?"
FOREIGN = "foreign.example"
HOSTILE_WORDS = (
    f'Ferry <img src=x onerror="window.harm=1"> <script>window.harm=1</script> ![seen](http://{FOREIGN}/seen.png) '
    "[timetable](javascript:window.harm=1) leaves </mark></p> at six."
)
HOSTILE_FILES = {
    "<img src=x onerror=window.harm=1>.txt": f"<svg onload=window.harm=1> ferries ![](http://{FOREIGN}/title.png)\n\n"
    f"{HOSTILE_WORDS}\n",
    "pier.html": f'<h1>Pier &lt;img src="http://{FOREIGN}/pier.png" onerror="window.harm=1"&gt;</h1>'
    f'<p>The pier <img src="http://{FOREIGN}/pier.png" alt="from the sea"> is <b onclick="window.harm=1">new</b>.'
    "<script>window.harm=1</script></p>",
    "quay.md": f"# Quay\n\n![Quay](http://{FOREIGN}/quay.png) The quay has [four cranes](javascript:window.harm=1).\n",
}


@pytest.fixture(scope="module")
def hostile(build):
    return build(HOSTILE_FILES)


TOWN_FILES = {
    "leave-2019.md": "---\ntitle: Leave rules of 2019\ndate: 2019-02-01\n---\n# Leave rules\n\n"
    "Every employee is entitled to 25 days of annual leave a year.\n\n## Parents\n\n"
    "For parental leave you need the following documents:\n\n- the birth certificate,\n- a letter of the employer.\n",
    "leave-2024.md": "---\ntitle: Leave rules of 2024\ndate: 2024-03-01\n---\n# Leave rules\n\n"
    "Every employee is entitled to 30 days of annual leave a year.\n\nIt is to be taken before the end of March.\n",
    "prison.md": "# Prisoners of the harbour\n\n"
    "A prisoner may write two letters a week. Each prisoner gets a visitor.\n\n"
    "The harbour prison was built in 1874. Captain Holm founded it after the flood.\n",
}


@pytest.fixture(scope="module")
def town(build):
    return build(TOWN_FILES)


@pytest.fixture(scope="module")
def servers(shipped, hostile, town):
    """Serve the corpora, each with `qa serve` on a free port, and return the addresses."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "qa.cli", "serve", "--port", "0", "--index", str(built.index)],
            env=environment,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        for built in (shipped, hostile, town)
    ]
    try:
        yield [re.search(r"http://\S+", server.stdout.readline())[0] for server in running]
    finally:
        for server in running:
            server.terminate()
        for server in running:
            server.wait(timeout=20)
            server.stdout.close()


@pytest.fixture(scope="module")
def chromium():
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        message = "neither chromium nor chromium-browser is installed: the page is not tested in a browser"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium):
    """Return a function that opens an address; when the test ends, nothing may have gone wrong or left the host."""
    requested, complaints, contexts, hosts = [], [], [], set()

    def go(address, **options):
        contexts.append(chromium.new_context(**{"viewport": WIDE, **options}))
        page = contexts[-1].new_page()
        page.on("request", lambda request: requested.append(request.url))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        hosts.add(urlsplit(address).netloc)
        page.goto(address)
        expect(page.locator("#ask textarea")).to_be_visible()
        return page

    yield go
    for context in contexts:
        context.close()
    assert complaints == []
    assert requested
    assert [url for url in requested if urlsplit(url).netloc not in hosts and not url.startswith("data:")] == []


@pytest.fixture
def page(visit, servers):
    return visit(servers[0])


@pytest.fixture
def office(visit, servers):
    return visit(servers[2])


@pytest.fixture
def harbour(visit, servers):
    return visit(servers[1])


def ask(page, question):
    """Type a question and press Enter; return the answer that appears."""
    answers = page.locator(".qa-answer")
    before = answers.count()
    page.locator("#ask textarea").press_sequentially(question)
    page.keyboard.press("Enter")
    expect(answers).to_have_count(before + 1)
    return answers.last


def words_of(quote):
    return re.fullmatch(r"“(.*)” \[\d+\]", quote.locator(".qa-words").inner_text(), re.DOTALL)[1]


def opened(page):
    """Return the marked words in the source panel, once they are there."""
    expect(page.locator("#source-panel")).to_be_visible()
    mark = page.frame_locator("#source-frame").locator("mark#hit")
    expect(mark).to_be_visible()
    return mark


def width_scrolled(page):
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def test_a_question_typed_is_answered_with_the_best_words_first(page):
    answer = ask(page, QUESTION)

    expect(page.get_by_test_id("user")).to_contain_text(QUESTION)
    expect(answer.locator(".qa-best")).to_be_visible()
    expect(answer.locator(".qa-best")).to_be_in_viewport()
    expect(answer.get_by_role("link", name="[1]", exact=True)).to_be_visible()
    expect(page.locator("#ask textarea")).to_have_value("")


def test_every_marker_opens_its_source_with_exactly_the_quoted_words_in_view(page):
    quotes = ask(page, QUESTION).locator(".qa-quote")
    scrolled = []
    expect(quotes).to_have_count(5)
    for number in range(5):
        quotes.nth(number).locator("a.qa-cite").click()
        frame = page.frame_locator("#source-frame")
        expect(frame.locator("p.path")).to_have_text(
            quotes.nth(number).locator(".qa-citation").inner_text().split(",")[0]
        )
        mark = opened(page)

        expect(mark).to_be_in_viewport(ratio=1)
        assert mark.text_content() == words_of(quotes.nth(number))
        place, panel = mark.bounding_box(), page.locator("#source-frame").bounding_box()
        assert panel["y"] <= place["y"]
        assert place["y"] + place["height"] <= panel["y"] + panel["height"]
        scrolled.append(frame.locator("html").evaluate("page => page.scrollTop"))

    assert max(scrolled) > 0


def test_the_source_opens_beside_the_chat(page):
    answer = ask(page, QUESTION)

    answer.locator("a.qa-cite").first.click()
    opened(page)

    panel, words = page.locator("#source-panel").bounding_box(), answer.bounding_box()
    assert words["x"] + words["width"] <= panel["x"]
    assert panel["x"] + panel["width"] == WIDE["width"]
    assert panel["width"] >= 400
    assert width_scrolled(page) == 0


def test_escape_closes_the_source_and_gives_the_focus_back_to_the_marker(page):
    marker = ask(page, QUESTION).locator("a.qa-cite").nth(1)
    marker.click()
    opened(page)

    page.keyboard.press("Escape")

    expect(page.locator("#source-panel")).to_be_hidden()
    expect(marker).to_be_focused()


def test_escape_closes_the_source_from_inside_the_document_too(page):
    marker = ask(page, QUESTION).locator("a.qa-cite").first
    marker.click()
    opened(page).click()

    page.keyboard.press("Escape")

    expect(page.locator("#source-panel")).to_be_hidden()
    expect(marker).to_be_focused()


def test_the_button_closes_the_source(page):
    ask(page, QUESTION).locator("a.qa-cite").first.click()
    opened(page)

    page.locator("#source-close").click()

    expect(page.locator("#source-panel")).to_be_hidden()


def test_a_source_is_opened_and_closed_by_keyboard_alone(page):
    marker = ask(page, QUESTION).locator("a.qa-cite").first

    for _ in range(20):
        page.keyboard.press("Tab")
        if marker.evaluate("marker => marker === document.activeElement"):
            break
    expect(marker).to_be_focused()
    page.keyboard.press("Enter")
    opened(page)
    expect(page.locator("#source-close")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#source-panel")).to_be_hidden()
    expect(marker).to_be_focused()


def test_a_question_about_something_else_is_not_answered(page):
    answer = ask(page, "How do I bake sourdough bread without yeast?")

    expect(answer.locator(".qa-outcome")).to_contain_text("do not answer")
    expect(answer.locator(".qa-best")).to_have_count(0)


def test_a_blank_question_gets_a_hint(page):
    page.locator("#ask textarea").fill("   ")
    page.keyboard.press("Enter")

    expect(page.get_by_test_id("bot")).to_contain_text("The question is blank: ask something")


def test_a_follow_up_says_what_it_took_over_from_the_question_before(page):
    ask(page, "Who founded Jaish-e-Mohammad?")

    answer = ask(page, "And when was it banned?")

    expect(answer.locator(".qa-carried")).to_contain_text("Following on:")
    expect(answer.locator(".qa-carried")).to_contain_text("Mohammad")
    expect(answer.locator(".qa-quote").first).to_contain_text(re.compile("Jaish|JeM"))


def test_a_word_taken_over_is_removed_by_keyboard_and_the_same_question_answered_without_it(office):
    ask(office, "Who founded the harbour prison?")
    answer = ask(office, "And when was it built?")
    chips = answer.locator(".qa-chip")
    before = chips.all_inner_texts()
    word = before[0].split("\n")[-1]

    answer.get_by_role("button", name=f"Ask again without {word}", exact=True).focus()
    office.keyboard.press("Enter")

    expect(chips).to_have_count(len(before) - 1)
    assert chips.all_inner_texts() == before[1:]
    expect(office.locator(".qa-answer")).to_have_count(2)
    expect(office.get_by_test_id("user").last).to_contain_text("And when was it built?")
    expect(chips.first).to_be_focused()


def test_without_any_of_the_words_taken_over_the_question_stands_by_itself(office):
    ask(office, "Who founded the harbour prison?")
    answer = ask(office, "And when was it built?")
    chips = answer.locator(".qa-chip")

    for left in reversed(range(chips.count())):
        chips.first.click()
        expect(chips).to_have_count(left)

    expect(answer.locator(".qa-carried")).to_have_count(0)
    expect(office.locator(".qa-answer")).to_have_count(2)


def test_an_earlier_answer_can_be_asked_again_and_the_later_ones_stay(office):
    ask(office, "Who founded the harbour prison?")
    ask(office, "And when was it built?")
    later = ask(office, "How many days of annual leave does an employee get?").inner_text()
    second = office.locator(".qa-answer").nth(1)
    chips = second.locator(".qa-chip")
    before = chips.count()

    chips.first.click()

    expect(chips).to_have_count(before - 1)
    assert office.locator(".qa-answer").last.inner_text() == later


def test_a_word_put_right_is_said_and_can_be_searched_as_it_was_typed(office):
    answer = ask(office, "How many letters may a prisonre write?")

    expect(answer.locator(".qa-searched")).to_contain_text("Showing results for prisoner instead of prisonre.")
    expect(answer.locator(".qa-quote").first).to_contain_text("A prisoner may write two letters a week.")
    answer.get_by_role("button", name="Search for prisonre instead").click()

    expect(answer.locator(".qa-searched")).to_contain_text("Searched exactly as typed.")
    expect(office.locator(".qa-answer")).to_have_count(1)
    expect(office.get_by_test_id("user")).to_contain_text("How many letters may a prisonre write?")
    answer.get_by_role("button", name="Correct spelling").click()

    expect(answer.locator(".qa-searched")).to_contain_text("Showing results for prisoner")


@pytest.mark.parametrize(("viewport", "beside"), [(WIDE, True), (NARROW, False)])
def test_sources_that_differ_stand_side_by_side_where_there_is_room(visit, servers, viewport, beside):
    office = visit(servers[2], viewport=viewport)
    answer = ask(office, "How many days of annual leave does an employee get?")

    sides = answer.locator(".qa-differ .qa-side")
    expect(sides).to_have_count(2)
    assert sides.locator(".qa-date").all_inner_texts() == ["2024-03-01", "2019-02-01"]
    assert sides.locator("mark").all_inner_texts() == ["30 days", "25 days"]
    newer, older = (sides.nth(place).bounding_box() for place in (0, 1))
    assert (newer["x"] + newer["width"] <= older["x"]) == beside
    assert (newer["y"] + newer["height"] <= older["y"]) != beside
    assert width_scrolled(office) == 0
    sides.first.locator("a.qa-cite").click()
    assert opened(office).text_content().startswith("Every employee is entitled to 30 days")


def test_each_further_line_of_a_list_opens_its_own_place(office):
    best = ask(office, "Which documents do I need for parental leave?").locator(".qa-quote").first

    expect(best.locator(".qa-more")).to_have_count(2)
    best.get_by_role("link", name="[1c]", exact=True).click()

    assert opened(office).text_content() == "a letter of the employer."


@pytest.mark.parametrize("viewport", [WIDE, NARROW])
def test_below_an_answer_stands_why_it_is_this_one(visit, servers, viewport):
    office = visit(servers[2], viewport=viewport)
    why = ask(office, "How many letters may a prisoner write?").locator("details.qa-why")
    bars = why.locator("table").first.locator("i")

    expect(bars.first).to_be_hidden()
    why.locator("summary").first.focus()
    office.keyboard.press("Enter")

    expect(bars.first).to_be_visible()
    expect(why).to_contain_text("Confidence 0.")
    expect(why).to_contain_text("words: rank 1, BM25")
    widths = [bar.bounding_box()["width"] for bar in bars.all()]
    assert len(widths) > 3
    assert widths == sorted(widths, reverse=True)
    assert width_scrolled(office) == 0


def test_clearing_the_chat_forgets_the_dialogue(page):
    ask(page, "Who founded Jaish-e-Mohammad?")

    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.locator(".qa-answer")).to_have_count(0)
    expect(page.get_by_test_id("user")).to_have_count(0)

    expect(ask(page, "And when was it banned?").locator(".qa-carried")).to_have_count(0)


def test_two_visitors_have_dialogues_of_their_own(visit, servers):
    first, second = visit(servers[0]), visit(servers[0])
    ask(first, "Who founded Jaish-e-Mohammad?")

    expect(ask(second, "And when was it banned?").locator(".qa-carried")).to_have_count(0)
    expect(second.locator(".qa-answer")).to_have_count(1)


def test_an_example_is_asked_by_a_click(page):
    example = page.locator("#chat .example-text").first
    question = example.inner_text()

    example.click()

    expect(page.locator(".qa-answer")).to_be_visible()
    expect(page.get_by_test_id("user")).to_contain_text(question)


def test_an_answer_is_there_within_two_seconds(page):
    ask(page, "Who founded Jaish-e-Mohammad?")
    page.locator("#ask textarea").fill(QUESTION)

    started = time.perf_counter()
    page.keyboard.press("Enter")
    expect(page.locator(".qa-answer")).to_have_count(2)

    assert time.perf_counter() - started < 2


def test_on_a_telephone_the_source_covers_the_width_and_nothing_scrolls_sideways(visit, servers):
    page = visit(servers[0], viewport=NARROW)
    answer = ask(page, QUESTION)
    assert width_scrolled(page) == 0

    answer.locator("a.qa-cite").first.click()
    expect(opened(page)).to_be_in_viewport()

    panel = page.locator("#source-panel").bounding_box()
    assert (panel["x"], panel["width"], panel["height"]) == (0, NARROW["width"], NARROW["height"])
    assert width_scrolled(page) == 0
    inside = page.frame_locator("#source-frame").locator("html")
    assert inside.evaluate("page => page.scrollWidth - page.clientWidth") == 0


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_page_and_its_sources_follow_the_colours_of_the_system(visit, servers, scheme):
    page = visit(servers[0], color_scheme=scheme)
    ask(page, QUESTION).locator("a.qa-cite").first.click()
    opened(page)

    def brightness(locator, colour):
        shade = locator.evaluate(f"part => getComputedStyle(part).{colour}")
        return sum(int(part) for part in re.findall(r"\d+", shade)[:3]) / 3

    document = page.frame_locator("#source-frame")
    papers = [(page.locator("body"), "backgroundColor"), (document.locator("body"), "backgroundColor")]
    inks = [(page.locator(".qa-words").first, "color"), (document.locator("h1"), "color")]
    expect(document.locator("html")).to_have_attribute("data-theme", scheme)
    for (paper, background), (ink, colour) in zip(papers, inks, strict=True):
        contrast = brightness(ink, colour) - brightness(paper, background)
        assert contrast > 100 if scheme == "dark" else contrast < -100


def test_hostile_words_of_a_document_are_shown_and_do_nothing(harbour):
    answer = ask(harbour, "When does the ferry leave?")

    assert words_of(answer.locator(".qa-quote").first) == HOSTILE_WORDS
    expect(answer.locator("img, script, svg, a:not(.qa-cite)")).to_have_count(0)
    answer.locator("a.qa-cite").first.click()
    assert opened(harbour).text_content() == HOSTILE_WORDS
    expect(harbour.frame_locator("#source-frame").locator("img, script, svg, a:not(.links a)")).to_have_count(0)
    assert harbour.evaluate("window.harm") is None
    assert harbour.frames[-1].evaluate("window.harm") is None


@pytest.mark.parametrize("question", ["Is the pier new?", "How many cranes has the quay?"])
def test_pictures_links_and_scripts_of_a_document_are_not_carried_over(harbour, question):
    answer = ask(harbour, question)
    answer.locator("a.qa-cite").first.click()
    opened(harbour)

    expect(harbour.locator("#chat img")).to_have_count(0)
    expect(harbour.frame_locator("#source-frame").locator("img, script, svg, a:not(.links a)")).to_have_count(0)
    assert harbour.evaluate("window.harm") is None


def test_hostile_titles_offered_as_examples_do_nothing(harbour):
    examples = harbour.locator("#chat .example-text")

    expect(examples).to_have_count(3)
    expect(harbour.locator("#chat .example-text *")).to_have_count(0)
    assert any(f'<img src="http://{FOREIGN}/pier.png"' in text for text in examples.all_inner_texts())
    examples.nth(1).click()
    expect(harbour.locator(".qa-answer")).to_be_visible()
    assert harbour.evaluate("window.harm") is None


@pytest.mark.parametrize(
    "question",
    [
        '<img src=x onerror="window.harm=1"> ferry <script>window.harm=1</script>',
        f"![ferry](http://{FOREIGN}/ferry.png) [ferry](javascript:window.harm=1)",
        "**ferry** $x$ `code` <b>pier</b>",
    ],
)
def test_a_hostile_question_is_shown_as_it_was_typed_and_does_nothing(harbour, question):
    ask(harbour, question)

    asked = harbour.get_by_test_id("user")
    assert asked.inner_text().strip() == question
    expect(asked.locator("img, script, a, b, strong, code")).to_have_count(0)
    assert harbour.evaluate("window.harm") is None
