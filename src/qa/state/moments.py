"""Points in time as the state keeps them: UTC, ISO 8601, so that they sort as text."""

from datetime import UTC, date, datetime

from qa.errors import QAError


def now() -> datetime:
    """Return the present time."""
    return datetime.now(UTC)


def second(moment: datetime) -> str:
    """Write a time to the second: 2026-02-03T14:05:09Z."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def hour(moment: datetime) -> str:
    """Write the hour in which a time lies: 2026-02-03T14:00:00Z."""
    return f"{moment:%Y-%m-%dT%H}:00:00Z"


def require_day(text: str | None) -> str:
    """Return a day in its ISO 8601 form, "" for None. Raises `QAError` for what is no day."""
    if text is None:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise QAError(f"{text!r} is no day: write it as 2026-01-31.") from error
