"""The other spelling of words that are written in two ways in British and American English."""

from collections.abc import Iterator

import regex

_ENDING = r"(?=(?:s|d|ed|ing|er|ers|able|al|ally|ist|ists|hood|ful|less|ly|y|ite|ites)?$)"
# Each pattern with what may stand in its place; every change goes both ways.
_CHANGES = [
    (regex.compile(british), american)
    for british, american in (
        (r"is(?=(?:e|ed|es|er|ers|ing|able|ation|ations|ational)$)", "iz"),
        (r"iz(?=(?:e|ed|es|er|ers|ing|able|ation|ations|ational)$)", "is"),
        (r"(?<=[aeiou]l)ys(?=(?:e|ed|es|er|ers|ing)$)", "yz"),
        (r"(?<=[aeiou]l)yz(?=(?:e|ed|es|er|ers|ing)$)", "ys"),
        (rf"(?<=\p{{L}}{{2}})our{_ENDING}", "or"),
        (rf"(?<=\p{{L}}{{2}})or{_ENDING}", "our"),
        (r"(?<=\p{L}{2}[tb])re(?=(?:s|d)?$)", "er"),
        (r"(?<=\p{L}{2}[tb])er(?=(?:s|ed)?$)", "re"),
        (r"(?<=gra)mme(?=s?$)", "m"),
        (r"(?<=gra)m(?=s?$)", "mme"),
        (r"(?<=\p{L}{2}o)gue(?=s?$)", "g"),
        (r"(?<=\p{L}{2}o)g(?=s?$)", "gue"),
        (r"(?<=\p{L}{2}en)c(?=(?:e|es|ed|ing)$)", "s"),
        (r"(?<=\p{L}{2}en)s(?=(?:e|es|ed|ing)$)", "c"),
        (r"(?<=\p{L}[aeiou])ll(?=(?:ed|ing|er|ers|or|ors|ment|ments)$)", "l"),
        (r"(?<=\p{L}[aeiou])l(?=(?:ed|ing|er|ers|or|ors|ment|ments)$)", "ll"),
        (r"(?<=\p{L}i)l(?=(?:ful|fully|s)?$)", "ll"),
        (r"(?<=\p{L}i)ll(?=(?:ful|fully|s)?$)", "l"),
        (r"(?<=dg)e(?=ments?$)", ""),
        (r"(?<=dg)(?=ments?$)", "e"),
        (r"[ao]e(?=\p{L}{3})", "e"),
        (r"(?<=^|\p{L})e(?=\p{L}{3})", "ae"),
    )
]
_PAIRS = "ageing/aging cheque/check draught/draft grey/gray kerb/curb mould/mold plough/plow sceptic/skeptic tyre/tire"
_OTHER_WORD = {a: b for pair in _PAIRS.split() for a, b in (pair.split("/"), pair.split("/")[::-1])}


def other_spellings(word: str) -> Iterator[str]:
    """Yield how a word may be written in the other English: "colour" gives "color", "programs" gives "programmes".

    Not all of them are words: they are there to be looked up.
    """
    folded = word.casefold()
    for singular, ending in ((folded, ""), (folded.removesuffix("s"), "s")):
        if singular in _OTHER_WORD and folded == singular + ending:
            yield _OTHER_WORD[singular] + ending
    for pattern, other in _CHANGES:
        for match in pattern.finditer(folded):
            yield folded[: match.start()] + other + folded[match.end() :]
