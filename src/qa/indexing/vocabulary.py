"""What an index generation knows about words: those of its documents, and which of them stand for others.

    vocabulary/words.tsv   word, index tokens, passages, "lower" where also written so    the words of the documents
    vocabulary/real.tsv    word, index token                common words of the language, as the encoder knows them
    vocabulary/rules.tsv   kind, words, added, tokens of each    acronyms and synonyms

Plain text, sorted, so that the same documents give the same bytes.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self, cast, get_args

import regex

from qa.errors import IndexDamagedError
from qa.indexing.acronyms import find_acronyms
from qa.indexing.synonyms import Synonym
from qa.indexing.tokens import tokenize
from qa.indexing.words import Word, Words, count_words

VERSION = 2
"""Raised whenever the same documents would give another vocabulary."""

_WORDS, _REAL, _RULES = "words.tsv", "real.tsv", "rules.tsv"

# Of a question, as many words as anybody types; whoever pastes a whole page searches its beginning in other words.
MOST_TOKENS = 400

Kind = Literal["acronym", "capitals", "synonym"]
"""Where a rule is from; `capitals` is an acronym that is also a word, and meant only where it is typed in capitals."""

_REAL_WORD = regex.compile(r"\p{Latin}{3,}")
# How tokenisers mark the beginning of a word: SentencePiece and byte-level BPE. WordPiece marks all other pieces.
_WORD_STARTS = ("▁", "Ġ")


@dataclass(frozen=True, slots=True)
class Rule:
    """Words that, where they stand in a question, are also searched as `added`; each with its index tokens."""

    kind: Kind
    words: str
    added: str
    tokens: tuple[str, ...]
    added_tokens: tuple[str, ...]


def write(
    folder: Path,
    texts: Sequence[str],
    passages: Sequence[str],
    tokens_of_passages: Sequence[Sequence[str]],
    synonyms: Sequence[Synonym],
    encoder: Path,
) -> None:
    """Write the vocabulary of an index generation to a new `folder`.

    `texts` are the documents' texts, `passages` the texts that are indexed (with titles and headings) and
    `tokens_of_passages` their index tokens, `encoder` is the folder of the encoder.
    """
    folder.mkdir()
    words = count_words(passages)
    frequency = Counter(token for tokens in tokens_of_passages for token in set(tokens))
    pairs = [*_acronym_pairs(texts, words, frequency), *(("synonym", s.words, s.added) for s in synonyms)]
    _write_table(folder / _WORDS, (_row(word) for word in words))
    _write_table(folder / _REAL, _real_words(encoder / "tokenizer.json"))
    rules = ((kind, one, other, " ".join(tokenize(one)), " ".join(tokenize(other))) for kind, one, other in pairs)
    _write_table(folder / _RULES, rules)


def _acronym_pairs(
    texts: Sequence[str], words: Sequence[Word], frequency: Mapping[str, int]
) -> Iterator[tuple[Kind, str, str]]:
    """Yield kind, words and added words: the rarer form also finds the more frequent one.

    The other way round it adds nothing but noise: documents that introduce "Board of Trade (BoT)" once and write "BoT"
    fifty times are found by "BoT". Over the abstracts of SciFact, adding the more frequent form alone made the lexical
    rank of 3 claims of 160 better and of 2 worse, adding both forms 6 better and 10 worse.
    """
    written = {word.form.casefold(): word.form for word in words}
    for acronym in find_acronyms(texts):
        short = min(frequency.get(token, 0) for token in tokenize(acronym.short))
        long = min(frequency.get(token, 0) for token in tokenize(acronym.long))
        # The way it is mostly written tells an acronym ("TTP") from a word that is one by chance ("AID").
        if written.get(acronym.short.casefold(), acronym.short).islower():
            yield "capitals", acronym.short, acronym.long
        elif short < long:
            yield "acronym", acronym.short, acronym.long
        elif long < short:
            yield "acronym", acronym.long, acronym.short


def _real_words(tokenizer: Path) -> list[tuple[str, str]]:
    """Return the words that the encoder's tokeniser holds in one piece: they are frequent in the language."""
    vocabulary = json.loads(tokenizer.read_text(encoding="utf-8"))["model"]["vocab"]
    pieces = [piece if isinstance(piece, str) else piece[0] for piece in vocabulary]
    starting = [piece[1:] for piece in pieces if piece.startswith(_WORD_STARTS)]
    found = {piece.casefold() for piece in (starting or pieces) if _REAL_WORD.fullmatch(piece)}
    return [(word, tokens[0]) for word in sorted(found) if len(tokens := tokenize(word)) == 1]


def _row(word: Word) -> tuple[str, str, str, str]:
    return word.form, " ".join(word.tokens), str(word.count), "lower" if word.also_lower else ""


def _write_table(path: Path, rows: Iterable[Sequence[str]]) -> None:
    path.write_bytes("".join("\t".join(row) + "\n" for row in rows).encode())


def _read_table(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_bytes().decode().split("\n")[:-1]]


class Vocabulary:
    """The vocabulary of a generation, opened for asking."""

    def __init__(self, words: Words, rules: Iterable[Rule]) -> None:
        self.words = words
        self._rules: defaultdict[str, list[Rule]] = defaultdict(list)
        for rule in rules:
            self._rules[rule.tokens[0]].append(rule)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open what `write` wrote. Raises `IndexDamagedError` where that is not what it finds."""
        try:
            words = [_word(*row) for row in _read_table(folder / _WORDS)]
            real = dict(_read_table(folder / _REAL))
            rules = [_rule(*row) for row in _read_table(folder / _RULES)]
        except (OSError, ValueError, TypeError) as error:
            raise IndexDamagedError(
                f"The vocabulary in {folder} cannot be read ({error}): run `qa index` to build the index again."
            ) from error
        return cls(Words(words, real), rules)

    def rules(self, tokens: Sequence[str]) -> list[Rule]:
        """Return the rules whose words stand in `tokens` one behind the other, once each, in order of their places.

        No more than the first `MOST_TOKENS` tokens are looked at.
        """
        looked_at = tuple(tokens[:MOST_TOKENS])
        found: dict[int, Rule] = {}
        for place, token in enumerate(looked_at):
            for rule in self._rules.get(token, ()):
                if looked_at[place : place + len(rule.tokens)] == rule.tokens:
                    found.setdefault(id(rule), rule)
        return list(found.values())


def _word(form: str, tokens: str, count: str, also_lower: str = "") -> Word:
    return Word(form, tuple(tokens.split()), int(count), also_lower == "lower")


def _rule(kind: str, words: str, added: str, tokens: str, added_tokens: str) -> Rule:
    if kind not in get_args(Kind):
        raise ValueError(f"{_RULES} holds a rule of the kind {kind!r}")
    return Rule(cast(Kind, kind), words, added, tuple(tokens.split(" ")), tuple(added_tokens.split(" ")))
