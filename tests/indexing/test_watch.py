"""Building again whenever documents change, while questions are being answered; in real processes."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest

from qa.errors import CorpusError
from qa.indexing.watch import changes
from qa.web.live import LiveAssistant

FILES = {
    "gate.md": "# Flood gate\n\nThe flood gate is closed above 1 metres.\n",
    "pier.md": "# Pier\n\nThe eastern pier is painted in malachite green.\n",
    "ferry.md": "# Ferries\n\nThe last ferry to Skarholm leaves at 23:40.\n",
}
PATIENCE_SECONDS = 90


@pytest.fixture(autouse=True)
def interruptible():
    """A suite that runs in the background of a script ignores Ctrl-C, and so would every process that it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@contextmanager
def told(corpus, index):
    """Watch in a thread; yields a function that waits for so many changes and returns how many were told."""
    stop, count = threading.Event(), [0]

    def follow():
        for _ in changes(corpus, index, stop):
            count[0] += 1

    thread = threading.Thread(target=follow)
    thread.start()

    def wait_for(number, seconds=15.0):
        deadline = time.monotonic() + seconds
        while count[0] < number and time.monotonic() < deadline:
            time.sleep(0.02)
        return count[0]

    try:
        yield wait_for
    finally:
        stop.set()
        thread.join()


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "gate.md").write_text(FILES["gate.md"])
    return folder


def test_the_start_counts_as_a_change(corpus, tmp_path):
    with told(corpus, tmp_path / "index") as wait_for:
        assert wait_for(1) == 1


def test_files_written_together_are_one_change(corpus, tmp_path):
    with told(corpus, tmp_path / "index") as wait_for:
        wait_for(1)
        (corpus / "folder").mkdir()
        for number in range(50):
            (corpus / "folder" / f"{number}.md").write_text("# New\n")

        assert wait_for(2) == 2
        time.sleep(1.0)
        assert wait_for(2) == 2


def test_a_file_in_a_new_folder_a_deleted_file_and_a_renamed_one_are_told(corpus, tmp_path):
    with told(corpus, tmp_path / "index") as wait_for:
        wait_for(1)
        (corpus / "new").mkdir()
        assert wait_for(2) == 2
        (corpus / "new" / "lock.md").write_text("# Lock\n")
        assert wait_for(3) == 3
        (corpus / "new" / "lock.md").rename(corpus / "lock.md")
        assert wait_for(4) == 4
        (corpus / "lock.md").unlink()
        assert wait_for(5) == 5


def test_hidden_and_temporary_files_and_an_index_in_the_corpus_do_not_count(corpus):
    index = corpus / "index"
    (corpus / ".git").mkdir()
    with told(corpus, index) as wait_for:
        wait_for(1)
        index.mkdir()
        (index / "CURRENT").write_text("x")
        (corpus / ".git" / "HEAD").write_text("x")
        (corpus / "~$gate.docx").write_text("x")
        (corpus / ".gate.md.swp").write_text("x")
        time.sleep(1.5)

        assert wait_for(1) == 1


def test_synonyms_count_as_the_documents_do(corpus, tmp_path):
    with told(corpus, tmp_path / "index") as wait_for:
        wait_for(1)
        (corpus / "synonyms.yaml").write_text("- [gate, sluice]\n")
        assert wait_for(2) == 2


def test_a_corpus_that_is_deleted_and_made_again_is_watched_on(corpus, tmp_path):
    with told(corpus, tmp_path / "index") as wait_for:
        wait_for(1)
        corpus.rename(tmp_path / "away")
        time.sleep(1.5)
        before = wait_for(1)
        corpus.mkdir()
        after = wait_for(before + 1)
        assert after > before
        time.sleep(1.0)
        after = wait_for(after)
        (corpus / "gate.md").write_text("# Gate\n")

        assert wait_for(after + 1) > after


def test_a_corpus_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CorpusError, match="There is no folder of documents at"):
        next(changes(tmp_path / "corpus", tmp_path / "index"))


@contextmanager
def watching(corpus, index):
    """Run `qa index --watch --json`; yields a function that returns the next report."""
    process = subprocess.Popen(
        [sys.executable, "-m", "qa.cli", "index", "--watch", "--json", "--corpus", str(corpus), "--index", str(index)],
        env={name: value for name, value in os.environ.items() if not name.startswith("QA_")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        yield process, lambda: json.loads(process.stdout.readline())
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def interrupt(process):
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    return process.returncode, errors


def test_ctrl_c_ends_it_with_success(build):
    built = build(FILES)
    with watching(built.corpus, built.index) as (process, next_report):
        assert not next_report()["swapped"]

        assert interrupt(process) == (0, "")


def test_a_build_that_fails_is_told_and_the_next_one_succeeds(build):
    built = build(FILES)
    with watching(built.corpus, built.index) as (process, next_report):
        next_report()
        for name in FILES:
            (built.corpus / name).rename(built.corpus / f".{name}")
        assert "There is no document to read in" in process.stderr.readline()
        assert len(built.open().index.titles()) == len(FILES)

        for name in FILES:
            (built.corpus / f".{name}").rename(built.corpus / name)
        (built.corpus / "lock.md").write_text("# Lock\n\nThe lock is new.\n")
        report = next_report()
        while not report["swapped"]:  # a change told early found the files as they were
            report = next_report()

        assert report["added"] == ["lock.md"]
        assert interrupt(process)[0] == 0


def test_a_first_build_that_fails_ends_it(new_index, tmp_path):
    (tmp_path / "corpus").mkdir()
    with watching(tmp_path / "corpus", new_index()) as (process, _):
        _, errors = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == 2
    assert errors.startswith("qa: There is no document to read in")


class Asking:
    """Asks the same question over and over in threads, through the assistant of a serving process."""

    def __init__(self, index):
        self.live = LiveAssistant(index)
        self.failures, self.count, self.slowest = [], 0, 0.0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(3)]

    def _ask(self):
        while not self._stop.is_set():
            started = time.monotonic()
            try:
                answer = self.live.current().ask("When does the last ferry to Skarholm leave?")
                if answer.quotes[0].text != "The last ferry to Skarholm leaves at 23:40.":
                    self.failures.append(answer)
            except Exception as error:
                self.failures.append(error)
            self.count += 1
            self.slowest = max(self.slowest, time.monotonic() - started)
            self._stop.wait(0.02)

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def words(self, question):
        return [quote.text for quote in self.live.current().ask(question).quotes]


def seconds_until(condition):
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < PATIENCE_SECONDS
        time.sleep(0.02)
    return time.monotonic() - started


def test_questions_are_answered_without_a_gap_while_three_builds_swap_the_index(build):
    built = build(FILES)
    with watching(built.corpus, built.index) as (process, next_report), Asking(built.index) as asking:
        next_report()
        started = time.monotonic()
        LiveAssistant(built.index)
        opening = time.monotonic() - started
        waits = []
        for number in (2, 3, 4):
            if number == 4:
                (built.corpus / "pier.md").unlink()
            (built.corpus / "gate.md").write_text(f"# Flood gate\n\nThe flood gate is closed above {number} metres.\n")
            report = next_report()
            while not report["changed"]:
                report = next_report()
            new_words = f"The flood gate is closed above {number} metres."
            waits.append(seconds_until(lambda: new_words in asking.words("When is the flood gate closed?")))  # noqa: B023
            assert not any(f"above {number - 1} metres" in text for text in asking.words("When is the gate closed?"))
        assert asking.live.current().index.document("pier.md") is None
        assert not any("malachite" in text for text in asking.words("What colour is the eastern pier painted?"))
        assert interrupt(process) == (0, "")

    print(f"{asking.count} questions, slowest {asking.slowest:.2f} s; opening {opening:.2f} s, waits {waits} s")
    assert asking.failures == []
    assert asking.count > 10
    # A new index answers as soon as it is opened (its files hashed, its encoder loaded), a second on an idle machine.
    assert max(waits) < 5 * opening + 1
