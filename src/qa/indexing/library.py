"""Text and metadata of an index generation, in SQLite."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from qa.reading.metadata import from_fields
from qa.types import Chunk, Document, Heading, Metadata, Paragraph, Sentence, Skipped

_SCHEMA = """
create table document (
    number integer primary key, id text not null unique, file text not null, title text not null, text text not null,
    sha256 text not null, headings text not null, metadata text not null, notes text not null
);
create table paragraph (
    document integer not null references document, number integer not null, start integer not null,
    "end" integer not null, body_end integer not null, page text, heading text not null, kind text not null,
    primary key (document, number)
) without rowid;
create table chunk (
    row integer primary key, document integer not null references document, start integer not null,
    "end" integer not null, text text not null, heading text not null, paragraphs text not null, lead_in text not null,
    key text not null, first_sentence integer not null, sentences text not null
);
create index chunk_document on chunk (document);
create table file (path text primary key, sha256 text not null) without rowid;
create table skipped (path text not null, reason text not null);
create index skipped_path on skipped (path);
"""


class LibraryWriter:
    """Writes a new library; nothing is there until the `with` block ends without an error."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("pragma journal_mode = off")
        self._connection.execute("pragma synchronous = off")  # the generation syncs the file when complete
        self._connection.executescript(_SCHEMA)
        self._documents = 0
        self._rows = 0
        self._sentences = 0

    def __enter__(self) -> Self:
        self._connection.execute("begin")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._connection.execute("commit")
        self._connection.close()

    def add(self, document: Document, chunks: Sequence[tuple[Chunk, str, Sequence[Sentence]]]) -> None:
        """Add a document with its chunks, each with its key (the hash of all that its vectors depend on)."""
        number = self._documents = self._documents + 1
        headings = [[h.start, h.end, h.level] for h in document.headings]
        self._connection.execute(
            "insert into document values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                document.id,
                document.file,
                document.title,
                document.text,
                document.sha256,
                json.dumps(headings),
                json.dumps(asdict(document.metadata), ensure_ascii=False),
                json.dumps(document.notes, ensure_ascii=False),
            ),
        )
        self._connection.executemany(
            "insert into paragraph values (?, ?, ?, ?, ?, ?, ?, ?)",
            ((number, p.number, p.start, p.end, p.body_end, p.page, p.heading, p.kind) for p in document.paragraphs),
        )
        for chunk, key, sentences in chunks:
            self._connection.execute(
                "insert into chunk values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    self._rows,
                    number,
                    chunk.start,
                    chunk.end,
                    chunk.text,
                    chunk.heading,
                    json.dumps(chunk.paragraphs),
                    chunk.lead_in,
                    key,
                    self._sentences,
                    json.dumps([[s.start, s.end] for s in sentences]),
                ),
            )
            self._rows += 1
            self._sentences += len(sentences)

    def add_files(self, files: Mapping[str, str]) -> None:
        """Record the SHA-256 of every file that was looked at, by its path."""
        self._connection.executemany("insert into file values (?, ?)", files.items())

    def add_skipped(self, skipped: Iterable[Skipped]) -> None:
        """Record what was not read, and why."""
        rows = ((s.path, s.reason) for s in skipped)
        self._connection.executemany("insert into skipped values (?, ?)", rows)


class Library:
    """A finished library, opened for reading; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        # One connection for all threads behind a lock: it keeps the file open, so that a generation that was
        # deleted after an update goes on answering until its last reader is done.
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._connection.execute("pragma mmap_size = 1073741824")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        with self._lock:
            return self._connection.execute(sql, parameters).fetchall()

    def counts(self) -> tuple[int, int, int]:
        """Return the numbers of documents, chunks and sentences."""
        sql = """select (select count(*) from document), (select count(*) from chunk),
            coalesce((select first_sentence + json_array_length(sentences) from chunk order by row desc limit 1), 0)"""
        documents, chunks, sentences = self._rows(sql)[0]
        return int(str(documents)), int(str(chunks)), int(str(sentences))

    def damage(self) -> str:
        """Return what SQLite finds wrong with the file, empty when all is well."""
        found = self._rows("pragma quick_check")[0][0]
        return "" if found == "ok" else str(found)

    def document_hashes(self) -> dict[str, str]:
        """Return the SHA-256 of each document's file by its id."""
        return {str(i): str(h) for i, h in self._rows("select id, sha256 from document order by id")}

    def file_hashes(self) -> dict[str, str]:
        """Return the SHA-256 of each file that was looked at by its path, of those that were refused too."""
        return {str(f): str(h) for f, h in self._rows("select path, sha256 from file")}

    def answering_files(self) -> dict[str, str]:
        """Return the SHA-256 that each file had when the documents that answer were read from it, by its path."""
        return {str(f): str(h) for f, h in self._rows("select distinct file, sha256 from document order by file")}

    def documents_of(self, file: str) -> list[Document]:
        """Return the documents that were read from a file, its own first."""
        ids = self._rows("select id from document where file = ? order by number", (file,))
        return [document for (document_id,) in ids if (document := self.document(str(document_id))) is not None]

    def metadata(self) -> dict[str, Metadata]:
        """Return the metadata of every document by its id."""
        return {str(i): from_fields(json.loads(str(m))) for i, m in self._rows("select id, metadata from document")}

    def notes(self) -> list[tuple[str, str]]:
        """Return document id and text of every note about a document's reading."""
        found = self._rows("select id, notes from document where notes <> '[]' order by id")
        return [(str(i), str(note)) for i, notes in found for note in json.loads(str(notes))]

    def unfindable(self) -> list[str]:
        """Return the documents that no search can find, for no chunk was made of them."""
        sql = "select id from document where number not in (select document from chunk) order by id"
        return [str(i) for (i,) in self._rows(sql)]

    def document(self, document_id: str) -> Document | None:
        """Return a document by its id, None if the index holds none of that id."""
        sql = "select number, id, file, title, text, sha256, headings, metadata, notes from document where id = ?"
        found = self._rows(sql, (document_id,))
        if not found:
            return None
        number, name, file, title, text, sha256, headings, metadata, notes = found[0]
        paragraphs = self._rows(
            'select number, start, "end", body_end, page, heading, kind from paragraph '
            "where document = ? order by number",
            (number,),
        )
        return Document(
            id=str(name),
            file=str(file),
            title=str(title),
            text=str(text),
            sha256=str(sha256),
            headings=tuple(Heading(*h) for h in json.loads(str(headings))),
            paragraphs=tuple(Paragraph(str(name), *p) for p in paragraphs),  # type: ignore[arg-type]
            metadata=from_fields(json.loads(str(metadata))),
            notes=tuple(json.loads(str(notes))),
        )

    def titles(self) -> list[tuple[str, str]]:
        """Return id and title of every document, by id."""
        return [(str(i), str(t)) for i, t in self._rows("select id, title from document order by id")]

    def counts_by_document(self) -> dict[str, tuple[str, int, int, int]]:
        """Return, by document id, its file and the numbers of its labelled pages, paragraphs and chunks."""
        sql = """select d.id, d.file, count(distinct p.page), count(p.number),
            (select count(*) from chunk c where c.document = d.number)
            from document d left join paragraph p on p.document = d.number group by d.number"""
        return {
            str(i): (str(file), int(str(pages)), int(str(paragraphs)), int(str(chunks)))
            for i, file, pages, paragraphs, chunks in self._rows(sql)
        }

    def paragraph(self, document_id: str, number: int) -> Paragraph | None:
        """Return one paragraph of a document."""
        found = self._rows(
            'select p.number, p.start, p."end", p.body_end, p.page, p.heading, p.kind from paragraph p '
            "join document d on d.number = p.document where d.id = ? and p.number = ?",
            (document_id, number),
        )
        return Paragraph(document_id, *found[0]) if found else None  # type: ignore[arg-type]

    def chunks(self, rows: Sequence[int]) -> list[Chunk]:
        """Return the chunks of the given rows, in their order."""
        marks = ", ".join("?" * len(rows))
        sql = (
            'select c.row, d.id, c.start, c."end", c.text, c.heading, c.paragraphs, c.lead_in from chunk c '
            f"join document d on d.number = c.document where c.row in ({marks})"
        )
        found = {row: _chunk(fields) for row, *fields in self._rows(sql, rows)}
        return [found[row] for row in rows]

    def sentences(self, rows: Sequence[int]) -> list[tuple[int, list[Sentence]]]:
        """Return, for each chunk row, the row of its first sentence vector and its sentences."""
        marks = ", ".join("?" * len(rows))
        sql = f"select row, first_sentence, sentences from chunk where row in ({marks})"
        found = {row: (int(str(first)), json.loads(str(spans))) for row, first, spans in self._rows(sql, rows)}
        return [(found[row][0], [Sentence(*span) for span in found[row][1]]) for row in rows]

    def rows_of(self, document_ids: Iterable[str]) -> list[int]:
        """Return the chunk rows of the given documents."""
        sql = (
            "select row from chunk where document in "
            "(select number from document where id in (select value from json_each(?)))"
        )
        return [int(str(row)) for (row,) in self._rows(sql, (json.dumps(sorted(document_ids)),))]

    def vector_rows(self) -> dict[str, tuple[int, int, int]]:
        """Return, by chunk key, the chunk's row, its first sentence row and its number of sentences."""
        sql = "select key, row, first_sentence, json_array_length(sentences) from chunk"
        return {str(k): (int(str(r)), int(str(f)), int(str(n))) for k, r, f, n in self._rows(sql)}

    def all_chunks(self) -> Iterator[Chunk]:
        """Return every chunk in the order of rows."""
        sql = (
            'select d.id, c.start, c."end", c.text, c.heading, c.paragraphs, c.lead_in from chunk c '
            "join document d on d.number = c.document order by c.row"
        )
        return (_chunk(fields) for fields in self._rows(sql))

    def skipped_in(self, file: str) -> list[Skipped]:
        """Return what was not read of one file: itself, or files inside it."""
        # "0" is the character after "/": a range, which the table's index answers without looking at every row.
        sql = "select path, reason from skipped where path = ? or (path > ? and path < ?) order by path"
        return [Skipped(str(p), str(r)) for p, r in self._rows(sql, (file, f"{file}/", f"{file}0"))]

    def skipped(self) -> list[Skipped]:
        """Return what was not read, and why."""
        return [
            Skipped(str(p), str(r)) for p, r in self._rows("select path, reason from skipped order by path, reason")
        ]


def _chunk(fields: Sequence[object]) -> Chunk:
    document_id, start, end, text, heading, paragraphs, lead_in = fields
    return Chunk(
        document_id=str(document_id),
        start=int(str(start)),
        end=int(str(end)),
        text=str(text),
        heading=str(heading),
        paragraphs=tuple(json.loads(str(paragraphs))),
        lead_in=str(lead_in),
    )
