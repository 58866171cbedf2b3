import json
import time
from xml.etree import ElementTree

import pytest

from kept_runs import GOLD, kept_run, result
from qa.evaluation.failures import Failure
from qa.evaluation.sets import Gold
from qa.types import Turn
from town import problem_of

RUNS = "/api/v1/evaluation/runs"
EARLIER, LATER = "20260101T000000-000001", "20260201T000000-000002"
HOSTILE = "<script>alert(1)</script>"
PORT = Gold("quay.md", "The quay was rebuilt in 1987 by the port authority.")


def earlier(run_id=EARLIER, **changed):
    return kept_run(
        result(1, 1, id="right", question="Which right one?", category="quay", quotes=["The quay was rebuilt."]),
        result(
            None,
            None,
            id="lost",
            question="Which lost one?",
            category="quay",
            failure=Failure.RANKED_LOW,
            quotes=["Elsewhere."],
            gold=(PORT,),
            outcome="related",
            confidence=0.1,
        ),
        result(2, 2, id="after", parent_id="right", question="And after?", failure=Failure.RANKED_LOW, confidence=0.3),
        run_id=run_id,
        **changed,
    )


def later():
    return kept_run(
        result(1, 1, id="right", question="Which right one?", category="quay", quotes=["The quay was rebuilt."]),
        result(1, 1, id="lost", question="Which lost one?", category="quay", quotes=["Here."], gold=(PORT,)),
        result(2, 2, id="after", parent_id="right", question="And after?", failure=Failure.RANKED_LOW, confidence=0.3),
        run_id=LATER,
        created="2026-02-01T00:00:00Z",
    )


@pytest.fixture
def two(kept_in):
    return kept_in(earlier()), kept_in(later())


def shown(page):
    """Return the ids of the questions that the page of a run lists, in order."""
    places = {name: page.find(f"<bdi>{name}</bdi>") for name in ("right", "lost", "after")}
    return sorted((name for name, place in places.items() if place >= 0), key=places.__getitem__)


def test_runs_are_listed_newest_first_with_their_measures(training, two):
    listed = training.get(RUNS).json()["runs"]
    page = training.get("/evaluate").text

    assert [one["id"] for one in listed] == [LATER, EARLIER]
    assert page.index(LATER) < page.index(EARLIER)
    assert "66.7\u202f%" in page
    assert "33.3\u202f%" in page


def test_three_runs_of_the_same_sets_are_drawn_as_a_trend(training, two, kept_in):
    assert "<svg" not in training.get("/evaluate").text

    kept_in(earlier("20260301T000000-000003", created="2026-03-01T00:00:00Z"))

    assert "Run by run: set.jsonl" in training.get("/evaluate").text
    assert "<svg" in training.get("/evaluate").text


def test_hundreds_of_runs_are_listed_soon_once_they_were_read(training, kept_in):
    for number in range(200):
        kept_in(earlier(f"20260101T000000-{number:06x}"))
    training.get("/evaluate")

    started = time.perf_counter()
    page = training.get("/evaluate").text

    # Less than one on a quiet machine.
    assert time.perf_counter() - started < 5
    assert "Page 1 of 4" in page
    assert page.count('<tr role="row" data-run') == 50


def test_a_run_is_shown_with_what_it_was_made_with(training, two):
    page = training.get(f"/evaluate/runs/{EARLIER}").text

    for told in ("set.jsonl", "right: 1 of 3", "Ranked low", "What it was made with", "generation", "ffffffffffff"):
        assert told in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["right", "lost", "after"]),
        ("class=ranked_low", ["lost", "after"]),
        ("class=failed&category=quay", ["lost"]),
        ("category=no+category", ["after"]),
        ("q=which+LOST", ["lost"]),
        ("sort=surest", ["right", "after", "lost"]),
        ("sort=unsurest", ["lost", "after", "right"]),
        ("q=nothing+of+the+kind", []),
        ("class=no-such&sort=no-such&page=99999999999", ["right", "lost", "after"]),
    ],
)
def test_the_questions_are_filtered_and_sorted_by_the_address(training, two, query, expected):
    page = training.get(f"/evaluate/runs/{EARLIER}?{query}").text

    assert shown(page[page.index('id="questions"') :]) == expected


def test_many_questions_are_turned_by_the_hundred(training, kept_in):
    run = kept_in(kept_run(*[result(1, 1, id=f"q{number}", question=f"Question {number}?") for number in range(250)]))

    first, last = (training.get(f"/evaluate/runs/{run}?page={page}").text for page in (1, 3))

    assert (first.count("/questions?set="), last.count("/questions?set=")) == (100, 50)
    assert "Page 3 of 3" in last
    assert "Question 249?" in last


def test_a_question_shows_gold_beside_found_and_what_may_be_done(training, two):
    page = training.get(f"/evaluate/runs/{EARLIER}/questions?set=set.jsonl&id=lost").text

    assert PORT.quote in page
    assert "Elsewhere." in page
    assert "Look at what came first" in page
    assert "not among the passages found" in page


def test_a_follow_up_shows_the_dialogue_before_it_and_is_asked_again_with_it(training, two):
    page = training.get(f"/evaluate/runs/{EARLIER}/questions?set=set.jsonl&id=after").text

    assert GOLD.quote in page
    assert "Before this question" in page
    assert "#ask/q=Which+right+one%3F&amp;q=And+after%3F" in page


def test_a_question_with_a_dialogue_of_its_own_is_asked_again_with_that(training, kept_in):
    said = (Turn("user", "Which gate is that?"), Turn("assistant", "The flood gate."))
    run = kept_in(kept_run(result(1, 1, id="own", question="And after?", history=said)))

    page = training.get(f"/evaluate/runs/{run}/questions?set=set.jsonl&id=own").text

    assert "The flood gate." in page
    assert "#ask/q=Which+gate+is+that%3F&amp;q=And+after%3F" in page


def test_failed_questions_lead_to_one_another(training, two):
    def of(question, **fields):
        address = f"/evaluate/runs/{EARLIER}/questions"
        return training.get(address, params={"set": "set.jsonl", "id": question, **fields}).text

    assert 'rel="next"' in of("lost")
    assert 'rel="prev"' not in of("lost")
    assert 'rel="prev"' in of("after")
    assert 'rel="next"' in of("right")
    assert 'rel="next"' not in of("lost", **{"class": "ranked_low", "category": "quay"})


def test_what_is_no_run_or_no_question_of_it_is_told(training, two):
    for name in ("no-such", "latest", "20250101T000000-000001", "%2e%2e%2fstate.db"):
        assert training.get(f"/evaluate/runs/{name}").status_code == 404
        assert training.get(f"{RUNS}/{name}").status_code == 404
    assert training.get(f"/evaluate/runs/{EARLIER}/questions?set=set.jsonl&id=no-such").status_code == 404
    assert training.get(f"/evaluate/runs/{EARLIER}/questions").status_code == 404


def test_a_run_that_cannot_be_read_is_told_and_can_be_deleted(training, state, two):
    (state / "runs" / LATER / "run.json").write_text('{"format": 99}')

    page = training.get("/evaluate").text

    assert f"The run {LATER} cannot be read" in page
    assert [one["id"] for one in training.get(RUNS).json()["runs"]] == [EARLIER]
    assert training.get(f"/evaluate/runs/{LATER}").status_code == 422
    assert training.delete(f"{RUNS}/{LATER}").status_code == 204


def test_a_deleted_run_is_gone(training, state, two):
    assert training.delete(f"{RUNS}/{EARLIER}").status_code == 204

    assert [path.name for path in (state / "runs").iterdir()] == [LATER]
    problem_of(training.delete(f"{RUNS}/{EARLIER}"), 404)


def test_reports_are_downloaded_as_the_command_writes_them(training, two):
    html, markdown, junit = (
        training.get(f"{RUNS}/{EARLIER}/report?format={name}") for name in ("html", "markdown", "junit")
    )

    assert "<script" not in html.text
    assert "Which lost one?" in html.text
    assert "| Success@1 |" in markdown.text
    assert ElementTree.fromstring(junit.text).attrib["failures"] == "2"
    assert all("attachment" in one.headers["content-disposition"] for one in (html, markdown, junit))
    assert "sandbox" in html.headers["content-security-policy"]
    assert training.get(f"{RUNS}/{EARLIER}").json() == json.loads(earlier().model_dump_json())


def test_runs_are_compared_in_the_order_of_the_address(training, two):
    page = training.get(f"/evaluate/compare?run={EARLIER}&run={LATER}").text
    swapped = training.get(f"/evaluate/compare?run={LATER}&run={EARLIER}").text

    assert "Questions that changed: 1" in page
    assert "+33.3" in page
    assert "\u221233.3" in swapped
    assert "Which lost one?" in page
    assert f"run={LATER}&amp;run={EARLIER}" in page


def test_ticked_runs_are_compared_from_the_oldest_on(training, two):
    page = training.get(f"/evaluate/compare?by=date&run={LATER}&run={EARLIER}").text

    assert "+33.3" in page


def test_a_comparison_is_downloaded_as_page_text_and_json(training, two):
    address = f"/api/v1/evaluation/comparison?run={EARLIER}&run={LATER}"

    (told,) = training.get(address).json()
    assert (told["before"], told["after"], len(told["changes"])) == (EARLIER, LATER, 1)
    assert "Which lost one?" in training.get(f"{address}&format=html").text
    assert "What changed: 1 questions" in training.get(f"{address}&format=markdown").text


@pytest.mark.parametrize("query", ["", f"?run={EARLIER}", f"?run={EARLIER}&run={EARLIER}"])
def test_fewer_than_two_runs_are_not_compared(training, two, query):
    assert training.get(f"/evaluate/compare{query}").status_code == 422


def test_runs_without_a_question_in_common_are_shown_without_figures(training, kept_in):
    kept_in(kept_run(result(1, 1, id="one"), run_id=EARLIER))
    kept_in(kept_run(result(1, 1, id="other"), run_id=LATER))

    page = training.get(f"/evaluate/compare?run={EARLIER}&run={LATER}")

    assert page.status_code == 200
    assert "These runs share no question" in page.text


def test_hostile_texts_of_a_run_are_shown_as_text(training, kept_in):
    bad = result(
        1,
        None,
        id=HOSTILE,
        question=f"Who? {HOSTILE}",
        category=HOSTILE,
        failure=Failure.WRONG_QUOTE,
        quotes=[HOSTILE],
        gold=(Gold(HOSTILE, HOSTILE),),
    )
    kept_in(kept_run(bad, run_id=EARLIER, author=HOSTILE))
    kept_in(
        kept_run(result(1, 1, id=HOSTILE, question=f"Who? {HOSTILE}", gold=(Gold(HOSTILE, HOSTILE),)), run_id=LATER)
    )

    for address in (
        "/evaluate",
        f"/evaluate/runs/{EARLIER}",
        f"/evaluate/runs/{EARLIER}/questions?set=set.jsonl&id=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        f"/evaluate/compare?run={EARLIER}&run={LATER}",
        f"/evaluate/runs/{HOSTILE.partition('/')[0]}",
    ):
        page = training.get(address)
        assert "&lt;script&gt;alert(1)" in page.text
        assert HOSTILE not in page.text


def test_links_keep_the_path_that_a_proxy_serves_under_and_the_language(serve, kept_in):
    client = serve(root_path="/ask")
    kept_in(earlier())
    kept_in(later())

    for address in (
        "/evaluate?lang=en",
        f"/evaluate/runs/{EARLIER}?lang=en",
        f"/evaluate/runs/{EARLIER}/questions?set=set.jsonl&id=lost&lang=en",
        f"/evaluate/compare?run={EARLIER}&run={LATER}&lang=en",
        "/evaluate/sets/folder/harbour.jsonl?lang=en",
    ):
        page = client.get(address).text
        assert 'href="/evaluate' not in page
        assert 'href="/api' not in page
        assert 'href="/source' not in page
        assert 'action="/evaluate' not in page
        assert '/ask/evaluate?lang=en"' in page
