"""Hold recipes for a smaller encoder against the original, by the rankings they give.

    python -m benchmarks.quantisation --bench ../shared/bench

Over the paragraphs of SQuAD 2.0 dev and the tuning half's answerable questions: dense Success@1 and Success@5 when both
questions and paragraphs are encoded by the recipe, the mean cosine to the original's vectors, the mean share of the
original's ten best paragraphs that stay among the ten best, and whether a text's vector depends on its batch.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.squad import prepare
from qa.evaluation.sets import load
from qa.indexing import model
from qa.indexing.encoder import OnnxEncoder, Vectors
from qa.reading import read_document

Recipe = Callable[[Path, Path], None]


def _copy(full: Path, target: Path) -> None:
    import onnx

    onnx.save(onnx.load(str(full)), str(target))


def _dynamic(**options: Any) -> Recipe:
    def recipe(full: Path, target: Path) -> None:
        from onnxruntime.quantization import QuantType, quantize_dynamic

        quantize_dynamic(str(full), str(target), weight_type=QuantType.QInt8, **options)

    return recipe


RECIPES: dict[str, Recipe] = {
    "original (fp32)": _copy,
    "dynamic int8 as it comes": _dynamic(),
    "dynamic int8 per channel": _dynamic(per_channel=True, reduce_range=True, op_types_to_quantize=["MatMul"]),
    "8-bit weights, blocks of 128": model.quantise,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"))
    arguments = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        corpus, tuning, _ = prepare(arguments.bench / "squad2/dev-v2.0.json", folder)
        paragraphs, gold, questions = [], [], []
        places: dict[tuple[str, str], int] = {}
        for path in sorted(corpus.iterdir()):
            document = read_document(path.name, path.read_bytes())
            for paragraph in document.paragraphs:
                places[path.name, document.text[paragraph.start : paragraph.end]] = len(paragraphs)
                paragraphs.append(document.text[paragraph.start : paragraph.end])
        for question in load(tuning):
            found = [
                row
                for (doc, text), row in places.items()
                for g in question.gold
                if doc == g.document and g.quote in text
            ]
            if found:
                questions.append(question.question)
                gold.append(found[0])
        source = model.find_model(model.DEFAULT_MODEL)
        model.export(source, folder / "exported")
        model.export_full(source, folder / "full.onnx")
        reference: tuple[Vectors, Vectors] | None = None
        print(f"{len(paragraphs)} paragraphs, {len(questions)} questions")
        print(_row("recipe", "S@1", "S@5", "cosine", "top 10", "batch", "MB", "ms/question"))
        for label, recipe in RECIPES.items():
            recipe(folder / "full.onnx", folder / "exported/model.onnx")
            encoder = OnnxEncoder(folder / "exported", threads=2)
            documents = encoder.encode_documents(paragraphs)
            asked = encoder.encode_queries(questions)
            reference = reference or (asked, documents)
            single = OnnxEncoder(folder / "exported", threads=1)
            single.encode_queries(questions[:1])
            started = time.perf_counter()
            alone = np.concatenate([single.encode_queries([q]) for q in questions[:100]])
            milliseconds = 10 * (time.perf_counter() - started)
            figures = _figures(asked, documents, reference, np.array(gold))
            together = float((alone * asked[:100]).sum(1).min())
            size = (folder / "exported/model.onnx").stat().st_size / 1e6
            exact = [f"{value:.3f}" for value in (*figures, together)]
            print(_row(label, *exact, f"{size:.0f}", f"{milliseconds:.1f}"))


def _row(label: str, *figures: str) -> str:
    return f"{label:30}" + "".join(f"{figure:>12}" for figure in figures)


def _figures(asked: Vectors, documents: Vectors, reference: tuple[Vectors, Vectors], gold: Any) -> tuple[float, ...]:
    scores = asked @ documents.T
    rank = (scores > scores[np.arange(len(gold)), gold][:, None]).sum(1)
    best = np.argsort(-scores, axis=1)[:, :10]
    original = np.argsort(-(reference[0] @ reference[1].T), axis=1)[:, :10]
    kept = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(best, original, strict=True)])
    return float((rank < 1).mean()), float((rank < 5).mean()), float((asked * reference[0]).sum(1).mean()), float(kept)


if __name__ == "__main__":
    main()
