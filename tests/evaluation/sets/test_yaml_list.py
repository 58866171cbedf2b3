import time

import pytest

from qa.errors import QuestionError
from qa.evaluation.sets import Gold, Question, load
from qa.types import Turn

WRITTEN = """\
# Questions about the quay
- id: q-1
  question: When was the quay rebuilt?
  gold:
    - document: quay.md
      quote: >
        The quay was rebuilt
        in 1987.
      group: 1
      grade: 2
  answers: [1987, yes, 2001-08-14]
  note:
- id: 7
  question: 'And by whom?'
  parent_id: q-1
  unanswerable: true
- id: "08"
  question: Who lit it?
  history:
    - role: user
      content: What of the lamp?
  gold: [{document: lamp.md, quote: Ole lit it.}]
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "set.yaml"


def problems_of(path, text):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(QuestionError) as refused:
        load(path)
    return [line.removeprefix(f"{path}:") for line in str(refused.value).split("\n")]


def test_texts_are_taken_as_they_are_written(path):
    path.write_text(WRITTEN)

    first, second, third = load(path)

    assert first.gold == (Gold("quay.md", "The quay was rebuilt in 1987.\n", 1, 2),)
    assert first.answers == ("1987", "yes", "2001-08-14")
    assert second == Question("7", "And by whom?", (), True, "", "q-1", "")
    assert (third.id, third.history) == ("08", (Turn("user", "What of the lamp?"),))
    assert {type(text) for text in (second.id, third.gold[0].quote, first.answers[0])} == {str}


def test_every_problem_is_named_with_the_line_of_its_field(path):
    text = """\
- id: q-1
  question: When?
  colour: red
  gold:
    - document: quay.md
      quote: In 1987.
      grade: best
- id: q-1
  question: Who?
  unanswerable: perhaps
- only words
- id: q-2
  id: q-3
  question: Where?
  unanswerable: true
"""

    assert problems_of(path, text) == [
        '3: field "colour": unknown: there are id, question, gold, unanswerable, category, parent_id, answer, answers, '
        "history, author, note",
        '7: field "gold[0].grade": needs to be a whole number from 1 to 100',
        "8: field \"id\": 'q-1' was used before",
        '10: field "unanswerable": needs to be true or false',
        '11: not a question with fields like "id: ..."',
        '13: field "id": is given twice',
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- id: &a q\n  question: *a\n", "1: anchors and aliases (& and *) are not read"),
        ("- id: q\n  question: *a\n", "2: anchors and aliases"),
        ("- !!python/object/apply:os.system ['true']\n", "1: tags (!) are not read"),
        ("- id: q\n  question: !Who\n", "2: tags (!) are not read"),
        ("- " + "[" * 1000 + "]" * 1000, "1: nested too deeply"),
        ("- " + "{a: " * 1000, "1: nested too deeply"),
        ("- ? [a, b]\n  : c\n", "1: a field's name needs to be a word"),
        ("id: q\nquestion: Who?\n", '1: needs to be a list of questions: begin each with "- id: ..."'),
        ("- id: q\n question: x\n", "2: not YAML: "),
        ("- id: 'q\n", "2: not YAML: "),
        ("- id: q\x00\n", "1: not YAML: "),
        ("---\n- id: a\n  question: Who?\n  unanswerable: true\n---\n- id: b\n", "5: a second document begins here"),
    ],
)
def test_what_is_not_read_is_named_with_its_line(text, problem, path):
    assert any(found.startswith(problem) for found in problems_of(path, text)), problems_of(path, text)


def test_a_few_lines_that_would_grow_to_billions_are_refused_at_once(path):
    lines = ["- &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"- &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    started = time.perf_counter()

    assert problems_of(path, "\n".join(lines))[0].startswith("1: anchors and aliases")
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "[]"])
def test_a_set_without_a_question_is_refused(text, path):
    path.write_text(text)

    with pytest.raises(QuestionError, match="holds no question"):
        load(path)
