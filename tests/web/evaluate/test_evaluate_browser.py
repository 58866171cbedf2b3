"""The trainers' pages in a real browser: a set is added and run, a failure opened, two runs compared."""

import os
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browsing import NARROW, TABLET, WIDE, serving, width_scrolled
from conftest import Built
from kept_runs import kept_run, result
from qa.evaluation.failures import Failure
from qa.evaluation.sets import Gold

pytestmark = pytest.mark.browser

TRAM = "The tram to the lighthouse leaves at noon."
HEAD = "id,question,gold_doc,gold_quote\n"
GATE = "gate,When is the flood gate closed?,gate.md,The flood gate is closed above nine metres.\n"
CROSSINGS = f"{HEAD}{GATE}tram,When does the tram to the lighthouse leave?,tram.md,{TRAM}\n"
WRONG = f"{HEAD},When?,gate.md,The flood gate\nx,,gate.md,\n"
WAYS = [(WIDE, "theme=light"), (TABLET, "theme=dark"), (NARROW, "theme=light&lang=ar"), (NARROW, "theme=dark")]


@pytest.fixture
def changing(built_harbour, tmp_path):
    """The harbour's documents and index, for one test alone that changes them."""
    corpus = shutil.copytree(built_harbour.corpus, tmp_path / "harbour" / "corpus")
    index = shutil.copytree(built_harbour.index, tmp_path / "harbour" / "index", copy_function=os.link)
    return Built(Path(corpus), Path(index), built_harbour.report)


def add(page, name, text):
    page.locator("#file").set_input_files([{"name": name, "mimeType": "text/csv", "buffer": text.encode()}])


def run(page, count):
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#run-state")).to_contain_text("is done", timeout=90_000)
    expect(page.locator("#kept tbody tr")).to_have_count(count)


def test_a_set_is_added_and_run_a_failure_opened_and_two_runs_compared(visit, changing, tmp_path):
    with serving(changing, trainers="everyone") as address:
        page = visit(f"{address}/evaluate", ready="h1")

        add(page, "wrong.csv", WRONG)
        expect(page.locator("#added .problems tbody tr")).to_have_count(3)
        expect(page.locator("#added .problems")).to_contain_text("line 2: id")
        add(page, "crossings.csv", CROSSINGS)
        expect(page.locator("#added")).to_contain_text("crossings.csv was added. Questions: 2")
        expect(page.locator("#added")).to_contain_text("no longer stand in the documents: 1")
        expect(page.get_by_role("checkbox", name="crossings.csv")).to_be_checked()

        run(page, 1)
        page.get_by_role("link", name="Open the run").click()
        page.get_by_role("link", name="Not indexed").click()
        page.get_by_role("link", name="When does the tram to the lighthouse leave?").click()
        expect(page.get_by_role("region", name="What should be found")).to_contain_text(TRAM)
        expect(page.get_by_role("region", name="What was found").locator(".quote").first).to_be_visible()
        expect(page.locator(".verdict")).to_contain_text("See on the Documents page")

        (changing.corpus / "tram.md").write_text(f"# Tram\n\n{TRAM}\n")
        changing.rebuild()
        page.goto(f"{address}/evaluate")
        run(page, 2)
        page.reload()
        for box in page.get_by_role("checkbox", name="Compare the run of").all():
            box.check()
        page.get_by_role("button", name="Compare", exact=True).click()
        expect(page.get_by_role("heading", name="Questions that changed: 1")).to_be_visible()
        page.locator("details.changed > summary").click()
        expect(page.locator("details.changed")).to_contain_text("Not indexed")
        expect(page.locator("details.changed .quote.holds")).to_contain_text(TRAM)

        with page.expect_download() as downloading:
            page.get_by_role("link", name="Report (HTML)").click()
        downloading.value.save_as(tmp_path / "report.html")
        page.locator("tbody tr").first.get_by_role("link").click()
        with page.expect_download() as downloading_run:
            page.get_by_role("link", name="Report (HTML)").click()
        downloading_run.value.save_as(tmp_path / "run.html")

    for name in ("report.html", "run.html"):
        report = (tmp_path / name).read_text(encoding="utf-8")
        assert "When does the tram to the lighthouse leave?" in report
        assert TRAM in report
        assert "<script" not in report
        assert "://" not in report
    visit.complaints.clear()  # the browser reports the server's "422" as a failed resource


def test_a_run_is_cancelled_and_another_deleted_by_keyboard(visit, built_harbour, evals, kept_in):
    kept_in(kept_run(result(1, 1)))
    many = "".join(f"q{number},Who painted crane {number}?,,\n" for number in range(5_000))
    (evals / "long.csv").write_text(f"id,question,gold_doc,gold_quote,is_impossible\n{many.replace(',,', ',,,true')}")
    with serving(built_harbour, trainers="everyone") as address:
        page = visit(f"{address}/evaluate", ready="h1")

        page.get_by_role("checkbox", name="long.csv").check()
        page.get_by_role("button", name="Run", exact=True).press("Enter")
        expect(page.locator("#run-state")).to_contain_text("of 5000 questions asked")
        page.reload()
        expect(page.locator("#run-state")).to_contain_text("of 5000 questions asked")
        page.get_by_role("button", name="Cancel the run").press("Enter")
        expect(page.locator("#run-state")).to_contain_text("cancelled")

        page.get_by_role("button", name="Delete the run of").press("Enter")
        page.get_by_role("dialog", name="Delete this run?").get_by_role("button", name="Delete").press("Enter")
        expect(page.get_by_role("heading", name="There is no run yet")).to_be_visible()


@pytest.fixture
def kept_address(built_harbour, evals, kept_in):
    gold = Gold("quay.md", "The quay was rebuilt in 1987.")
    for number in range(3):
        rank = 1 if number == 2 else 3
        failure = Failure.RIGHT if number == 2 else Failure.RANKED_LOW
        lost = result(rank, 1, id="lost", question="Which?", gold=(gold,), quotes=["Elsewhere."], failure=failure)
        one = result(1, 1, id="right", category="a long name of a category", quotes=["The quay was rebuilt."])
        kept_in(kept_run(one, lost, run_id=f"2026010{number + 1}T000000-000001", author="anna"))
    with serving(built_harbour, trainers="everyone", name="Harbour Office") as address:
        yield address


@pytest.mark.parametrize(("viewport", "look"), WAYS, ids=["wide", "tablet-dark", "narrow-arabic", "narrow-dark"])
def test_every_page_is_accessible_and_fits(visit, kept_address, viewport, look):
    first, last = "20260101T000000-000001", "20260103T000000-000001"
    pages = [
        "/evaluate?",
        "/evaluate/sets/folder/harbour.jsonl?",
        f"/evaluate/runs/{first}?",
        f"/evaluate/runs/{first}/questions?set=set.jsonl&id=lost&",
        f"/evaluate/compare?run={first}&run={last}&",
    ]
    page = visit(f"{kept_address}{pages[0]}{look}", ready="h1", viewport=viewport, reduced_motion="reduce")
    for path in pages:
        page.goto(f"{kept_address}{path}{look}")
        page.evaluate("for (const details of document.querySelectorAll('main details')) details.open = true")

        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})

        violations = [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]]
        assert violations == [], path
        assert width_scrolled(page) <= 0, path
