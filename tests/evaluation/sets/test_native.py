import json

import pytest

from qa.errors import QuestionError
from qa.evaluation.sets import Gold, Question, by_id, history_of, load
from qa.types import Turn

GOLD = [{"document": "quay.md", "quote": "The quay was rebuilt in 1987."}]


@pytest.fixture
def write(tmp_path):
    """Return a function that writes lines, JSON or not, into a question set."""

    def make(*lines):
        path = tmp_path / "set.jsonl"
        text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
        path.write_text(text, encoding="utf-8")
        return path

    return make


def problems_of(path):
    with pytest.raises(QuestionError) as refused:
        load(path)
    return [line.removeprefix(f"{path}:") for line in str(refused.value).split("\n")]


def test_a_question_is_read_with_all_its_fields(write):
    path = write(
        {"id": "q-1", "question": "Who?", "gold": GOLD},
        {
            "id": "q-2",
            "question": "And when?",
            "gold": [*GOLD, {"document": "pier.md", "quote": "In 1987."}],
            "answer": "1987",
            "category": "dates",
            "parent_id": "q-1",
        },
        {"id": "q-3", "question": "At what cost?", "unanswerable": True},
    )

    first, second, third = load(path)

    assert first == Question("q-1", "Who?", (Gold(**GOLD[0]),), False, "", None, "")
    assert second == Question(
        "q-2", "And when?", (Gold(**GOLD[0]), Gold("pier.md", "In 1987.")), False, "dates", "q-1", "1987"
    )
    assert third == Question("q-3", "At what cost?", (), True, "", None, "")


def test_blank_lines_and_a_byte_order_mark_are_passed_over(write):
    path = write({"id": "q-1", "question": "Who?", "gold": GOLD}, "", "  ")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert [question.id for question in load(path)] == ["q-1"]


def test_a_line_separator_inside_a_question_ends_no_line(write):
    path = write({"id": "q-1", "question": "Who\u2028rebuilt\u0085it?", "gold": GOLD})

    assert [question.id for question in load(path)] == ["q-1"]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"id": ""}, 'field "id": missing or blank'),
        ({"id": 7}, 'field "id": needs to be a text'),
        ({"id": "first"}, "field \"id\": 'first' was used before"),
        ({"question": None}, 'field "question": missing or not to be asked: The question is blank'),
        ({"question": "\u200b"}, 'field "question": missing or not to be asked: The question is blank'),
        ({"question": "Who" * 10_000}, 'field "question": missing or not to be asked: The question is longer'),
        ({"parent_id": "nobody"}, "field \"parent_id\": no question 'nobody' stands before this line"),
        ({"parent_id": ["first"]}, 'field "parent_id": no question'),
        ({"unanswerable": "false"}, 'field "unanswerable": needs to be true or false'),
        ({"unanswerable": 1}, 'field "unanswerable": needs to be true or false'),
        ({"gold": []}, 'field "gold": needs at least one quote'),
        ({"unanswerable": True}, 'field "gold": needs at least one quote, or "unanswerable": true and none'),
        ({"gold": None}, 'field "gold": needs at least one quote'),
        ({"gold": "quay.md"}, 'field "gold": needs to be a list'),
        ({"gold": ["quay.md"]}, 'field "gold[0]": needs to be {"document", "quote"}'),
        ({"gold": [{"document": "quay.md"}]}, 'field "gold[0].quote": missing or blank'),
        ({"gold": [{"document": "quay.md", "quote": " "}]}, 'field "gold[0].quote": missing or blank'),
    ],
)
def test_a_field_that_is_wrong_is_named_with_file_and_line(write, fields, problem):
    right = {"id": "first", "question": "Who?", "gold": GOLD}

    (found,) = problems_of(write(right, {**right, "id": "second", **fields}))

    assert found.startswith(f"2: {problem}")


@pytest.mark.parametrize(
    ("line", "problem"),
    [("who?", "Expecting value"), ('{"id": "q"', "Expecting ',' delimiter"), ("[1]", "not a JSON object")],
)
def test_a_line_that_is_no_object_is_named(write, line, problem):
    (found,) = problems_of(write(line))

    assert found.startswith(f"1: {problem}")


def test_a_line_nested_without_end_is_named(write):
    assert problems_of(write("[" * 100_000)) == ["1: nested too deeply"]


def test_everything_that_is_wrong_is_named_at_once(write):
    path = write(
        "{",
        {"id": "q-1", "question": " ", "gold": [], "parent_id": "q-0"},
        {"id": "q-2", "question": "And then?", "gold": GOLD, "parent_id": "q-1"},
        {"question": "Who?", "unanswerable": True},
    )

    assert [found.split(":")[:2] for found in problems_of(path)] == [
        ["1", " Expecting property name enclosed in double quotes (column 2)"],
        ["2", ' field "question"'],
        ["2", ' field "parent_id"'],
        ["2", ' field "gold"'],
        ["4", ' field "id"'],
    ]


def test_of_problems_without_number_the_first_are_named_and_the_rest_is_counted(write):
    found = problems_of(write(*["x"] * 1_500))

    assert len(found) == 1_001
    assert found[-1] == "... and 500 more."


def test_an_unknown_field_is_named_with_those_there_are(write):
    path = write({"id": "q", "question": "Who?", "gold": [{**GOLD[0], "page": 3}], "colour": "red"})

    assert problems_of(path) == [
        '1: field "colour": unknown: there are id, question, gold, unanswerable, category, parent_id, answer, answers, '
        "history, author, note",
        '1: field "gold[0].page": unknown: there are document, quote, group, grade',
    ]


def test_a_field_given_twice_is_named(write):
    assert problems_of(write('{"id": "q", "id": "r", "question": "Who?"}')) == ["1: the field 'id' is given twice"]


def test_a_set_without_a_question_is_refused(write):
    with pytest.raises(QuestionError, match="holds no question"):
        load(write("", " "))


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(QuestionError, match=r"missing\.jsonl cannot be read"):
        load(tmp_path / "missing.jsonl")


def test_a_file_that_is_no_utf_8_is_named(write):
    path = write("")
    path.write_bytes(b"{}\n\xe4")

    with pytest.raises(QuestionError, match=r"set\.jsonl:2: not UTF-8: save the file"):
        load(path)


def test_the_history_of_a_follow_up_is_the_dialogue_of_its_ancestors_oldest_first(write):
    questions = load(
        write(
            {"id": "a", "question": "Who rebuilt the quay?", "gold": [{"document": "quay.md", "quote": "The port."}]},
            {"id": "b", "question": "At what cost?", "unanswerable": True, "parent_id": "a"},
            {"id": "other", "question": "What does lunch cost?", "gold": GOLD},
            {"id": "c", "question": "And when?", "gold": GOLD, "parent_id": "b"},
        )
    )

    assert history_of(questions[3], by_id(questions)) == [
        Turn("user", "Who rebuilt the quay?"),
        Turn("assistant", "The port."),
        Turn("user", "At what cost?"),
        Turn("assistant", "The documents do not answer this."),
    ]


def test_a_dialogue_before_the_first_question_is_before_its_follow_ups_too(write):
    before = [{"role": "user", "content": "Is there a quay?"}, {"role": "assistant", "content": "Yes."}]
    questions = load(
        write(
            {"id": "a", "question": "Who rebuilt it?", "gold": GOLD, "history": before},
            {"id": "b", "question": "And when?", "gold": GOLD, "parent_id": "a"},
        )
    )

    turns = [Turn("user", "Is there a quay?"), Turn("assistant", "Yes.")]
    assert history_of(questions[0], by_id(questions)) == turns
    assert history_of(questions[1], by_id(questions)) == [
        *turns,
        Turn("user", "Who rebuilt it?"),
        Turn("assistant", GOLD[0]["quote"]),
    ]


def test_a_first_question_has_no_history(write):
    questions = load(write({"id": "a", "question": "Who?", "gold": GOLD}))

    assert history_of(questions[0], by_id(questions)) == []
