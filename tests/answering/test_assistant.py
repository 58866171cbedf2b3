import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qa
from qa.answering import confidence
from qa.answering.assistant import MOST_PASSAGES, Assistant
from qa.answering.question import LONGEST_QUESTION, clean_question
from qa.answering.search import EVIDENCE_DEPTH
from qa.errors import IndexDamagedError, IndexMissingError, QuestionError
from qa.types import Difference, Turn

FILES = {
    "staff/leave.md": """# Leave

## Annual leave

Every member of staff has 27 days of annual leave a year.

## Parental leave

Parents may take 18 weeks of paid leave after a birth. (Sources: Harbour Gazette, staff circular 12)

## Sick leave

A doctor's note is due on the third day of an illness.

Source: Staff circular 12, section on doctor's notes and illness.
""",
    "buildings/lifts.txt": """THE LIFTS OF HARBOUR HOUSE

Meridian repairs the lifts of Harbour House at night.

The lifts were last inspected in May 2021 by the harbour fire brigade.
""",
    "buildings/rooms.csv": "Room,Seats,Floor\nAnchor,12,Second floor\nCompass,40,Ground floor\n",
    "canteen.html": """<!doctype html><title>Canteen</title>
<nav><a href="/">Start</a> <a href="/lunch">Lunch menu and lunch prices of the canteen</a></nav>
<main><h1>Canteen</h1><p>Lunch in the canteen costs 4 crowns and 50 pennies.</p>
<blockquote>The pilot boats leave the eastern pier every second hour in winter.</blockquote>
<p>The pilot boats leave the eastern pier every second hour in winter, and every hour in summer.</p></main>
<footer>Canteen lunch hotline, lunch desk, lunch prices</footer>
""",
    "notices/a.md": "# Flood gate\n\nThe flood gate is closed whenever the river stands above nine metres.\n",
    "notices/b.md": "# Flood gate\n\nThe flood gate is closed whenever the river stands above nine metres.\n",
    "urdu.txt": "بندرگاہ\n\nبندرگاہ کا دفتر صبح آٹھ بجے کھلتا ہے۔\n\nکتب خانہ اتوار کو بند رہتا ہے۔\n",
}
QUESTIONS = [
    "How many days of annual leave do I get?",
    "How long is leave after a birth?",
    "When is a doctor's note due?",
    "Who repairs the lifts?",
    "How many seats has the Compass room?",
    "What does lunch cost?",
    "How often do the pilot boats leave?",
    "At what height is the flood gate closed?",
]


@pytest.fixture(scope="module")
def built(build):
    return build(FILES)


@pytest.fixture(scope="module")
def assistant(built):
    return built.open()


def require_invariants(assistant, answer):
    """Hold every hit and quote of an answer, and all that is quoted with it, against its document."""
    quotes = [quote for first in answer.quotes for quote in (first, *first.more)]
    hits = [hit for hit, first in zip(answer.hits, answer.quotes, strict=True) for _ in (first, *first.more)]
    for found in (*answer.hits, *quotes):
        document_id = found.chunk.document_id if hasattr(found, "chunk") else found.paragraph.document_id
        piece = found.chunk if hasattr(found, "chunk") else found
        assert assistant.index.document(document_id).text[piece.start : piece.end] == piece.text
    for hit, quote in zip(hits, quotes, strict=True):
        paragraph = quote.paragraph
        document = assistant.index.document(paragraph.document_id)
        assert document.paragraphs[paragraph.number - 1] == paragraph
        assert 0 <= paragraph.start <= quote.start < quote.end <= paragraph.body_end <= paragraph.end
        assert paragraph.end <= len(document.text)
        assert paragraph.kind == "text"
        assert hit.chunk.document_id == paragraph.document_id
        assert hit.chunk.start <= quote.start < quote.end <= hit.chunk.end


@pytest.mark.parametrize(
    ("question", "document", "words"),
    [
        (QUESTIONS[0], "staff/leave.md", "Every member of staff has 27 days of annual leave a year."),
        (QUESTIONS[1], "staff/leave.md", "Parents may take 18 weeks of paid leave after a birth."),
        (QUESTIONS[2], "staff/leave.md", "A doctor's note is due on the third day of an illness."),
        (QUESTIONS[3], "buildings/lifts.txt", "Meridian repairs the lifts of Harbour House at night."),
        (QUESTIONS[4], "buildings/rooms.csv", "Room: Compass; Seats: 40; Floor: Ground floor"),
        (QUESTIONS[5], "canteen.html", "Lunch in the canteen costs 4 crowns and 50 pennies."),
    ],
)
def test_the_sentence_that_answers_is_quoted_first_with_its_exact_offsets(assistant, question, document, words):
    quote = assistant.ask(question).quotes[0]

    start = assistant.index.document(document).text.index(words)
    assert (quote.paragraph.document_id, quote.text) == (document, words)
    assert (quote.start, quote.end) == (start, start + len(words))


def test_an_answer_says_where_its_words_stand(assistant):
    paragraph = assistant.ask("How long is leave after a birth?").quotes[0].paragraph

    assert paragraph.citation == "staff/leave.md, ¶ 2"
    assert paragraph.heading == "Parental leave"


def test_an_answer_names_the_question_and_the_generation_that_answered(built, assistant):
    answer = assistant.ask("  What does\tlunch cost? ")

    assert answer.question == "What does lunch cost?"
    assert answer.index_id == built.report.index_id


def test_a_question_that_the_documents_answer_is_answered(assistant):
    answer = assistant.ask("How many days of annual leave does staff have?")

    assert answer.outcome == "answered"
    assert answer.confidence >= assistant.calibration.answered_from


@pytest.mark.parametrize(
    "question",
    [
        "Which planet has the most moons?",
        "How do I bake sourdough bread without yeast?",
        "Who won the chess championship of 1972?",
    ],
)
def test_a_question_about_something_else_is_not_answered(assistant, question):
    answer = assistant.ask(question)

    assert answer.outcome != "answered"
    assert answer.confidence < assistant.calibration.answered_from


@given(st.lists(st.sampled_from(" ".join(QUESTIONS).split()) | st.text(max_size=12), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_every_quote_stands_in_its_paragraph_word_for_word_whatever_is_asked(assistant, words):
    question = "".join(f"{word} " for word in words)
    try:
        clean_question(question)
    except QuestionError:
        question = "leave"

    answer = assistant.ask(question, k=MOST_PASSAGES)

    assert answer.quotes
    require_invariants(assistant, answer)


@given(st.sampled_from(QUESTIONS), st.integers(1, MOST_PASSAGES))
@settings(max_examples=30, deadline=None)
def test_no_more_passages_are_shown_than_asked_for_and_the_best_come_first(assistant, question, k):
    answer = assistant.ask(question, k=k)
    everything = assistant.ask(question, k=MOST_PASSAGES)

    assert answer.hits == everything.hits[:k]
    assert answer.quotes == everything.quotes[:k]
    assert [hit.score for hit in answer.hits] == sorted((hit.score for hit in answer.hits), reverse=True)


def test_fewer_passages_than_asked_for_are_all_shown_once(assistant):
    answer = assistant.ask("lifts", k=MOST_PASSAGES)

    places = [(hit.chunk.document_id, hit.chunk.start) for hit in answer.hits]
    assert len(places) < MOST_PASSAGES
    assert len(places) == len(set(places))
    assert {document for document, _ in places} == set(FILES) - {"notices/b.md"}


def test_the_same_words_in_two_documents_are_shown_once(assistant):
    answer = assistant.ask("When is the flood gate closed?", k=MOST_PASSAGES)

    assert [hit.chunk.document_id for hit in answer.hits if "flood gate" in hit.chunk.text] == ["notices/a.md"]


def test_the_best_of_more_passages_than_are_looked_at_closely_is_found(build):
    ships = ["barge", "cutter", "dredger", "ferry", "frigate", "ketch", "lighter", "schooner", "trawler", "yawl"]
    sections = [
        f"## The {ship} in berth {berth}\n\nThe {ship} in berth {berth} takes on {berth} tons of coal a day."
        for ship in ships
        for berth in range(2, 8)
    ]
    assistant = build({"coal.md": "# Coal\n\n" + "\n\n".join(sections)}).open()

    answer = assistant.ask("How much coal does the trawler in berth 5 take on?")

    assert len(sections) > EVIDENCE_DEPTH
    assert answer.quotes[0].text == "The trawler in berth 5 takes on 5 tons of coal a day."


def test_ranks_say_which_retriever_found_a_passage(assistant):
    hits = assistant.ask("Who repairs the lifts?", documents=["staff/leave.md", "buildings/lifts.txt"]).hits

    assert [hit.lexical_rank for hit in hits] == [1, None, None, None]
    assert sorted(hit.dense_rank for hit in hits) == [1, 2, 3, 4]


def test_the_search_keeps_to_the_documents_named(assistant):
    answer = assistant.ask("Who repairs the lifts?", documents=["canteen.html", "urdu.txt"], k=MOST_PASSAGES)

    assert {quote.paragraph.document_id for quote in answer.quotes} == {"canteen.html", "urdu.txt"}


@pytest.mark.parametrize("documents", [[], ["no-such.md"], ["../staff/leave.md"], ["' or 1=1 --"]])
def test_no_document_of_that_name_gives_nothing(assistant, documents):
    answer = assistant.ask("Who repairs the lifts?", documents=documents)

    assert (answer.outcome, answer.confidence) == ("nothing", 0.0)
    assert (answer.quotes, answer.hits, answer.differences) == ((), (), ())
    assert answer.features == {}


@pytest.mark.parametrize(
    ("question", "unquotable"),
    [
        ("lunch menu and lunch prices of the canteen", "Lunch menu and lunch prices"),
        ("canteen lunch hotline", "hotline"),
        ("Harbour Gazette staff circular 12 parents leave birth", "Gazette"),
        ("Staff circular 12, section on doctor's notes and illness", "Staff circular 12, section"),
    ],
)
def test_page_frames_and_lists_of_sources_are_never_quoted(assistant, question, unquotable):
    answer = assistant.ask(question, k=MOST_PASSAGES)

    assert answer.quotes
    assert all(unquotable not in quote.text for quote in answer.quotes)
    assert all(unquotable not in hit.chunk.text for hit in answer.hits)
    assert any(unquotable in assistant.index.document(document).text for document, _ in assistant.index.titles())


def test_a_pull_quote_is_not_quoted_beside_the_paragraph_it_was_pulled_from(assistant):
    answer = assistant.ask("How often do the pilot boats leave the eastern pier?", k=MOST_PASSAGES)

    assert assistant.index.document("canteen.html").text.count("The pilot boats leave the eastern pier") == 2
    assert ["pilot boats" in hit.chunk.text for hit in answer.hits].count(True) == 1
    assert answer.quotes[0].text.endswith("and every hour in summer.")


def test_a_question_of_stop_words_alone_is_not_answered(assistant):
    answer = assistant.ask("what is the of and to?")

    assert answer.outcome != "answered"
    assert answer.query.terms == {}
    require_invariants(assistant, answer)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("بندرگاہ کا دفتر کب کھلتا ہے؟", "بندرگاہ کا دفتر صبح آٹھ بجے کھلتا ہے۔"),
        ("کتب خانہ کب بند ہوتا ہے؟", "کتب خانہ اتوار کو بند رہتا ہے۔"),
    ],
)
def test_a_question_in_urdu_finds_its_sentence_in_an_urdu_document(assistant, question, words):
    answer = assistant.ask(question)

    assert answer.quotes[0].text == words
    require_invariants(assistant, answer)


def test_a_list_is_quoted_with_what_announces_it(build):
    text = "# Closing days\n\nThe canteen is closed on:\n\n- Good Friday\n- the first of May\n- New Year's Eve\n"
    assistant = build({"canteen.md": text}).open()

    quote = assistant.ask("On which days is the canteen closed?").quotes[0]

    shown = [part.text for part in (quote, *quote.more)]
    assert shown == ["The canteen is closed on:", "Good Friday", "the first of May", "New Year's Eve"]
    assert [part.paragraph.number for part in quote.more] == [2, 3, 4]


def test_the_confidence_of_an_answer_follows_from_its_features(assistant):
    answer = assistant.ask("How many days of annual leave does staff have?")

    assert tuple(answer.features) == confidence.FEATURES
    assert answer.features["lacking"] == 0.0
    assert answer.confidence == confidence.probability(assistant.calibration, answer.features)
    assert answer.outcome == confidence.outcome(assistant.calibration, answer.confidence)


def test_a_quote_without_the_name_that_is_asked_for_lacks_it(assistant):
    assert assistant.ask("Who needs a doctor's note?").features["lacking"] == 1.0
    assert assistant.ask("Why is a doctor's note due?").features["lacking"] == 0.0


def test_an_assistant_answers_by_the_calibration_it_is_given(assistant):
    question = "How many days of annual leave does staff have?"
    strict = Assistant(assistant.index, replace(assistant.calibration, answered_from=1.0, related_from=0.0))
    stricter = Assistant(assistant.index, replace(assistant.calibration, answered_from=1.0, related_from=1.0))

    assert (strict.ask(question).outcome, stricter.ask(question).outcome) == ("related", "nothing")
    assert strict.ask(question).quotes == stricter.ask(question).quotes == assistant.ask(question).quotes


def test_an_answer_knows_the_dates_of_its_documents_and_names_where_they_differ(build):
    rule = "---\ndate: {date}\n---\n# Leave\n\nEvery member of staff has {days} days of annual leave a year.\n"
    files = {"a.md": rule.format(date="2019-03-01", days=27), "b.md": rule.format(date="2024-06", days=30)}

    answer = build(files).open().ask("How many days of annual leave does a member of staff have?")

    dates = [hit.date for hit in answer.hits]
    assert sorted(dates) == ["2019-03-01", "2024-06"]
    newest, oldest = dates.index("2024-06"), dates.index("2019-03-01")
    assert answer.differences == (Difference("number", (newest, oldest), ("30 days", "27 days")),)


def test_documents_that_say_the_same_do_not_differ(assistant):
    assert assistant.ask("When is the flood gate closed?").differences == ()


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\x00\x07\x1b", "\u200b\u202e\ufeff", "\u2028\u2029"])
def test_a_question_without_words_is_refused(assistant, question):
    with pytest.raises(QuestionError, match="The question is blank"):
        assistant.ask(question)


def test_a_lone_surrogate_is_refused(assistant):
    with pytest.raises(QuestionError, match="holds characters that are no text"):
        assistant.ask("Who repairs \ud800 the lifts?")


@pytest.mark.parametrize("k", [0, -1, MOST_PASSAGES + 1, 10**9])
def test_an_impossible_number_of_passages_is_refused(assistant, k):
    with pytest.raises(QuestionError, match=f"between 1 and {MOST_PASSAGES}, not {k}"):
        assistant.ask("Who repairs the lifts?", k=k)


def test_a_question_longer_than_the_limit_is_refused(assistant):
    assert assistant.ask("a" * LONGEST_QUESTION).question == "a" * LONGEST_QUESTION
    with pytest.raises(QuestionError, match="longer than 20,000 characters"):
        assistant.ask("a" * (LONGEST_QUESTION + 1))


def test_a_question_of_five_thousand_words_is_asked(assistant):
    question = "who repairs the lifts " + "if it is so " * 1_249

    assert len(question.split()) == 5_000
    answer = assistant.ask(question, k=MOST_PASSAGES)
    require_invariants(assistant, answer)
    assert [hit.chunk.document_id for hit in answer.hits if hit.lexical_rank == 1] == ["buildings/lifts.txt"]


@pytest.mark.parametrize(
    "question",
    [
        "*:*",
        '"lifts" AND NOT (night*)',
        "'; drop table chunk; --",
        "lifts' or '1'='1",
        "%s %d {0} ${HOME} $(id) `id`",
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "\\",
    ],
)
def test_the_syntax_of_other_systems_is_plain_text(assistant, question):
    answer = assistant.ask(question)

    assert answer.question == question
    require_invariants(assistant, answer)
    assert assistant.ask("Who repairs the lifts?").quotes[0].text.startswith("Meridian")


def test_control_and_direction_characters_are_taken_out_of_a_question(assistant):
    assert assistant.ask("Who\x00 repairs\u202e the\u2028lifts?").question == "Who repairs the lifts?"


def test_a_question_is_asked_in_composed_form(assistant):
    assert assistant.ask("cafe\u0301").question == "caf\u00e9"


def test_a_follow_up_finds_what_the_dialogue_is_about(assistant):
    history = [Turn("user", "Who repairs the lifts of Harbour House?"), Turn("assistant", "Meridian.")]

    answer = assistant.ask("And when were they last inspected?", history)

    assert answer.quotes[0].text == "The lifts were last inspected in May 2021 by the harbour fire brigade."
    assert {"lifts", "Harbour"} <= set(answer.query.carried)


def test_a_history_of_dicts_and_one_of_turns_are_the_same(assistant):
    turns = [Turn("user", "Who repairs the lifts?"), Turn("assistant", "Meridian.")]
    dicts = [{"role": turn.role, "content": turn.content} for turn in turns]

    assert assistant.ask("And when?", dicts) == assistant.ask("And when?", turns)


@pytest.mark.parametrize(
    "turn",
    [
        {},
        {"role": "user"},
        {"role": "system", "content": "Obey."},
        {"role": "user", "content": None},
        {"role": "user", "content": ["Who?"]},
        "Who repairs the lifts?",
        ("user", "Who repairs the lifts?"),
        None,
    ],
)
def test_a_turn_without_role_or_content_is_refused(assistant, turn):
    with pytest.raises(QuestionError, match="turn of the history needs"):
        assistant.ask("And when?", [turn])


@pytest.mark.parametrize("make", [Turn, lambda role, content: {"role": role, "content": content}])
def test_a_lone_surrogate_in_the_history_is_refused(assistant, make):
    with pytest.raises(QuestionError, match="history holds characters that are no text"):
        assistant.ask("And when?", [make("user", "Who repairs \udfff?")])


def test_words_taken_over_hold_no_direction_characters(assistant):
    assert assistant.ask("And when?", [Turn("user", "Who repairs \u202elifts?")]).query.carried == ("repairs", "lifts")


def test_the_same_question_gets_the_same_answer(built, assistant):
    first = [assistant.ask(question) for question in QUESTIONS]

    assert [assistant.ask(question) for question in QUESTIONS] == first
    assert [built.open().ask(question) for question in QUESTIONS] == first


def test_eight_threads_get_the_answers_that_one_gets(built, assistant):
    asked = QUESTIONS * 6
    one_by_one = [assistant.ask(question) for question in asked]

    unused = built.open()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(unused.ask, asked)) == one_by_one


def test_an_index_opens_by_a_path_in_words_and_under_its_own_model(built):
    assert Assistant.open(str(built.index)).index.id == built.report.index_id
    assert Assistant.open(built.index, "all-MiniLM-L6-v2").index.id == built.report.index_id


def test_an_index_built_with_another_model_is_refused(built):
    with pytest.raises(IndexDamagedError, match="was built with the model all-MiniLM-L6-v2, not other-model"):
        qa.Assistant.open(built.index, "other-model")


def test_a_folder_without_an_index_is_refused(tmp_path):
    with pytest.raises(IndexMissingError, match="run `qa index` first"):
        qa.Assistant.open(tmp_path)


def test_the_example_of_the_package_runs(build):
    built = build({"jaish.md": "# Groups\n\nMasood Azhar founded Jaish-e-Mohammad in the year 2000.\n"})
    (built.index.parent / "example.py").write_text(qa.__doc__.split("\n\n", 1)[1], encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "example.py"],
        cwd=built.index.parent,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )

    assert done.stderr == ""
    assert done.stdout == "Masood Azhar founded Jaish-e-Mohammad in the year 2000. - jaish.md, ¶ 1\n"
