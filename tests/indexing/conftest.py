from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from model_folders import make_small_model
from qa.indexing.build import BuildReport, build_index


@dataclass(frozen=True)
class OfSmallModel:
    """An index of two chunks that was built with the packaged model and then with a small one."""

    model: str
    corpus: Path
    index: Path
    report: BuildReport


@pytest.fixture(scope="session")
def small(new_index: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory) -> OfSmallModel:
    folder = tmp_path_factory.mktemp("small")
    model = str(make_small_model(folder / "model"))
    corpus, index = folder / "corpus", new_index()
    corpus.mkdir()
    (corpus / "boats.md").write_text("# Boats\n\nBoats moor in the bay.\n\n## Nets\n\nNets dry behind the chapel.\n")
    build_index(corpus, index)
    return OfSmallModel(model, corpus, index, build_index(corpus, index, model))
