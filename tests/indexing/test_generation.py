import json
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from qa.errors import IndexDamagedError, IndexMissingError, QAError
from qa.indexing import generation
from qa.indexing.build import build_index
from qa.indexing.generation import CURRENT, FORMAT_VERSION, MANIFEST, open_current, publish, remove_leftovers
from qa.indexing.index import LocalIndex

DESCRIPTION = {"model": "m", "recipe": {}, "documents": {}, "chunk_count": 0, "sentence_count": 0}


def sealed(index: Path, content: str) -> tuple[str, str]:
    """Seal a build that holds one file in a folder; return its name and its manifest's SHA-256."""
    name = generation.new_name()
    folder = generation.build_folder(index, name)
    (folder / "part").mkdir()
    (folder / "part/words.txt").write_text(content)
    return name, generation.seal(folder, DESCRIPTION)


def published(index: Path, content: str) -> str:
    name, manifest_sha256 = sealed(index, content)
    publish(index, name, manifest_sha256)
    remove_leftovers(index)
    return name


def words(found: generation.Generation) -> str:
    return (found.folder / "part/words.txt").read_text()


def replace(path: Path, content: bytes) -> None:
    """Write a file anew: its old bytes may be linked from elsewhere."""
    path.unlink()
    path.write_bytes(content)


def test_a_published_build_serves(tmp_path: Path) -> None:
    name = published(tmp_path, "boats")
    found = open_current(tmp_path)
    assert (found.name, words(found)) == (name, "boats")
    assert list(found.manifest.files) == ["part/words.txt"]


def test_a_sealed_build_does_not_serve_before_it_is_published(tmp_path: Path) -> None:
    published(tmp_path, "boats")
    sealed(tmp_path, "nets")
    assert words(open_current(tmp_path)) == "boats"


def test_names_sort_by_the_time_of_building() -> None:
    names = [generation.new_name() for _ in range(50)]
    assert names == sorted(names)
    assert len(set(names)) == 50


def test_where_nothing_was_built_the_command_that_builds_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="run `qa index` first"):
        open_current(tmp_path)


def test_the_generation_before_is_kept_and_older_ones_are_removed(tmp_path: Path) -> None:
    names = [published(tmp_path, content) for content in ("boats", "nets", "storms", "fees")]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == names[-2:]


def test_what_crashed_builds_left_is_removed(tmp_path: Path) -> None:
    name = published(tmp_path, "boats")
    sealed(tmp_path, "half a build")
    unpublished, _ = sealed(tmp_path, "renamed but never published")
    (tmp_path / f".build-{unpublished}").rename(tmp_path / unpublished)
    (tmp_path / f".{CURRENT}.{unpublished}").write_text("half a swap")
    remove_leftovers(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([CURRENT, name])
    assert words(open_current(tmp_path)) == "boats"


def test_what_a_crash_left_of_a_removal_is_removed(tmp_path: Path) -> None:
    first, second = published(tmp_path, "boats"), published(tmp_path, "nets")
    (tmp_path / first / MANIFEST).unlink()
    third = published(tmp_path, "storms")
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == [second, third]


def test_what_somebody_else_keeps_in_the_folder_is_left_alone(tmp_path: Path) -> None:
    for name in ("notes", ".build-of-a-house", "20260101"):
        (tmp_path / name).mkdir()
        (tmp_path / name / MANIFEST).write_text("{}")
    published(tmp_path, "boats")
    published(tmp_path, "nets")
    assert {"notes", ".build-of-a-house", "20260101"} <= {path.name for path in tmp_path.iterdir()}


def test_readers_never_meet_a_missing_file_while_builds_are_published(tmp_path: Path) -> None:
    names = [published(tmp_path, "build 0")]
    done = threading.Event()
    found: list[str] = []
    failures: list[Exception] = []

    def read() -> None:
        while not done.is_set():
            try:
                found.append(open_current(tmp_path).name)  # every file of it was there, and whole
            except Exception as error:
                failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    names.extend(published(tmp_path, f"build {number}") for number in range(1, 40))
    done.set()
    reader.join()
    assert failures == []
    assert [names.index(name) for name in found] == sorted(names.index(name) for name in found)
    assert len(set(found)) > 1


def test_a_reader_whom_two_builds_overtake_opens_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published(tmp_path, "boats")
    open_sealed = generation.open_sealed
    overtaking = iter(["nets", "storms"])

    def overtaken(folder: Path, name: str, manifest_sha256: str) -> generation.Generation:
        for content in overtaking:
            published(tmp_path, content)
        return open_sealed(folder, name, manifest_sha256)

    monkeypatch.setattr(generation, "open_sealed", overtaken)
    assert words(open_current(tmp_path)) == "storms"


def test_another_format_version_is_refused_together_with_the_command_that_mends_it(tmp_path: Path) -> None:
    name, _ = sealed(tmp_path, "boats")
    manifest = tmp_path / f".build-{name}" / MANIFEST
    fields = json.loads(manifest.read_text()) | {"format_version": FORMAT_VERSION + 1}
    manifest.write_text(json.dumps(fields))
    publish(tmp_path, name, generation._sha256(manifest))
    with pytest.raises(IndexDamagedError, match=rf"has format {FORMAT_VERSION + 1}.*run `qa index`"):
        open_current(tmp_path)


def deleted(_: bytes) -> bytes | None:
    return None


def truncated(data: bytes) -> bytes:
    return data[: len(data) // 2]


def emptied(_: bytes) -> bytes:
    return b""


def zeroed(data: bytes) -> bytes:
    return bytes(len(data))


def one_bit_flipped(data: bytes) -> bytes:
    place = len(data) * 2 // 3
    return data and data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]


@pytest.mark.parametrize("damage", [deleted, truncated, emptied, zeroed, one_bit_flipped])
def test_damage_to_any_file_is_found_and_the_file_named(
    new_index: Callable[[], Path], damage: Callable[[bytes], bytes | None]
) -> None:
    index = new_index()
    folder = open_current(index).folder
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path.name for path in files}
    assert {"library.sqlite", "vectors.faiss", "sentence_vectors.npy", "model.onnx", "terms.txt", MANIFEST} <= names
    assert {"states.npy", "piece_idf.npy", "segment_terms.npy", "words.tsv", "rules.tsv"} <= names
    for path in files:
        whole = path.read_bytes()
        altered = damage(whole)
        if altered == whole:
            assert path.name == "rules.tsv"  # no acronyms, no synonyms: empty
            continue
        path.unlink()
        if altered is not None:
            path.write_bytes(altered)
        with pytest.raises(IndexDamagedError) as caught:
            LocalIndex.open(index)
        assert str(path) in str(caught.value)
        assert "`qa index`" in str(caught.value)
        path.unlink(missing_ok=True)
        path.write_bytes(whole)
    LocalIndex.open(index).close()


@pytest.mark.parametrize("damage", [truncated, emptied, zeroed])
def test_a_damaged_pointer_to_the_generation_is_named(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    published(tmp_path, "boats")
    replace(tmp_path / CURRENT, damage((tmp_path / CURRENT).read_bytes()))
    with pytest.raises(IndexDamagedError, match=CURRENT):
        open_current(tmp_path)


def test_no_flipped_bit_of_the_pointer_leads_to_another_generation(tmp_path: Path) -> None:
    published(tmp_path, "boats")
    published(tmp_path, "nets")
    whole = (tmp_path / CURRENT).read_bytes()
    refused = 0
    for place in range(len(whole)):
        for bit in range(8):
            replace(tmp_path / CURRENT, whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :])
            try:
                assert words(open_current(tmp_path)) == "nets"
            except IndexDamagedError:
                refused += 1
    name, manifest_sha256 = whole.split()[:2]
    assert refused >= 8 * (len(name) + len(manifest_sha256))


@pytest.mark.parametrize("damaged", [CURRENT, "vectors.faiss"])
def test_the_next_build_mends_the_damage(small, tmp_path: Path, damaged: str) -> None:
    index = Path(shutil.copytree(small.index, tmp_path / "index", copy_function=os.link))
    path = index / CURRENT if damaged == CURRENT else open_current(index).folder / damaged
    replace(path, zeroed(path.read_bytes()))
    report = build_index(small.corpus, index, small.model)
    assert "built from scratch" in report.notices[0]
    assert str(path) in report.notices[0]
    opened = LocalIndex.open(index)
    assert opened.id == report.index_id
    assert [chunk.text for chunk in opened.chunks([0, 1])] == ["Boats moor in the bay.", "Nets dry behind the chapel."]


def test_an_index_of_another_format_is_built_from_scratch(small, tmp_path: Path) -> None:
    index = Path(shutil.copytree(small.index, tmp_path / "index", copy_function=os.link))
    manifest = index / small.report.index_id / MANIFEST
    fields = json.loads(manifest.read_text()) | {"format_version": FORMAT_VERSION - 1}
    replace(manifest, json.dumps(fields).encode())
    replace(index / CURRENT, f"{small.report.index_id} {generation._sha256(manifest)}\n".encode())
    report = build_index(small.corpus, index, small.model)
    assert f"has format {FORMAT_VERSION - 1}, this version of qa reads format {FORMAT_VERSION}" in report.notices[0]
    assert (report.swapped, report.embedded_count) == (True, report.chunk_count)


def test_a_second_build_at_the_same_time_is_refused_and_changes_nothing(new_index, tmp_path: Path) -> None:
    index = new_index()
    before = open_current(index).name
    (tmp_path / "a.md").write_text("Boats.")
    unpublished, _ = sealed(index, "of the build that is running")
    with FileLock(index / ".lock"), pytest.raises(QAError, match=r"Another build of the index in .* is running"):
        build_index(tmp_path, index)
    assert open_current(index).name == before
    assert (index / f".build-{unpublished}").is_dir()


def test_an_index_that_cannot_be_a_folder_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/a.md").write_text("Boats.")
    (tmp_path / "index").write_text("a file")
    with pytest.raises(QAError, match="cannot be written"):
        build_index(tmp_path / "corpus", tmp_path / "index")
