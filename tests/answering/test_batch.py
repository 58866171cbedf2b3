import json

import pytest

from qa.answering.batch import BatchQuestion, answer_batch, read_batch
from qa.answering.record import answer_record
from qa.errors import QuestionError
from qa.types import Turn

FILES = {
    "ferries.md": "# Ferries\n\n## Night\n\nThe last ferry to Skarholm leaves at 23:40.\n\n"
    "## Fares\n\nA ticket costs 3 crowns.\n",
    "quay.md": "# North quay\n\nThe north quay was rebuilt in 1987 by the port of Skarholm.\n",
}


@pytest.fixture(scope="module")
def assistant(build):
    return build(FILES).open()


def test_a_line_gives_a_question_with_its_id_and_history():
    line = json.dumps({"id": "q-1", "question": " And  when? ", "history": [{"role": "user", "content": "A ferry?"}]})

    assert read_batch([line], "set.jsonl") == [BatchQuestion("q-1", "And when?", (Turn("user", "A ferry?"),))]


def test_the_question_is_the_only_field_needed():
    assert read_batch(['{"question": "When?", "remark": 7}'], "set.jsonl") == [BatchQuestion(None, "When?", ())]


def test_an_id_may_be_a_number():
    assert read_batch(['{"id": 7, "question": "When?"}'], "set.jsonl")[0].id == "7"


def test_blank_lines_and_a_byte_order_mark_are_passed_over():
    lines = ['\ufeff{"question": "Who?"}', "", "  \t", '{"question": "When?"}\r', ""]

    assert [question.question for question in read_batch(lines, "set.jsonl")] == ["Who?", "When?"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("when?", "Expecting value"),
        ('{"question": "When?"', "Expecting ',' delimiter"),
        ("[" * 100_000, "nested too deeply"),
        ("[1]", 'a JSON object with the field "question"'),
        ('{"id": "q"}', 'a JSON object with the field "question"'),
        ('{"question": 7}', 'a JSON object with the field "question"'),
        ('{"question": " "}', "The question is blank"),
        ('{"question": "\\ud800"}', "The question holds characters that are no text"),
        ('{"question": "When?", "history": "Who?"}', '"history" needs to be a list'),
        ('{"question": "When?", "history": ["Who?"]}', '"history" needs to be a list'),
        ('{"question": "When?", "history": [{"role": "user"}]}', "turn of the history needs"),
        ('{"question": "When?", "history": [{"role": "user", "content": "\\ud800"}]}', "history holds characters"),
    ],
)
def test_a_line_that_is_wrong_is_named_with_the_reason(line, reason):
    with pytest.raises(QuestionError) as refused:
        read_batch(['{"question": "Who?"}', line], "questions/set.jsonl")

    assert str(refused.value).startswith("questions/set.jsonl:2: ")
    assert reason in str(refused.value)


def test_every_line_that_is_wrong_is_named_at_once():
    lines = ["nonsense", '{"question": "Who?"}', "", '{"question": ""}', "[]"]

    with pytest.raises(QuestionError) as refused:
        read_batch(lines, "set.jsonl")

    places = [line.rsplit(": ", 1)[0] for line in str(refused.value).split("\n")]
    assert [place.split(": ")[0] for place in places] == ["set.jsonl:1", "set.jsonl:4", "set.jsonl:5"]


def test_a_file_without_a_question_is_refused():
    with pytest.raises(QuestionError, match=r"There is no question in set\.jsonl"):
        read_batch(["", " "], "set.jsonl")


def test_answers_come_in_the_order_of_the_questions_with_their_ids(assistant):
    questions = [
        BatchQuestion("z", "When does the last ferry leave?", ()),
        BatchQuestion(None, "When was the north quay rebuilt?", ()),
        BatchQuestion("a", "What does a ticket cost?", ()),
    ]

    records = [json.loads(line) for line in answer_batch(assistant, questions, k=2)]

    assert [record["id"] for record in records] == ["z", None, "a"]
    assert [record["question"] for record in records] == [question.question for question in questions]
    assert [len(record["quotes"]) for record in records] == [2, 2, 2]


def test_a_batch_answers_as_asking_one_by_one_does(assistant):
    history = (Turn("user", "When does the last ferry to Skarholm leave?"),)
    questions = [BatchQuestion("1", "And the fare?", history), BatchQuestion("2", "Who rebuilt the quay?", ())]

    records = [json.loads(line) for line in answer_batch(assistant, questions, k=3)]

    assert records == [answer_record(assistant.ask(q.question, q.history, 3), q.id) for q in questions]


def test_each_answer_is_one_line_of_readable_text(assistant):
    (line,) = answer_batch(assistant, [BatchQuestion("1", "Où est le quai?", ())], k=1)

    assert "\n" not in line
    assert "Où est le quai?" in line


def test_a_batch_keeps_to_the_documents_named(assistant):
    questions = [BatchQuestion(None, "When does the last ferry leave?", ())]

    (line,) = answer_batch(assistant, questions, k=5, documents=["quay.md"])

    assert {quote["document"] for quote in json.loads(line)["quotes"]} == {"quay.md"}


def test_questions_are_answered_one_at_a_time_as_they_are_read(assistant):
    taken = []

    def questions():
        for text in ("When does the last ferry leave?", "What does a ticket cost?"):
            taken.append(text)
            yield BatchQuestion(None, text, ())

    answers = answer_batch(assistant, questions(), k=1)
    next(answers)

    assert taken == ["When does the last ferry leave?"]
