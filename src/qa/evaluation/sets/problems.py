"""What is wrong with a question set: everything at once, each with its file, line and field."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.errors import QuestionError

MOST_TOLD = 1_000
"""Problems that an error's text names, one a line, before it counts the rest."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; `line` is 1-based and None in a format without lines, `where` then says the place."""

    file: str
    line: int | None
    field: str
    text: str
    where: str = ""

    def __str__(self) -> str:
        line = f":{self.line}" if self.line is not None else ""
        where = f" {self.where}:" if self.where else ""
        field = f' field "{self.field}":' if self.field else ""
        return f"{self.file}{line}:{where}{field} {self.text}"


class SetError(QuestionError):
    """A question set is wrong; its text has a line for each of the `problems`."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        lines = [str(problem) for problem in problems[:MOST_TOLD]]
        if len(problems) > MOST_TOLD:
            lines.append(f"... and {len(problems) - MOST_TOLD:,} more.")
        super().__init__("\n".join(lines))
        self.problems = tuple(problems)
