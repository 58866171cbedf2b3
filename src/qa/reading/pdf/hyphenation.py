"""Words divided at the end of a printed line, put together again."""

import re
from collections.abc import Iterable, Sequence, Set

_WORD = re.compile(r"[^\W\d_]+(?:['’\-‐‑][^\W\d_]+)*")
_DIVIDED = re.compile(r"(?P<word>(?:[^\W\d_]+['’\-‐‑])*[^\W\d_]+)[\-‐\xad]$")
_FIRST_WORD = re.compile(r"[^\W\d_]+(?:['’\-‐‑][^\W\d_]+)*")
_SOFT_HYPHEN = "\xad"
_HYPHENS = str.maketrans("‐‑", "--")

# A word of fewer letters may be a syllable by chance: "an" of "another".
SYLLABLE = 3


def known_words(lines: Iterable[str]) -> frozenset[str]:
    """Return the words of printed lines in lower case, without those that a line's end divides."""
    words: set[str] = set()
    divided = False
    for line in lines:
        found = [word.casefold().translate(_HYPHENS) for word in _WORD.findall(line)]
        if divided:
            found = found[1:]
        divided = bool(_DIVIDED.search(line))
        words.update(found[:-1] if divided else found)
    return frozenset(words)


def join_lines(lines: Sequence[str], known: Set[str]) -> str:
    """Join the lines of a paragraph; a hyphen at a line's end goes where it only divides the word.

    The hyphen stays before a capital or a digit ("Lashkar-e-" + "Jhangvi"), where the file has the word with its
    hyphen elsewhere, and where it has both halves as words but nowhere the two in one ("counter-" + "militancy").
    In every other case it goes ("govern-" + "ment").
    """
    text = ""
    for line in lines:
        stripped = line.strip()
        if not stripped:
            continue
        divided = _DIVIDED.search(text)
        following = _FIRST_WORD.match(stripped)
        if not text:
            text = stripped
        elif divided and following and following[0][0].islower():
            text = (text if _own_hyphen(text[-1], divided["word"], following[0], known) else text[:-1]) + stripped
        elif re.search(r"[^\W_][\-‐‑]$", text) and stripped[0].isalnum():
            text += stripped
        else:
            text = f"{text.rstrip(_SOFT_HYPHEN)} {stripped}"
    return text


def _own_hyphen(hyphen: str, before: str, after: str, known: Set[str]) -> bool:
    """Tell whether the hyphen between two pieces of a word is the word's own."""
    if hyphen == _SOFT_HYPHEN:
        return False
    first, second = before.casefold().translate(_HYPHENS), after.casefold().translate(_HYPHENS)
    if f"{first}-{second}" in known:
        return True
    if first + second in known:
        return False
    return min(len(first), len(second)) >= SYLLABLE and first in known and second in known
