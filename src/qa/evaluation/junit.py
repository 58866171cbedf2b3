"""A run as JUnit XML, for build servers: one test case for each question."""

import re
from xml.etree import ElementTree

from qa.evaluation.compare import first_citation, place_of
from qa.evaluation.failures import Failure
from qa.evaluation.runs import KeptQuestion, Run

# XML 1.0, 2.2: what is no character of a document cannot be written as an entity either.
_NO_CHARACTER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(kept: Run) -> str:
    """Return a run as JUnit XML: a suite for each set, a case for each question, a failure with its class."""
    failed = sum(question.failure is not Failure.RIGHT for question in kept.questions)
    root = ElementTree.Element(
        "testsuites", tests=str(len(kept.questions)), failures=str(failed), errors="0", time=_seconds(kept.seconds)
    )
    for asked in kept.sets:
        questions = [question for question in kept.questions if question.set == asked.name]
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=_text(asked.name),
            tests=str(len(questions)),
            failures=str(sum(question.failure is not Failure.RIGHT for question in questions)),
            errors="0",
            skipped="0",
            time=_seconds(sum(question.seconds for question in questions)),
            timestamp=kept.created.strftime("%Y-%m-%dT%H:%M:%S"),
        )
        for question in questions:
            suite.append(_case(question))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _case(question: KeptQuestion) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        name=_text(f"{question.id}: {question.question}"),
        classname=_text(f"{question.set}.{question.category or 'no category'}"),
        time=_seconds(question.seconds),
    )
    if question.failure is not Failure.RIGHT:
        failure = ElementTree.SubElement(
            case, "failure", type=question.failure.value, message=_text(question.failure.sentence)
        )
        failure.text = _text("\n".join(_told(question)))
    return case


def _told(question: KeptQuestion) -> list[str]:
    quotes = question.answer.get("quotes") or []
    first = f"“{quotes[0]['text']}” ({first_citation(question)})" if quotes else "nothing"
    wanted = [f"gold: “{gold.quote}” ({gold.document}; {gold.state})" for gold in question.gold]
    return [
        f"searched: {question.searched}",
        f"outcome: {question.answer['outcome']}, confidence {question.answer['confidence']:.2f}",
        f"found: {first}",
        *(wanted or ["gold: the documents do not answer this"]),
        *([] if question.unanswerable else [f"right passage: {place_of(question)}"]),
    ]


def _seconds(value: float) -> str:
    return f"{value:.3f}"


def _text(text: str) -> str:
    return _NO_CHARACTER.sub("\ufffd", text)
