"""What is loaded when, and which room may know which: asking must stay quick, and the rooms must stay apart."""

import ast
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "qa"
HEAVY = {"numpy", "torch", "faiss", "onnxruntime", "gradio", "sentence_transformers"}
OWNERS = {
    "torch": {"indexing/model.py", "answering/rerank.py"},
    "sentence_transformers": {"indexing/model.py", "answering/rerank.py"},
    "onnxruntime": {"indexing/encoder.py", "indexing/model.py"},
    "faiss": {"indexing/index.py", "indexing/build.py"},
    "gradio": {"web/app.py", "web/ask/page.py", "web/api/tool.py"},
}
GROUND = {"types", "errors", "settings"}
ROOMS_BELOW = {
    **dict.fromkeys(GROUND, GROUND),
    "reading": GROUND,
    "indexing": GROUND | {"reading"},
    "answering": GROUND | {"reading", "indexing"},
    "evaluation": GROUND | {"reading", "indexing", "answering"},
    "explained": GROUND,
    "state": GROUND,
    "web": GROUND | {"reading", "indexing", "answering", "evaluation", "explained", "state"},
    "doctor": GROUND | {"reading", "indexing", "answering", "evaluation"},
    "terminal": GROUND | {"reading", "indexing", "answering", "evaluation", "doctor", "explained"},
    "commands": GROUND | {"reading", "indexing", "answering", "evaluation", "doctor", "terminal", "state"},
    "cli": GROUND
    | {"reading", "indexing", "answering", "evaluation", "doctor", "terminal", "state", "web", "commands"},
    "__init__": GROUND | {"answering"},
}
FILES = {"gate.md": "# Flood gate\n\nThe flood gate is closed above nine metres.\n"}


def run(*arguments):
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        env={name: value for name, value in os.environ.items() if not name.startswith("QA_")},
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout


def modules():
    return sorted(SOURCE.rglob("*.py"))


def imports_of(path):
    """Return every dotted name that a file imports, at its top or later, by statement or by name."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full here"
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            names.add(ast.literal_eval(node.args[0]))
    return names


def room_of(path):
    return path.relative_to(SOURCE).with_suffix("").parts[0]


def rooms_imported(path):
    known = {room_of(module) for module in modules()}
    inside = {name.split(".")[1] for name in imports_of(path) if name.startswith("qa.")}
    return inside & known


def test_importing_the_package_loads_nothing_heavy():
    loaded = json.loads(run("-c", "import json, sys, qa; print(json.dumps(sorted(sys.modules)))"))

    assert "qa.types" in loaded
    assert HEAVY.isdisjoint(loaded)


def test_the_nouns_of_the_package_can_be_imported_from_it():
    assert run("-c", "from qa import *; print(Assistant.__name__, Turn('user', 'x').role)") == "Assistant user\n"


@pytest.fixture(scope="module")
def index(build):
    return build(FILES).index


def test_asking_loads_neither_torch_nor_what_only_building_and_serving_need(index):
    script = f"""
import json, sys
from qa import cli
sys.argv = ["qa", "ask", "When is the flood gate closed?", "--index", {str(index)!r}]
try:
    cli.main()
except SystemExit as leaving:
    assert not leaving.code
print(json.dumps(sorted(sys.modules)))
"""

    *answer, loaded = run("-c", script).splitlines()

    assert "The flood gate is closed above nine metres." in "".join(answer)
    assert {"onnxruntime", "faiss"} <= set(json.loads(loaded))
    assert {"torch", "sentence_transformers", "transformers", "gradio"}.isdisjoint(json.loads(loaded))


def test_asking_takes_less_than_half_the_time_of_loading_sentence_transformers(index):
    asking = ["-m", "qa.cli", "ask", "When is the flood gate closed?", "--index", index]
    loading = ["-c", "import sentence_transformers"]
    times = {"asking": [], "loading": []}
    for _ in range(3):
        for name, arguments in (("asking", asking), ("loading", loading)):
            started = time.perf_counter()
            run(*arguments)
            times[name].append(time.perf_counter() - started)

    asked, loaded = (statistics.median(times[name]) for name in ("asking", "loading"))

    print(f"qa ask {asked:.2f} s, import sentence_transformers {loaded:.2f} s, ratio {asked / loaded:.2f}")
    assert asked / loaded < 0.5


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_a_room_imports_only_what_stands_below_it(path):
    room = room_of(path)

    assert rooms_imported(path) <= ROOMS_BELOW[room] | {room}


def test_the_rooms_below_are_really_used():
    used = {(room_of(path), room) for path in modules() for room in rooms_imported(path)}

    assert {
        ("indexing", "reading"),
        ("answering", "indexing"),
        ("evaluation", "answering"),
        ("web", "answering"),
        ("cli", "web"),
        ("web", "state"),
    } <= used


@pytest.mark.parametrize(("library", "owners"), OWNERS.items())
def test_a_heavy_library_is_imported_by_its_owners_alone(library, owners):
    importing = {
        path.relative_to(SOURCE).as_posix()
        for path in modules()
        if any(name.split(".")[0] == library for name in imports_of(path))
    }

    assert importing == owners
