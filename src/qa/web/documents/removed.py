"""Where removed and replaced files are kept: nothing that was uploaded or indexed is ever deleted."""

import os
import re
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qa.reading.metadata import SIDECAR_SUFFIX
from qa.web.documents.files import put, synced

RECORD = "removal.json"
FILES = "files"
_ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")

Reason = Literal["removed", "replaced"]


class Removal(BaseModel):
    """A file that was taken out of the folder of documents, and can be put back."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(description="name of the removal", examples=["20260301T091500-0a1b2c3d"])
    document: str = Field(description="the document's id, which is its path", examples=["staff/leave.md"])
    title: str = Field(examples=["Leave rules"])
    removed: str = Field(description="when, UTC (ISO 8601)", examples=["2026-03-01T09:15:00+00:00"])
    by: str = Field(description="name of whoever did it, empty where it is not known")
    reason: Reason = Field(description="removed, or replaced by an upload of the same name")


@dataclass(frozen=True, slots=True)
class Kept:
    """A removal and the files kept for it: the document's, and its metadata file if it had one."""

    removal: Removal
    file: Path
    sidecar: Path | None


class RemovedFiles:
    """The folder of removals: `<folder>/<removal>/` with a record and the files as they were."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, files: Iterable[Path], document: str, title: str, by: str, reason: Reason) -> Removal:
        """Keep files that are about to be removed, the document's own first. Raises `OSError`."""
        now = datetime.now(UTC)
        removal = Removal(
            id=f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}",
            document=document,
            title=title,
            removed=now.isoformat(timespec="seconds"),
            by=by,
            reason=reason,
        )
        folder = self._folder / removal.id
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            (folder / FILES).mkdir(parents=True)
            with (folder / RECORD).open("x", encoding="utf-8") as record:
                record.write(removal.model_dump_json(indent=1))
                record.flush()
                os.fsync(record.fileno())
            for file in files:
                put(file, folder / FILES / file.name)
            for changed in (folder, self._folder):
                synced(changed)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return removal

    def all(self) -> list[Removal]:
        """Return what can be put back, newest first."""
        if not self._folder.is_dir():
            return []
        found = (self.find(path.name) for path in self._folder.iterdir())
        return sorted((kept.removal for kept in found if kept), key=lambda removal: removal.id, reverse=True)

    def find(self, removal_id: str) -> Kept | None:
        """Return a removal with its files, None if there is none of that name that is whole."""
        if not _ID.fullmatch(removal_id):
            return None
        folder = self._folder / removal_id
        try:
            removal = Removal.model_validate_json((folder / RECORD).read_bytes())
            files = {path.name: path for path in (folder / FILES).iterdir()}
        except (OSError, ValidationError):
            return None
        name = PurePosixPath(removal.document).name
        sidecar = next((path for held, path in files.items() if held.endswith(SIDECAR_SUFFIX)), None)
        file = files.get(name) or next((path for path in files.values() if path != sidecar), None)
        return Kept(removal, file, sidecar) if file is not None else None

    def forget(self, removal: Removal) -> None:
        """Delete the record of a removal whose files stand in their old place again."""
        shutil.rmtree(self._folder / removal.id)
