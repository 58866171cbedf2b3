"""The native format as YAML: a list of questions, pleasant to write by hand."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from qa.evaluation.sets.fields import Entry, Unquoted, fields_of, questions_of
from qa.evaluation.sets.files import save, text_of
from qa.evaluation.sets.model import Question
from qa.evaluation.sets.problems import Problem

DEEPEST = 10
"""Lists and objects inside one another that are read; a question needs four."""

_WIDTH = 110
_NO_VALUE = ("", "~", "null", "Null", "NULL")


def read_yaml(path: Path) -> list[Question]:
    """Read a YAML list of questions. Raises `SetError` or `QuestionError`.

    It is put together from the parser's events, so that nothing is built of what is refused: aliases (a few lines of
    them grow to billions of values), tags, deep nesting.
    """
    text = text_of(path)
    entries: list[Entry] = []
    try:
        for entry in _Events(text).entries():
            entries.append(entry)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        broken = Problem(str(path), mark.line + 1 if mark else 1, "", f"not YAML: {error.problem or error.context}")
        return questions_of(path, entries, [broken])
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, int(error.position)) + 1
        return questions_of(path, entries, [Problem(str(path), line, "", f"not YAML: {error.reason}")])
    except _RefusedError as refused:
        return questions_of(path, entries, [Problem(str(path), refused.line, "", str(refused))])
    return questions_of(path, entries)


def write_yaml(questions: Sequence[Question], path: Path) -> None:
    """Write a YAML list. Raises `QuestionError` where the file cannot be written."""
    save(path, "\n".join(yaml_text(question) for question in questions))


def yaml_text(question: Question) -> str:
    """Return a question as an entry of a YAML list."""
    return str(yaml.dump([fields_of(question)], Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH))


class _Dumper(yaml.SafeDumper):
    """Indents lists, and shares no value between two places."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    # Outside quotation marks these would end a line.
    broken = any(separator in text for separator in "\x85\u2028\u2029")
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if broken else None)


_Dumper.add_representer(str, _represent_text)


class _RefusedError(Exception):
    def __init__(self, event: Any, sentence: str) -> None:
        super().__init__(sentence)
        self.line = _line(event)


class _Events:
    """Builds entries from the events of a YAML text; raises `_RefusedError`, or `yaml.YAMLError` for what is none."""

    def __init__(self, text: str) -> None:
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
        self._lines: dict[str, int] = {}
        self._problems: list[tuple[str, str]] = []

    def entries(self) -> Iterator[Entry]:
        """Yield an entry for each question, until the end or what is refused."""
        next(self._events)  # the stream's beginning
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return
        event = next(self._events)
        self._require_plain(event, depth=0)
        if not isinstance(event, yaml.SequenceStartEvent):
            raise _RefusedError(event, 'needs to be a list of questions: begin each with "- id: ..."')
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._entry(event)
        next(self._events)  # the document's end
        if not isinstance(event := next(self._events), yaml.StreamEndEvent):
            raise _RefusedError(event, "a second document begins here: keep all questions in one list")

    def _entry(self, event: Any) -> Entry:
        self._lines, self._problems = {}, []
        fields = self._value(event, "", depth=1)
        if isinstance(fields, dict):
            return Entry(_line(event), fields, lines=self._lines, problems=tuple(self._problems))
        return Entry(_line(event), problems=(("", 'not a question with fields like "id: ..."'),), broken=True)

    def _value(self, event: Any, place: str, depth: int) -> Any:
        self._require_plain(event, depth)
        self._lines.setdefault(place, _line(event))
        if isinstance(event, yaml.ScalarEvent):
            if not event.implicit[0]:
                return event.value
            return None if event.value in _NO_VALUE else Unquoted(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            values: list[Any] = []
            while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
                values.append(self._value(event, f"{place}[{len(values)}]", depth + 1))
            return values
        return self._fields(place, depth)

    def _fields(self, place: str, depth: int) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            self._require_plain(event, depth)
            if not isinstance(event, yaml.ScalarEvent):
                raise _RefusedError(event, "a field's name needs to be a word")
            name = f"{place}.{event.value}" if place else event.value
            if event.value in fields:
                self._problems.append((name[:100], "is given twice"))
            self._lines[name] = _line(event)
            fields[event.value] = self._value(next(self._events), name, depth + 1)
        return fields

    def _require_plain(self, event: Any, depth: int) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _RefusedError(event, "anchors and aliases (& and *) are not read: write the text out")
        if getattr(event, "tag", None):
            raise _RefusedError(event, "tags (!) are not read: write the value alone, in quotation marks if it has a !")
        if depth > DEEPEST:
            raise _RefusedError(event, "nested too deeply")


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
