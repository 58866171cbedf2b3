"""What a format can hold comes back as it was, whatever the characters."""

import csv
import io
import json
import re
import zipfile
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from qa.errors import QuestionError
from qa.evaluation.sets import Gold, Question, read, write
from qa.evaluation.sets.workbook import LONGEST_CELL
from qa.indexing.sentences import split_sentences
from qa.types import Turn
from question_sets import asked, ids, question_sets, shelf

EVERYTHING_HELD = ["jsonl", "yaml", "csv", "xlsx", "beir"]
ROUND_TRIP = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
QUAY = """# The quay

The quay was rebuilt in 1987. It had burnt down. The port paid 3 million crowns.

Who lit it is not known! The harbour master, Ole Dahl, was asked.
"""
LAMP = """# The lamp

The lamp was lit in 1912. It went out in 1987.
"""
DOCUMENTS = shelf(quay=QUAY, lamp=LAMP)


def there_and_back(questions, path, name, documents=None):
    write(questions, path, name, documents)
    return read(path, name, documents).questions


@pytest.mark.parametrize("name", EVERYTHING_HELD)
@ROUND_TRIP
@given(questions=question_sets())
def test_a_format_that_holds_everything_gives_everything_back(name, questions, tmp_path):
    # Two such texts that share an underscore are refused, see below.
    assume(name != "xlsx" or not any("_x000D_x" in str(question) for question in questions))

    assert there_and_back(questions, tmp_path / "set", name) == questions


@ROUND_TRIP
@given(questions=question_sets())
def test_trec_gives_topics_quotes_groups_and_grades_back(questions, tmp_path):
    held = [
        Question(question.id, " ".join(question.question.split()), once(question.gold), False, "", None, "")
        for question in questions
        if not question.unanswerable
    ]
    assume(held)

    assert there_and_back(questions, tmp_path / "set", "trec") == held


def once(golds):
    """Keep each quote once, with its first group and its highest grade."""
    kept = {}
    for gold in golds:
        first = kept.setdefault((gold.document, gold.quote), gold)
        kept[gold.document, gold.quote] = replace(first, grade=max(first.grade, gold.grade))
    return tuple(kept.values())


@st.composite
def squad_sets(draw):
    """Draw questions whose quotes are sentences of one document, and whose short answers stand in them."""
    questions = []
    for question_id in draw(st.lists(ids, min_size=1, max_size=4, unique=True)):
        document = DOCUMENTS.document(draw(st.sampled_from(["quay.md", "lamp.md"])))
        spans = [
            (p.start + start, p.start + end)
            for p in document.paragraphs
            for start, end in split_sentences(document.text[p.start : p.end])
        ]
        chosen = draw(st.lists(st.sampled_from(spans), max_size=2, unique=True))
        quotes = [document.text[start:end] for start, end in chosen]
        words = {word: None for quote in quotes for word in re.findall(r"\w+", quote)}
        answers = draw(st.lists(st.sampled_from(list(words)), max_size=2, unique=True)) if words else []
        golds = tuple(Gold(document.id, quote) for quote in quotes)
        questions.append(Question(question_id, draw(asked), golds, not golds, "", None, "", tuple(answers)))
    return questions


@ROUND_TRIP
@given(questions=squad_sets())
def test_squad_gives_sentences_and_short_answers_back(questions, tmp_path):
    def comparable(questions):
        # By document, with answers in the order of the text.
        return {question.id: replace(question, answers=tuple(sorted(question.answers))) for question in questions}

    assert comparable(there_and_back(questions, tmp_path / "set.json", "squad", DOCUMENTS)) == comparable(questions)


@ROUND_TRIP
@given(questions=squad_sets())
def test_beir_with_documents_gives_quotes_back_and_not_their_paragraphs(questions, tmp_path):
    assert there_and_back(questions, tmp_path / "set", "beir", DOCUMENTS) == questions


WHOLE = Question(
    "q-1",
    "Who rebuilt the quay?",
    (Gold("quay.md", "The quay was rebuilt in 1987.", 0, 3), Gold("lamp.md", "It went out in 1987.", 1, 1)),
    False,
    "dates",
    None,
    "In 1987, by the port",
    ("1987", "the year 1987"),
    (Turn("user", "Is there a quay?"), Turn("assistant", "Yes.\nThere is.")),
    "Ada",
    "asked on the phone",
)
FOLLOW_UP = Question(
    "q-2", "And who paid?", (Gold("quay.md", "The port paid 3 million crowns."),), False, "", "q-1", ""
)
UNANSWERABLE = Question("q-3", "Who lit it?", (), True, "", None, "")
SET = [WHOLE, FOLLOW_UP, UNANSWERABLE]


@pytest.mark.parametrize("name", EVERYTHING_HELD)
def test_a_format_that_holds_everything_has_nothing_to_tell(name, tmp_path):
    assert write(SET, tmp_path / "set", name, DOCUMENTS) == []


def test_trec_tells_what_it_cannot_hold(tmp_path):
    assert write(SET, tmp_path / "set", "trec") == [
        "TREC has no field 'category': left out, questions: 1.",
        "TREC has no field 'parent_id': left out, questions: 1.",
        "TREC has no field 'history': left out, questions: 1.",
        "TREC has no field 'answer': left out, questions: 1.",
        "TREC has no field 'answers': left out, questions: 1.",
        "TREC has no field 'author': left out, questions: 1.",
        "TREC has no field 'note': left out, questions: 1.",
        "TREC judges no question as unanswerable: without a judgement are q-3.",
        "Without documents passages.trec holds the gold quotes alone: give an index for all paragraphs.",
    ]


def test_squad_tells_what_it_cannot_hold(tmp_path):
    stale = replace(FOLLOW_UP, id="q-4", parent_id=None, gold=(Gold("quay.md", "The quay is of gold."),))

    assert write([*SET, stale], tmp_path / "set.json", "squad", DOCUMENTS) == [
        "SQuAD has no field 'category': left out, questions: 1.",
        "SQuAD has no field 'parent_id': left out, questions: 1.",
        "SQuAD has no field 'history': left out, questions: 1.",
        "SQuAD has no field 'answer': left out, questions: 1.",
        "SQuAD has no field 'author': left out, questions: 1.",
        "SQuAD has no field 'note': left out, questions: 1.",
        "SQuAD has no field 'grade': left out, questions: 1.",
        "SQuAD has no field 'group': left out, questions: 1.",
        "SQuAD orders questions by document, and keeps of a quote the place of its answer.",
        "Gold quotes that no longer stand in their document were left out of q-4.",
        "SQuAD asks a question of one document: gold in further ones was left out of q-1.",
        "Short answers that stand in no gold quote as written were left out of q-1.",
        "Unanswerable questions stand beside a document, for SQuAD needs one: q-3.",
    ]


def test_squad_has_answers_where_they_stand_in_the_documents_text(tmp_path):
    write(SET, tmp_path / "set.json", "squad", DOCUMENTS)

    written = json.loads((tmp_path / "set.json").read_text(encoding="utf-8"))
    (article,) = written["data"]
    (paragraph,) = article["paragraphs"]
    assert (written["version"], article["title"]) == ("v2.0", "quay.md")
    assert paragraph["context"] == DOCUMENTS.document("quay.md").text
    for asked_here in paragraph["qas"]:
        for answer in asked_here["answers"]:
            assert paragraph["context"].startswith(answer["text"], answer["answer_start"])
    assert [(q["id"], [a["text"] for a in q["answers"]], q["is_impossible"]) for q in paragraph["qas"]] == [
        ("q-1", ["1987"], False),
        ("q-2", ["The port paid 3 million crowns."], False),
        ("q-3", [], True),
    ]


def test_squad_without_documents_is_refused(tmp_path):
    with pytest.raises(QuestionError, match="give the index"):
        write(SET, tmp_path / "set.json", "squad")


def test_beir_judges_the_paragraphs_that_hold_the_quotes(tmp_path):
    write(SET, tmp_path, "beir", DOCUMENTS)

    assert (tmp_path / "qrels" / "test.tsv").read_text() == (
        "query-id\tcorpus-id\tscore\nq-1\tquay.md#p1\t3\nq-1\tlamp.md#p1\t1\nq-2\tquay.md#p1\t1\n"
    )
    corpus = [json.loads(line) for line in (tmp_path / "corpus.jsonl").read_text().splitlines()]
    assert {row["_id"]: row["title"] for row in corpus} == {
        "quay.md#p1": "The quay",
        "quay.md#p2": "The quay",
        "lamp.md#p1": "The lamp",
    }


def test_judgements_that_were_changed_in_a_beir_folder_count(tmp_path):
    write(SET, tmp_path, "beir", DOCUMENTS)
    (tmp_path / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq-1\tquay.md#p1\t2\nq-2\tquay.md#p1\t1\nq-2\tlamp.md#p1\t1\n"
    )

    first, second, third = read(tmp_path).questions

    assert first.gold == (replace(WHOLE.gold[0], grade=2),)
    assert second.gold == (FOLLOW_UP.gold[0], Gold("lamp.md", "The lamp was lit in 1912. It went out in 1987."))
    assert third == UNANSWERABLE


def test_trec_with_documents_judges_paragraphs(tmp_path):
    notices = write(SET, tmp_path, "trec", DOCUMENTS)

    assert (tmp_path / "qrels.txt").read_text() == "q-1 0 quay.md#p1 3\nq-1 1 lamp.md#p1 1\nq-2 0 quay.md#p1 1\n"
    assert "<num> Number: q-1 </num>\n<title> Who rebuilt the quay? </title>" in (tmp_path / "topics.txt").read_text()
    assert "TREC judges passages, not quotes: read again, a quote is the whole paragraph it stands in." in notices
    (tmp_path / "passages.trec").unlink()
    assert read(tmp_path, documents=DOCUMENTS).questions[1].gold == (
        Gold("quay.md", "The quay was rebuilt in 1987. It had burnt down. The port paid 3 million crowns."),
    )


def test_several_quotes_in_one_passage_are_one_judgement_of_the_highest_grade(tmp_path):
    golds = (Gold("quay.md", "It had burnt down.", 0, 1), Gold("quay.md", "The quay was rebuilt in 1987.", 1, 3))
    question = Question("q", "What of the quay?", golds, False, "", None, "")

    notices = write([question], tmp_path, "trec", DOCUMENTS)

    assert (tmp_path / "qrels.txt").read_text() == "q 0 quay.md#p1 3\n"
    assert "TREC judges a passage once: several quotes in one passage became one judgement in q." in notices


@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_no_cell_begins_like_a_formula(name, tmp_path):
    questions = [
        replace(UNANSWERABLE, id=sign + "1", question=sign + 'HYPERLINK("x")', note=f"'{sign}")
        for sign in ("=", "+", "-", "@", "＝")
    ]
    path = tmp_path / "set"

    assert there_and_back(questions, path, name) == questions
    if name == "csv":
        cells = [cell for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")) for cell in row]
    else:
        with zipfile.ZipFile(path) as archive:
            assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
            cells = re.findall("<t[^>]*>([^<]*)</t>", archive.read("xl/sharedStrings.xml").decode())
    assert len(cells) > 10
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝"))]


def test_csv_is_marked_as_utf_8_for_spreadsheets(tmp_path):
    write(SET, tmp_path / "set.csv")

    assert (tmp_path / "set.csv").read_bytes().startswith(b'\xef\xbb\xbf"id","question","gold_doc","gold_quote"')


@pytest.mark.parametrize(
    ("text", "reason"),
    [("long " * (LONGEST_CELL // 4), "longer than an XLSX cell may be"), ("_x0041_x0042_", "XLSX cannot hold")],
)
def test_what_a_cell_cannot_hold_is_refused_and_the_file_before_stays(text, reason, tmp_path):
    path = tmp_path / "set.xlsx"
    write([WHOLE], path)

    with pytest.raises(QuestionError, match=f"Question 'q-1', field \"note\": {reason}.*: use CSV or JSON lines"):
        write([replace(WHOLE, note=text)], path)

    assert read(path).questions == [WHOLE]
    assert [item.name for item in tmp_path.iterdir()] == ["set.xlsx"]
