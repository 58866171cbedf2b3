"""Going back to the generation that served before."""

from pathlib import Path

from qa.indexing import generation
from qa.indexing.index import LocalIndex


def roll_back(index: Path) -> tuple[str, str]:
    """Make the generation before serve again; return its name, and the name of the one that served until now.

    That one is kept: a second call goes forward to it. Raises `IndexMissingError` when there is none before,
    `IndexDamagedError` when it cannot serve, and `QAError` while a build is running; nothing has changed then.
    """
    with generation.alone(index):
        served = generation.current_name(index)
        before = LocalIndex.open_generation(generation.open_before(index))
        try:
            before.require_tokenizer()
            generation.roll_back(index)
        finally:
            before.close()
    assert served is not None
    return before.id, served
