"""What all tests share: small corpora that the tests write themselves, indexed with the real encoder."""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from qa.answering.assistant import Assistant
from qa.indexing.build import BuildReport, build_index

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
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over one document, built from nothing: the model is exported once for the whole session."""
    folder = tmp_path_factory.mktemp("exported")
    corpus = write_files(folder / "corpus", {"before.md": "# Before\n\nThis document is removed by the first build."})
    build_index(corpus, folder / "index")
    return folder / "index"


@pytest.fixture(scope="session")
def new_index(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Return a function that makes an index folder whose generation already holds the exported model.

    Its files are links to those of every other index here: replace a file to damage it, never write into it.
    """

    def make() -> Path:
        return Path(shutil.copytree(exported, tmp_path_factory.mktemp("indexes") / "index", copy_function=os.link))

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
def shipped(new_index: Callable[[], Path]) -> Built:
    """The documents that ship with the product, indexed."""
    index = new_index()
    return Built(CORPUS, index, build_index(CORPUS, index))


@pytest.fixture
def shared() -> Path:
    """The folder of other people's documents; skips the test where there is none."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is absent: this test reads other people's documents there")
    return SHARED
