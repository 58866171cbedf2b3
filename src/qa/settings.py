"""Settings: every one has a default, an environment variable and, where it helps, a command-line option."""

import os
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from qa.errors import SettingsError
from qa.types import Limits

PREFIX = "QA_"


class Settings(BaseSettings):
    """Where things are and where the page is served."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    corpus: Path = Field(Path("corpus"), description="folder of documents")
    index: Path = Field(Path("index"), description="folder of built index generations")
    model: str | None = Field(
        None, description="embedding model, by sentence-transformers name or folder; by default the one the index has"
    )
    reranker: str | None = Field(
        None, description="cross-encoder that looks at the best passages again, by name or folder; by default none does"
    )
    file_seconds: float = Field(30.0, gt=0, description="longest time to read one file, in seconds")
    file_memory_mb: int = Field(512, ge=64, description="most memory to read one file, in MB")
    file_expanded_mb: int = Field(
        256, ge=1, description="most a packed file (DOCX, XLSX, EPUB ...) may unpack to, in MB"
    )
    file_pages: int = Field(5_000, ge=1, description="most pages of one file")
    host: str = Field("127.0.0.1", description="address the page is served on")
    hosts: str = Field(
        "", description="names by which other machines reach the page, separated by commas: intranet.example,qa.example"
    )
    port: int = Field(7860, ge=0, le=65535, description="port the page is served on; 0 takes any free one")

    @property
    def host_names(self) -> list[str]:
        """The names by which other machines reach the page."""
        return [name.strip() for name in self.hosts.split(",") if name.strip()]

    @property
    def limits(self) -> Limits:
        """What one file may cost to read."""
        return Limits(
            seconds=self.file_seconds,
            memory_bytes=self.file_memory_mb * 1024**2,
            expanded_bytes=self.file_expanded_mb * 1024**2,
            pages=self.file_pages,
        )


def load(**given: Any) -> Settings:
    """Return the settings: what is `given` and not None, else the environment, else the defaults.

    Raises `SettingsError` for a value that cannot be, and for a QA_ variable that no setting has.
    """
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        raise SettingsError(f"There is no setting {unknown[0]}: known are {', '.join(sorted(known))}.")
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"The setting {name} cannot be {first['input']!r}: {first['msg']}.") from error
