"""Documents that are the same file, or say nearly the same; found once for each generation of the index."""

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from dataclasses import dataclass

from qa.indexing.index import LocalIndex
from qa.indexing.likeness import alike, words_in

LONGEST_WAIT_SECONDS = 1.0
"""A page is not kept longer for this: a million words take about a second."""


@dataclass(frozen=True, slots=True)
class Twin:
    """Another document like this one: `percent` of their groups of three words are the same; `same_file`: all bytes."""

    document: str
    percent: int
    same_file: bool


Twins = Mapping[str, Sequence[Twin]]


class Duplicates:
    """Finds the duplicates of an index in a thread of its own; safe to use from several threads."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "duplicates")
        self._lock = threading.Lock()
        self._found: tuple[str, Future[Twins]] | None = None

    def of(self, index: LocalIndex) -> Twins | None:
        """Return the duplicates of each document that has some, None while they are being looked for."""
        with self._lock:
            if self._found is None or self._found[0] != index.id:
                self._found = index.id, self._pool.submit(twins, index)
            future = self._found[1]
        try:
            return future.result(LONGEST_WAIT_SECONDS)
        except NotYetError:
            return None


def twins(index: LocalIndex) -> Twins:
    """Return, for each document that has duplicates, what they are: the same files first, then the most alike."""
    hashes, words = defaultdict[str, list[str]](list), {}
    for entry in index.catalogue():
        document = index.document(entry.id)
        if document is None:
            continue
        if document.id == document.file:  # what came inside a file bears that file's hash
            hashes[document.sha256].append(document.id)
        words[document.id] = [
            word
            for paragraph in document.paragraphs
            if paragraph.kind == "text"
            for word in words_in(document.text[paragraph.start : paragraph.body_end])
        ]
    found = defaultdict[str, dict[str, Twin]](dict)
    for pair in alike(words):
        percent = int(pair.jaccard * 100)
        found[pair.first][pair.second] = Twin(pair.second, percent, False)
        found[pair.second][pair.first] = Twin(pair.first, percent, False)
    for same in hashes.values():
        for document_id in same:
            found[document_id] |= {other: Twin(other, 100, True) for other in same if other != document_id}
    return {
        document_id: sorted(others.values(), key=lambda twin: (not twin.same_file, -twin.percent, twin.document))
        for document_id, others in found.items()
        if others
    }
