"""SQuAD, BEIR and TREC as others write them, whole and broken."""

import json

import pytest

from qa.errors import QuestionError
from qa.evaluation.sets import Gold, Question, format_of, read
from qa.evaluation.sets.trec import run_lines

CONTEXT = "The quay, built by St. Olav in 1200, was rebuilt in 1987. It burnt down.\nThe lamp went out."


def problems_of(path, name=None):
    with pytest.raises(QuestionError) as refused:
        read(path, name)
    return str(refused.value).replace(f"{path}", "").split("\n")


def squad(*asked, context=CONTEXT):
    return {"version": "v2.0", "data": [{"title": "Quay", "paragraphs": [{"context": context, "qas": list(asked)}]}]}


def qa(**fields):
    return {"id": "a", "question": "When was it rebuilt?", "answers": [], "is_impossible": False} | fields


def answer(text):
    return {"text": text, "answer_start": CONTEXT.index(text)}


def test_an_answer_of_squad_is_a_short_one_in_its_sentence(tmp_path):
    path = tmp_path / "squad.json"
    asked = [
        qa(answers=[answer("1987"), answer("in 1987"), answer("1987")]),
        qa(id="b", question="What burnt?", answers=[], is_impossible=True, plausible_answers=[answer("1987")]),
        qa(id="c", question="What of the lamp?", answers=[answer("The lamp went out.")]),
    ]
    path.write_text(json.dumps(squad(*asked)))

    reading = read(path)

    sentence = "The quay, built by St. Olav in 1200, was rebuilt in 1987."
    assert reading.questions == [
        Question("a", "When was it rebuilt?", (Gold("Quay", sentence),), False, "", None, "", ("1987", "in 1987")),
        Question("b", "What burnt?", (), True, "", None, ""),
        Question("c", "What of the lamp?", (Gold("Quay", "The lamp went out."),), False, "", None, ""),
    ]
    assert len(reading.notices) == 2


def test_squad_of_before_unanswerable_questions_is_read(tmp_path):
    path = tmp_path / "squad.json"
    path.write_text(json.dumps(squad({"id": "a", "question": "When?", "answers": [answer("1987")]})))

    assert read(path).questions[0].answers == ("1987",)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", ": Expecting property name"),
        ("[]", 'field "data": missing: this is not SQuAD'),
        ('{"data": [7]}', 'data[0]: needs "title" and a list of "paragraphs"'),
        ('{"data": [{"title": "x", "paragraphs": [{}]}]}', 'data[0].paragraphs[0]: needs "context"'),
        (json.dumps(squad(7)), "data[0].paragraphs[0].qas[0]: not a question"),
        (
            json.dumps(squad(qa(answers=[{"text": "1987", "answer_start": 0}]))),
            'qas[0]: field "answers[0]": needs "text"',
        ),
        (json.dumps(squad(qa(answers=[answer("1987") | {"answer_start": -5}]))), 'field "answers[0]": needs "text"'),
        (json.dumps(squad(qa(is_impossible="no"))), 'field "is_impossible": needs to be true or false'),
        (json.dumps(squad(qa())), 'qas[0]: field "gold": needs at least one quote'),
        (json.dumps(squad(qa(id=None, is_impossible=True))), 'qas[0]: field "id": missing or blank'),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_wrong_in_squad_is_named_with_its_place(content, problem, tmp_path):
    path = tmp_path / "squad.json"
    path.write_text(content)

    (found,) = problems_of(path)

    assert problem in found


@pytest.fixture
def beir(tmp_path):
    """Return a function that writes a BEIR folder as others do."""

    def write(
        corpus='{"_id": "d1", "title": "Quay", "text": "It was rebuilt in 1987."}\n',
        queries='{"_id": "1", "text": "When?"}\n{"_id": "2", "text": "Who?", "metadata": {"url": "x"}}\n',
        qrels="query-id\tcorpus-id\tscore\n1\td1\t2\n",
    ):
        (tmp_path / "qrels").mkdir()
        (tmp_path / "corpus.jsonl").write_text(corpus)
        (tmp_path / "queries.jsonl").write_text(queries)
        (tmp_path / "qrels" / "test.tsv").write_text(qrels)
        return tmp_path

    return write


def test_of_a_foreign_beir_folder_the_judged_queries_are_read(beir):
    reading = read(beir())

    gold = Gold("d1", "It was rebuilt in 1987.", 0, 2)
    assert reading.questions == [Question("1", "When?", (gold,), False, "", None, "")]
    assert reading.notices == ["Left out, for qrels/test.tsv says of no passage that it answers them: 2."]


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"qrels": "1\td1\n"}, "/qrels/test.tsv:1: not three columns"),
        ({"qrels": "1\td1\tbest\n"}, "/qrels/test.tsv:1: not three columns"),
        ({"qrels": "1\td9\t1\n1\td1\t1\n"}, "corpus.jsonl has no passage 'd9'"),
        ({"qrels": "9\td1\t1\n1\td1\t1\n"}, "queries.jsonl has no query '9'"),
        ({"queries": "{\n"}, "/queries.jsonl:1: Expecting property name"),
        ({"queries": '{"text": "When?"}\n'}, '/queries.jsonl:1: field "_id": missing'),
        ({"queries": '{"_id": "1", "text": ""}\n'}, '/queries.jsonl:1: field "question": missing'),
        ({"corpus": '{"_id": "d1"}\n'}, '/corpus.jsonl:1: field "text": missing or blank'),
    ],
)
def test_what_is_wrong_in_a_beir_folder_is_named_with_file_and_line(files, problem, beir):
    assert any(problem in found for found in problems_of(beir(**files)))


def test_a_beir_folder_without_judgements_is_named(beir):
    folder = beir()
    (folder / "qrels" / "test.tsv").unlink()

    assert "test.tsv cannot be read: No such file" in problems_of(folder)[0]


TREC_TOPICS = """
<top>
<num> Number: 301
<title> International Organized Crime

<desc> Description:
Identify organizations. <!-- x -->
</top>

<top>
<num>302</num><title>R&amp;D</title>
</top>
"""
TREC_DOCUMENTS = "<DOC>\n<DOCNO> FT-1 </DOCNO>\n<TEXT>\nCrime is organised.\n</TEXT>\n</DOC>\n"


@pytest.fixture
def trec(tmp_path):
    def write(topics=TREC_TOPICS, qrels="301 0 FT-1 1\n302 0 FT-1 0\n", name="topics.301-302"):
        (tmp_path / name).write_text(topics)
        (tmp_path / "qrels.adhoc").write_text(qrels)
        (tmp_path / "passages.trec").write_text(TREC_DOCUMENTS)
        return tmp_path

    return write


def test_topics_as_trec_writes_them_are_read(trec):
    reading = read(trec())

    gold = Gold("FT-1", "Crime is organised.")
    assert reading.questions == [Question("301", "International Organized Crime", (gold,), False, "", None, "")]
    assert reading.notices == ["Left out, for no passage is judged to answer them: 302."]


def test_topics_of_two_columns_are_read(trec):
    folder = trec(topics="301\tWhat is organised?\n", qrels="301 0 FT-1 1\n", name="topics.tsv")

    assert [(q.id, q.question) for q in read(folder).questions] == [("301", "What is organised?")]


@pytest.mark.parametrize(
    ("qrels", "problem"),
    [
        ("301 FT-1 1\n", "/qrels.adhoc:1: not four columns"),
        ("301 0 FT-1 x\n", "/qrels.adhoc:1: not four columns"),
        ("301 0 FT-2 1\n", "/qrels.adhoc:1: what the passage 'FT-2' says is not known"),
        ("301 0 FT-1 1\n999 0 FT-1 1\n", "/qrels.adhoc:2: there is no topic '999'"),
    ],
)
def test_what_is_wrong_in_judgements_is_named_with_its_line(qrels, problem, trec):
    assert any(found.startswith(problem) for found in problems_of(trec(qrels=qrels)))


def test_a_folder_that_is_no_collection_is_named(tmp_path):
    assert "needs one file" in problems_of(tmp_path)[0]


def test_a_run_lists_paragraphs_best_first(build):
    assistant = build({"a b.md": "# Quay\n\nThe quay was rebuilt in 1987.\n", "lamp.md": "The lamp went out.\n"}).open()

    lines = list(run_lines([("q 1", assistant.ask("When was the quay rebuilt?", k=2))]))

    assert lines[0] == "q%201 Q0 a%20b.md#p1 1 1.000000 qa"
    scores = [float(line.split()[4]) for line in lines]
    assert scores == sorted(scores, reverse=True)
    assert len({line.split()[2] for line in lines}) == len(lines)


def test_a_format_that_cannot_be_told_is_asked_for(tmp_path):
    with pytest.raises(QuestionError, match="name it with --format"):
        format_of(tmp_path / "set.doc")
    with pytest.raises(QuestionError, match="There is no format 'word': there are jsonl, yaml"):
        format_of(tmp_path / "set.doc", "word")
