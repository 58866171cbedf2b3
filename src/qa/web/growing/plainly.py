"""What goes wrong with the trainers' work, told in one sentence that names no place on the disk."""

from collections.abc import Iterator
from contextlib import contextmanager

from qa.errors import QuestionError, StateError
from qa.state.inbox import ExportedError
from qa.web.api.problems import ProblemError


@contextmanager
def told() -> Iterator[None]:
    """Turn what the state refuses, and what a question cannot be, into a `ProblemError`."""
    try:
        yield
    except StateError as error:
        raise ProblemError(
            503, f"Nothing can be kept or read at present, for {error.reason}: tell whoever runs this page."
        ) from error
    except ExportedError as error:
        raise ProblemError(409, str(error)) from error
    except QuestionError as error:
        raise ProblemError(422, str(error)) from error
