"""`qa index` is killed at any moment: what opens afterwards is the generation before or the new one, whole."""

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from qa.answering.assistant import Assistant
from qa.indexing.build import build_index

KILLS = 6
MANY_KILLS = 50
# How long a run takes depends on what else the machine does.
MEASURED_EVERY = 10
PLACES = ["Alma", "Brom", "Cora", "Dent", "Evan", "Fife", "Gale", "Hove"]


def write_edition(corpus: Path, edition: int) -> None:
    """Write every document anew; one is renamed in each edition, so that an old and a new one never fit together."""
    for path in corpus.iterdir():
        path.unlink()
    for place in PLACES:
        (corpus / f"{place.lower()}.md").write_text(f"# Port {place}\n\n{register(place, edition)}\n")
    (corpus / f"edition-{edition}.txt").write_text(harbour_lists(edition))


def register(place: str, edition: int) -> str:
    return f"The wardens of Port {place} keep edition {edition} of the register."


def harbour_lists(edition: int) -> str:
    return f"The harbour lists are those of edition {edition}."


def expected(edition: int) -> dict[str, str]:
    ports = {f"{place.lower()}.md": register(place, edition) for place in PLACES}
    return ports | {f"edition-{edition}.txt": harbour_lists(edition)}


def start(corpus: Path, index: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "qa.cli", "index", "--json", "--corpus", str(corpus), "--index", str(index)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def seconds_of_a_whole_run(corpus: Path, index: Path) -> float:
    began = time.monotonic()
    assert start(corpus, index).wait() == 0
    return time.monotonic() - began


def edition_found(index: Path, editions: tuple[int, int]) -> int:
    """Open the index as a reader would, require one edition throughout, and return which."""
    assistant = Assistant.open(index)
    held = {chunk.document_id: chunk.text for chunk in assistant.index.library.all_chunks()}
    (edition,) = [edition for edition in editions if held == expected(edition)]
    for place in random.Random(edition).sample(PLACES, 2):
        answer = assistant.ask(f"Which register do the wardens of Port {place} keep?")
        assert answer.quotes[0].text == register(place, edition)
        assert answer.index_id == assistant.index.id
    assistant.index.close()
    return edition


def kill_again_and_again(new_index: Callable[[], Path], corpus: Path, kills: int) -> Counter[str]:
    index = new_index()
    write_edition(corpus, 0)
    build_index(corpus, index)

    chance = random.Random(2026)
    # Each kill falls into a slice of its own of the running time, in random order; the last slice lies beyond the end.
    moments = [(place + chance.random()) / kills * 1.1 for place in range(kills)]
    chance.shuffle(moments)
    outcomes: Counter[str] = Counter()
    editions = count(1)
    for number, moment in enumerate(moments):
        if number % MEASURED_EVERY == 0:
            write_edition(corpus, next(editions))
            whole_run = seconds_of_a_whole_run(corpus, index)
        edition = next(editions)
        write_edition(corpus, edition)
        process = start(corpus, index)
        try:
            process.wait(timeout=moment * whole_run)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        found = edition_found(index, (edition - 1, edition))
        outcomes["old" if found < edition else "new"] += 1

        following = start(corpus, index)
        _, complaint = following.communicate()
        assert following.returncode == 0, complaint.decode()
        assert edition_found(index, (edition, edition + 1)) == edition
        assert not list(index.glob(".build-*"))
        assert len(list(index.glob("*/manifest.json"))) == 2
    return outcomes


def test_a_killed_build_leaves_the_old_or_the_new_generation(new_index, tmp_path: Path) -> None:
    assert kill_again_and_again(new_index, tmp_path, KILLS).total() == KILLS


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_fifty_killed_builds_leave_the_old_or_the_new_generation(
    new_index, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    outcomes = kill_again_and_again(new_index, tmp_path, MANY_KILLS)
    record_property("outcomes", dict(outcomes))
    print(f"{MANY_KILLS} kills: {outcomes['old']} found the old generation, {outcomes['new']} the new one")
    assert outcomes.total() == MANY_KILLS
