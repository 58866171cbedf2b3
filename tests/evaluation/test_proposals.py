"""Questions proposed from the documents: they read like ones that people ask, and their gold stands there."""

import time

import pytest

from qa.evaluation.likeness import AskedAlready
from qa.evaluation.proposals import propose
from qa.evaluation.wording_rules import of_heading, of_sentence

FILES = {
    "office.md": "# Harbour office\n\n## Annual leave\n\n"
    "Staff may take thirty days of leave a year. They must ask first.\n\n"
    "## How to claim travel expenses\n\nSend the receipts to the treasurer within a month.\n\n"
    "## Staff\n\nThe harbour master is Ada Holm. The harbour office is open from nine to five.\n\n"
    "## Why the flood gate is closed\n\nIt keeps the water out of the old town.\n",
    "gate.md": "# Skarholm\n\nThe Skarholm Gate Company was founded in 1874. It is a small company.\n",
    "tor.md": "# Das Fluttor\n\nDas Fluttor wird bei neun Metern geschlossen. "
    "Der Hafenmeister ist Ada Holm und er gibt den Befehl.\n",
}


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The harbour master is Ada Holm.", "Who is the harbour master?"),
        ("Ada Holm is the harbour master of Skarholm.", "Who is the harbour master of Skarholm?"),
        ("NACTA stands for National Counter Terrorism Authority.", "What does NACTA stand for?"),
        ("The Gate Company (GC) was founded in March 1874.", "When was the Gate Company (GC) founded?"),
        ("The Gate Company was founded in 1874 by Ada Holm.", "Who founded the Gate Company?"),
        ("The harbour office is open from nine to five.", "When is the harbour office open?"),
        ("A resident permit costs 40 euros a year.", "How much does a resident permit cost?"),
        ("The Gate Company is a company that keeps the gate.", "What is the Gate Company?"),
        ("Ada Holm was a captain who built the gate.", "Who was Ada Holm?"),
        ("The town council is based in Skarholm House.", "Where is the town council based?"),
    ],
)
def test_a_sentence_answers_a_question(sentence, question):
    assert of_sentence(sentence, str.istitle) == question


@pytest.mark.parametrize(
    "sentence",
    [
        "It is a small town by the sea, far from here.",
        "This was founded in the year 1874 by the town.",
        "The other two were the crane and the old ferry.",
        "One witness was a captain who had been to sea.",
        "The latter is a company that keeps the gate.",
        "Universities are a concern for a second reason.",
        "The Gate Company was founded long ago by friends.",
        "The Gate Company was closed, and in 1874 the crane fell.",
        "Short is it.",
        "Der Hafenmeister ist Ada Holm aus Skarholm am Meer.",
    ],
)
def test_what_would_not_read_well_is_no_question(sentence):
    assert of_sentence(sentence, lambda word: False) is None


@pytest.mark.parametrize(
    ("heading", "title", "body", "question"),
    [
        ("Annual leave", "Handbook", "Staff may take days. They must ask.", "What are the rules on annual leave?"),
        ("Annual leave", "Handbook", "It was long ago. Nobody knew. They left.", None),
        ("How to claim travel expenses", "Travel", "x", "How do I claim travel expenses?"),
        ("Why the gate is closed", "Gate", "x", "Why is the gate closed?"),
        ("How large the harbour is", "Harbour", "x", None),
        ("Whether voters were pleased in May", "Vote", "x", "Were voters pleased in May?"),
        ("Who keeps the key to the gate?", "Gate", "x", "Who keeps the key to the gate?"),
        ("Money", "Gate-Keepers (GK): profile", "x", "How is Gate-Keepers funded?"),
        ("Money", "The history of a town", "x", None),
        ("Steps", "Gate", "x", None),
    ],
)  # fmt: skip
def test_a_heading_becomes_a_question_only_where_it_reads_well(heading, title, body, question):
    assert of_heading(heading, title, body) == question


@pytest.fixture(scope="module")
def assistant(build):
    return build(FILES).open()


def test_proposals_carry_gold_that_stands_and_tell_whether_it_was_found(assistant):
    made = propose(assistant, AskedAlready([], assistant.index.encoder), 50)

    questions = {proposal.fields["question"]: proposal for proposal in made.proposals}
    assert {"Who is the harbour master?", "What are the rules on annual leave?"} <= set(questions)
    assert {"Why is the flood gate closed?", "When was the Skarholm Gate Company founded?"} <= set(questions)
    for proposal in made.proposals:
        for gold in proposal.fields["gold"]:
            assert gold["quote"] in assistant.index.document(gold["document"]).text
    assert questions["Who is the harbour master?"].found == 1
    assert "at place 1" in questions["Who is the harbour master?"].fields["note"]


def test_other_languages_are_passed_over_and_counted(assistant):
    made = propose(assistant, AskedAlready([], assistant.index.encoder), 50)

    assert made.other_languages == 1
    assert not [p for p in made.proposals if p.fields["gold"][0]["document"] == "tor.md"]


def test_nothing_is_proposed_that_is_asked_already(assistant):
    asked = AskedAlready([("set", "who is the HARBOUR master")], assistant.index.encoder)

    first = propose(assistant, asked, 50).proposals
    again = propose(assistant, asked, 50).proposals

    assert "Who is the harbour master?" not in [proposal.fields["question"] for proposal in first]
    assert first
    assert again == []


def test_count_and_documents_are_kept_to(assistant):
    made = propose(assistant, AskedAlready([], assistant.index.encoder), 1, ["gate.md"])

    assert [proposal.fields["gold"][0]["document"] for proposal in made.proposals] == ["gate.md"]


def test_the_shipped_documents_get_proposals_within_seconds(shipped):
    assistant = shipped.open()
    started = time.perf_counter()

    made = propose(assistant, AskedAlready([], assistant.index.encoder), 50)

    print(f"{len(made.proposals)} in {time.perf_counter() - started:.1f} s")
    assert len(made.proposals) >= 40
    assert sum(proposal.found > 0 for proposal in made.proposals) >= 0.7 * len(made.proposals)
    assert time.perf_counter() - started < 60
