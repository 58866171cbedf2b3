import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from answers import Titles, answer, quote
from qa.answering.scope import Scope
from qa.types import Correction, Difference, Turn
from qa.web.answers import Differing, Passage, ShownAnswer, Side, Signal, Why, WordPair, Words, shown_answer
from qa.web.ask.exchange import Exchange, NearHeading, Suggestions, history_before
from qa.web.asked import AskedScope

TEXT = st.text(max_size=20)
LISTED = st.lists(TEXT, max_size=2)
COUNT = st.integers(0, 10**9)
RANK = st.none() | st.integers(1, 10**6)
SCORE = st.floats(allow_nan=False, allow_infinity=False)
DATE = st.sampled_from(["", "2024", "2024-03", "2024-03-31"])

WORDS = st.builds(
    Words,
    label=st.text(max_size=8),
    text=TEXT,
    citation=TEXT,
    page=st.none() | TEXT,
    paragraph=st.integers(1, 10**6),
    start=COUNT,
    end=COUNT,
    source=TEXT,
)
SIGNALS = st.builds(Signal, name=TEXT, label=TEXT, seen=st.none() | SCORE, added=SCORE)
WHY = st.builds(
    Why,
    words=LISTED,
    lexical_rank=RANK,
    lexical_score=SCORE,
    dense_rank=RANK,
    dense_score=SCORE,
    score=SCORE,
    signals=st.lists(SIGNALS, max_size=2),
)
PASSAGES = st.builds(
    Passage,
    words=WORDS,
    more=st.lists(WORDS, max_size=1),
    document=TEXT,
    title=TEXT,
    heading=TEXT,
    date=TEXT,
    also_in=LISTED,
    replaced_by=TEXT,
    replaced_by_title=TEXT,
    why=WHY,
)
SIDES = st.lists(st.builds(Side, passage=st.just(0), value=TEXT), max_size=2)
DIFFERING = st.builds(Differing, kind=st.sampled_from(["number", "date", "negation"]), sides=SIDES)
PAIRS = st.lists(st.builds(WordPair, typed=TEXT, searched=TEXT), max_size=2)
ANSWERS = st.builds(
    ShownAnswer,
    question=TEXT,
    outcome=st.sampled_from(["answered", "related", "nothing"]),
    confidence=st.floats(0, 1),
    passages=st.lists(PASSAGES, min_size=1, max_size=2),
    differences=st.lists(DIFFERING, max_size=1),
    corrections=PAIRS,
    also_searched=PAIRS,
    carried=LISTED,
    index=TEXT,
)
EXCHANGES = st.builds(
    Exchange,
    number=st.integers(0, 10**6),
    question=TEXT,
    asked_at=TEXT,
    answer=st.none() | ANSWERS,
    refusal=TEXT,
    dropped=LISTED,
    as_typed=st.booleans(),
    alone=st.booleans(),
    scope=st.builds(AskedScope, documents=LISTED, collections=LISTED, since=DATE, until=DATE),
    linked_index=TEXT,
    suggestions=st.builds(
        Suggestions, questions=LISTED, headings=st.lists(st.builds(NearHeading, heading=TEXT, source=TEXT), max_size=1)
    ),
)


def exchange(made, number=0, **fields):
    return Exchange(number=number, question=made.question, answer=shown_answer(made, Titles()), **fields)


@given(EXCHANGES)
@settings(max_examples=50, deadline=None)
def test_an_exchange_that_a_browser_kept_comes_back_as_it_was(kept):
    assert Exchange.model_validate_json(kept.model_dump_json()) == kept


def test_an_answer_to_a_question_comes_back_as_it_was():
    pair = [quote("It is 9 crowns."), quote("It is 12 crowns.")]
    kept = exchange(answer(*pair, differences=[Difference("number", (1, 0), ("12", "9"))]))

    assert Exchange.model_validate_json(kept.model_dump_json()) == kept


@pytest.mark.parametrize(
    "changed",
    [
        {"number": -1},
        {"number": 10**7},
        {"question": "x" * 4_001},
        {"unknown": True},
        {"answer": {}},
        {"dropped": ["x"] * 101},
        {"scope": {"since": "last year"}},
        {"scope": {"until": "٢٠٢٤"}},
        {"scope": {"since": "2024-03-31T00:00"}},
    ],
    ids=str,
)
def test_what_no_exchange_has_is_refused(changed):
    with pytest.raises(ValidationError):
        Exchange.model_validate({"number": 0, "question": "When?", **changed})


@pytest.mark.parametrize("place", [-1, 1])
def test_sources_that_differ_are_among_those_of_the_answer(place):
    kept = exchange(answer(quote(), differences=[Difference("number", (0,), ("9",))])).model_dump()
    kept["answer"]["differences"][0]["sides"][0]["passage"] = place

    with pytest.raises(ValidationError, match="sources differ that the answer does not hold"):
        Exchange.model_validate(kept)


@pytest.mark.parametrize("outcome", ["related", "nothing"])
def test_what_is_no_answer_leaves_the_question_alone_to_the_dialogue(outcome):
    question = Turn("user", "What does a berth cost?")

    assert exchange(answer(quote(), outcome=outcome)).turns == [question]
    assert exchange(answer(quote())).turns == [question, Turn("assistant", "A berth costs 9 crowns.")]


def test_what_could_not_be_asked_leaves_nothing_to_the_dialogue():
    refused = Exchange(number=0, question=" ", refusal="Write a question.")

    assert refused.turns == []
    assert not refused.opens_subject


def test_a_subject_is_opened_by_what_takes_nothing_over_and_by_what_is_asked_alone():
    follows = answer(quote(), carried=["berth"])

    assert exchange(answer(quote())).opens_subject
    assert not exchange(follows).opens_subject
    assert exchange(follows, alone=True).opens_subject


def test_before_a_subject_nothing_counts():
    first, second, third = (answer(quote(f"{word}."), carried=carried) for word, carried in TOLD)

    history = history_before([exchange(first), exchange(second, 1), exchange(third, 2)])

    assert [turn.content for turn in history if turn.role == "assistant"] == ["Two.", "Three."]
    assert history_before([]) == []


TOLD = (("One", ()), ("Two", ()), ("Three", ("two",)))


def test_a_word_taken_over_is_known_as_it_was_typed_too():
    corrected = exchange(answer(quote(), corrections=[Correction("prisonre", "prisoner"), Correction("brth", "berth")]))

    assert corrected.carried_forms("prisoner") == ["prisoner", "prisonre"]
    assert corrected.carried_forms("fee") == ["fee"]


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({}, ""),
        ({"collections": ["Leave"], "documents": ["a.md"]}, "Leave, a.md"),
        ({"since": "2024", "until": "2025-03"}, "2024 – 2025-03"),
        ({"collections": ["Leave"], "since": "2024"}, "Leave, 2024 –"),
        ({"until": "2024-03-31"}, "– 2024-03-31"),
    ],
)
def test_a_scope_is_named_in_words(limits, said):
    asked = AskedScope(**limits)

    assert asked.in_words == said
    assert asked.is_everything == (not limits)
    assert asked.scope == Scope(**{name: tuple(v) if isinstance(v, list) else v for name, v in limits.items()})


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "-Infinity"])
def test_a_figure_that_json_cannot_write_is_refused(figure):
    written = Exchange(number=0, question="x", answer=shown_answer(answer(quote()), Titles())).model_dump_json()
    tampered = written.replace('"confidence":0.7', f'"confidence":{figure}')

    assert tampered != written
    with pytest.raises(ValidationError):
        Exchange.model_validate_json(tampered)


def test_more_differing_sources_than_an_answer_has_are_refused():
    shown = shown_answer(answer(quote()), Titles())
    many = Differing(kind="number", sides=[Side(passage=0, value="1")] * 501)

    with pytest.raises(ValidationError, match="sources differ"):
        Exchange(number=0, question="x", answer=shown.model_copy(update={"differences": [many]}))
