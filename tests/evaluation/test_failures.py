from dataclasses import replace

import pytest

from qa.evaluation.failures import Failure, Needed, classify
from qa.evaluation.run import DEPTH, judge
from qa.evaluation.sets import Gold, Question

FOUND = Needed("indexed", 1, None, True)
FILES = {
    "quay.md": "# North quay\n\nThe north quay was rebuilt in 1987. Coal was landed there before. "
    "Fishermen mend their nets in the sheds behind every winter.\n",
    "ferry.md": "# Ferries\n\nThe last ferry to Skarholm leaves at 23:40. (Sources: Harbour Gazette; Tariff 2020)\n",
    "lunch.md": "# Canteen\n\nLunch in the canteen costs 4 crowns.\n",
    **{f"pier-{number}.md": f"# Pier {number}\n\nPier {number} has {number} bollards.\n" for number in range(2, 30)},
}
FERRY = Gold("ferry.md", "The last ferry to Skarholm leaves at 23:40.")
LUNCH = Gold("lunch.md", "Lunch in the canteen costs 4 crowns.")


@pytest.fixture(scope="module")
def assistant(build):
    return build(FILES).open()


def judged(assistant, text, *gold, **changed):
    question = Question("q", text, gold, not gold, "", None, "")
    return judge(assistant, question, replace(assistant.ask(text, k=DEPTH), **changed), 0.0)


@pytest.mark.parametrize(
    ("needed", "outcome", "expected"),
    [
        ([FOUND], "answered", Failure.RIGHT),
        ([FOUND], "related", Failure.SHOULD_HAVE_ANSWERED),
        ([replace(FOUND, quoted=False)], "related", Failure.WRONG_QUOTE),
        ([replace(FOUND, passage_rank=2)], "answered", Failure.RANKED_LOW),
        ([Needed("indexed", None, 57, False)], "answered", Failure.RANKED_LOW),
        ([Needed("indexed", None, None, False)], "answered", Failure.NOT_A_CANDIDATE),
        ([Needed("not indexed", None, None, False)], "nothing", Failure.NOT_INDEXED),
        ([Needed("stale", None, None, False)], "nothing", Failure.STALE_GOLD),
        ([FOUND, replace(FOUND, passage_rank=5)], "answered", Failure.RIGHT),
        ([FOUND, replace(FOUND, passage_rank=6)], "answered", Failure.RANKED_LOW),
        ([replace(FOUND, passage_rank=2), replace(FOUND, passage_rank=3)], "answered", Failure.RANKED_LOW),
        ([FOUND, Needed("indexed", None, None, False)], "answered", Failure.NOT_A_CANDIDATE),
    ],
)
def test_the_first_stage_that_lost_a_question_names_its_class(needed, outcome, expected):
    assert classify(False, outcome, needed) is expected


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [("answered", Failure.SHOULD_HAVE_ABSTAINED), ("related", Failure.RIGHT), ("nothing", Failure.RIGHT)],
)
def test_what_the_documents_do_not_answer_should_not_be_answered(outcome, expected):
    assert classify(True, outcome, []) is expected


def test_every_class_says_what_it_means():
    assert all(failure.label and failure.sentence.endswith(".") for failure in Failure)


def test_a_question_that_is_answered_rightly_is_right(assistant):
    found = judged(assistant, "When does the last ferry to Skarholm leave?", FERRY, outcome="answered")

    assert found.failure is Failure.RIGHT


def test_a_document_that_is_not_in_the_index_is_not_indexed(assistant):
    found = judged(assistant, "When does the last ferry leave?", Gold("trams.md", "The last tram leaves at 1:00."))

    assert found.failure is Failure.NOT_INDEXED


def test_words_in_a_list_of_sources_are_not_indexed(assistant):
    found = judged(assistant, "Which gazette?", Gold("ferry.md", "Harbour Gazette; Tariff 2020"))

    assert found.failure is Failure.NOT_INDEXED


def test_a_quote_that_was_edited_is_stale_and_the_nearest_text_is_told(assistant):
    found = judged(
        assistant, "When does the last ferry leave?", Gold("ferry.md", "The last ferry to Skarholm leaves at 22:40.")
    )

    assert found.failure is Failure.STALE_GOLD
    assert found.places[0].nearest == FERRY.quote


def test_a_passage_beyond_those_shown_is_looked_for_among_the_candidates(assistant):
    found = judged(assistant, "How many bollards has the pier?", LUNCH)

    assert found.passage_rank is None
    assert found.failure is Failure.RANKED_LOW  # of so few passages every one is a candidate
    assert DEPTH < found.candidate_rank <= found.candidate_count == len(FILES)


def test_what_neither_search_finds_is_no_candidate(assistant, monkeypatch):
    monkeypatch.setattr(assistant, "candidates", lambda question, history: [])

    assert judged(assistant, "How many bollards has the pier?", LUNCH).failure is Failure.NOT_A_CANDIDATE


def test_the_right_paragraph_with_other_words_quoted_is_a_wrong_quote(assistant):
    found = judged(
        assistant,
        "When was the north quay rebuilt?",
        Gold("quay.md", "Fishermen mend their nets in the sheds behind every winter."),
    )

    assert (found.passage_rank, found.failure) == (1, Failure.WRONG_QUOTE)


def test_a_right_answer_that_was_withheld_should_have_been_given(assistant):
    found = judged(assistant, "When does the last ferry to Skarholm leave?", FERRY, outcome="nothing")

    assert found.failure is Failure.SHOULD_HAVE_ANSWERED
