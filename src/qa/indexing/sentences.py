"""Splitting text into sentences by offsets, so that a quote is a slice of its document."""

import re

# A full stop after these ends no sentence. Lower case, without the stop.
_ABBREVIATIONS = frozenset(
    "adm al approx apr art aug ave brig ca capt cf ch cmdr co col corp dec dept dr ed e.g eds eq est et etc feb fig "
    "ft gen gov hon i.e inc incl jan jr jul jun lt ltd maj mar messrs mr mrs ms mt mx no nos nov oct op p para pp prof "
    "pvt ref rep res rev rs sec sen sep sept sgt sr st supt tel vol vs viz".split()
)
# These end a sentence when a capitalised word follows that can hardly be part of the name.
_END = re.compile(r"""[.!?…。！？؟۔।॥]+["'”’»)\]]*(?=\s|$)|[。！？]["'”’»)\]]*|\n+""")
_LAST_WORD = re.compile(r"(?<![\w.’'-])[\w.’'-]*$")
_INITIALS = re.compile(r"(?:[^\W\d]\.)*[^\W\d]")
_LIST_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_OPENER = re.compile(r"""\s*["'“‘«(\[]*(\w?)""")
_SENTENCE_STARTERS = re.compile(
    r"\s+[\"“‘'(]*(?:The|A|An|In|On|At|It|He|She|They|This|That|These|Those|But|And|However|After|Before|When|While|"
    r"For|From|By|As|If|Its|His|Her|Their|There|Although|Both|Some|Many|Most|No|Not|Under|Since|During|Under)\b"
)


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return the half-open offsets of the sentences of `text`, without surrounding white space.

    Every character that is no white space lies in exactly one sentence. A line break inside the text (a
    preformatted block) ends a sentence too.

    >>> split_sentences("Gen. Sharif left. He came back.")
    [(0, 17), (18, 31)]
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if _is_end(text, match):
            spans.append((start, match.end()))
            start = match.end()
    spans.append((start, len(text)))
    return [trimmed for span in spans if (trimmed := _trim(text, *span))[0] < trimmed[1]]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _is_end(text: str, match: re.Match[str]) -> bool:
    """Tell whether what was found ends a sentence: a line break, or no abbreviation, initial or list number."""
    if match[0][0] == "\n":
        return True
    following = _OPENER.match(text, match.end())
    first = following[1] if following else ""
    if first.islower():
        return False  # "etc. and", "“Stop!” he said"
    if match[0][0] != "." or match[0].startswith(".."):
        return True
    last = _LAST_WORD.search(text[max(0, match.start() - 40) : match.start()])
    word = last[0] if last else ""
    starts_afresh = bool(_SENTENCE_STARTERS.match(text, match.end()))
    if word.casefold() in _ABBREVIATIONS:
        # "No." before a number, "Gen." before a name; "... and etc. The" ends.
        return starts_afresh and word.casefold() in ("etc", "co", "corp", "inc", "ltd", "al")
    if _INITIALS.fullmatch(word):
        # "J. Smith" and "U.S. Department" go on; "the U.S. The group" ends.
        return starts_afresh or not first
    # "3. Sign the form": a list number at the very start is no sentence.
    return not (_LIST_NUMBER.fullmatch(word) and not text[: match.start() - len(word)].strip())
