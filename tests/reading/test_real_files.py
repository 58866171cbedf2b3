"""Every real file that is at hand is read soundly in a worker process, or refused with a reason."""

from pathlib import Path, PurePosixPath

from documents import assert_chunks_sound, assert_sound
from qa.errors import CorpusError
from qa.reading import ReaderProcess, find_files, read_bytes
from qa.types import Limits

# What LibreOffice converts takes seconds a file; its own tests read those.
CONVERTED = {".doc", ".dot", ".ppt", ".pps", ".pot"}


def test_odd_and_broken_files_are_read_soundly_or_refused(shared: Path) -> None:
    files = [f for f in find_files(shared / "files")[0] if PurePosixPath(f.id).suffix.lower() not in CONVERTED]
    assert len(files) > 300
    refused: dict[str, str] = {}
    with ReaderProcess(Limits()) as worker:
        for file in files:
            try:
                read = worker.read(file.id, read_bytes(file))
            except CorpusError as error:
                refused[file.id] = str(error)
                continue
            for document in read.documents:
                assert_sound(document)
                assert_chunks_sound(document)
                assert any(paragraph.kind == "text" for paragraph in document.paragraphs)
    assert len(refused) < len(files) / 5
    assert all(reason and "failed" not in reason and "crashed" not in reason for reason in refused.values()), refused
