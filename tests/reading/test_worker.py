"""A file that hangs, explodes or crashes its parser costs its limit and no more; the next file is read."""

import threading
import time

import pytest

from qa.errors import CorpusError
from qa.reading import read_file
from qa.reading.worker import ReaderProcess
from qa.types import Limits

GOOD = b"# Leave\n\nParents may take 18 weeks. (Source: Gazette)\n\n| Day | Hours |\n|---|---|\n| Monday | 9-17 |\n"
# Markdown that takes a parser many seconds: every bracket may open a link.
SLOW = b"[" * 60_000 + b"a](b"


@pytest.fixture(scope="module")
def worker():
    with ReaderProcess(Limits()) as process:
        yield process


def test_a_worker_reads_what_reading_in_place_reads(worker: ReaderProcess) -> None:
    sidecar = b"author: Ann\ntags: [leave, staff]\neffective_from: 2026-01-01\n"
    assert worker.read("staff/leave.md", GOOD, sidecar) == read_file("staff/leave.md", GOOD, sidecar)


def test_a_reason_comes_back_in_words(worker: ReaderProcess) -> None:
    with pytest.raises(CorpusError, match=r"^empty$"):
        worker.read("a.md", b" \n")


def test_a_bad_metadata_file_is_told_from_a_bad_document(worker: ReaderProcess) -> None:
    with pytest.raises(CorpusError, match="its metadata file: date: 'soon' is no date"):
        worker.read("a.md", GOOD, b"date: soon\n")


def test_a_file_over_its_time_is_refused_and_the_next_is_read() -> None:
    with ReaderProcess(Limits(seconds=1.5)) as process:
        process.read("warm.md", GOOD)
        started = time.monotonic()
        with pytest.raises(CorpusError, match=r"not read within 1\.5 seconds"):
            process.read("slow.md", SLOW * 20)
        assert time.monotonic() - started < 5
        assert process.read("good.md", GOOD).documents[0].title == "Leave"


def test_a_file_over_its_memory_is_refused_and_the_next_is_read() -> None:
    rows = b"name,number\n" + b"Ann,1\n" * 4_000_000
    with ReaderProcess(Limits(memory_bytes=128 * 1024**2)) as process:
        with pytest.raises(CorpusError, match="needs more than 128 MB of memory"):
            process.read("big.csv", rows)
        assert process.read("good.md", GOOD).documents[0].title == "Leave"


def test_a_worker_that_dies_is_replaced() -> None:
    with ReaderProcess(Limits()) as process:
        process.read("good.md", GOOD)
        assert process._process is not None
        killer = threading.Timer(0.3, process._process.kill)
        killer.start()
        with pytest.raises(CorpusError, match="its parser crashed"):
            process.read("slow.md", SLOW * 20)
        assert process.read("good.md", GOOD).documents[0].title == "Leave"


def test_nothing_of_a_worker_outlives_its_use() -> None:
    with ReaderProcess(Limits()) as process:
        process.read("good.md", GOOD)
        child = process._process
    assert child is not None
    assert child.poll() is not None
