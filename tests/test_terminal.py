"""What people see of builds and findings."""

import re

from qa.indexing.build import BuildReport
from qa.terminal import LISTED, print_report
from qa.types import Skipped


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
