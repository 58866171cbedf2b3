"""The JSON Schema that ships says what the native format is: it agrees with what is read."""

import json
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from qa.errors import QuestionError
from qa.evaluation.sets import load, write
from question_sets import question_sets

SCHEMA = json.loads(files("qa.evaluation.sets").joinpath("schema.json").read_text(encoding="utf-8"))
SHIPPED = Path(__file__).parents[3] / "evals" / "briefing.jsonl"
QUOTE = {"document": "quay.md", "quote": "In 1987."}
RIGHT = {"id": "a", "question": "When?", "gold": [QUOTE]}


@pytest.fixture(scope="module")
def validator():
    Draft202012Validator.check_schema(SCHEMA)
    return Draft202012Validator(SCHEMA)


def test_the_shipped_set_fits_the_schema(validator):
    for line in SHIPPED.read_text(encoding="utf-8").splitlines():
        validator.validate(json.loads(line))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(questions=question_sets())
def test_what_is_written_fits_the_schema(questions, validator, tmp_path):
    path = tmp_path / "set.jsonl"
    write(questions, path)

    for line in path.read_text(encoding="utf-8").split("\n")[:-1]:
        validator.validate(json.loads(line))


@pytest.mark.parametrize(
    ("fields", "right"),
    [
        ({}, True),
        ({"gold": [QUOTE | {"group": 2, "grade": 3}]}, True),
        ({"answers": ["1987"], "note": None, "parent_id": None}, True),
        ({"history": [{"role": "user", "content": "Is there a quay?"}]}, True),
        ({"unanswerable": True, "gold": []}, True),
        ({"unanswerable": True, "gold": None}, True),
        ({"unanswerable": True}, False),
        ({"unanswerable": True, "gold": [], "answers": ["1987"]}, False),
        ({"unanswerable": 1}, False),
        ({"gold": []}, False),
        ({"gold": None}, False),
        ({"gold": [{"document": "quay.md"}]}, False),
        ({"gold": [QUOTE | {"grade": 0}]}, False),
        ({"gold": [QUOTE | {"grade": True}]}, False),
        ({"gold": [QUOTE | {"group": -1}]}, False),
        ({"gold": [QUOTE | {"page": 3}]}, False),
        ({"gold": [QUOTE | {"document": "a\nb"}]}, False),
        ({"id": " a"}, False),
        ({"id": 7}, False),
        ({"question": " "}, False),
        ({"note": "NUL \x00"}, False),
        ({"note": "half a character \ud800"}, False),
        ({"answers": "1987"}, False),
        ({"answers": [""]}, False),
        ({"history": [{"role": "system", "content": "x"}]}, False),
        ({"tags": ["x"]}, False),
    ],
)
def test_schema_and_reading_agree(fields, right, validator, tmp_path):
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(RIGHT | fields))

    assert validator.is_valid(RIGHT | fields) == right
    if right:
        assert len(load(path)) == 1
    else:
        with pytest.raises(QuestionError):
            load(path)
