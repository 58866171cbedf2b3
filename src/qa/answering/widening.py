"""Searching what was meant besides what was typed: other words for the same thing, and words typed wrong.

What is added never outweighs the question's own words, and what is corrected is said, with a way back.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import regex

from qa.indexing.bm25 import term_weights
from qa.indexing.spelling import other_spellings
from qa.indexing.tokens import tokenize
from qa.indexing.vocabulary import Kind, Vocabulary
from qa.types import Correction, Expansion, Query

# What the words added for one word or phrase weigh together, beside 1 for each word of the question. Of 25 claims of
# SciFact reworded from long form to acronym, BM25 alone finds 15 among its first five without acronyms, 16 with 0.3,
# 19 with 0.5 and 18 with 0.8.
WEIGHTS: Mapping[Kind, float] = {"acronym": 0.5, "capitals": 0.5, "synonym": 0.8}
SPELLING_WEIGHT = 1.0

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*")


@dataclass(frozen=True, slots=True)
class Widened:
    """A query with what was put right in it and what is searched besides.

    `query.terms` are the question's own words, corrected, and `query.dense_texts` hold the corrections too; `added`
    weighs the index tokens of all expansions.
    """

    query: Query
    added: Mapping[str, float]
    corrections: tuple[Correction, ...]
    expansions: tuple[Expansion, ...]

    @property
    def terms(self) -> dict[str, float]:
        """The weight of every index token that is searched, the question's own and the added ones."""
        return {**self.added, **self.query.terms}

    def credited(self, found: Collection[str]) -> frozenset[str]:
        """Return index tokens with those of the question for which other words are among them.

        A passage on "paid time off" then covers the question's word "PTO" as well as one that holds it.
        """
        stood_for = (e.tokens for e in self.expansions if all(token in found for token in e.added_tokens))
        return frozenset(found).union(*stood_for)


def widen(query: Query, vocabulary: Vocabulary, as_typed: bool = False) -> Widened:
    """Return a query with words put right that the documents do not hold, and with other words for the same thing.

    With `as_typed`, no word is put right; synonyms and acronyms are searched all the same.
    """
    corrections = {} if as_typed else dict(_corrections(query, vocabulary))
    corrected = _corrected(query, corrections)
    searched = (_put_right(query.text, corrections), " ".join(corrected.carried))
    found = dict.fromkeys(_expansions(searched, vocabulary))
    expansions = tuple(e for e in found if not corrected.terms.keys() >= set(e.added_tokens))
    return Widened(
        query=replace(corrected, dense_texts=tuple(_in_other_words(corrected.dense_texts, expansions))),
        added=_weights(corrected, expansions),
        corrections=tuple(Correction(typed, searched) for typed, searched in corrections.items()),
        expansions=expansions,
    )


def put_right(question: str, vocabulary: Vocabulary) -> tuple[str, tuple[Correction, ...]]:
    """Return a question with its mistyped words put right, and which these are."""
    alone = Query(question, term_weights(tokenize(question)), ((question, 1.0),), ())
    corrections = dict(_corrections(alone, vocabulary))
    return _put_right(question, corrections), tuple(Correction(typed, meant) for typed, meant in corrections.items())


def _corrections(query: Query, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Yield each mistyped word of the question and of the words taken over with the one that was meant."""
    words = _WORD.findall(query.text)
    capitals_tell = any(word[0].islower() for word in words)
    named = {word for word in words[1:] if word[0].isupper() and capitals_tell}
    for word in (*words, *query.carried):
        is_name = word in named or word[1:] != word[1:].lower() or (word in query.carried and word[0].isupper())
        if is_name or not _is_unknown(word, vocabulary) or _has_other_form(word, vocabulary):
            continue
        meant = vocabulary.words.meant(word)
        if meant is not None:
            yield word, meant.form


def _is_unknown(word: str, vocabulary: Vocabulary) -> bool:
    tokens = tokenize(word)
    return len(tokens) == 1 and tokens[0] not in vocabulary.words


def _has_other_form(word: str, vocabulary: Vocabulary) -> bool:
    return bool(vocabulary.words.parted(word)) or any(vocabulary.words.written(o) for o in other_spellings(word))


def _corrected(query: Query, corrections: Mapping[str, str]) -> Query:
    if not corrections:
        return query
    terms = dict(query.terms)
    for typed, searched in corrections.items():
        weight = terms.pop(tokenize(typed)[0], 0.0)
        for token in tokenize(searched):
            if weight:
                terms[token] = terms.get(token, 0.0) + weight
    return replace(
        query,
        terms=terms,
        dense_texts=tuple((_put_right(text, corrections), weight) for text, weight in query.dense_texts),
        carried=tuple(_put_right(word, corrections) for word in query.carried),
    )


def _put_right(text: str, corrections: Mapping[str, str]) -> str:
    return _WORD.sub(lambda match: corrections.get(match[0], match[0]), text)


def _in_other_words(
    texts: Collection[tuple[str, float]], expansions: Collection[Expansion]
) -> Iterator[tuple[str, float]]:
    """Yield each text, half of its weight for it in the documents' words where the organisation's own stand there."""
    for text, weight in texts:
        other = text
        for synonym in (expansion for expansion in expansions if expansion.kind == "synonym"):
            place = regex.search(rf"(?<!\w){regex.escape(synonym.words)}(?!\w)", other, regex.IGNORECASE)
            if place:
                other = other[: place.start()] + synonym.added + other[place.end() :]
        yield from [(text, weight)] if other == text else [(text, weight / 2), (other, weight / 2)]


def _expansions(texts: Collection[str], vocabulary: Vocabulary) -> Iterator[Expansion]:
    for text in texts:
        tokens = tokenize(text)
        for rule in vocabulary.rules(tokens):
            if rule.kind != "capitals" or rule.words in _WORD.findall(text):
                yield Expansion(rule.kind, rule.words, rule.added, rule.tokens, rule.added_tokens)
        words = _WORD.findall(text)
        for word in words:
            if _is_unknown(word, vocabulary):
                yield from _other_forms(word, vocabulary)
        for first, second in pairwise(words):
            joined = vocabulary.words.written(first + second)
            # "Social security" is two words all the same where the documents name the site socialsecurity.gov.
            if joined is not None and (_is_unknown(first, vocabulary) or _is_unknown(second, vocabulary)):
                pair = tuple(tokenize(f"{first} {second}"))
                yield Expansion("spelling", f"{first} {second}", joined.form, pair, joined.tokens)


def _other_forms(word: str, vocabulary: Vocabulary) -> Iterator[Expansion]:
    """Yield the other spelling of a word that the documents do not hold, or the parts that were run together."""
    tokens = tuple(tokenize(word))
    for other in other_spellings(word):
        if (found := vocabulary.words.written(other)) is not None:
            yield Expansion("spelling", word, found.form, tokens, found.tokens)
    if parts := vocabulary.words.parted(word):
        added = tuple(token for part in parts for token in part.tokens)
        yield Expansion("spelling", word, " ".join(part.form for part in parts), tokens, added)


def _weights(query: Query, expansions: Collection[Expansion]) -> dict[str, float]:
    """Return the weight of each added token: the expansion's, shared among its tokens, times that of its words."""
    weights: dict[str, float] = {}
    for expansion in expansions:
        share = SPELLING_WEIGHT if expansion.kind == "spelling" else WEIGHTS[expansion.kind]
        own = min((query.terms.get(token, 0.0) for token in expansion.tokens), default=0.0)
        for token in set(expansion.added_tokens) - set(query.terms):
            weights[token] = max(weights.get(token, 0.0), own * share / len(expansion.added_tokens))
    return weights
