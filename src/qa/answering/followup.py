"""From a question and the dialogue before it to the query that is searched.

A question that leans on the dialogue ("And when was that?") takes over the words of the question it follows;
one that stands by itself takes over nothing, so that an old subject is let go.
"""

import re
from collections.abc import Sequence

import regex

from qa.indexing.bm25 import term_weights
from qa.indexing.tokens import tokenize
from qa.types import Query, Turn

# Words that point back at something said before, wherever they stand ("IT" in capitals does not).
_POINTING = frozenset("he she it they him them his hers its their theirs former latter same others else".split())
# "her staff" points back; "that" does after a verb or preposition, not before a time ("this year") or as "say that".
_DEMONSTRATIVE = re.compile(
    r"(?:^|\b(?:about|after|are|at|before|by|did|do|does|for|from|in|is|like|of|on|than|to|was|were|with)\s+)"
    r"(?:that|this|these|those|her)\b(?!\s+(?:year|month|week|day|time|century|decade|morning|afternoon)s?\b)",
    re.IGNORECASE,
)
# A thing named by its kind alone, in a question without a name.
_KIND = re.compile(
    r"\bthe\s+(?:group|organi[sz]ation|party|movement|network|founder|leader|man|woman|attack|bombing|raid|plan|law|"
    r"agreement|talks|ceasefire|report|company|programme|committee|ministry|rule|form|document)\b",
    re.IGNORECASE,
)
_DEFINITION = re.compile(r"\s*(?:what|who)\s+(?:is|are|was|were)\s+(?:an?\s+)?\w", re.IGNORECASE)
_OPENING = re.compile(
    r"\s*(?:and|but|or|so|then|also|what about|how about|(?:what|who|where|when|how) else|why not|how come)\b",
    re.IGNORECASE,
)
# Words as the tokeniser cuts them, but for abbreviations ("U.S."), which stay whole.
_WORD = regex.compile(r"\b\p{L}(?:\.\p{L})+\b|\p{N}+(?:[.,]\p{N}+)*|[\p{L}\p{M}\p{N}]+(?:[-'’][\p{L}\p{M}\p{N}]+)*")
_NAME = re.compile(r"(?<=[\w,;:] )\b[A-Z][\w-]+|\b[A-Z]{2,}\b")
_YEAR = re.compile(r"\b\d{4}\b")

_UNCARRIED = _POINTING | {"that", "this", "these", "those", "her", "one", "ones"}

# A question with at most this many index tokens and no name of its own hardly says what it is about.
SPARSE_TOKENS = 2
# Carried words count half: the question's own words must win.
CARRIED_WEIGHT = 0.5
# The dense query is the mean of the question alone and the question after what it follows.
OWN_SHARE = 0.5
# A dialogue is followed back at most this many questions.
LONGEST_CHAIN = 4
# A question longer than this is searched by its beginning; the encoder reads fewer words than that anyway.
LONGEST_TOKENS = 400


def prepare(question: str, history: Sequence[Turn] = ()) -> Query:
    """Return the query for `question` after the dialogue `history` (oldest first)."""
    own = tokenize(question)[:LONGEST_TOKENS]
    terms = term_weights(own)
    followed = _followed(question, history)
    if not followed:
        return Query(question, terms, ((question, 1.0),), ())
    known = set(own)
    carried: list[str] = []
    for text in followed:
        for word in _WORD.findall(text):
            tokens = tokenize(word)
            if tokens and not known.issuperset(tokens) and word.casefold() not in _UNCARRIED:
                known.update(tokens)
                carried.append(word)
                for token in tokens:
                    terms[token] = terms.get(token, 0.0) + CARRIED_WEIGHT
    together = " ".join([*followed, question])
    return Query(question, terms, ((question, OWN_SHARE), (together, 1.0 - OWN_SHARE)), tuple(carried))


def _followed(question: str, history: Sequence[Turn]) -> list[str]:
    """Return the earlier questions that this one leans on, oldest first."""
    asked = [turn.content for turn in history if turn.role == "user" and turn.content.strip()]
    followed: list[str] = []
    current = question
    while asked and len(followed) < LONGEST_CHAIN and leans_on_history(current):
        current = asked.pop()
        followed.insert(0, current)
    return followed


def leans_on_history(question: str) -> bool:
    """Tell whether a question needs what was said before it to be understood."""
    words = {word if word == "IT" else word.casefold() for word in _WORD.findall(question)}
    if words & _POINTING or _DEMONSTRATIVE.search(question) or _OPENING.match(question):
        return True
    if _NAME.search(question):
        return False
    if _KIND.search(question):
        return True
    sparse = len(set(tokenize(question))) <= SPARSE_TOKENS and not _YEAR.search(question)
    return sparse and not _DEFINITION.match(question)
