"""Asking for what was meant: words put right, words for the same thing, and words taken over, each with a way back."""

import pytest

from qa.types import Correction, Turn

FILES = {
    "lifts.md": "# The lifts of Harbour House\n\nMeridian repairs the lifts of Harbour House at night.\n\n"
    "## Inspection\n\nThe lifts were last inspected in May 2021 by the fire brigade.\n",
    "pilots.md": "# Pilots\n\nThe Harbour Pilots Office (HPO) was founded in 1921.\n\n"
    "## Boats\n\nThe Harbour Pilots Office has three boats.\n",
    "canteen.md": "# Canteen\n\nThe canteen has three ovens and opens at noon.\n",
    "leave.md": "# Leave\n\nEvery member of staff has 27 days of annual leave a year.\n",
    "synonyms.yaml": "- ovens: tandoor\n",
    "stove.md": "# Stove\n\nThe tandoor of the pilots is heated on Fridays.\n",
}


@pytest.fixture(scope="module")
def assistant(build):
    return build(FILES).open()


MISTYPED = "When were the lifts last inspeced?"


def test_a_mistyped_word_is_put_right_and_said(assistant):
    answer = assistant.ask(MISTYPED)

    assert (answer.question, answer.query.text) == (MISTYPED, "When were the lifts last inspected?")
    assert answer.corrections == (Correction("inspeced", "inspected"),)
    assert set(answer.query.terms) == {"lift", "last", "inspect"}
    assert answer.query.dense_texts == (("When were the lifts last inspected?", 1.0),)
    assert answer.quotes[0].text == "The lifts were last inspected in May 2021 by the fire brigade."


def test_as_typed_means_that_what_was_typed_is_searched(assistant):
    answer = assistant.ask(MISTYPED, as_typed=True)

    assert answer.corrections == ()
    assert set(answer.query.terms) == {"lift", "last", "inspec"}
    assert answer.query.dense_texts == ((MISTYPED, 1.0),)


def test_a_question_without_a_mistake_is_answered_the_same_as_typed(assistant):
    question = "Who repairs the lifts?"

    assert assistant.ask(question) == assistant.ask(question, as_typed=True)


def test_an_acronym_finds_the_words_that_the_documents_introduce_it_for(assistant):
    answer = assistant.ask("Which boats has the HPO?")

    assert [(e.kind, e.words, e.added) for e in answer.expansions] == [("acronym", "HPO", "Harbour Pilots Office")]
    assert answer.quotes[0].text == "The Harbour Pilots Office has three boats."
    assert answer.features["coverage"] == pytest.approx(1.0)


def test_an_acronym_is_searched_although_nothing_is_put_right(assistant):
    assert assistant.ask("Which boats has the HPO?", as_typed=True).expansions


@pytest.mark.parametrize("question", ["ovens", "Are there ovens?", "Which boats has the HPO?", MISTYPED])
def test_no_score_leaves_the_scale_by_what_is_searched_besides(assistant, question):
    answer = assistant.ask(question)

    assert answer.expansions or answer.corrections
    for hit in answer.hits:
        assert 0.0 <= hit.score <= 1.0
        assert all(-1.0 <= signal <= 1.0 + 1e-6 for signal in hit.reasons.signals.values())


def test_a_rare_synonym_finds_its_passage_and_stays_on_the_scale(build):
    sections = "\n\n".join(f"## Case {n}\n\nLeave is granted in case {n}." for n in range(20))
    files = {"leave.md": f"# Leave\n\n{sections}\n\n## Rest\n\nA furlough.\n", "synonyms.yaml": "- leave: furlough\n"}

    hits = build(files).open().ask("leave", k=30).hits

    (rare,) = (hit for hit in hits if "furlough" in hit.chunk.text)
    assert rare.reasons.signals["bm25"] == 1.0
    assert all(hit.score <= 1.0 for hit in hits)


def test_words_that_were_dropped_are_not_taken_over(assistant):
    history = [Turn("user", "Who repairs the lifts of Harbour House?")]
    whole = assistant.ask("And when?", history)

    answer = assistant.ask("And when?", history, dropped=["lifts"])

    assert "lifts" in whole.query.carried
    assert answer.query.carried == tuple(word for word in whole.query.carried if word != "lifts")
    assert "lift" not in answer.query.terms
    assert assistant.ask("And when?", history, dropped=whole.query.carried) == assistant.ask("And when?")
