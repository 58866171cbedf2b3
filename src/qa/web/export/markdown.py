"""A chat as Markdown: quotes as block quotes whose words survive, citations as footnotes."""

import re
from collections.abc import Iterable

from qa.web.export.printable import one_line
from qa.web.export.told import Chat, Quoted, Told

# What means something anywhere in a line: CommonMark's own, and what widespread dialects add (tables, footnotes,
# strikethrough, mathematics, attributes, :emoji:, ==marks==, bare addresses that become links, backslashes included).
_ANYWHERE = re.compile(r"[\\`*_\[\]<>&~|$^#{}]|=(?==)|:(?=//|[\w+-]+:)|(?<=www)\.", re.IGNORECASE)
# What means something at its beginning only: lists, headings underlined, rules, definitions.
_FIRST = "-+=:"
_NUMBERED = re.compile(r"(\d{1,9})([.)])")


def chat_as_markdown(chat: Chat) -> str:
    """Return a chat as CommonMark with footnotes."""
    head = [f"# {inline(chat.title)}", *([inline(chat.name)] if chat.name else [])]
    head.append(inline(chat.texts("export.date", date=chat.day)))
    parts = [*head, *(part for one in chat.told for part in _exchange(one, chat))]
    notes = [
        f"[^{note.number}]: {inline(note.line)}" + (f", <{note.address}>" if note.address else "")
        for one in chat.told
        for note in one.notes
    ]
    return "\n\n".join([*parts, *notes]) + "\n"


def _exchange(one: Told, chat: Chat) -> Iterable[str]:
    yield f"## {inline(one.question)}"
    yield from (inline(notice) for notice in one.notices)
    yield from map(_quote, one.best)
    if one.best and one.further:
        yield f"### {inline(chat.texts('export.further'))}"
    yield from map(_quote, one.further)
    for sides in one.differing:
        yield inline(chat.texts("export.differ"))
        yield "\n".join(
            f"- {inline(side.value)}[^{side.note.number}]{f' ({inline(side.date)})' if side.date else ''}"
            for side in sides
        )


def _quote(quoted: Quoted) -> str:
    words = verbatim(quoted.words).replace("\n", "\n> ")
    return f"> {words}[^{quoted.note.number}]"


def inline(text: str) -> str:
    """Return text as one line that stands for itself, white space tidied."""
    return verbatim(one_line(text))


def verbatim(text: str) -> str:
    """Return text as the content of a paragraph that shows exactly this text, line breaks and spaces included.

    >>> verbatim("1. *Nobody*")
    '1\\\\. \\\\*Nobody\\\\*'
    """
    lines = [_line(line) for line in text.split("\n")]
    written = lines[0]
    for line in lines[1:]:
        # A backslash breaks a line, but only between words: an empty line would end the paragraph.
        if written and not written.endswith("\n") and line:
            written += f"\\\n{line}"
        else:
            written += f"&#10;{line}"
    return written


def _line(line: str) -> str:
    words = line.strip()
    if not words:
        return _spaces(line)
    start = line.index(words)
    return _spaces(line[:start]) + _words(words) + _spaces(line[start + len(words) :])


def _words(words: str) -> str:
    """Escape a line's words; a mark that means something at the beginning does so behind spaces, too."""
    if number := _NUMBERED.match(words):
        return f"{number[1]}\\{number[2]}" + _ANYWHERE.sub(r"\\\g<0>", words[number.end() :])
    escaped = _ANYWHERE.sub(r"\\\g<0>", words)
    return f"\\{escaped}" if escaped[0] in _FIRST else escaped


def _spaces(spaces: str) -> str:
    """Write white space at the end of a line so that no reader drops it."""
    return "".join(f"&#{ord(c)};" for c in spaces)
