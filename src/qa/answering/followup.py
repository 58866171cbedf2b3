"""From a question and the dialogue before it to the query that is searched.

A question that leans on the dialogue ("And when was that?") takes over the few words that tell best what the dialogue
is about; one that changes the subject takes over nothing. Which of the two it is, the documents say as well as the
wording: a question about something else finds its own passages far from those of the dialogue.
"""

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from qa.answering.subject import POINTING, WORD, SubjectWord, subject_words
from qa.indexing.bm25 import term_weights
from qa.indexing.protocol import Candidate, Index
from qa.indexing.tokens import tokenize
from qa.types import Query, Turn

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
_NAME = re.compile(r"(?<=[\w,;:] )\b[A-Z][\w-]+|\b[A-Z]{2,}\b")
_YEAR = re.compile(r"\b\d{4}\b")

# A question with at most this many index tokens and no name of its own hardly says what it is about.
SPARSE_TOKENS = 2
# Carried words count half: the question's own words must win.
CARRIED_WEIGHT = 0.5
# The dense query is the mean of the question alone and the question after the words it takes over; one of a single
# index token counts half of that by itself, and "And when was that?", which has none, nothing.
OWN_SHARE = 0.5
TELLING_TOKENS = 2
# A question longer than this is searched by its beginning; the encoder reads fewer words than that anyway.
LONGEST_TOKENS = 400

# How many passages each side is searched for. About the dialogue's subject are at most the 20 best that are found for
# it, with at least this share of the best one's score: a small corpus has no 20 on one subject.
CANDIDATE_DEPTH = 100
SUBJECT_PASSAGES = 20
SUBJECT_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells whether a question goes on with the subject of the dialogue.

    `leans` is what its wording says and `tokens` counts its index tokens. Of the passages that the question finds by
    itself, `cosine` is the highest, and `distance` says how far the best one that is about the dialogue's subject falls
    behind the best of all, in fused scores: 0 where that one is about it.
    """

    leans: bool
    tokens: int
    cosine: float
    distance: float


# Logistic regression on dialogues that stay and dialogues that switch, of the tuning halves of DialDoc, DoQA and the
# shipped questions: AUROC .91, 1.00 and .99. With .75 a change of subject costs at most one point of Success@1 there;
# with .5 it would cost three, and find 1 to 7 points more of the passages of those that stay.
INTERCEPT = 9.02
LEANS = 1.27
TOKENS = -0.79
COSINE = -7.48
DISTANCE = -9.39
FOLLOWS_FROM = 0.75


def prepare(
    question: str, history: Sequence[Turn] = (), dropped: Collection[str] = (), index: Index | None = None
) -> Query:
    """Return the query for `question` after the dialogue `history` (oldest first).

    Words in `dropped` are not taken over, nor others with a token of theirs. Without an index to ask, the wording of
    the question alone decides whether it leans on the dialogue, and all words tell equally much.
    """
    own = tokenize(question)[:LONGEST_TOKENS]
    terms = term_weights(own)
    words = _carried(question, own, history, index)
    left_out = {token for word in dropped for token in tokenize(word)}
    kept = [word for word in words if left_out.isdisjoint(word.tokens)]
    if not kept:
        return Query(question, terms, ((question, 1.0),), ())
    for token in (token for word in kept for token in word.tokens):
        terms.setdefault(token, CARRIED_WEIGHT)
    carried = tuple(word.text for word in kept)
    together = " ".join([*carried, question])
    own_share = OWN_SHARE * min(1.0, len(set(own)) / TELLING_TOKENS)
    alone = ((question, own_share),) if own_share else ()
    return Query(question, terms, (*alone, (together, 1.0 - own_share)), carried)


def _carried(
    question: str, own: Sequence[str], history: Sequence[Turn], index: Index | None
) -> tuple[SubjectWord, ...]:
    """Return the words that the question takes over, none if it stands by itself.

    One that does not read as a follow-up and has a word that no document holds asks about something else: of such
    questions, foreign to the documents, 11 of 100 still take words over, 94 without this rule.
    """
    if not any(turn.role == "user" for turn in history):
        return ()
    words = subject_words(history, index.idf if index else _all_alike, own)
    if not words:
        return ()
    if index is None:
        return words if leans_on_history(question) else ()
    if not leans_on_history(question) and None in index.term_rows(own):
        return ()
    return words if probability(signs(question, own, words, index)) >= FOLLOWS_FROM else ()


def _all_alike(token: str) -> float:
    """Stand in for an index's idf: every word tells as much as any other, and none is unheard of."""
    return 1.0 if token else math.inf


def signs(question: str, own: Sequence[str], words: Sequence[SubjectWord], index: Index) -> Signs:
    """Search for the question and for the subject of the dialogue, each by itself, and return how they compare."""
    vectors = [text.vector for text in index.encoder.read_queries([question, " ".join(word.text for word in words)])]
    subject = {token: 1.0 for word in words for token in word.tokens}
    alone = index.candidates(term_weights(own), vectors[0], CANDIDATE_DEPTH)
    about = index.candidates(subject, vectors[1], CANDIDATE_DEPTH)
    scores = {found.row: float(score) for found, score in zip(alone, _fused(alone), strict=True)}
    nearest = sorted(zip(_fused(about), (found.row for found in about), strict=True), reverse=True)
    bound = SUBJECT_SHARE * nearest[0][0] if nearest else 0.0
    common = [scores[row] for score, row in nearest[:SUBJECT_PASSAGES] if score >= bound and row in scores]
    best, last = max(scores.values(), default=0.0), min(scores.values(), default=0.0)
    return Signs(
        leans=leans_on_history(question),
        tokens=len(own),
        cosine=max((found.dense_score for found in alone), default=0.0),
        distance=best - max(common, default=last),
    )


def _fused(candidates: Sequence[Candidate]) -> list[float]:
    """Return 0.4 · BM25 / best BM25 + 0.6 · cosine, by which two searches can be held against each other."""
    best = max((candidate.lexical_score for candidate in candidates), default=0.0) or 1.0
    return [0.4 * candidate.lexical_score / best + 0.6 * candidate.dense_score for candidate in candidates]


def probability(found: Signs) -> float:
    """Return the estimated probability that a question goes on with the subject of the dialogue."""
    logit = (
        INTERCEPT
        + LEANS * found.leans
        + TOKENS * math.log1p(found.tokens)
        + COSINE * found.cosine
        + DISTANCE * found.distance
    )
    return 1.0 / (1.0 + math.exp(-logit))


def leans_on_history(question: str) -> bool:
    """Tell whether a question reads as if it needed what was said before it to be understood."""
    if _points_back(question) or _DEMONSTRATIVE.search(question) or _OPENING.match(question):
        return True
    if _NAME.search(question):
        return False
    if _KIND.search(question):
        return True
    sparse = len(set(tokenize(question))) <= SPARSE_TOKENS and not _YEAR.search(question)
    return sparse and not _DEFINITION.match(question)


def _points_back(question: str) -> bool:
    """Tell whether a pointing word stands before the question has named what it may point at."""
    for match in WORD.finditer(question):
        word = match[0]
        if word != "IT" and word.casefold() in POINTING:
            return len(tokenize(question[: match.start()])) <= SPARSE_TOKENS
    return False
