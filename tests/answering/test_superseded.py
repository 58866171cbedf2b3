"""Documents that others replace: ranked below them, named as replaced, and found all the same."""

import json
from dataclasses import replace

import numpy as np
import pytest
from lxml.html import fromstring

from answers import Titles
from qa.answering.rank import Ranked, below_successors
from qa.answering.record import answer_record
from qa.indexing.protocol import Candidate
from qa.terminal import print_answer
from qa.web.answers import shown_answer
from qa.web.ask.exchange import Exchange
from qa.web.ask.rendering import exchange_html
from qa.web.texts import texts

LEAVE = "# Leave\n\nEvery member of staff has {days} days of annual leave a year.\n\n{more}\n"
FILES = {
    "leave/2019.md": LEAVE.format(days=24, more="Leave is applied for on the green form in the porter's lodge."),
    "leave/2026.md": "---\nsupersedes: 2019.md\n---\n"
    + LEAVE.format(days=30, more="Unused leave lapses at the end of March of the following year."),
    "gate 1.md": "# Flood gate\n\nThe flood gate is closed whenever the river stands above nine metres.\n",
    "gate 2.md": "# Flood gate\n\nThe flood gate is closed whenever the river stands above nine metres.\n",
    "gate 2.md.meta.yaml": "supersedes: [gate 1.md]\n",
    "pier.md": "---\nsupersedes: [no such.md]\n---\n# Pier\n\nThe eastern pier is closed to visitors in winter.\n",
}


@pytest.fixture(scope="module")
def assistant(build):
    return build(FILES).open()


def ranked(row, score):
    return Ranked(Candidate(row, 0.0, 0.0, None, None), score, 0, 0.0)


def placed(*passages, successors):
    found = below_successors(
        [ranked(row, score) for row, (_, score) in enumerate(passages)],
        [document for document, _ in passages],
        successors,
    )
    return [(passages[place.candidate.row][0], place.score) for place in found]


def test_an_old_passage_falls_to_the_lowest_new_one_that_scores_three_fifths_of_its_own():
    found = placed(("old", 1.0), ("new", 0.9), ("new", 0.7), ("other", 0.65), ("new", 0.5), successors={"old": "new"})

    assert found == [("new", 0.9), ("new", 0.7), ("old", 0.7), ("other", 0.65), ("new", 0.5)]


def test_an_old_passage_that_alone_answers_keeps_its_place():
    passages = [("old", 1.0), ("new", 0.59), ("other", 0.2)]

    assert placed(*passages, successors={"old": "new"}) == passages


@pytest.mark.parametrize("score", [1.2, 0.3, 0.0, -0.1])
def test_with_equal_scores_the_successor_always_comes_first(score):
    found = placed(("old", score), ("new", score), successors={"old": "new"})

    assert found == [("new", score), ("old", score)]


def test_old_passages_that_fall_to_the_same_score_keep_their_order():
    found = placed(("old", 1.0), ("old", 0.95), ("new", 0.7), successors={"old": "new"})

    assert [score for _, score in found] == [0.7, 0.7, 0.7]
    assert [document for document, _ in found] == ["new", "old", "old"]


def test_a_successor_that_was_not_found_changes_nothing():
    assert placed(("old", 1.0), ("other", 0.9), successors={"old": "new"}) == [("old", 1.0), ("other", 0.9)]


def test_nothing_is_lost_and_scores_stay_in_order():
    chance = np.random.default_rng(5)
    for _ in range(200):
        passages = [(f"d{chance.integers(4)}", float(score)) for score in -np.sort(-chance.normal(0.5, 0.4, 12))]
        found = placed(*passages, successors={"d0": "d1", "d2": "d1"})

        assert sorted(document for document, _ in found) == sorted(document for document, _ in passages)
        scores = [score for _, score in found]
        assert scores == sorted(scores, reverse=True)
        for document in ("d1", "d3"):
            assert [s for d, s in found if d == document] == [s for d, s in passages if d == document]


def test_the_new_rule_comes_before_the_one_it_replaces(assistant):
    for question in ("How many days of annual leave do I get?", "Do I have 24 days of annual leave?"):
        answer = assistant.ask(question)

        documents = [hit.chunk.document_id for hit in answer.hits]
        assert documents.index("leave/2026.md") < documents.index("leave/2019.md")
        assert "30 days" in answer.quotes[0].text


def test_an_answer_says_what_was_replaced_and_by_what(assistant):
    hits = assistant.ask("How many days of annual leave do I get?", k=50).hits

    assert {hit.chunk.document_id: hit.replaced_by for hit in hits} == {
        "leave/2019.md": "leave/2026.md",
        "leave/2026.md": None,
        "gate 2.md": None,
        "pier.md": None,
    }


def test_the_old_document_answers_where_it_alone_does(assistant):
    answer = assistant.ask("Where is the green form in the porter's lodge?")

    assert "green form" in answer.quotes[0].text
    assert answer.hits[0].replaced_by == "leave/2026.md"


def test_of_two_with_the_same_text_the_successor_is_shown_and_the_old_one_named(assistant):
    answer = assistant.ask("When is the flood gate closed?", k=50)

    assert [hit.chunk.document_id for hit in answer.hits if "flood gate" in hit.chunk.text] == ["gate 2.md"]
    assert (answer.hits[0].also_in, answer.hits[0].replaced_by) == (("gate 1.md, ¶ 1",), None)


def test_a_search_in_the_old_document_alone_finds_it_and_says_that_it_was_replaced(assistant):
    (first, *_) = assistant.ask("annual leave", documents=["leave/2019.md"]).hits

    assert (first.chunk.document_id, first.replaced_by) == ("leave/2019.md", "leave/2026.md")


def test_scripts_learn_of_it_too(assistant):
    record = json.loads(json.dumps(answer_record(assistant.ask("How many days of annual leave do I get?"))))

    assert {(p["document"], p["replaced_by"]) for p in record["passages"]} >= {
        ("leave/2019.md", "leave/2026.md"),
        ("leave/2026.md", None),
    }


def test_people_are_told_on_the_terminal(assistant, capsys):
    print_answer(assistant.ask("How many days of annual leave do I get?"))
    print_answer(assistant.ask("When is the flood gate closed?"))

    shown = capsys.readouterr().out
    assert "    leave/2019.md, ¶ 1\n    Replaced by leave/2026.md\n" in shown
    assert "    gate 2.md, ¶ 1\n    Also in gate 1.md, ¶ 1\n" in shown
    assert shown.count("Replaced by leave/2026.md") == shown.count("leave/2019.md, ¶")


def shown_on_the_page(answer, titles=()):
    """Return the text of an answer as the page shows it, after checking that no document adds a tag."""
    page = exchange_html(Exchange(number=0, question="?", answer=shown_answer(answer, Titles(titles))), texts("en"))
    assert "<b>" not in page
    return fromstring(page)


def test_people_are_told_on_the_page(assistant):
    titles = {"leave/2026.md": "Leave <b>2026</b>"}
    replaced = shown_on_the_page(assistant.ask("How many days of annual leave do I get?"), titles)
    folded = shown_on_the_page(assistant.ask("When is the flood gate closed?"))

    assert {part.text_content() for part in replaced.find_class("qa-replaced")} == {
        "Replaced by Leave <b>2026</b> (leave/2026.md)"
    }
    assert folded.find_class("qa-also")[0].text_content() == "Also in gate 1.md, ¶ 1"


def test_many_places_are_counted(assistant):
    answer = assistant.ask("When is the flood gate closed?", k=1)
    crowded = replace(answer, hits=(replace(answer.hits[0], also_in=("a", "b", "c", "d", "e")),))

    (also,) = shown_on_the_page(crowded).find_class("qa-also")
    assert also.text_content() == "Also in a; b; c and 2 more"
