"""Noticing that a corpus changes, to build again."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

from watchfiles import Change, watch

from qa.reading import require_folder

# A change is told when nothing else has happened for this long; a stream of changes is told after the longest.
QUIET_MS = 300
LONGEST_MS = 3_000
# How often the folder itself is looked for: it may be deleted and made again, or unmounted and mounted.
LOOK_MS = 500


def changes(corpus: Path, index: Path, stop: Event | None = None) -> Iterator[None]:
    """Yield once the corpus is being watched, and again whenever files in it have changed; ends when `stop` is set.

    What happens while the caller is busy is told as soon as it asks again. Hidden and temporary files, and the index
    if it lies in the corpus, do not count. Raises `CorpusError` where there is no corpus to begin with.
    """
    require_folder(corpus)
    ignored = index.absolute()

    def counts(_: Change, path: str) -> bool:
        changed = Path(path)
        inside = changed.relative_to(corpus.absolute()).parts if changed.is_relative_to(corpus.absolute()) else ()
        return not changed.is_relative_to(ignored) and not any(part.startswith((".", "~$")) for part in inside)

    stop = stop or Event()
    while not stop.is_set():
        folder = _identity(corpus)
        if folder is None:
            stop.wait(LOOK_MS / 1000)
            continue
        started = False
        for found in watch(
            corpus.absolute(),
            watch_filter=counts,
            debounce=LONGEST_MS,
            step=QUIET_MS,
            rust_timeout=LOOK_MS,
            yield_on_timeout=True,
            stop_event=stop,
        ):
            if found or not started:
                started = True
                yield
            if _identity(corpus) != folder:
                break


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        stat = folder.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino
