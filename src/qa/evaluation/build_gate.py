"""A gate as a build of the index asks it, before the new index may answer."""

from collections.abc import Callable, Sequence
from pathlib import Path

from qa.answering import confidence
from qa.answering.assistant import Assistant
from qa.answering.rerank import CrossEncoderReranker
from qa.evaluation.gate import broken, read_gate, require_groups, require_sets
from qa.evaluation.record import AskedSet, read_sets
from qa.evaluation.runs import Run
from qa.indexing.build import Gate
from qa.indexing.index import LocalIndex

Asking = Callable[[Assistant, Sequence[AskedSet]], Run]
"""Asks some sets; it may tell how far it is."""


def build_gate(
    path: Path, index: Path, reranker: str | None, asking: Asking, notice: Callable[[str], object] | None = None
) -> Gate:
    """Return the gate in a file as a build asks it: with the calibration that lies in `index`, and the reranker.

    What is to be known of the sets is told to `notice`. Raises `QuestionError` for a gate or a set that is wrong.
    """
    gate = read_gate(path)
    require_sets(gate)
    asked, notices = read_sets(gate.sets, None)
    if notice is not None:
        for told in notices:
            notice(told)
    require_groups(gate, [question for one in asked for question in one.questions])

    def refusals(built: LocalIndex) -> Sequence[str]:
        calibration = confidence.load(index, built.encoder.fingerprint)
        ranked = CrossEncoderReranker(reranker) if reranker is not None else None
        return broken(gate, asking(Assistant(built, calibration, ranked), asked))

    return refusals
