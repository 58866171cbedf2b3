"""An answer as plain text with its footnotes, for an e-mail or a report."""

from qa.web.answers import ShownAnswer
from qa.web.export.told import Chat, Quoted, Told, told
from qa.web.texts import Texts


def answer_as_text(answer: ShownAnswer, texts: Texts, base: str) -> str:
    """Return a question, the words that answer it and where they stand; `base` is the page's absolute address."""
    return _as_text(told([(answer.question, answer)], texts, base)[0], texts)


def chat_as_text(chat: Chat) -> str:
    """Return all questions of a chat so, a line between them."""
    return "\n---\n\n".join(_as_text(one, chat.texts) for one in chat.told)


def _as_text(one: Told, texts: Texts) -> str:
    parts = [one.question, *one.notices, *(_quoted(quoted, texts) for quoted in one.best)]
    if one.best and one.further:
        parts.append(f"{texts('export.further')}:")
    parts.extend(_quoted(quoted, texts) for quoted in one.further)
    for sides in one.differing:
        lines = [f"- {side.value} [{side.note.number}]{f' ({side.date})' if side.date else ''}" for side in sides]
        parts.append("\n".join([texts("export.differ"), *lines]))
    if one.notes:
        lines = [
            f"[{note.number}] {note.line}" + (f"\n    {note.address}" if note.address else "") for note in one.notes
        ]
        parts.append("\n".join([f"{texts('export.sources')}:", *lines]))
    return "\n\n".join(parts) + "\n"


def _quoted(quoted: Quoted, texts: Texts) -> str:
    return f"{texts('export.quoted', words=quoted.words)} [{quoted.note.number}]"
