"""From the results of question sets to a run that can be kept and compared."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qa.answering.assistant import Assistant
from qa.answering.record import answer_record
from qa.evaluation.anchors import Documents
from qa.evaluation.code_version import code_version
from qa.evaluation.intervals import METHOD
from qa.evaluation.measures import Measured, by_group, measure, score
from qa.evaluation.run import DEPTH, Result, run
from qa.evaluation.runs import KeptCode, KeptGold, KeptIndex, KeptMeasures, KeptQuestion, KeptSet, KeptTurn, Run
from qa.evaluation.sets import Question, by_id, read
from qa.indexing.index import LocalIndex


@dataclass(frozen=True, slots=True)
class AskedSet:
    """A question set ready to be asked, with the SHA-256 of its file."""

    name: str
    sha256: str
    questions: Sequence[Question]


def asked_set(path: Path, questions: Sequence[Question]) -> AskedSet:
    """Return a set that was read from a file (or a folder) ready to be asked."""
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return AskedSet(path.name, digest.hexdigest(), questions)


def read_sets(paths: Sequence[Path], documents: Documents | None) -> tuple[list[AskedSet], list[str]]:
    """Read sets ready to be asked, and what is to be known of them. Raises `QuestionError` for one that is wrong."""
    sets, notices = [], []
    for path in paths:
        reading = read(path, documents=documents)
        sets.append(asked_set(path, reading.questions))
        notices += reading.notices
    return sets, notices


def ask(
    assistant: Assistant,
    sets: Sequence[AskedSet],
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Run, list[list[Result]]]:
    """Ask every question of some sets; return the run to keep and, by set, the results."""
    total, before = sum(len(asked.questions) for asked in sets), 0
    results = []
    for asked in sets:

        def step(done: int, _: int, before: int = before) -> None:
            if progress:
                progress(before + done, total)

        results.append(run(assistant, asked.questions, step))
        before += len(asked.questions)
    return keep(assistant, sets, results), results


def keep(assistant: Assistant, sets: Sequence[AskedSet], results: Sequence[Sequence[Result]]) -> Run:
    """Return the results of some sets as a run to keep."""
    now = datetime.now(UTC)
    names = _distinct([asked.name for asked in sets])
    questions = [
        question
        for name, asked, found in zip(names, sets, results, strict=True)
        for question in _questions(name, asked.questions, found)
    ]
    return Run(
        id=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}",
        created=now.replace(microsecond=0),
        sets=[
            KeptSet(name=name, sha256=asked.sha256, questions=len(asked.questions))
            for name, asked in zip(names, sets, strict=True)
        ],
        index=_index_of(assistant),
        settings=_settings_of(assistant),
        code=KeptCode(**code_version()),
        seconds=round(sum(question.seconds for question in questions), 6),
        intervals=METHOD,
        measures=measures_of(questions),
        questions=questions,
    )


def _distinct(names: Sequence[str]) -> list[str]:
    return [
        f"{name} ({names[:place].count(name) + 1})" if name in names[:place] else name
        for place, name in enumerate(names)
    ]


def measures_of(questions: Sequence[KeptQuestion]) -> dict[str, KeptMeasures]:
    """Return the measures of some kept questions by group."""
    groups = by_group([question.scored for question in questions])
    return {name: _kept(measure(group)) for name, group in groups.items()}


def _kept(measured: Measured) -> KeptMeasures:
    return KeptMeasures(
        questions=measured.questions,
        answerable=measured.answerable,
        unanswerable=measured.unanswerable,
        stale_gold=measured.stale_gold,
        values={name: None if value is None else round(value, 6) for name, value in measured.values.items()},
        intervals={
            name: None if interval is None else (round(interval[0], 6), round(interval[1], 6))
            for name, interval in measured.intervals.items()
        },
    )


def _questions(set_name: str, asked: Sequence[Question], results: Sequence[Result]) -> list[KeptQuestion]:
    known = by_id(asked)
    return [_question(set_name, result, _root(result.question, known)) for result in results]


def _root(question: Question, known: Mapping[str, Question]) -> str:
    while question.parent_id is not None:
        question = known[question.parent_id]
    return question.id


def _question(set_name: str, result: Result, dialogue: str) -> KeptQuestion:
    question, scored = result.question, score(result, dialogue)
    return KeptQuestion(
        set=set_name,
        id=question.id,
        question=question.question,
        category=question.category,
        parent_id=question.parent_id,
        history=[KeptTurn(role=turn.role, content=turn.content) for turn in question.history],
        dialogue=dialogue,
        unanswerable=question.unanswerable,
        gold=[
            KeptGold(
                document=gold.document,
                quote=gold.quote,
                group=gold.group,
                grade=gold.grade,
                state=place.state,
                is_stale=not place.spans,
                nearest=place.nearest,
                rank=place.rank,
            )
            for gold, place in zip(question.gold, result.places, strict=True)
        ],
        answers=list(question.answers),
        searched=result.answer.query.dense_texts[-1][0],
        answer=answer_record(result.answer, question.id),
        failure=result.failure,
        passage_rank=result.passage_rank,
        quote_rank=result.quote_rank,
        candidate_rank=result.candidate_rank,
        candidate_count=result.candidate_count,
        right=scored.right,
        stale_gold=scored.stale_gold,
        values=dict(scored.values),
        seconds=round(result.seconds, 6),
    )


def _index_of(assistant: Assistant) -> KeptIndex:
    assert isinstance(assistant.index, LocalIndex)
    manifest = assistant.index.generation.manifest
    built = {"documents": dict(manifest.documents), "recipe": dict(manifest.recipe), "model": manifest.model}
    fingerprint = hashlib.sha256(json.dumps(built, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return KeptIndex(
        id=assistant.index.id,
        fingerprint=fingerprint,
        model=manifest.model,
        documents=len(manifest.documents),
        passages=manifest.chunk_count,
    )


def _settings_of(assistant: Assistant) -> dict[str, Any]:
    calibration = assistant.calibration
    return {
        "passages": DEPTH,
        "reranker": getattr(assistant.reranker, "name", None),
        "calibration": {
            "fitted_on": calibration.fitted_on,
            "questions": calibration.questions,
            "intercept": calibration.intercept,
            "weights": dict(calibration.weights),
            "answered_from": calibration.answered_from,
            "related_from": calibration.related_from,
        },
    }
