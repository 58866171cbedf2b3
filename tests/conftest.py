"""What all tests share: small corpora that the tests write themselves, indexed with the real encoder."""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from qa.answering.assistant import Assistant
from qa.indexing.build import BuildReport, build_index
from qa.types import Skipped

CORPUS = Path(__file__).parents[1] / "corpus"
SHARED = Path(__file__).parents[2] / "shared"
"""Other people's documents to try the product on; tests that need them skip where they are absent."""


@dataclass(frozen=True)
class Built:
    corpus: Path
    index: Path
    report: BuildReport

    def rebuild(self) -> BuildReport:
        return build_index(self.corpus, self.index)

    def open(self) -> Assistant:
        return Assistant.open(self.index)


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("QA_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Return a function that has a folder made once, even where several processes share out the tests."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, make: Callable[[Path], None]) -> Path:
        folder, done = shared / name, shared / f"{name}.done"
        with FileLock(shared / f"{name}.lock"):
            if not done.exists():
                folder.mkdir()
                make(folder)
                done.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def exported(once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """An index over one document, built from nothing: the model is exported once for all tests."""

    def make(folder: Path) -> None:
        corpus = write_files(folder / "corpus", {"before.md": "# Before\n\nThis document is removed by a first build."})
        build_index(corpus, folder / "index")

    return once("exported", make) / "index"


def _linked(index: Path, copy: Path) -> Path:
    """Return a copy made of links to the same files, but for the lock, which would hold for both."""
    return Path(shutil.copytree(index, copy, copy_function=os.link, ignore=shutil.ignore_patterns(".lock")))


@pytest.fixture(scope="session")
def new_index(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Return a function that makes an index folder whose generation already holds the exported model.

    Its files are links to those of every other index here: replace a file to damage it, never write into it.
    """

    def make() -> Path:
        return _linked(exported, tmp_path_factory.mktemp("indexes") / "index")

    return make


@pytest.fixture(scope="session")
def build(
    new_index: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Mapping[str, str | bytes]], Built]:
    """Return a function that writes files into a new corpus and indexes it; a module may share what it built."""

    def make(files: Mapping[str, str | bytes]) -> Built:
        corpus = write_files(tmp_path_factory.mktemp("corpora") / "corpus", files)
        index = new_index()
        return Built(corpus, index, build_index(corpus, index))

    return make


@pytest.fixture(scope="session")
def shipped(exported: Path, once: Callable[[str, Callable[[Path], None]], Path]) -> Built:
    """The documents that ship with the product, indexed; not to be written to."""

    def make(folder: Path) -> None:
        _linked(exported, folder / "index")
        report = build_index(CORPUS, folder / "index")
        (folder / "report.json").write_text(json.dumps(asdict(report)), encoding="utf-8")

    folder = once("shipped", make)
    return Built(CORPUS, folder / "index", _report(json.loads((folder / "report.json").read_text(encoding="utf-8"))))


def _report(fields: dict[str, Any]) -> BuildReport:
    lists = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    moved = tuple((old, new) for old, new in fields["moved"])
    return BuildReport(**{**fields, **lists, "moved": moved, "skipped": tuple(Skipped(**s) for s in fields["skipped"])})


@pytest.fixture
def shared() -> Path:
    """The folder of other people's documents; skips the test where there is none."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is absent: this test reads other people's documents there")
    return SHARED
