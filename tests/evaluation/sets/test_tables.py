"""Tables as people make them: in CSV and in workbooks."""

import datetime
import io
import re
import zipfile

import pytest
import xlsxwriter

from qa.errors import QuestionError
from qa.evaluation.sets import Gold, Question, load
from qa.types import Turn

COLUMNS = "id,question,gold_doc,gold_quote,answer,grade,is_impossible,category,parent_id"
WRITTEN = f"""\
{COLUMNS},answers,history
q-1,When was the quay rebuilt?,quay.md,The quay was rebuilt in 1987.,In 1987,2,,dates,,1987,
q-1,,lamp.md,"It went out in 1987, with the quay.",,,,,,,
,,pier.md,"He said: ""1987"".",,1,,,,,
q-2,Who lit it?,,,,,TRUE,,q-1,,

q-3,And then?,quay.md,It had burnt down.,,,false,,,"fire
flames","user: What of
the quay?
assistant: It is new."
"""
READ = [
    Question(
        "q-1",
        "When was the quay rebuilt?",
        (
            Gold("quay.md", "The quay was rebuilt in 1987.", 0, 2),
            Gold("lamp.md", "It went out in 1987, with the quay."),
            Gold("pier.md", 'He said: "1987".'),
        ),
        False,
        "dates",
        None,
        "In 1987",
        ("1987",),
    ),
    Question("q-2", "Who lit it?", (), True, "", "q-1", ""),
    Question(
        "q-3",
        "And then?",
        (Gold("quay.md", "It had burnt down."),),
        False,
        "",
        None,
        "",
        ("fire", "flames"),
        (Turn("user", "What of\nthe quay?"), Turn("assistant", "It is new.")),
    ),
]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "set.csv"


@pytest.fixture
def workbook(tmp_path):
    """Return a function that makes a workbook of rows, its members changed on the way."""

    def make(*rows, change=lambda name, content: content):
        data = io.BytesIO()
        with xlsxwriter.Workbook(data, {"default_date_format": "yyyy-mm-dd"}) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        path = tmp_path / "set.xlsx"
        with zipfile.ZipFile(data) as made, zipfile.ZipFile(path, "w") as changed:
            for name in made.namelist():
                changed.writestr(name, change(name, made.read(name)))
        return path

    return make


def problems_of(path):
    with pytest.raises(QuestionError) as refused:
        load(path)
    return [line.removeprefix(f"{path}:") for line in str(refused.value).split("\n")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_of_one_id_are_one_question(encoding, end, path):
    path.write_bytes(WRITTEN.replace("fire\nflames", "fire\tflames").replace("\n", end).encode(encoding))

    first, second, third = load(path)

    assert [first, second] == READ[:2]
    assert third.gold == READ[2].gold


def test_cells_of_several_lines_hold_short_answers_and_a_dialogue(path):
    path.write_text(WRITTEN, encoding="utf-8")

    assert load(path) == READ


@pytest.mark.parametrize("separator", [";", "\t"])
def test_the_separator_is_told_from_the_heading(separator, path):
    path.write_text(f"ID{separator} Question{separator}is_impossible\nq{separator}Who, and when?{separator}yes\n")

    assert load(path) == [Question("q", "Who, and when?", (), True, "", None, "")]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("id,frage\nq,Wer?\n", ['1: field "frage": unknown column', '1: field "question": this column is missing']),
        ("id,question,id\n", ['1: field "id": this column is there twice']),
        ("id,question,is_impossible\nq,Who?,maybe\n", ['2: field "is_impossible": needs to be true or false']),
        (
            "id,question\nq,Who?\n",
            ['2: field "gold_quote": needs at least one quote, or "is_impossible": true and none'],
        ),
        ("id,question,gold_doc\nq,Who?,a.md\n", ['2: field "gold_quote": missing or blank']),
        ("id,question,gold_quote\nq,Who?,x\n", ['2: field "gold_doc": missing or blank']),
        (
            "id,question,gold_doc,gold_quote,grade\nq,Who?,a.md,x,1\nq,,a.md,y,best\n",
            ['3: field "grade": needs to be a whole number from 1 to 100'],
        ),
        (
            "id,question,gold_doc,gold_quote\nq,Who?,a.md,x\nq,Whose?,a.md,y\n",
            ['3: field "question": differs from the row 2'],
        ),
        ("id,question,is_impossible,grade\nq,Who?,1,3\n", ['2: field "grade": stands in a row without gold_doc']),
        ("id,question,is_impossible\nq,Who?,1,more\n", ['2: field "row": has more cells than the heading']),
        (
            "id,question,is_impossible,parent_id\nq,Who?,1,p\n",
            ["2: field \"parent_id\": no question 'p' stands before"],
        ),
        ("id,question,is_impossible,history\nq,Who?,1,hello\n", ['2: field "history": needs to begin with "user:"']),
        ("id,question,is_impossible\n,Who?,1\n", ['2: field "id": missing or blank']),
        ('id,question,is_impossible\nq,"two\nlines",1\n"never ends', ["4: not CSV: unexpected end of data"]),
        ("id,question,is_impossible\nq," + "x" * 2_000_000 + ",1\n", ["2: "]),
        ("id,question,is_impossible\nq,Who\x00?,1\n", ['2: field "question": holds U+0000']),
        ("", ["The question set"]),
    ],
)
def test_problems_are_named_with_line_and_column(text, problems, path):
    path.write_text(text, encoding="utf-8")

    found = problems_of(path)

    assert len(found) == len(problems)
    assert all(line.startswith(problem) for line, problem in zip(found, problems, strict=True)), found


def test_an_old_encoding_is_named_with_the_line(path):
    path.write_bytes("id,question,is_impossible\nq,Wer öffnet?,1\n".encode("cp1252"))

    assert problems_of(path) == ["2: not UTF-8: save the file with that encoding."]


def test_what_a_spreadsheet_made_of_texts_is_read_as_it_was_meant(workbook):
    path = workbook(
        ["id", "question", "gold_doc", "gold_quote", "grade", "is_impossible", "answers"],
        [7, "When?", "a.md", "In 1987.", 2.0, False, datetime.date(1987, 3, 4)],
        [],
        [8, "Who?", "", "", "", True, ""],
    )

    assert load(path) == [
        Question("7", "When?", (Gold("a.md", "In 1987.", 0, 2),), False, "", None, "", ("1987-03-04",)),
        Question("8", "Who?", (), True, "", None, ""),
    ]


def test_problems_of_a_workbook_are_named_with_their_row(workbook):
    path = workbook(["id", "question", "is_impossible"], [], ["q", "Who?", "perhaps"])

    assert problems_of(path) == ['3: field "is_impossible": needs to be true or false']


def far_out(name, content):
    return content.replace(b'r="C3"', b'r="XFD1048576"') if "sheet1" in name else content


def empty_rows(name, content):
    return content.replace(b"</sheetData>", b"<row/>" * 300_000 + b"</sheetData>") if "sheet1" in name else content


def entities(name, content):
    declared = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    return re.sub(rb"(\?>\s*)", rb"\1" + declared, content, count=1) if "sharedStrings" in name else content


def broken(name, content):
    return content[: len(content) // 2] if "sheet1" in name else content


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (far_out, "a cell lies as far out as row 1,048,576, column 16,384"),
        (empty_rows, "it has more than 200,000 rows"),
        (entities, "its XML declares entities"),
        (broken, "damaged: its part xl/worksheets/sheet1.xml"),
    ],
)
def test_a_hostile_workbook_is_refused(change, reason, workbook):
    path = workbook(["id", "question", "is_impossible"], [], ["q", "Who?", "true"], change=change)

    assert reason in problems_of(path)[0]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not in the format"),
        (b"id,question\n", "not in the format"),
        (b"PK\x03\x04", "damaged"),
        (b"%PDF-1.7", "a PDF"),
    ],
)
def test_what_is_no_workbook_is_refused(content, reason, tmp_path):
    path = tmp_path / "set.xlsx"
    path.write_bytes(content)

    (found,) = problems_of(path)

    assert found.startswith(f"The question set {path} cannot be read: ")
    assert reason in found
