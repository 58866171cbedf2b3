"""From a widened query to ranked passages: candidates, what their dates add, and a reranker's second look."""

import pytest

from qa.answering.followup import prepare
from qa.answering.rank import fuse
from qa.answering.rerank import LOOKED_AT
from qa.answering.search import EVIDENCE_DEPTH, search
from qa.answering.timeliness import MOST_BONUS
from qa.answering.widening import widen
from qa.types import Turn

RULE = "---\ndate: {date}\n---\n# Berth fees\n\nA berth at the {quay} quay costs {fee} crowns a week.\n"
SHIPS = "barge cutter dredger ferry frigate ketch lighter schooner trawler yawl".split()
FILES = {
    "fees/old.md": RULE.format(date="2018-05-01", quay="northern", fee=9),
    "fees/new.md": RULE.format(date="2020-05-01", quay="southern", fee=11),
    "lifts.md": "# Lifts\n\nMeridian repairs the lifts of Harbour House at night.\n",
    "coal.md": "# Coal\n\n"
    + "\n\n".join(
        f"## The {ship} in berth {berth}\n\nThe {ship} in berth {berth} takes on {berth} tons of coal a day."
        for ship in SHIPS
        for berth in range(2, 8)
    ),
}


@pytest.fixture(scope="module")
def index(build):
    return build(FILES).open().index


def searched(index, question, k=5, documents=None, reranker=None, history=()):
    query = prepare(question, [Turn("user", text) for text in history], index=index)
    return search(index, widen(query, index.vocabulary), k, documents, reranker)


def documents_of(found):
    return [each.passage.chunk.document_id for each in found.found]


class Prefers:
    """A reranker that prefers passages with a word, and remembers what it was given."""

    def __init__(self, word):
        self.word = word
        self.seen = []

    def scores(self, question, passages):
        self.seen.append((question, list(passages)))
        return [float(self.word in passage) for passage in passages]


def test_passages_come_best_first_each_with_the_words_it_was_scored_by(index):
    found = searched(index, "Who repairs the lifts?")

    assert documents_of(found)[0] == "lifts.md"
    scores = [each.ranked.score for each in found.found]
    assert scores == sorted(scores, reverse=True)
    assert found.found[0].passage.chunk.text.startswith("Meridian")


def test_the_best_by_fused_score_are_looked_at_closely(index):
    found = searched(index, "How much coal does the trawler in berth 5 take on?")

    assert len(found.found) == EVIDENCE_DEPTH
    assert sorted(each.fused_rank for each in found.found) == list(range(1, EVIDENCE_DEPTH + 1))
    by_rank = sorted(found.found, key=lambda each: each.fused_rank)
    fused = [each.fused_score for each in by_rank]
    assert fused == sorted(fused, reverse=True)
    assert fused == pytest.approx(fuse([each.ranked.candidate for each in by_rank], found.asked.terms).tolist())


def test_more_are_looked_at_where_more_are_asked_for(index):
    assert len(searched(index, "coal in berth 5", k=EVIDENCE_DEPTH + 5).found) == EVIDENCE_DEPTH + 5


def test_only_the_documents_named_give_candidates(index):
    # Sixty passages on coal come before any other, so a filter behind the ranking would leave nothing.
    found = searched(index, "How much coal does the trawler take on?", documents=["lifts.md", "fees/old.md"])

    assert sorted(documents_of(found)) == ["fees/old.md", "lifts.md"]


@pytest.mark.parametrize("documents", [[], ["no-such.md"]])
def test_without_a_document_nothing_is_found(index, documents):
    assert searched(index, "Who repairs the lifts?", documents=documents, reranker=Prefers("lifts")).found == ()


@pytest.mark.parametrize(
    ("question", "bonuses"),
    [
        ("What does a berth cost?", {"fees/old.md": 0.0, "fees/new.md": 0.0}),
        ("What does a berth cost in 2018?", {"fees/old.md": MOST_BONUS, "fees/new.md": 0.0}),
        ("What does a berth currently cost?", {"fees/old.md": MOST_BONUS / 4, "fees/new.md": MOST_BONUS}),
    ],
)
def test_a_date_counts_only_for_a_question_that_asks_for_one(index, question, bonuses):
    found = searched(index, question)

    given = {each.passage.chunk.document_id: each.bonus for each in found.found}
    assert {document: given[document] for document in bonuses} == pytest.approx(bonuses)
    assert given.get("lifts.md", 0.0) == 0.0


def test_the_newest_of_two_that_say_the_same_comes_first_where_the_latest_is_asked_for(index):
    assert documents_of(searched(index, "What does a berth cost now?"))[0] == "fees/new.md"
    assert documents_of(searched(index, "What did a berth cost in 2018?"))[0] == "fees/old.md"


def test_a_reranker_reads_the_best_passages_with_their_titles_and_headings(index):
    reranker = Prefers("nothing")
    plain = searched(index, "How much coal does the trawler in berth 5 take on?")

    searched(index, "How much coal does the trawler in berth 5 take on?", reranker=reranker)

    ((question, passages),) = reranker.seen
    assert question == "How much coal does the trawler in berth 5 take on?"
    assert len(passages) == LOOKED_AT
    assert [passage.rsplit("\n", 1)[1] for passage in passages] == [
        each.passage.chunk.text for each in plain.found[:LOOKED_AT]
    ]
    assert passages[0].startswith("Coal › ")


def test_a_reranker_reads_the_words_taken_over_from_the_dialogue(index):
    reranker = Prefers("nothing")

    found = searched(index, "And when?", reranker=reranker, history=["Who repairs the lifts of Harbour House?"])

    ((question, _),) = reranker.seen
    assert found.widened.query.carried
    assert question == " ".join([*found.widened.query.carried, "And when?"])


def test_a_reranker_decides_for_half_of_the_score(index):
    question = "How much coal does the trawler in berth 5 take on?"
    plain = {each.passage.chunk.start: each.ranked.score for each in searched(index, question).found}
    second = searched(index, question).found[1].passage.chunk.text

    found = searched(index, question, reranker=Prefers(second)).found

    assert found[0].passage.chunk.text == second
    assert [each.reranked for each in found] == [1.0] + [0.0] * (EVIDENCE_DEPTH - 1)
    assert [each.ranked.score for each in found] == pytest.approx(
        [0.5 * plain[each.passage.chunk.start] + 0.5 * each.reranked for each in found]
    )


def test_without_a_reranker_nothing_is_ranked_again(index):
    assert {each.reranked for each in searched(index, "Who repairs the lifts?").found} == {None}


def test_other_words_for_the_same_thing_count_as_held(build):
    text = "The Harbour Pilots Office (HPO) opens at eight.\n\n## Boats\n\nThe Harbour Pilots Office has boats.\n"
    asked = searched(build({"pilots.md": text}).open().index, "Where is the HPO?").asked

    assert len(asked.found_as["hpo"]) == 2
    assert len(asked.found_as["hpo"][1]) == 3
