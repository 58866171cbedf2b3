import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.web.api.problems import ProblemError
from qa.web.documents.names import LONGEST_BYTES, numbered, safe_file_name, safe_folder

HOSTILE = {
    "../../etc/leave.md": "leave.md",
    "C:\\fakepath\\leave.md": "leave.md",
    "..\\..\\leave.md": "leave.md",
    "/etc/leave.md": "leave.md",
    "leave\0.md": "leave.md",
    "leave\u202emd.fdp.md": "leavemd.fdp.md",
    "le\u200bave\n.md": "leave.md",
    'a<b>:"c|d?e*.md': "a_b___c_d_e_.md",
    "  leave   rules .md": "leave rules.md",
    "leave.md. . ": "leave.md",
    "CON.md": "_CON.md",
    "lpt1.tar.txt": "_lpt1.tar.txt",
    "cafe\u0301.md": "café.md",
    "LEAVE.PDF": "LEAVE.PDF",
    "قواعد الإجازة.docx": "قواعد الإجازة.docx",
}


@pytest.mark.parametrize(("given_name", "kept"), HOSTILE.items())
def test_a_name_is_kept_without_what_could_do_harm(given_name, kept):
    assert safe_file_name(given_name) == kept


@pytest.mark.parametrize("name", ["", ".", "..", "/", ".hidden.md", "~$leave.docx", ".md", "\u202e.md", "a/.htaccess"])
def test_a_hidden_or_empty_name_is_refused(name):
    with pytest.raises(ProblemError) as refused:
        safe_file_name(name)

    assert refused.value.status == 422


@pytest.mark.parametrize("name", ["run.exe", "script.sh", "leave.pdf.meta.yaml", "synonyms.yaml", "README", "a.md/b"])
def test_an_ending_without_a_reader_is_refused_by_name(name):
    with pytest.raises(ProblemError, match="There is no reader for") as refused:
        safe_file_name(name)

    assert refused.value.status == 415


@pytest.mark.parametrize("letter", ["a", "ü", "学", "🌊"])
def test_a_long_name_is_cut_between_letters_and_keeps_its_ending(letter):
    name = safe_file_name(letter * 400 + ".md")

    assert name.endswith(".md")
    assert set(name.removesuffix(".md")) == {letter}
    assert LONGEST_BYTES - 4 <= len(name.encode()) <= LONGEST_BYTES


@given(st.text())
def test_whatever_is_accepted_is_one_plain_name(text):
    try:
        name = safe_file_name(text + ".md")
    except ProblemError:
        return
    assert name
    assert not name.startswith((".", "~$"))
    assert not set(name) & set('/\\\0<>:"|?*')
    assert name.isprintable()
    assert len(name.encode()) <= LONGEST_BYTES
    assert safe_file_name(name) == name


def test_folders_are_plain_names_too():
    assert safe_folder("") == ()
    assert safe_folder("/staff//rules: 2026/") == ("staff", "rules_ 2026")


@pytest.mark.parametrize("path", ["..", "../other", "staff/../etc", ".git", "staff/.hidden", "a/b/c/d/e/f", "\u200b"])
def test_a_folder_that_leads_out_or_hides_is_refused(path):
    with pytest.raises(ProblemError):
        safe_folder(path)


def test_a_number_stands_before_the_ending():
    assert numbered("leave.2026.md", 3) == "leave.2026 (3).md"
