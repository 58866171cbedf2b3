"""What is suggested: from the question sets of the organisation, and from the headings beside what was cited."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation.sets import load, write
from qa.indexing.tokens import tokenize
from qa.web.ask.suggestions import LONGEST_STARTER, STARTERS, Suggester, alike, near_headings

PLACES = ["bakery", "castle", "harbour", "library", "museum", "pharmacy", "school", "theatre"]
HOURS = dict(zip(PLACES, "five six seven eight nine ten eleven twelve".split(), strict=True))
MORE = "The keeper of the {place} is paid {pay} crowns a month."
FILES = {
    f"{place}.md": f"# The {place}\n\n## Hours\n\nThe {place} opens at {HOURS[place]}.\n\n"
    f"## Pay\n\n{MORE.format(place=place, pay=1000 + number)}\n\n## Visits\n\nChildren visit the {place} for free.\n"
    for number, place in enumerate(PLACES)
}


def hours(place):
    return f"When does the {place} open?"


def pay(place):
    return f"What is the keeper of the {place} paid?"


def question(number, text, document, words, **fields):
    return {"id": f"q-{number}", "question": text, "gold": [{"document": document, "quote": words}], **fields}


def questions():
    """Return two questions for each document, a jotted one before them for one, and some that are no starters."""
    lines = [question("jotted", "harbour opening time", "harbour.md", "seven")]
    for place in PLACES:
        lines.append(question(f"{place}-1", hours(place), f"{place}.md", HOURS[place]))
        lines.append(question(f"{place}-2", pay(place), f"{place}.md", "crowns a month"))
    lines.append(question("after", "And who is the keeper?", "castle.md", "keeper", parent_id="q-castle-1"))
    said = [{"role": "user", "content": hours("castle")}]
    lines.append(question("said", "And who keeps its key?", "castle.md", "keeper", history=said))
    lines.append(question("gone", "When does the mill open?", "mill.md", "at noon"))
    lines.append(question("long", f"Please tell me {'very ' * 30}kindly when the museum opens?", "museum.md", "nine"))
    lines.append({"id": "none", "question": "Who owns the moon?", "unanswerable": True, "gold": []})
    return lines


def written(folder, lines):
    """Write a question set into a new folder, and return that."""
    folder.mkdir()
    (folder / "set.jsonl").write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def town(build):
    return build(FILES)


@pytest.fixture(scope="module")
def assistant(town):
    return town.open()


@pytest.fixture
def evals(tmp_path):
    return written(tmp_path / "evals", questions())


@pytest.fixture
def suggester(evals):
    return Suggester(evals)


def document_of(text):
    """Return the document that a question of these is about."""
    (place,) = (place for place in PLACES if place in text)
    return f"{place}.md"


def test_starters_are_answered_each_from_a_document_of_its_own(suggester, assistant):
    starters = suggester.starters(assistant)

    assert len(starters) == STARTERS
    assert len({document_of(starter) for starter in starters}) == STARTERS
    for starter in starters:
        answer = assistant.ask(starter)
        assert answer.outcome != "nothing"
        assert answer.quotes[0].paragraph.document_id == document_of(starter)


def test_starters_are_spread_over_the_documents(build, tmp_path):
    many = sorted([*PLACES, "abbey", "dairy", "forge", "inn", "mill", "quarry", "tower", "vineyard"])
    files = {f"{name}.md": f"# The {name}\n\nThe {name} opens at six in the morning.\n" for name in many}
    lines = [question(name, hours(name), f"{name}.md", "six") for name in many]

    starters = Suggester(written(tmp_path / "evals", lines)).starters(build(files).open())

    places = [many.index(name) for starter in starters for name in many if name in starter]
    assert len(places) == STARTERS
    assert max(places) - min(places) >= len(many) // 2


def test_tidy_questions_come_before_jotted_ones(suggester, assistant):
    starters = suggester.starters(assistant)

    assert all(starter[0].isupper() and starter.endswith("?") for starter in starters)


def test_a_jotted_question_is_never_offered(tmp_path, assistant):
    jotted = [question("1", "harbour opening time", "harbour.md", "seven")]

    assert "harbour opening time" not in Suggester(written(tmp_path / "evals", jotted)).starters(assistant)


def test_those_of_a_collection_are_answered_from_its_documents_and_an_unknown_one_has_none(build, evals):
    files = {f"{'south' if place < 'm' else 'north'}/{place}.md": FILES[f"{place}.md"] for place in PLACES}
    suggester, assistant = Suggester(evals), build(files).open()

    starters = suggester.starters(assistant, "north")

    assert starters
    assert all(assistant.ask(starter).quotes[0].paragraph.document_id.startswith("north/") for starter in starters)
    assert suggester.starters(assistant, "east") == []


def test_what_is_answered_from_another_document_is_no_starter(tmp_path, assistant):
    astray = [question("1", hours("castle"), "bakery.md", "five"), question("2", hours("school"), "school.md", "five")]

    assert Suggester(written(tmp_path / "evals", astray)).starters(assistant) == [hours("school")]


def test_a_few_documents_give_more_than_one_starter_each(tmp_path, assistant):
    lines = [question("1", hours("castle"), "castle.md", "six"), question("2", pay("castle"), "castle.md", "crowns")]

    assert Suggester(written(tmp_path / "evals", lines)).starters(assistant) == [hours("castle"), pay("castle")]


def test_without_sets_the_titles_are_starters(tmp_path, assistant):
    starters = Suggester(tmp_path / "no such folder").starters(assistant)

    assert len(starters) == STARTERS
    assert set(starters) <= {f"The {place}" for place in PLACES}


def test_a_broken_set_is_passed_over_and_the_others_are_read(evals, assistant):
    (evals / "a broken.jsonl").write_text('{"id": 1}\nno JSON', encoding="utf-8")
    (evals / "empty.jsonl").write_text("", encoding="utf-8")

    assert len(Suggester(evals).starters(assistant)) == STARTERS


def test_sets_of_every_format_are_read_and_a_gate_is_none(tmp_path, assistant):
    lines = [question("1", hours("castle"), "castle.md", "six")]
    evals = written(tmp_path / "evals", lines)
    write([*load(evals / "set.jsonl")], evals / "other.csv")
    (evals / "set.jsonl").rename(tmp_path / "set.jsonl")
    (evals / "gate.yaml").write_text("sets: [other.csv]\nat_least: {all: {success_at_1: 1}}\n")

    assert Suggester(evals).starters(assistant) == [hours("castle")]


def test_starters_are_worked_out_once_for_an_index_and_anew_for_another(suggester, assistant, build):
    first = suggester.starters(assistant)
    other = build({"castle.md": FILES["castle.md"]}).open()

    assert suggester.starters(assistant) is first
    assert suggester.starters(other) == [hours("castle"), pay("castle")]
    assert suggester.next(other, other.ask(hours("castle")), []).questions == [pay("castle")]
    assert suggester.starters(assistant) == first


def test_next_questions_are_those_that_the_cited_documents_answer(suggester, assistant):
    suggested = suggester.next(assistant, assistant.ask(hours("castle")), []).questions

    assert suggested[0] == pay("castle")
    assert hours("castle") not in suggested


def test_what_was_asked_is_not_suggested_again(suggester, assistant):
    answer = assistant.ask(pay("castle"))

    for asked in ([hours("castle")], [f"{hours('castle').casefold()}?"], ["the castle: when does it open"]):
        suggested = suggester.next(assistant, answer, asked).questions
        assert not {hours("castle"), pay("castle")} & set(suggested)


def test_no_follow_up_long_or_unanswerable_question_is_suggested(suggester, assistant):
    for place in PLACES:
        for text in suggester.next(assistant, assistant.ask(f"Do children visit the {place}?"), []).questions:
            assert len(text) <= LONGEST_STARTER
            assert text not in (
                "And who is the keeper?",
                "And who keeps its key?",
                "Who owns the moon?",
                "When does the mill open?",
            )


def test_suggested_questions_differ_from_each_other(tmp_path, assistant):
    same = [question(str(n), text, "castle.md", "six") for n, text in enumerate([hours("castle"), "castle open when"])]

    suggested = Suggester(written(tmp_path / "evals", same)).next(assistant, assistant.ask(pay("castle")), [])

    assert suggested.questions == [hours("castle")]


def test_where_nothing_was_found_nothing_is_suggested(suggester, assistant):
    answer = assistant.ask(hours("castle"), documents=[])

    assert answer.outcome == "nothing"
    suggested = suggester.next(assistant, answer, [])
    assert (suggested.questions, suggested.headings) == ([], [])


def test_headings_beside_the_cited_paragraph_are_suggested_and_open_there(suggester, assistant):
    headings = suggester.next(assistant, assistant.ask(pay("castle")), []).headings

    assert [near.heading for near in headings] == ["Hours", "Visits"]
    assert [near.source for near in headings] == ["source/castle.md?p=1#p1", "source/castle.md?p=3#p3"]


def test_the_nearest_headings_are_those_suggested(build):
    sections = "".join(f"## Part {number}\n\nWords of part {number}.\n\n" for number in range(1, 10))
    index = build({"a b/ü.md": f"# All\n\n{sections}"}).open().index
    document = index.document("a b/ü.md")

    near = near_headings(document, 5)

    assert [found.heading for found in near] in (["Part 3", "Part 4", "Part 6"], ["Part 4", "Part 6", "Part 7"])
    assert near[0].source.startswith("source/a%20b/%C3%BC.md?p=")
    assert near_headings(document, 99)


@given(st.text(min_size=1))
def test_a_question_is_like_itself(text):
    assert alike(text, text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("When does the ferry leave?", "the ferry leaves when", True),
        ("When does the ferry leave?", "When does the ferry to Skarholm leave?", True),
        ("When does the ferry leave?", "What does a berth cost?", False),
        ("Who are you?", "What is this?", False),
        ("Who are you?", "Who are you?", True),
    ],
)
def test_questions_are_alike_that_share_most_of_their_words(one, other, same):
    assert alike(one, other) is alike(other, one) is same
    assert same or not set(tokenize(one)) & set(tokenize(other))


def test_the_page_offers_starters_and_says_how_many_documents_there_are(client, live):
    told = client.get("/api/v1/starters").json()

    assert told["documents"] == len(live.current().index.titles())
    assert 0 < len(told["questions"]) <= STARTERS
