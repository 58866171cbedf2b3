"""An answer as the page shows it, the API returns it and a browser keeps it: one model for all of them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from qa import explained
from qa.indexing.protocol import Index
from qa.types import Answer, Chunk, Hit, Outcome, Quote
from qa.web.citations import source_address

# Characters of any text in an answer. That there is a bound has halves of surrogate pairs refused, too, which no file
# or response can hold.
LONGEST_TEXT = 1_000_000
# Quotes that do not agree, all differences of an answer together: each costs as much to show as a passage.
MOST_SIDES = 500


class Model(BaseModel):
    """A part of an answer; what it does not know it refuses, and figures that JSON cannot write (RFC 8259, 6)."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, str_max_length=LONGEST_TEXT)


class Words(Model):
    """Verbatim words and their place."""

    label: str = Field(description="the number by which the answer refers to them: 1, 1b, 2", max_length=8)
    text: str = Field(description="the words, exactly as the document has them")
    citation: str = Field(description="document, page and paragraph: leave-policy.pdf, p. 4, ¶ 12")
    page: str | None = Field(description="printed label of the page, null where the format has no pages")
    paragraph: int = Field(description="number of the paragraph in the document, from 1", ge=1)
    start: int = Field(description="where the words start in the document's text, in code points", ge=0)
    end: int = Field(description="where they end", ge=0)
    source: str = Field(description="address of the words in their source, relative to the page")


class Signal(Model):
    """What one signal added to a passage's score."""

    name: str
    label: str
    seen: float | None
    added: float


class Why(Model):
    """Why a passage stands where it stands; see `qa.types.Reasons`."""

    words: list[str] = Field(description="words of the question that the passage holds")
    lexical_rank: int | None
    lexical_score: float
    dense_rank: int | None
    dense_score: float
    score: float
    signals: list[Signal]


class Passage(Model):
    """A quote with what is known about its place."""

    words: Words
    more: list[Words] = Field(description="further sentences of the same passage, for a question about several things")
    document: str = Field(description="id of the document")
    title: str
    heading: str = Field(description="the headings above, outermost first, joined by ›")
    date: str = Field(description="the document's date, ISO 8601 as exact as known, or empty")
    also_in: list[str] = Field(description="citations of passages that say nearly the same words")
    replaced_by: str = Field(description="id of the document that has taken this one's place, or empty")
    replaced_by_title: str
    why: Why


class Side(Model):
    """One of the quotes that do not agree: its place in the list of passages, from 0, and what it says."""

    passage: int
    value: str


class Differing(Model):
    """Quotes that speak of the same thing and do not agree, the newest document first."""

    kind: Literal["number", "date", "negation"]
    sides: list[Side]


class WordPair(Model):
    """Words of the question, and those searched in their place or besides."""

    typed: str
    searched: str


class ShownAnswer(Model):
    """What a question got: its outcome, the passages, best first, and how it was searched."""

    question: str
    outcome: Outcome = Field(description="answered; related: the documents do not clearly answer; nothing")
    confidence: float = Field(description="how likely the first passage answers the question, 0 to 1")
    passages: list[Passage]
    differences: list[Differing]
    corrections: list[WordPair] = Field(description="mistyped words that were put right")
    also_searched: list[WordPair] = Field(description="other words for the same thing that were searched as well")
    carried: list[str] = Field(description="words taken over from the dialogue")
    index: str = Field(description="id of the index generation that answered")

    def require_whole(self) -> None:
        """Raise `ValueError` for an answer that no assistant gave: a browser hands back what it likes."""
        places = [side.passage for difference in self.differences for side in difference.sides]
        if len(places) > MOST_SIDES:
            raise ValueError(f"more than {MOST_SIDES} sources differ")
        if any(not 0 <= place < len(self.passages) for place in places):
            raise ValueError("sources differ that the answer does not hold")


def shown_answer(answer: Answer, index: Index) -> ShownAnswer:
    """Return an answer as it is shown, with the titles that `index` knows."""
    return ShownAnswer(
        question=answer.question,
        outcome=answer.outcome,
        confidence=round(answer.confidence, 6),
        passages=[
            _passage(number, quoted, hit, index)
            for number, (quoted, hit) in enumerate(zip(answer.quotes, answer.hits, strict=True), start=1)
        ],
        differences=[
            Differing(
                kind=found.kind,
                sides=[Side(passage=p, value=v) for p, v in zip(found.places, found.values, strict=True)],
            )
            for found in answer.differences
        ],
        corrections=[WordPair(typed=found.typed, searched=found.searched) for found in answer.corrections],
        also_searched=[WordPair(typed=words, searched=added) for added, words in explained.also_searched(answer)],
        carried=list(answer.query.carried),
        index=answer.index_id,
    )


# What follows the number of a quote's further sentences: 1, 1b, 1c.
LETTERS = "bcdefghijklmnopqrstuvwxyz"


def _passage(number: int, quoted: Quote, hit: Hit, index: Index) -> Passage:
    further = zip(LETTERS, quoted.more, strict=False)
    return Passage(
        words=_words(str(number), quoted, hit.chunk),
        more=[_words(f"{number}{letter}", words, hit.chunk) for letter, words in further],
        document=quoted.paragraph.document_id,
        title=index.title_of(quoted.paragraph.document_id),
        heading=quoted.paragraph.heading,
        date=hit.date,
        also_in=list(hit.also_in),
        replaced_by=hit.replaced_by or "",
        replaced_by_title=index.title_of(hit.replaced_by) if hit.replaced_by else "",
        why=_why(hit),
    )


def _words(label: str, quoted: Quote, chunk: Chunk) -> Words:
    return Words(
        label=label,
        text=quoted.text,
        citation=quoted.paragraph.citation,
        page=quoted.paragraph.page,
        paragraph=quoted.paragraph.number,
        start=quoted.start,
        end=quoted.end,
        source=source_address(quoted, chunk),
    )


def _why(hit: Hit) -> Why:
    reasons = hit.reasons
    return Why(
        words=list(reasons.terms),
        lexical_rank=hit.lexical_rank,
        lexical_score=round(float(reasons.lexical_score), 6),
        dense_rank=hit.dense_rank,
        dense_score=round(float(reasons.dense_score), 6),
        score=round(float(hit.score), 6),
        signals=[
            Signal(
                name=name,
                label=explained.label_of(name),
                seen=None if name not in reasons.signals else round(float(reasons.signals[name]), 6),
                added=round(float(added), 6),
            )
            for name, added in sorted(reasons.shares.items(), key=lambda share: -share[1])
        ],
    )
