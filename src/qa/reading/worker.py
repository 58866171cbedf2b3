"""Reading files in a process of its own, so that a file which hangs, explodes or crashes its parser harms nothing.

The parent sends a line of JSON (the document's id, the limits, the sizes of the two parts that follow), the file's
bytes and those of its sidecar; the worker answers with a line of JSON. A worker that answers late or dies is replaced.
"""

import contextlib
import json
import os
import selectors
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from types import TracebackType
from typing import IO, Any, Self

from qa.errors import CorpusError
from qa.reading.metadata import from_fields
from qa.reading.read import ReadFile, read_file
from qa.types import Document, Heading, Limits, Paragraph, Skipped

# A worker is replaced after this many files: parsers leak.
FILES_PER_WORKER = 500


class ReaderProcess:
    """One worker process; started when first needed, used by one thread at a time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def read(self, document_id: str, data: bytes, sidecar: bytes = b"") -> ReadFile:
        """Read a file's bytes. Raises `CorpusError` with the reason, also when a limit was met."""
        if self._files >= FILES_PER_WORKER:
            self._stop()
        process = self._process or self._start()
        self._files += 1
        request = {"id": document_id, "limits": asdict(self._limits), "sizes": [len(data), len(sidecar)]}
        deadline = time.monotonic() + self._limits.seconds
        try:
            assert process.stdin is not None
            sender = threading.Thread(
                target=_send, args=(process.stdin, json.dumps(request).encode() + b"\n" + data + sidecar), daemon=True
            )
            sender.start()
            reply = _receive(process, deadline)
        except TimeoutError as error:
            self._stop()
            raise CorpusError(
                f"not read within {self._limits.seconds:g} seconds: it may be damaged or made to harm"
            ) from error
        except EOFError as error:
            code = process.wait()
            self._stop()
            raise CorpusError(_reason_of_death(code, self._limits)) from error
        if "error" in reply:
            raise CorpusError(reply["error"])
        return _read_file_of(reply)

    def _start(self) -> "subprocess.Popen[bytes]":
        self._files = 0
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "qa.reading.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C is for the parent, which then ends its workers
        )
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            # The whole session, with whatever a parser has started (LibreOffice).
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, 9)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()


def _send(pipe: IO[bytes], data: bytes) -> None:
    with contextlib.suppress(OSError, ValueError):  # the worker died: the reader of its answer will notice
        pipe.write(data)
        pipe.flush()


def _receive(process: "subprocess.Popen[bytes]", deadline: float) -> dict[str, Any]:
    """Return the worker's answer. Raises `TimeoutError` past the deadline and `EOFError` when it died."""
    assert process.stdout is not None
    descriptor = process.stdout.fileno()
    pieces: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while not (pieces and pieces[-1].endswith(b"\n")):
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise TimeoutError
            piece = os.read(descriptor, 1 << 20)
            if not piece:
                raise EOFError
            pieces.append(piece)
    reply: dict[str, Any] = json.loads(b"".join(pieces))
    return reply


def _reason_of_death(code: int, limits: Limits) -> str:
    if code == OUT_OF_MEMORY:
        return f"needs more than {limits.memory_bytes // 1024**2} MB of memory to be read"
    return f"its parser crashed (exit code {code}): it may be damaged, too large, or made to harm"


def _read_file_of(reply: dict[str, Any]) -> ReadFile:
    documents = tuple(
        Document(
            **{
                **fields,
                "headings": tuple(Heading(*h) for h in fields["headings"]),
                "paragraphs": tuple(Paragraph(fields["id"], *p) for p in fields["paragraphs"]),
                "metadata": from_fields(fields["metadata"]),
                "notes": tuple(fields["notes"]),
            }
        )
        for fields in reply["documents"]
    )
    return ReadFile(documents, tuple(Skipped(*s) for s in reply["skipped"]))


def _reply_of(read: ReadFile) -> dict[str, Any]:
    return {
        "documents": [
            {
                "id": d.id,
                "file": d.file,
                "title": d.title,
                "text": d.text,
                "sha256": d.sha256,
                "headings": [[h.start, h.end, h.level] for h in d.headings],
                "paragraphs": [[p.number, p.start, p.end, p.body_end, p.page, p.heading, p.kind] for p in d.paragraphs],
                "metadata": asdict(d.metadata),
                "notes": d.notes,
            }
            for d in read.documents
        ],
        "skipped": [[s.path, s.reason] for s in read.skipped],
    }


OUT_OF_MEMORY = 77
"""The worker's exit code when memory ran out."""


def _limit_memory(limit: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # a system without such limits
        import resource

        # Data, not address space: libraries map far more than they use.
        resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.getrlimit(resource.RLIMIT_DATA)[1]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Answer requests on standard input until it ends."""
    answers = os.fdopen(os.dup(1), "wb")
    # What a library prints must not end up among the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    requests = sys.stdin.buffer
    while line := requests.readline():
        request = json.loads(line)
        limits = Limits(**request["limits"])
        _limit_memory(limits.memory_bytes)
        data, sidecar = (requests.read(size) for size in request["sizes"])
        try:
            reply = _reply_of(read_file(request["id"], data, sidecar, limits))
        except CorpusError as error:
            reply = {"error": str(error)}
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except RecursionError:
            reply = {"error": "nested too deeply"}
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a parser met what its authors did not think of; Rust's panics are no Exception
            reply = {"error": f"its parser failed ({type(error).__name__}): it may be damaged"}
        answers.write(json.dumps(reply).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
