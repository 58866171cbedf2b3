"""The routes by which trainers find the words that answer a question."""

from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from qa.evaluation.sets import Gold
from qa.web.answers import Model
from qa.web.api.problems import API
from qa.web.asked import MOST_TURNS, Said
from qa.web.evaluate.pages import Trainer
from qa.web.growing.draft_fields import LONGEST_QUESTION, LONGEST_QUOTE, anchored, stale_told
from qa.web.growing.paragraphs import paragraph_address, paragraphs
from qa.web.growing.plainly import told
from qa.web.site import Site


class ParagraphSearch(Model):
    """A question with the dialogue before it, and words that the right paragraph holds."""

    question: str = Field(min_length=1, max_length=LONGEST_QUESTION)
    history: list[Said] = Field(default=[], max_length=MOST_TURNS)
    words: str = Field("", max_length=200, description="without any, the paragraphs that the search finds")


class FoundParagraph(Model):
    """A paragraph that may be the right one."""

    document: str
    title: str
    heading: str
    citation: str
    text: str
    source: str = Field(description="its address, relative to the page")


class FoundParagraphs(Model):
    """Paragraphs, those of the nearest documents first."""

    paragraphs: list[FoundParagraph]


class QuoteCheck(Model):
    """A document, and words that may stand in it."""

    document: str = Field(max_length=4_000)
    quote: str = Field(max_length=LONGEST_QUOTE)


class QuoteStanding(Model):
    """Whether words stand in a document; where they do not, the nearest that do."""

    standing: Literal["found", "changed", "gone", "not indexed"]
    message: str = Field(description="what is wrong, in a sentence; empty where nothing is")
    nearest: str
    citation: str


def gold_router(site: Site) -> APIRouter:
    """Return the routes /api/v1/evaluation/paragraphs and /api/v1/evaluation/quotes."""
    router = APIRouter(prefix=f"{API}/evaluation", tags=["Evaluation"])

    @router.post("/paragraphs", summary="Find the right paragraph")
    def find(asked: ParagraphSearch, _: Trainer) -> FoundParagraphs:
        """Return paragraphs of the documents nearest to a question; with words, those that hold them all."""
        history = [said.turn for said in asked.history]
        with told():
            found = paragraphs(site.live.current(), site.shelf, asked.question, history, asked.words)
        return FoundParagraphs(
            paragraphs=[
                FoundParagraph(
                    document=document.id,
                    title=document.title,
                    heading=paragraph.heading,
                    citation=paragraph.citation,
                    text=text,
                    source=paragraph_address(document.id, paragraph.number),
                )
                for document, paragraph, text in found
            ]
        )

    @router.post("/quotes", summary="Check a gold quote")
    def check(given: QuoteCheck, _: Trainer) -> QuoteStanding:
        """Say whether words stand in a document, and if not, which are the nearest."""
        found = anchored(Gold(given.document, given.quote), site.shelf.document)
        return QuoteStanding(
            standing=found.standing,
            message=stale_told(found) if found.stale else "",
            nearest=found.nearest,
            citation=found.citation,
        )

    return router
