"""A reranker reads question and passage together; its scores are mixed with those that a passage has."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_folders import copy_model, make_cross_encoder
from qa.answering.rerank import CrossEncoderReranker, mixed
from qa.errors import ModelError

QUESTION = "Who keeps the register?"
PASSAGES = [
    "The harbour office keeps the register.",
    "Fees are paid once a quarter at the counter.",
    "",
    "word " * 1_000,
    *(f"Boat {number} moors in the bay." for number in range(25)),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_cross_encoder(tmp_path_factory.mktemp("rerank") / "model")


@pytest.fixture(scope="module")
def reranker(folder: Path) -> CrossEncoderReranker:
    return CrossEncoderReranker(str(folder))


def test_every_passage_gets_a_score_between_0_and_1_in_its_place(reranker: CrossEncoderReranker) -> None:
    scores = reranker.scores(QUESTION, PASSAGES)
    assert len(scores) == len(PASSAGES)
    assert all(0 < score < 1 for score in scores)
    assert reranker.scores(QUESTION, PASSAGES[::-1]) == pytest.approx(list(scores[::-1]), abs=1e-6)


def test_a_score_depends_on_question_and_passage_and_not_on_the_other_passages(reranker: CrossEncoderReranker) -> None:
    (alone,) = reranker.scores(QUESTION, PASSAGES[:1])
    assert reranker.scores(QUESTION, PASSAGES)[0] == pytest.approx(alone, abs=1e-6)
    assert reranker.scores("Where do boats moor?", PASSAGES[:1]) != [alone]


def test_no_passages_have_no_scores(reranker: CrossEncoderReranker) -> None:
    assert list(reranker.scores(QUESTION, [])) == []


def test_logits_become_probabilities_once_whatever_the_model_does_by_itself(folder: Path, tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder
    from torch.nn import Identity

    model = CrossEncoder(str(folder), device="cpu", local_files_only=True, activation_fn=Identity())
    logits = model.predict([(QUESTION, PASSAGES[0])])
    plain = copy_folder(folder, tmp_path / "plain", {"sentence_transformers": {"activation_fn": IDENTITY}})
    for path in (folder, plain):
        (score,) = CrossEncoderReranker(str(path)).scores(QUESTION, PASSAGES[:1])
        assert score == pytest.approx(1 / (1 + 2.718281828 ** -logits[0]), abs=1e-5)


IDENTITY = "torch.nn.modules.linear.Identity"


def copy_folder(source: Path, target: Path, changed: dict[str, object]) -> Path:
    target.mkdir()
    for path in source.iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    configuration = json.loads((target / "config.json").read_text())
    (target / "config.json").write_text(json.dumps(configuration | changed))
    return target


def test_a_model_of_several_labels_is_refused(tmp_path: Path) -> None:
    folder = make_cross_encoder(tmp_path / "model", labels=3)
    with pytest.raises(ModelError, match="no cross-encoder for search: it gives 3 scores to a pair of texts, not one"):
        CrossEncoderReranker(str(folder))


def test_an_embedding_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no cross-encoder"):
        CrossEncoderReranker(str(copy_model(tmp_path / "model")))


def test_a_broken_model_is_refused_in_a_sentence(folder: Path, tmp_path: Path) -> None:
    broken = copy_folder(folder, tmp_path / "broken", {})
    (broken / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ModelError, match=r"The reranker .* cannot be loaded from"):
        CrossEncoderReranker(str(broken))


def test_a_model_that_is_not_here_is_named_and_nothing_is_downloaded(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no model 'no-such/reranker' on this machine: nothing is downloaded"):
        CrossEncoderReranker("no-such/reranker")
    with pytest.raises(ModelError, match="is no sentence-transformers model"):
        CrossEncoderReranker(str(tmp_path))


def test_torch_is_loaded_only_with_a_reranker() -> None:
    program = "import sys, qa.answering.rerank; print({'torch', 'sentence_transformers'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


_UNIT = st.floats(0, 1)


@given(st.lists(st.tuples(_UNIT, _UNIT), max_size=30), st.lists(_UNIT, max_size=10))
def test_what_is_not_looked_at_again_keeps_its_order_and_passes_nothing_that_was_better(
    seen: list[tuple[float, float]], unseen: list[float]
) -> None:
    ranked = sorted([*(score for score, _ in seen), *unseen], reverse=True)
    final = mixed(ranked, [again for _, again in seen])
    assert len(final) == len(ranked)
    assert all(0 <= score <= 1 for score in final)
    behind = final[len(seen) :]
    assert behind == sorted(behind, reverse=True)
    assert not behind or all(score >= behind[0] for score in final[: len(seen)])


def test_both_scores_count_for_a_half() -> None:
    assert mixed([0.8, 0.6, 0.5], [0.2, 0.9]) == pytest.approx([0.5, 0.75, 0.25])
