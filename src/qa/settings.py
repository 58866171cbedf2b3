"""Settings: every one has a default, an environment variable and, where it helps, a command-line option."""

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from qa.errors import SettingsError
from qa.types import Limits

PREFIX = "QA_"
SHORTEST_SECRET = 32


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


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
    prefix: str = Field("", pattern=r"^(/[\w.~-]+)*$", description="path below which a reverse proxy serves it: /ask")
    evals: Path = Field(Path("evals"), description="folder of question sets; the page suggests from them")
    gate: Path | None = Field(
        None, description="gate file that an index built from the Documents page has to pass: evals/gate.yaml"
    )
    state: Path = Field(
        Path("state"), description="folder for feedback, the question log, runs, drafts and removed documents"
    )

    name: str = Field("", max_length=60, description="name of the organisation, shown above the page")
    accent: str = Field("#1f5fae", pattern=r"^#[0-9a-fA-F]{6}$", description="colour of links and buttons: #1f5fae")
    theme: Literal["auto", "light", "dark"] = Field("auto", description="light, dark, or auto: as the visitor's system")
    language: Literal["auto", "en", "de", "fr", "es", "ur", "ar"] = Field(
        "auto", description="language of the page, or auto: the visitor's"
    )

    origins: str = Field(
        "", description="origins that may embed the widget, separated by commas: https://intranet.example"
    )
    development: bool = Field(False, description="let pages of this very machine (localhost) embed the widget as well")
    anonymous: bool = Field(True, description="let in whoever reaches the page; otherwise a name or a token is needed")
    user_header: str = Field("", description="header in which a sign-on proxy names the visitor: X-Forwarded-User")
    proxies: str = Field(
        "127.0.0.1,::1", description="addresses of proxies whose headers are believed, separated by commas"
    )
    token_secret: SecretStr = Field(
        SecretStr(""), description="secret, of 32 characters or more, that signs the tokens of embedding pages"
    )
    editors: str = Field(
        "", description="who may add and remove documents: names, separated by commas, or everyone; by default nobody"
    )
    trainers: str = Field(
        "", description="who may evaluate: run question sets and keep them; as for editors; by default nobody"
    )

    questions_per_minute: int = Field(120, ge=1, description="questions one visitor may ask in a minute")
    upload_mb: int = Field(50, ge=1, le=2_000, description="largest file that may be uploaded, in MB")
    log_questions: bool = Field(False, description="keep what is asked, without names, for the trainer's overview")
    keep_days: int = Field(90, ge=1, description="days that feedback and logged questions are kept")

    @field_validator("token_secret")
    @classmethod
    def _long_enough(cls, secret: SecretStr) -> SecretStr:
        # RFC 7518, 3.2: a key for HS256 has 256 bits or more.
        if 0 < len(secret.get_secret_value().encode()) < SHORTEST_SECRET:
            raise ValueError(f"it needs {SHORTEST_SECRET} characters or more")
        return secret

    @property
    def host_names(self) -> list[str]:
        """The names by which other machines reach the page."""
        return _listed(self.hosts)

    @property
    def frame_origins(self) -> list[str]:
        """The origins whose pages may embed the widget."""
        return [origin.rstrip("/").casefold() for origin in _listed(self.origins)]

    @property
    def proxy_addresses(self) -> list[str]:
        """The addresses of the proxies whose headers are believed."""
        return _listed(self.proxies)

    @property
    def editor_names(self) -> list[str]:
        """The names of those who may add and remove documents."""
        return _listed(self.editors)

    @property
    def trainer_names(self) -> list[str]:
        """The names of those who may evaluate."""
        return _listed(self.trainers)

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
        given_value = "what it is" if "secret" in name else repr(first["input"])
        raise SettingsError(f"The setting {name} cannot be {given_value}: {first['msg']}.") from error


def require_apart(settings: Settings) -> None:
    """Refuse a folder for the state that lies among documents which may be removed: they would come back from there."""
    if settings.editor_names and settings.state.resolve().is_relative_to(settings.corpus.resolve()):
        raise SettingsError(
            f"The state cannot be kept in {settings.state}, among the documents in {settings.corpus}: "
            "set QA_STATE to a folder elsewhere."
        )
