"""The words of the documents as they are written, and the one of them that a mistyped word was meant to be."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import regex

from qa.indexing.tokens import STOP_WORDS, tokenize

# Damerau's study ("A technique for computer detection and correction of spelling errors", 1964) found four of five
# mistypings to be one letter dropped, added, replaced or swapped: a second one is allowed in long words alone.
SHORTEST = 4
TWO_MISTAKES_FROM = 8
# The second best word must be this many times rarer, or the mistyped word may have been either.
CLEARLY_MORE_FREQUENT = 4
# The first letter is hardly ever mistyped: "leek" is not "week". A word with another one counts a tenth, and is not
# what was meant by less than seven letters.
OTHER_FIRST_LETTER = 0.1
FIRST_LETTER_MAY_BE_WRONG_FROM = 7
# A name is easily another person's: "asad" is not "Saad", and "rehmani" not "Rehman". Names are meant from as many
# letters on by a word of as many letters, and from two more on by others too.
SHORTEST_NAME = 6
NAME_OF_OTHER_LENGTH_FROM = 8
# Acronyms are hardly as long: what the documents write in capitals alone is then a word of a heading.
CAPITALS_ARE_A_HEADING_FROM = 7
# Whether two words were run together is guessed for parts that are hardly an ending or a prefix.
SHORTEST_PART = 4
# “Oil” is a base of “oily”.
SHORTEST_BASE = 3

# As `tokens` cuts them; words of other scripts, and whatever holds a digit, are never taken for mistyped.
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*")
_POSSESSIVE = regex.compile(r"['’][sS]?$")
_LATIN_WORD = regex.compile(r"\p{Latin}[\p{Latin}\p{M}'’]*")
_LETTERS = regex.compile(r"\p{Latin}+")
_PREFIX = regex.compile("anti|de|dis|inter|macro|micro|mis|multi|non|out|over|pre|re|sub|super|un|under")
_SUFFIX = regex.compile("able|er|ers|ful|ish|less|ly|ness|y")
_CONTRACTIONS = frozenset("arent cant couldnt didnt doesnt dont hadnt hasnt havent isnt wasnt werent wont".split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the documents: as it is mostly written, its index tokens, and in how many passages it stands.

    Only a word with a hyphen has more than one token. `also_lower` tells of a form that is not lower-case whether the
    word is written so too.
    """

    form: str
    tokens: tuple[str, ...]
    count: int
    also_lower: bool = False

    @property
    def is_name(self) -> bool:
        """Whether it is always capitalised: a name, or a word that is only found at the beginning of sentences."""
        return self.form[0].isupper() and self.form[1:].islower() and not self.also_lower


def count_words(texts: Iterable[str]) -> list[Word]:
    """Return the words in Latin letters of the passages `texts`, by their folded form.

    Forms that differ in case alone are one word, written as in most passages.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(set(_WORD.findall(text)))
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for found, count in counts.items():
        for form in _forms(found):
            written[form.casefold()][form] += count
    words = []
    for folded in sorted(written):
        tokens = tuple(tokenize(folded))
        if len(tokens) == 1 or ("-" in folded and tokens):
            spellings = written[folded]
            form = min(spellings, key=lambda spelling: (-spellings[spelling], spelling))
            also_lower = form != folded and form.lower() in spellings
            words.append(Word(form, tokens, spellings.total(), also_lower))
    return words


def _forms(found: str) -> Iterator[str]:
    """Yield the parts of a hyphenated word, and the whole where every part is a word in Latin letters."""
    parts = [_POSSESSIVE.sub("", part) for part in found.split("-")]
    latin = [part for part in parts if _LATIN_WORD.fullmatch(part)]
    yield from latin
    if len(latin) == len(parts) > 1:
        yield "-".join(latin)


def _bases(folded: str) -> Iterator[str]:
    """Yield what a word may be derived from: "oil" for "oily", "can" for "canner", "freeze" for "freezer"."""
    for length in (1, 2, 3, 4):
        stem, suffix = folded[:-length], folded[-length:]
        if _SUFFIX.fullmatch(suffix) and len(stem) >= 3:
            yield stem
            yield stem + "e"
            if stem[-1] == stem[-2]:
                yield stem[:-1]
            if stem[-1] == "i":
                yield stem[:-1] + "y"


def _within(folded: str, forms: Sequence[str], mistakes: int) -> list[str]:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    found = process.extract(folded, forms, scorer=OSA.distance, score_cutoff=mistakes, limit=None)
    return [form for form, _, _ in found]


def _may_be_guessed(name: str, typed: str) -> bool:
    length = len(name)
    return length >= NAME_OF_OTHER_LENGTH_FROM or (length >= SHORTEST_NAME and length == len(typed))


class Words:
    """Finds the word of the documents that was meant by one that they do not hold."""

    def __init__(self, words: Sequence[Word], real: Mapping[str, str]) -> None:
        """Take the words of the documents, and the language's common ones with their index token."""
        self._count_of: Counter[str] = Counter()
        self._word_of: dict[str, Word] = {}
        self._hyphenated: dict[str, Word] = {}
        self._by_length: defaultdict[int, list[str]] = defaultdict(list)
        self._by_first_letter: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
        self._real = real
        self._real_tokens = frozenset(real.values())
        for word in words:
            folded = word.form.casefold()
            if len(word.tokens) > 1 or "-" in folded:
                self._hyphenated.setdefault(folded.replace("-", ""), word)
                continue
            self._word_of[folded] = word
            self._count_of[word.tokens[0]] += word.count
        # Words of the language that the documents lack can be what was meant just as well, and so can stop words.
        for folded in {*self._word_of, *real, *STOP_WORDS}:
            self._by_length[len(folded)].append(folded)
            self._by_first_letter[len(folded), folded[0]].append(folded)

    def __contains__(self, token: str) -> bool:
        return token in self._count_of

    def written(self, form: str) -> Word | None:
        """Return the word that is written like `form` but for its case, None where there is none."""
        return self._word_of.get(form.casefold())

    def meant(self, typed: str) -> Word | None:
        """Return the word of the documents that a mistyped word was meant to be, None where it is not clear.

        The nearest by letters dropped, added, replaced or swapped with a neighbour (optimal string alignment): one
        such mistake from 4 letters on, two from 8 letters on where the first and the last letter are right. Of several
        equally near the most frequent one, if it is four times as frequent as the next. A real word that the documents
        lack is not mistyped. A name needs more letters, see `SHORTEST_NAME`. A long word that the documents write in
        capitals alone, in headings, is returned in lower case.
        """
        folded = typed.casefold()
        if len(folded) < SHORTEST or not _LETTERS.fullmatch(folded) or self._is_real(folded):
            return None
        scores: defaultdict[str, float] = defaultdict(float)
        forms: dict[str, Word] = {}
        for form in self._nearest(folded):
            word = self._word_of.get(form)
            token = word.tokens[0] if word else form
            begins_alike = form[0] == folded[0] or form[1::-1] == folded[:2]
            scores[token] += (word.count if word else 1) * (1.0 if begins_alike else OTHER_FIRST_LETTER)
            likely = begins_alike or len(folded) >= FIRST_LETTER_MAY_BE_WRONG_FROM
            if word and likely and (token not in forms or word.count > forms[token].count):
                forms[token] = word
        best, second = [*sorted(scores, key=lambda token: (-scores[token], token)), "", ""][:2]
        found = forms.get(best) if scores[best] >= CLEARLY_MORE_FREQUENT * scores[second] else None
        if found is None or (found.is_name and not _may_be_guessed(found.form, folded)):
            return None
        in_heading = found.form.isupper() and len(found.form) >= CAPITALS_ARE_A_HEADING_FROM
        return replace(found, form=found.form.lower()) if in_heading else found

    def _is_real(self, folded: str) -> bool:
        """Tell whether a word is one of the language: known as it is, or made of known parts, like "re-heat-ed"."""
        tokens = tokenize(folded)
        if len(tokens) != 1 or tokens[0] in self._real_tokens or tokens[0] in self or folded in _CONTRACTIONS:
            return True
        if (prefix := _PREFIX.match(folded)) and self._is_written(folded[prefix.end() :]):
            return True
        parts = range(SHORTEST_PART, len(folded) - SHORTEST_PART + 1)
        compound = any(self._is_written(folded[:at]) and self._is_written(folded[at:]) for at in parts)
        return compound or any(self._is_written(base) for base in _bases(folded))

    def _is_written(self, folded: str) -> bool:
        return len(folded) >= SHORTEST_BASE and (folded in self._word_of or folded in self._real)

    def _nearest(self, folded: str) -> list[str]:
        """Return the words that are one mistake away; where none is, those two away with the same ends."""
        length, first, last = len(folded), folded[0], folded[-1]
        near = [form for n in range(length - 1, length + 2) for form in _within(folded, self._by_length.get(n, ()), 1)]
        if near or length < TWO_MISTAKES_FROM:
            return near
        # "Nutritious" and "nutrition" are two words.
        buckets = (self._by_first_letter.get((n, first), ()) for n in range(length - 2, length + 3))
        return [form for bucket in buckets for form in _within(folded, bucket, 2) if form[-1] == last]

    def parted(self, typed: str) -> tuple[Word, ...]:
        """Return the words that were run together into `typed`, empty where it is not clear.

        "Cooperation" is found in documents that write "co-operation", and "floodgate" in those that write "flood
        gate": the two parts have at least four letters, and the rarer one is more frequent than in any other parting.
        """
        folded = typed.casefold()
        if (word := self._hyphenated.get(folded)) is not None:
            return (word,)
        partings = []
        for at in range(SHORTEST_PART, len(folded) - SHORTEST_PART + 1):
            first, second = self._word_of.get(folded[:at]), self._word_of.get(folded[at:])
            if first and second:
                partings.append((min(first.count, second.count), first, second))
        partings.sort(key=lambda parting: -parting[0])
        if not partings or (len(partings) > 1 and partings[0][0] == partings[1][0]):
            return ()
        return partings[0][1:]
