"""Why a passage stands where it stands: the shares of a score, and the question's words that were found."""

import pytest

from qa.answering.assistant import MOST_PASSAGES, Assistant
from qa.answering.evidence import PASSAGE_SIGNALS, SENTENCE_SIGNALS
from qa.types import Turn

FILES = {
    "fees/old.md": "---\ndate: 2018\n---\n# Berth fees\n\nA berth at the northern quay costs 9 crowns a week.\n",
    "fees/new.md": "---\ndate: 2020\n---\n# Berth fees\n\nA berth at the southern quay costs 11 crowns a week.\n",
    "lifts.md": "# Lifts\n\nMeridian repairs the lifts of Harbour House at night.\n",
    "pilots.md": "# Pilots\n\nThe Harbour Pilots Office (HPO) opens at eight.\n\n"
    "## Boats\n\nThe Harbour Pilots Office has three boats.\n",
    "cranes.md": "# Cranes\n\n" + "\n\n".join(f"## Crane {n}\n\nCrane {n} lifts {n} tons." for n in range(1, 31)),
}
QUESTIONS = [
    "Who repairs the lifts?",
    "What does a berth currently cost?",
    "How much does crane 7 lift?",
    "Where is the HPO?",
    "what is the of and to?",
]


@pytest.fixture(scope="module")
def built(build):
    return build(FILES)


@pytest.fixture(scope="module")
def assistant(built):
    return built.open()


class Sevens:
    """A reranker that likes sevens."""

    def scores(self, question, passages):
        return [0.75 if "7" in passage else 0.125 for passage in passages]


def reasons_of(assistant, question, document, history=()):
    hits = assistant.ask(question, history, k=MOST_PASSAGES).hits
    return next(hit.reasons for hit in hits if hit.chunk.document_id == document)


@pytest.mark.parametrize("reranker", [None, Sevens()], ids=["without a reranker", "with one"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_shares_sum_to_the_score(assistant, question, reranker):
    hits = Assistant(assistant.index, assistant.calibration, reranker).ask(question, k=MOST_PASSAGES).hits

    assert len(hits) > 30
    for hit in hits:
        assert sum(hit.reasons.shares.values()) == pytest.approx(hit.score)


def test_every_signal_has_a_share_and_a_date_has_one_where_it_counts(assistant):
    signals = {*PASSAGE_SIGNALS, *(f"sentence: {name}" for name in SENTENCE_SIGNALS)}
    plain = reasons_of(assistant, "What does a berth cost?", "fees/new.md")
    dated = reasons_of(assistant, "What does a berth currently cost?", "fees/new.md")

    assert plain.signals.keys() == plain.shares.keys() == signals
    assert dated.shares.keys() == {*signals, "date"}
    assert dated.shares["date"] == pytest.approx(0.1)


def test_a_reranker_has_half_of_the_score(assistant):
    hits = Assistant(assistant.index, assistant.calibration, Sevens()).ask("How much does crane 7 lift?").hits

    assert hits[0].reasons.shares["reranker"] == pytest.approx(0.375)


def test_the_scores_of_both_retrievers_and_their_rank_together_are_told(assistant):
    answer = assistant.ask("Who repairs the lifts?", k=MOST_PASSAGES)
    best = answer.hits[0].reasons

    assert best.fused_rank == 1
    assert best.lexical_score > 0.0
    assert best.dense_score == pytest.approx(best.signals["cosine"])
    assert sorted(hit.reasons.fused_rank for hit in answer.hits) == list(range(1, len(answer.hits) + 1))


@pytest.mark.parametrize(
    ("question", "document", "terms"),
    [
        ("Who repaired “the LIFT”, at nights?", "lifts.md", ("repaired", "LIFT", "nights")),
        ("lifts, lifts and Lifts", "lifts.md", ("lifts", "Lifts")),
        ("Who repairs the lifts?", "pilots.md", ()),
        ("What are the fees?", "fees/new.md", ("fees",)),
        ("Where is the HPO?", "pilots.md", ("HPO",)),
        ("what is the of and to?", "lifts.md", ()),
    ],
)
def test_the_words_of_the_question_that_a_passage_holds_are_told_as_typed(assistant, question, document, terms):
    assert reasons_of(assistant, question, document).terms == terms


def test_an_acronym_is_held_by_a_passage_that_writes_it_out(assistant):
    hits = assistant.ask("Where is the HPO?", k=MOST_PASSAGES).hits

    (written_out,) = (hit for hit in hits if "three boats" in hit.chunk.text)
    assert written_out.reasons.terms == ("HPO",)


def test_words_taken_over_are_told_too(assistant):
    history = [Turn("user", "Who repairs the lifts of Harbour House?")]

    assert {"lifts", "Harbour"} <= set(reasons_of(assistant, "And when?", "lifts.md", history).terms)
