"""What people see of builds and answers."""

import re

import pytest

from answers import answer, quote
from qa.indexing.build import BuildReport
from qa.terminal import LISTED, print_answer, print_report
from qa.types import Correction, Difference, Expansion, Skipped


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")


def report(**fields):
    nothing = dict.fromkeys(("added", "changed", "unchanged", "removed", "moved", "skipped", "notices"), ())
    return BuildReport(**{**nothing, "index_id": "G", "chunk_count": 9, "embedded_count": 4, "swapped": True, **fields})


def shown(capsys, **fields):
    print_report(report(**fields))
    return capsys.readouterr().out


def test_what_happened_is_counted_a_moved_file_once(capsys):
    text = shown(
        capsys,
        added=("a.md", "new/b.md"),
        changed=("c.md",),
        unchanged=("d.md", "e.md"),
        removed=("b.md", "f.md"),
        moved=(("b.md", "new/b.md"),),
        skipped=(Skipped("g.pdf", "encrypted"), Skipped(".h", "hidden or temporary")),
    )

    assert "1 added, 1 changed, 2 unchanged, 1 removed, 1 moved, 1 failed\n" in text
    assert "  moved: b.md is now new/b.md\n" in text
    assert "  not read: g.pdf: encrypted\n" in text
    assert text.endswith("Index G: 9 passages, 4 embedded.\n")


def test_a_table_says_by_format_what_was_read_and_what_was_refused_why(capsys):
    text = shown(
        capsys,
        added=("a.md", "b.MD", "c.pdf", "mails/d.eml"),
        skipped=(
            Skipped("e.pdf", "encrypted: [remove] the password"),
            Skipped("f.pdf", "encrypted: [remove] the password"),
            Skipped("g.pdf", "empty"),
            Skipped("mails/d.eml/x.xyz", "no reader for .xyz files"),
            Skipped("README", "no reader for files without an ending"),
            Skipped(".hidden", "hidden or temporary"),
        ),
    )

    lines = [re.sub(r"\s+", " ", line).strip() for line in text.splitlines()]
    assert lines[:7] == [
        "format read refused because",
        ".eml 1 0",
        ".md 2 0",
        ".pdf 1 3 2 × encrypted: [remove] the password",
        "1 × empty",
        ".xyz 0 1 1 × no reader for .xyz files",
        "no ending 0 1 1 × no reader for files without an ending",
    ]


def test_a_build_that_did_nothing_says_so_without_a_table(capsys):
    text = shown(capsys, unchanged=("a.md",), swapped=False, embedded_count=0)

    assert text == (
        "0 added, 0 changed, 1 unchanged, 0 removed, 0 moved, 0 failed\nIndex G: 9 passages, nothing to do.\n"
    )


def test_a_long_list_ends_with_the_number_of_the_rest(capsys):
    skipped = tuple(Skipped(f"{n:02}.pdf", "encrypted") for n in range(LISTED + 5))

    text = shown(capsys, added=("a.md",), skipped=skipped)

    assert text.count("  not read: ") == LISTED + 1
    assert "  not read: ... and 5 more: `qa doctor --json` lists them all\n" in text


def printed(capsys, made, explain=False):
    print_answer(made, explain)
    return capsys.readouterr().out


def test_an_answer_is_its_quotes_with_their_citations(capsys):
    text = printed(capsys, answer(quote(), quote("It is 12 crowns.", "", "new.md"), carried=("Skarholm", "boats")))

    assert text == (
        "\n[1] “A berth costs 9 crowns.”\n    port/fees.md, ¶ 4 — Berths\n"
        "\n[2] “It is 12 crowns.”\n    new.md, ¶ 4\n"
        "\nTaken over from the dialogue: Skarholm, boats\n"
    )


def test_what_was_put_right_is_said_first_with_the_way_back(capsys):
    text = printed(capsys, answer(quote(), corrections=[Correction("brth", "berth"), Correction("kost", "cost")]))

    assert text.startswith(
        "Showing results for: berth, cost (instead of brth, kost); --as-typed searches what you typed.\n\n[1]"
    )


def test_further_words_stand_below_the_quote_with_a_citation_where_it_is_another(capsys):
    listed = quote("Bring with you:", more=[quote("a rope,"), quote("a lamp.", number=5)])

    assert printed(capsys, answer(listed)) == (
        "\n[1] “Bring with you:”\n    port/fees.md, ¶ 4 — Berths\n"
        "[1b] “a rope,”\n"
        "[1c] “a lamp.”\n     port/fees.md, ¶ 5 — Berths\n"
    )


def test_sources_that_differ_are_named_together(capsys):
    differences = [
        Difference("number", (1, 0), ("12 crowns", "9 crowns")),
        Difference("negation", (0, 1), ("A berth costs money.", "A berth costs no money.")),
    ]
    made = answer(quote(), quote("It is 12 crowns.", "", "new.md"), dates=("", "2024-03"), differences=differences)

    assert printed(capsys, made).partition("\nSources differ:\n")[2] == (
        "[2] 12 crowns — new.md, ¶ 4 (2024-03)\n"
        "[1] 9 crowns — port/fees.md, ¶ 4 (no date)\n"
        "\n"
        "[1] “A berth costs money.” — port/fees.md, ¶ 4 (no date)\n"
        "[2] “A berth costs no money.” — new.md, ¶ 4 (2024-03)\n"
    )


def test_other_words_that_were_searched_are_said(capsys):
    made = answer(quote(), expansions=[Expansion("synonym", "PTO", "annual leave", ("pto",), ("annual", "leav"))])

    assert "Also searched: annual leave (for PTO)." in printed(capsys, made)


def test_near_passages_of_no_answer_are_introduced_and_none_are_promised_where_there_are_none(capsys):
    assert "nearest passages" in printed(capsys, answer(quote(), outcome="nothing"))
    assert printed(capsys, answer(outcome="nothing")).strip() == "The documents do not answer this."


def test_explained_an_answer_says_what_was_searched_and_why_each_passage_stands_where_it_stands(capsys):
    made = answer(
        quote(),
        carried=("Skarholm",),
        corrections=[Correction("brth", "berth")],
        expansions=[Expansion("synonym", "cost", "price", ("cost",), ("price",))],
    )

    assert printed(capsys, made, explain=True).splitlines()[1:] == [
        "Confidence 0.70: answered. Index generation.",
        "Confidence from: meaning 0.41, no number, date, name or code as asked for 0.50",
        "Taken over from the dialogue: Skarholm",
        "Put right: berth for brth",
        "Searched besides: price for cost (synonym)",
        "Terms and weights: berth 1.00, cost 0.50",
        "",
        "[1] “A berth costs 9 crowns.”",
        "    port/fees.md, ¶ 4 — Berths",
        "    Why: score 0.700; holds berth, cost",
        "      words: rank 1, BM25 7.31",
        "      meaning: not among the best, cosine 0.410",
        "      together: rank 2, 0.388",
        "                                    seen   added",
        "      date that is asked for              +0.100",
        "      sentence: words side by side  1.00  +0.080",
        "      meaning                       0.41  +0.057",
        "      rare words (BM25)             0.50  +0.030",
    ]
