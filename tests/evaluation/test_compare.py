import json
from dataclasses import asdict

import pytest
from lxml import etree, html

from kept_runs import GOLD, kept_run, result
from qa.evaluation.compare import chance, compare
from qa.evaluation.failures import Failure
from qa.evaluation.html_report import comparison_page, run_page
from qa.evaluation.junit import junit
from qa.evaluation.markdown import comparison_markdown, run_markdown
from qa.evaluation.report import comparison_record, print_comparison, print_run, run_records
from qa.evaluation.sets import Gold
from qa.types import Turn

NASTY = "<script>alert(1)</script> | [x](http://foreign.example) \x00\x1b `a` \ud7ff & “q”"


def before_and_after():
    before = [
        result(1, 1, id="a", category="dates", quotes=["In 1987."]),
        result(3, 3, id="b", failure=Failure.RANKED_LOW, category="dates"),
        result(1, 1, id="c", category="cranes"),
        result(outcome="answered", id="d", unanswerable=True, failure=Failure.SHOULD_HAVE_ABSTAINED),
        result(1, id="only-before"),
    ]
    after = [
        result(1, 1, id="a", category="dates", quotes=["In 1988."]),
        result(1, 1, id="b", category="dates"),
        result(2, 2, id="c", failure=Failure.RANKED_LOW, category="cranes"),
        result(outcome="nothing", id="d", unanswerable=True),
        result(1, id="only-after"),
    ]
    return kept_run(*before), kept_run(*after, run_id="20260102T000000-000002", settings={"passages": 5})


@pytest.fixture
def compared():
    return compare(*before_and_after())


def test_wins_ties_and_losses_are_counted_question_by_question(compared):
    duel = compared.duels["all"]["success_at_1"]

    assert (compared.pairs, duel.questions) == (4, 3)
    assert (duel.wins, duel.ties, duel.losses) == (1, 1, 1)
    assert (duel.before, duel.after) == (2 / 3, 2 / 3)
    assert [compared.duels["dates"]["mrr"].wins, compared.duels["cranes"]["mrr"].losses] == [1, 1]


def test_what_changed_is_told_by_class_and_in_words(compared):
    assert {(old.value, new.value, count) for old, new, count in compared.flow} == {
        ("ranked_low", "right", 1),
        ("right", "ranked_low", 1),
        ("should_have_abstained", "right", 1),
    }
    reasons = {change.after.id: change.why for change in compared.changes}
    assert "right passage at place 1, it was at place 3" in reasons["b"]
    assert "nothing (0.50), it was answered (0.50)" in reasons["d"]


def test_questions_that_cannot_be_compared_are_left_out_and_named(compared):
    assert compared.only_before == ("set.jsonl: only-before",)
    assert compared.only_after == ("set.jsonl: only-after",)


def test_a_question_whose_gold_was_edited_is_left_out():
    edited = result(1, id="a", gold=(Gold("quay.md", "The quay was rebuilt in 1988."),))

    compared = compare(kept_run(result(1, id="a"), result(1, id="b")), kept_run(edited, result(1, id="b")))

    assert (compared.pairs, compared.altered) == (1, ("set.jsonl: a",))


def test_a_question_whose_dialogue_was_edited_is_left_out_and_so_is_what_follows_it():
    turn = (Turn("user", "Of the gate."),)
    before = kept_run(result(1, id="a"), result(1, id="b", parent_id="a"), result(1, id="c"), result(1, id="d"))
    after = kept_run(
        result(1, id="a", question="Otherwise?"),
        result(1, id="b", parent_id="a"),
        result(1, id="c", history=turn),
        result(1, id="d"),
    )

    compared = compare(before, after)

    assert compared.altered == ("set.jsonl: a", "set.jsonl: b", "set.jsonl: c")
    assert compared.pairs == 1


def test_what_runs_were_made_with_is_told_where_it_differs(compared):
    assert compared.made_with == ("setting passages",)
    run, _ = before_and_after()
    assert compare(run, run).made_with == ()


def test_runs_without_a_common_question_have_nothing_to_compare(capsys):
    compared = compare(kept_run(result(1, id="a")), kept_run(result(1, id="b")))

    print_comparison(compared)

    assert (compared.pairs, dict(compared.duels)) == (0, {})
    assert "left out, only in the later run: set.jsonl: b" in capsys.readouterr().out
    assert "Runs compared" in comparison_page([compared])
    assert "0 questions in common" in comparison_markdown(compared)


# The test against chance


def test_chance_is_that_of_all_signs_where_these_can_be_counted():
    # Of the 2 ** 5 signs of five equal differences, two are as far from zero as all plus: 1/16.
    assert chance("abcde", [1, 1, 1, 1, 1]) == pytest.approx(2 / 32, abs=0.01)
    assert chance("abcdefgh", [1] * 8) == pytest.approx(2 / 256, abs=0.003)
    assert chance("ab", [1, -1]) == 1.0


def test_questions_without_a_difference_say_nothing():
    assert chance("abc", [0, 0, 0]) is None
    assert chance("abcdefghij", [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]) == chance("abcde", [1] * 5)


def test_the_questions_of_a_dialogue_are_one_observation():
    assert chance("aaaaaaaa", [1] * 8) == 1.0


def test_chance_comes_out_the_same_every_time_and_is_never_none_at_all():
    differences = [1.0] * 40

    assert chance([str(n) for n in range(40)], differences) == chance([str(n) for n in range(40)], differences) > 0


# Reports


@pytest.fixture
def nasty():
    made = result(
        2, id=f"n {NASTY}", question=NASTY, category=NASTY, gold=(Gold(NASTY, NASTY),), quotes=[NASTY],
        failure=Failure.RANKED_LOW,
    )  # fmt: skip
    return kept_run(made, result(1, 1, id="fine", quotes=[GOLD.quote]))


def require_self_contained(page):
    tree = html.document_fromstring(page)
    assert not tree.xpath("//script | //link | //img | //iframe | //object | //@src | //@href | //@onclick")
    assert "url(" not in page and "@import" not in page
    return tree


def test_the_page_of_a_run_needs_nothing_from_elsewhere_and_runs_nothing(nasty):
    tree = require_self_contained(run_page(nasty))

    assert len(tree.xpath("//details")) == 2
    assert len(tree.xpath("//figure")) >= 6
    assert "<script>alert(1)</script>" in tree.text_content()
    assert "prefers-color-scheme: dark" in run_page(nasty) and "@media print" in run_page(nasty)


def test_every_picture_is_sound_xml(nasty):
    tree = html.document_fromstring(run_page(nasty))

    for picture in tree.xpath("//*[local-name() = 'svg']"):
        assert picture.get("aria-label")
        etree.fromstring(etree.tostring(picture))


def test_the_page_of_a_comparison_shows_what_changed(compared, nasty):
    before, after = before_and_after()
    tree = require_self_contained(comparison_page([compared, compare(before, nasty)]))

    text = " ".join(tree.text_content().split())
    assert "right passage at place 1, it was at place 3" in text
    assert len(tree.xpath("//details")) == len(compared.changes)
    assert after.id in text


def test_markdown_shows_anybody_s_words_as_they_are(nasty, compared):
    shown = run_markdown(nasty)

    assert "| right | 0.500 |" in shown
    assert "<script>" not in shown.replace("\\<script\\>", "")
    assert "\\| \\[x\\]" in shown
    assert "| set.jsonl: b | ranked low | right | right passage at place 1" in comparison_markdown(compared)


def test_junit_has_one_case_for_each_question(nasty):
    root = etree.fromstring(junit(nasty).encode())

    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    first, second = root.findall(".//testcase")
    assert first.find("failure").get("type") == "ranked_low"
    assert "\ufffd" in first.get("name") and "<script>" in first.get("name")
    assert second.find("failure") is None
    assert "right passage: at place 2" in first.find("failure").text


def test_the_terminal_shows_groups_failures_and_stale_gold(capsys):
    gone = result(None, id="q-2", category="dates", failure=Failure.STALE_GOLD)
    run = kept_run(result(1, 1, id="q-1", category="dates"), gone)
    stale = run.questions[1].gold[0].model_copy(update={"is_stale": True, "nearest": "The quay was built."})
    question = run.questions[1].model_copy(update={"gold": [stale]})

    print_run(run.model_copy(update={"questions": [run.questions[0], question]}))

    shown = capsys.readouterr().out
    figures = {words[0]: words[1:] for line in shown.splitlines()[:8] if (words := line.split())}
    assert figures["all"] == ["2", "0.500", "0.500", "0.500", "0.500", "0.500", "1.000", "-", "1.000", "10"]
    assert figures["dates"][0] == "2"
    assert max(map(len, shown.splitlines())) <= 88
    assert "    1  stale gold\n    1  right\n" in shown
    assert "stale gold: q-2: not in quay.md: 'The quay was rebuilt in 1987.'\n  nearest: 'The quay was built.'" in shown


def test_records_hold_measures_intervals_and_every_question(compared):
    run, _ = before_and_after()

    (record,) = run_records(run)
    told = comparison_record(compared)

    assert record["measures"]["dates"]["questions"] == 2
    assert record["measures"]["all"]["success_at_1"] == 0.75
    assert [question["failure"] for question in record["questions"]][:2] == ["right", "ranked_low"]
    assert told["measures"]["all"]["success_at_1"]["wins"] == 1
    assert json.loads(json.dumps(told)) == told
    assert asdict(compared.duels["all"]["mrr"])["questions"] == 3


def test_the_terminal_shows_a_comparison(compared, capsys):
    print_comparison(compared)

    shown = capsys.readouterr().out
    assert "set.jsonl: d: should have abstained → right" in " ".join(shown.split())
    assert max(map(len, shown.splitlines())) <= 80
