import json
from pathlib import Path

from benchmarks.quality import beir, briefing, clapnq, dialogues, squad2
from benchmarks.quality.questions import Gold, Question, every, half_of, load, place

from conftest import write_files
from qa.types import Turn


def lines(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_graded_sets_have_a_page_for_each_document_with_words_and_the_queries_with_gains(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {
            "corpus.jsonl": lines(
                {"_id": "7", "title": "Wings & lift", "text": "Lift grows with speed."},
                {"_id": "8", "title": "", "text": " "},
            ),
            "queries.jsonl": lines({"_id": "1", "text": "what is lift"}, {"_id": "2", "text": "ungraded"}),
            "qrels/test.tsv": "query-id\tcorpus-id\tscore\n1\t7\t3\n2\t7\t0\n",
        },
    )
    found = beir.prepare(tmp_path)
    assert list(found.files) == ["7.html"]
    assert b"<h1>Wings &amp; lift</h1>\n<p>Lift grows with speed.</p>" in found.files["7.html"]
    assert [(question.id, question.relevance) for question in found.questions] == [("1", {"7.html": 3})]


def test_squad_articles_alternate_between_the_halves_and_gold_is_the_whole_paragraph(tmp_path: Path) -> None:
    def article(title: str, number: int) -> dict[str, object]:
        asked = [
            {"id": f"{number}a", "question": " Who? ", "is_impossible": False, "answers": [{"text": "Ada"}] * 2},
            {"id": f"{number}b", "question": "Why?", "is_impossible": True, "answers": []},
        ]
        return {"title": title, "paragraphs": [{"context": f"Ada wrote note {number}.", "qas": asked}]}

    data = {"data": [article("Old_engines", 0), article("Notes", 1)]}
    write_files(tmp_path, {"dev-v2.0.json": json.dumps(data)})
    found = squad2.prepare(tmp_path)
    assert b"<h1>Old engines</h1>" in found.files["Old_engines.html"]
    halves = {(q.id, q.half, q.unanswerable) for q in found.questions}
    assert halves == {
        ("0a", "tuning", False), ("0b", "tuning", True), ("1a", "report", False), ("1b", "report", True)
    }  # fmt: skip
    first = next(question for question in found.questions if question.id == "0a")
    assert (first.question, first.answers) == ("Who?", ("Ada",))
    assert first.gold == (Gold("Old_engines.html", "Ada wrote note 0."),)


def test_clapnq_passages_with_the_same_words_are_one_page(tmp_path: Path) -> None:
    passage = [{"title": "Tides", "text": "The moon pulls . It does so daily ."}]
    outputs = [{"selected_sentences": ["The moon pulls ."]}, {"selected_sentences": ["The moon pulls ."]}]
    rows = [{"id": str(number), "input": "why tides", "passages": passage, "output": outputs} for number in (1, 2)]
    refused = {"id": "3", "input": "why ebb", "passages": passage, "output": [{"selected_sentences": []}]}
    write_files(
        tmp_path, {"clapnq_dev_answerable.jsonl": lines(*rows), "clapnq_dev_unanswerable.jsonl": lines(refused)}
    )
    found = clapnq.prepare(tmp_path)
    assert len(found.files) == 1
    assert [question.evidence for question in found.questions] == [("The moon pulls .",)] * 2 + [()]
    assert [question.unanswerable for question in found.questions] == [False, False, True]


def test_dialdoc_turns_have_their_dialogue_oldest_first_and_the_place_of_their_words(tmp_path: Path) -> None:
    documents = {"a#1": "\n\nLeave \nAsk first. Then wait. \n\nPay \nAsk first. ", "b#1": "\n\nBoats \nThey float. "}
    turns = [
        _turn("d1", 1, "a#1", "How do I get leave?", [], "Ask first. ", 9),
        _turn("d1", 3, "a#1", "And pay?", ["agent:Ask.", "user:How do I get leave?"], "Ask first. ", 38),
    ]
    # Dialogues on the other document, enough that each half has one with a history.
    turns += [_turn(f"o{n}", 3, "b#1", "Why?", ["agent:They do.", "user:Do boats float?"], "They float. ", 9)
              for n in range(8)]  # fmt: skip
    rows = [{"doc_id": key, "text": text} for key, text in documents.items()]
    write_files(tmp_path, {"docs.jsonl": lines(*rows), "turns.jsonl": lines(*turns)})
    found = dialogues.prepare_dialdoc(tmp_path)
    asked = {question.id: question for question in found.questions}
    assert asked["d1_3"].history == (Turn("user", "How do I get leave?"), Turn("assistant", "Ask."))
    assert [asked[key].gold[0].occurrence for key in ("d1_1", "d1_3")] == [0, 1]
    page = found.files[asked["d1_1"].gold[0].document].decode()
    assert "<h1>Leave</h1>\n<p>Ask first. Then wait.</p>\n<h2>Pay</h2>\n<p>Ask first.</p>" in page
    assert asked["d1_1"].foreign == (Turn("user", "Do boats float?"), Turn("assistant", "They do."))
    assert asked["d1_3"].foreign == ()


def _turn(
    dialogue: str, number: int, document: str, question: str, history: list[str], words: str, start: int
) -> dict[str, object]:
    return {
        "id": f"{dialogue}_{number}",
        "dial_id": dialogue,
        "doc_id": document,
        "question": question,
        "history_newest_first": history,
        "answers": {"text": [words], "answer_start": [start]},
    }


def test_doqa_questions_follow_the_replies_before_them(tmp_path: Path) -> None:
    def asked(number: int, question: str, text: str, start: int) -> dict[str, object]:
        answer = {"text": text, "answer_start": start}
        return {"id": str(number), "question": question, "answers": [answer], "orig_answer": answer}

    blank = asked(2, "And then?", " ", 0)
    qas = [asked(0, "Why lumps?", "CANNOTANSWER", 22), asked(1, "What helps?", "Stir less.", 12), blank]
    dialogue = {"id": "d", "context": "Use fat. Or Stir less. CANNOTANSWER", "qas": qas}
    data = json.dumps({"data": [{"title": "Lumps?", "paragraphs": [dialogue]}]})
    write_files(tmp_path, {f"doqa-cooking-{part}-v2.1.json": data for part in ("dev", "test")})
    found = dialogues.prepare_doqa(tmp_path)
    assert [b"Lumps" in page or b"CANNOTANSWER" in page for page in found.files.values()] == [False]
    # Two of each file; the blank reply cannot be judged.
    assert len(found.questions) == 4
    first, second = found.questions[:2]
    assert first.unanswerable
    assert first.gold == ()
    assert second.evidence == ("Stir less.",)
    assert [turn.content for turn in second.history] == ["Why lumps?", "The documents do not answer this."]


def test_a_dialogue_on_the_shipped_documents_is_in_one_half_and_opens_after_another_one() -> None:
    root = Path(__file__).parents[2]
    found = briefing.prepare(root / "corpus", root / "evals/briefing.jsonl")
    halves = {question.question: question.half for question in found.questions}
    for question in found.questions:
        if question.history:
            assert question.half == halves[question.history[0].content]
            assert not question.foreign
        if question.foreign:
            assert question.foreign[0].content not in ("", question.question)
            assert halves[question.foreign[0].content] == question.half


def test_halves_depend_on_the_group_alone() -> None:
    # zlib.crc32(b"a") = 0xe8b7be43 is odd, zlib.crc32(b"b") = 0x71beeff9 too, zlib.crc32(b"d") = 0x98dd4acc even.
    assert [half_of(group) for group in ("a", "b", "d")] == ["report", "report", "tuning"]


def test_thinning_keeps_the_same_share_of_each_half_and_kind() -> None:
    questions = [
        Question(f"{half}{refused}{n}", half, "?", unanswerable=refused)
        for half in ("tuning", "report") for refused in (False, True) for n in range(8)
    ]  # fmt: skip
    kept = every(4, reversed(questions))
    assert len(kept) == 8
    assert {question.id[-1] for question in kept} == {"0", "4"}


def test_a_set_is_read_back_as_it_was_placed_and_what_no_longer_belongs_to_it_goes(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    prepared = briefing.prepare(root / "corpus", root / "evals/briefing.jsonl")
    write_files(tmp_path, {"corpus/left-over.md": "# Old"})
    place(prepared, tmp_path)
    assert load(tmp_path / "questions.jsonl") == list(prepared.questions)
    placed = {path.relative_to(tmp_path / "corpus").as_posix() for path in (tmp_path / "corpus").rglob("*.*")}
    assert placed == set(prepared.files)
