"""Documents, titles and questions that were written to harm, in real Chromium: they are shown, and do nothing."""

import pytest
from playwright.sync_api import expect

from browsing import ask, opened, serving, words_of

pytestmark = pytest.mark.browser

FOREIGN = "foreign.example"
WORDS = (
    f'Ferry <img src=x onerror="window.harm=1"> <script>window.harm=1</script> ![seen](http://{FOREIGN}/seen.png) '
    "[timetable](javascript:window.harm=1) leaves </mark></p> at six."
)
FILES = {
    "<img src=x onerror=window.harm=1>.txt": f"<svg onload=window.harm=1> ferries ![](http://{FOREIGN}/title.png)\n\n"
    f"{WORDS}\n",
    "pier.html": f'<h1>Pier &lt;img src="http://{FOREIGN}/pier.png" onerror="window.harm=1"&gt;</h1>'
    f'<p>The pier <img src="http://{FOREIGN}/pier.png" alt="from the sea"> is <b onclick="window.harm=1">new</b>.'
    "<script>window.harm=1</script></p>",
    "quay.md": f"# Quay\n\n![Quay](http://{FOREIGN}/quay.png) The quay has [four cranes](javascript:window.harm=1).\n\n"
    "## <img src=x onerror=window.harm=1>\n\nThe cranes lift nine tons.\n",
}
FOREIGN_TO_VIEWER = "img, script, svg, iframe"


@pytest.fixture(scope="module")
def address(build):
    with serving(build(FILES)) as served:
        yield served


@pytest.fixture
def harbour(visit, address):
    return visit(address)


def unharmed(page):
    return page.evaluate("window.harm") is None and all(
        frame.evaluate("window.harm") is None for frame in page.frames if "/source/" in frame.url
    )


def test_hostile_words_of_a_document_are_shown_and_do_nothing(harbour):
    answer = ask(harbour, "When does the ferry leave?")

    assert words_of(answer.locator(".qa-quote").first) == WORDS
    expect(answer.locator("img, script, svg, a:not(.qa-cite, .qa-near)")).to_have_count(0)
    answer.locator("a.qa-cite").first.click()
    assert opened(harbour).text_content() == WORDS
    expect(harbour.frame_locator("#source-frame").locator(FOREIGN_TO_VIEWER)).to_have_count(0)
    assert unharmed(harbour)


@pytest.mark.parametrize("question", ["Is the pier new?", "How many cranes has the quay?"])
def test_pictures_links_and_scripts_of_a_document_are_not_carried_over(harbour, question):
    answer = ask(harbour, question)
    answer.locator("a.qa-cite").first.click()
    opened(harbour)

    expect(harbour.locator("#chat img")).to_have_count(0)
    expect(harbour.frame_locator("#source-frame").locator(FOREIGN_TO_VIEWER)).to_have_count(0)
    assert unharmed(harbour)


def test_hostile_titles_and_headings_offered_to_be_asked_and_opened_do_nothing(harbour):
    starters = harbour.locator("#starters button")
    expect(starters.first).to_be_visible()
    expect(harbour.locator("#starters button *")).to_have_count(0)
    assert any("<" in text for text in starters.all_inner_texts())
    starters.first.click()
    expect(harbour.locator(".qa-answer")).to_be_visible()
    near = ask(harbour, "How many cranes has the quay?").locator(".qa-near")
    expect(near).to_contain_text(["<img src=x onerror=window.harm=1>"])
    near.first.click()
    expect(harbour.locator("#source-panel")).to_be_visible()

    assert unharmed(harbour)


def test_hostile_titles_in_the_filter_do_nothing(harbour):
    harbour.locator("#filter-open").click()
    expect(harbour.locator("#filter-documents option")).to_have_count(3)

    expect(harbour.locator("#filter img, #filter script, #filter svg")).to_have_count(0)
    assert unharmed(harbour)


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
    harbour.locator("#history-open").click()
    expect(harbour.locator("#chats .qa-chat span")).to_have_text(question)
    assert unharmed(harbour)


def test_a_link_made_to_harm_asks_its_question_and_does_nothing(visit, address):
    page = visit(
        f"{address}/?lang=%22%3E%3Cscript%3E&title=%3Cscript%3Ewindow.harm=1%3C/script%3E&view=compact"
        "#ask/q=ferry%3Cimg%20src=x%20onerror=window.harm=1%3E&document=%3Cscript%3E&index=%22%3E"
    )

    expect(page.locator(".qa-refusal")).to_contain_text("There is no document")
    assert unharmed(page)


def test_a_chat_that_was_tampered_with_in_the_browser_is_shown_as_words_or_not_at_all(visit, address):
    page = visit(address)
    ask(page, "When does the ferry leave?")
    page.evaluate(
        """() => {
          const chats = JSON.parse(localStorage.getItem("qa-chats"));
          const words = chats[0].exchanges[0].answer.passages[0].words;
          words.text = "<img src=x onerror=window.harm=1>";
          words.source = 'source/"><img src=x onerror=window.harm=1>';
          localStorage.setItem("qa-chats", JSON.stringify(chats));
        }"""
    )

    page.reload()

    expect(page.locator(".qa-answer")).to_have_count(1)
    expect(page.locator("#chat img")).to_have_count(0)
    assert unharmed(page)
