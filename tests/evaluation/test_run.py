from dataclasses import replace

import pytest

from qa.evaluation.run import DEPTH, Span, judge, locate, run
from qa.evaluation.sets import Gold, Question

FILES = {
    "quay.md": "# North quay\n\nThe north quay was rebuilt in 1987. The work took 14 months.\n\n"
    "## Cranes\n\nThe quay has four cranes, each of which lifts 40 tons.\n",
    "ferry.md": "# Ferries\n\nThe last ferry to Skarholm leaves at 23:40.\n",
    "lunch.md": "# Canteen\n\nLunch in the canteen costs 4 crowns.\n",
}
FERRY = Gold("ferry.md", "The last ferry to Skarholm leaves at 23:40.")


@pytest.fixture(scope="module")
def assistant(build):
    return build(FILES).open()


def question(text="When does the last ferry leave?", *gold, question_id="q", parent_id=None):
    return Question(question_id, text, gold, not gold, "", parent_id, "")


def judged(assistant, text, *gold):
    asked = question(text, *gold)
    return judge(assistant, asked, assistant.ask(text, k=DEPTH), 0.0)


def answer_from(assistant, *documents):
    """Return an answer whose hits and quotes come from these documents, in this order."""
    answers = [assistant.ask("Tell me about this", documents=[document], k=1) for document in documents]
    return replace(
        answers[0],
        hits=tuple(hit for answer in answers for hit in answer.hits),
        quotes=tuple(quote for answer in answers for quote in answer.quotes),
    )


def test_a_gold_quote_is_located_by_its_words(assistant):
    text = assistant.index.document("quay.md").text
    start = text.index("The work took")

    assert locate(assistant, Gold("quay.md", "The work took 14 months.")) == [Span("quay.md", start, start + 24)]


def test_white_space_in_a_gold_quote_does_not_matter(assistant):
    wrapped = Gold("ferry.md", " The last ferry to\n  Skarholm leaves at 23:40. ")

    assert locate(assistant, wrapped) == locate(assistant, FERRY)


@pytest.mark.parametrize("gold", [Gold("ferry.md", "The last ferry leaves at noon."), Gold("no-such.md", "The")])
def test_a_quote_that_stands_nowhere_any_more_is_not_located(assistant, gold):
    assert locate(assistant, gold) == []


def test_the_rank_is_that_of_the_first_passage_and_quote_with_gold_words(assistant):
    asked = question("Tell me about this", FERRY)

    found = judge(assistant, asked, answer_from(assistant, "lunch.md", "ferry.md", "quay.md"), 0.0)

    assert (found.passage_rank, found.quote_rank) == (2, 2)


def test_any_of_several_gold_quotes_counts(assistant):
    asked = question("Tell me about this", FERRY, Gold("lunch.md", "Lunch in the canteen costs 4 crowns."))

    found = judge(assistant, asked, answer_from(assistant, "lunch.md", "ferry.md"), 0.0)

    assert (found.passage_rank, found.quote_rank) == (1, 1)


def test_an_answer_without_gold_words_has_no_rank(assistant):
    found = judge(assistant, question("Tell me about this", FERRY), answer_from(assistant, "lunch.md"), 0.0)

    assert (found.passage_rank, found.quote_rank) == (None, None)


def test_the_same_words_in_another_document_are_not_gold(assistant):
    asked = question("Tell me about this", Gold("quay.md", "The"))

    found = judge(assistant, asked, answer_from(assistant, "ferry.md"), 0.0)

    assert found.passage_rank is None


def test_a_passage_beside_which_the_gold_is_cited_as_saying_the_same_has_found_it(assistant):
    answer = answer_from(assistant, "lunch.md", "quay.md")
    beside = replace(answer.hits[1], also_in=("lunch.md, ¶ 9", "ferry.md, ¶ 1"))
    cited = replace(answer, hits=(answer.hits[0], beside))

    found = judge(assistant, question("Tell me about this", FERRY), cited, 0.0)

    assert (found.passage_rank, found.quote_rank) == (2, None)


def test_the_first_of_a_passage_that_holds_the_gold_and_one_beside_which_it_is_cited_counts(assistant):
    answer = answer_from(assistant, "ferry.md", "quay.md")
    beside = replace(answer.hits[1], also_in=("ferry.md, ¶ 1",))

    held_first = judge(assistant, question("x", FERRY), replace(answer, hits=(answer.hits[0], beside)), 0.0)
    cited_first = judge(assistant, question("x", FERRY), replace(answer, hits=(beside, answer.hits[0])), 0.0)

    assert (held_first.passage_rank, cited_first.passage_rank) == (1, 1)


@pytest.mark.parametrize(("held", "rank"), [(22, 1), (21, None)])
def test_a_quote_counts_from_half_of_the_gold_words_on(assistant, held, rank):
    (gold,) = locate(assistant, FERRY)
    assert gold.end - gold.start == 43
    answer = answer_from(assistant, "ferry.md")
    part = replace(answer.quotes[0], start=gold.start, end=gold.start + held, text=FERRY.quote[:held])

    found = judge(assistant, question("Tell me about this", FERRY), replace(answer, quotes=(part,)), 0.0)

    assert found.quote_rank == rank
    assert found.quotes_verbatim


def test_exactly_half_of_the_gold_words_is_enough(assistant):
    gold = Gold("ferry.md", "The last ferry to Skarholm leaves at 23:4")
    assert len(gold.quote) == 41
    even = replace(gold, quote=gold.quote[:40])
    answer = answer_from(assistant, "ferry.md")
    start = answer.quotes[0].start
    half = replace(answer.quotes[0], start=start, end=start + 20, text=even.quote[:20])

    assert judge(assistant, question("x", even), replace(answer, quotes=(half,)), 0.0).quote_rank == 1
    assert judge(assistant, question("x", gold), replace(answer, quotes=(half,)), 0.0).quote_rank is None


def test_a_gold_quote_that_is_gone_is_reported_and_the_others_still_count(assistant):
    gone = Gold("ferry.md", "The last ferry leaves at noon.")

    found = judged(assistant, "When does the last ferry leave?", gone, FERRY)

    assert found.stale_gold == (gone,)
    assert found.passage_rank == 1


def test_quotes_that_are_not_word_for_word_are_noticed(assistant):
    answer = assistant.ask("When does the last ferry leave?")
    altered = replace(answer.quotes[0], text=answer.quotes[0].text.replace("23:40", "22:40"))

    assert judge(assistant, question(), answer, 0.0).quotes_verbatim
    assert not judge(assistant, question(), replace(answer, quotes=(altered,)), 0.0).quotes_verbatim


def test_a_run_asks_every_question_in_order_and_times_it(assistant):
    questions = [
        question("When does the last ferry leave?", FERRY, question_id="a"),
        question("What does lunch cost?", Gold("lunch.md", "Lunch in the canteen costs 4 crowns."), question_id="b"),
        question("Which planet has the most moons?", question_id="c"),
    ]

    results = run(assistant, questions)

    assert [result.question.id for result in results] == ["a", "b", "c"]
    assert [result.answer.question for result in results] == [asked.question for asked in questions]
    assert [result.passage_rank for result in results] == [1, 1, None]
    assert all(0 < result.seconds < 10 for result in results)


def test_a_run_asks_a_follow_up_after_its_dialogue(assistant):
    questions = [
        question("When does the last ferry to Skarholm leave?", FERRY, question_id="a"),
        question("And from where?", question_id="b", parent_id="a"),
    ]

    first, second = run(assistant, questions)

    assert first.answer.query.carried == ()
    assert {"ferry", "Skarholm"} <= set(second.answer.query.carried)


def test_a_run_tells_how_far_it_is(assistant):
    told = []

    run(
        assistant,
        [question(question_id="a"), question(question_id="b")],
        lambda done, total: told.append((done, total)),
    )

    assert told == [(0, 2), (1, 2), (2, 2)]
