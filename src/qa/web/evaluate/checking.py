"""What is odd about a question set that can be read: gold that no longer stands in the documents, questions twice."""

from pydantic import BaseModel, ConfigDict, Field

from qa.evaluation.anchors import Documents, Standing
from qa.evaluation.sets.examine import Count, Duplicate, Examined, Stale, examine
from qa.web.citations import words_address
from qa.web.evaluate.sets import ListedSet


class StaleQuote(BaseModel):
    """A gold quote that no longer stands in its document."""

    model_config = ConfigDict(frozen=True)

    question: str = Field(description="id of the question", examples=["leave-1"])
    document: str = Field(examples=["staff/leave.md"])
    quote: str
    standing: Standing = Field(description="what became of it: changed, gone, or its document is not indexed")
    nearest: str = Field(description="the text most like it, empty where none is")
    source: str = Field(description="address, below the page's own, of that text; empty where there is none")
    elsewhere: list[str] = Field(description="other documents in which the quote stands")


class AskedTwice(BaseModel):
    """A question that a set asks more than once."""

    model_config = ConfigDict(frozen=True)

    question: str
    ids: list[str]


class QuestionCount(BaseModel):
    """How many questions of a kind a set has; `quotes` are their gold quotes."""

    model_config = ConfigDict(frozen=True)

    questions: int
    answerable: int
    unanswerable: int
    follow_ups: int
    quotes: int


class SetCheck(BaseModel):
    """A question set and what is odd about it; nothing of this keeps it from being asked."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(description="where it is kept, and its name", examples=["uploaded/briefing.csv"])
    name: str = Field(examples=["briefing.csv"])
    format: str = Field(examples=["CSV"])
    counts: QuestionCount
    categories: dict[str, QuestionCount] = Field(description='by category, "" for questions without one')
    notices: list[str] = Field(description="what was left out in reading it")
    stale: list[StaleQuote]
    asked_twice: list[AskedTwice]


def checked(listed: ListedSet, documents: Documents) -> SetCheck:
    """Look a set over beside the documents."""
    examined: Examined = examine([listed.path], documents)
    return SetCheck(
        id=listed.id,
        name=listed.name,
        format=listed.format,
        counts=_count(examined.total),
        categories={name: _count(found) for name, found in examined.counts.items()},
        notices=[notice.removeprefix(f"{listed.path}: ") for notice in examined.notices],
        stale=[_stale(found) for found in examined.stale],
        asked_twice=[_twice(found, f"{listed.path}: ") for found in examined.duplicates],
    )


def _stale(found: Stale) -> StaleQuote:
    anchor = found.anchor
    return StaleQuote(
        question=found.question_id,
        document=anchor.gold.document,
        quote=anchor.gold.quote,
        standing=anchor.standing,
        nearest=anchor.nearest,
        source=words_address(anchor.gold.document, anchor.nearest) if anchor.nearest else "",
        elsewhere=list(found.elsewhere),
    )


def _twice(found: Duplicate, file: str) -> AskedTwice:
    return AskedTwice(question=found.question, ids=[place.removeprefix(file) for place in found.places])


def _count(count: Count) -> QuestionCount:
    return QuestionCount(
        questions=count.questions,
        answerable=count.answerable,
        unanswerable=count.unanswerable,
        follow_ups=count.follow_ups,
        quotes=count.quotes,
    )
