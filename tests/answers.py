"""Answers made by hand, for what is shown of them."""

from qa.types import Answer, Chunk, Hit, Paragraph, Query, Quote, Reasons

REASONS = Reasons(
    terms=("berth", "cost"),
    lexical_score=7.3125,
    dense_score=0.41,
    fused_score=0.388,
    fused_rank=2,
    signals={"bm25": 0.5, "cosine": 0.41, "sentence: neighbours": 1.0},
    shares={"bm25": 0.03, "cosine": 0.0574, "sentence: neighbours": 0.08, "date": 0.1},
)


class Titles:
    """Stands in for an index of which nothing but titles is asked."""

    def __init__(self, titles=()):
        self.titles = dict(titles)

    def title_of(self, document_id):
        return self.titles.get(document_id, "")


def quote(text="A berth costs 9 crowns.", heading="Berths", document="port/fees.md", more=(), number=4, page=None):
    paragraph = Paragraph(document, number, 100, 100 + len(text), 100 + len(text), page, heading, "text")
    return Quote(paragraph, 100, 100 + len(text), text, 0.7, tuple(more))


def hit(of, date="", **fields):
    chunk = Chunk(of.paragraph.document_id, of.start, of.end, of.text, of.paragraph.heading, (of.paragraph.number,))
    return Hit(
        **{
            "chunk": chunk,
            "score": 0.7,
            "lexical_rank": 1,
            "dense_rank": None,
            "also_in": (),
            "replaced_by": None,
            "date": date,
            "reasons": REASONS,
            **fields,
        }
    )


def answer(*quotes, outcome="answered", carried=(), dates=(), differences=(), corrections=(), expansions=(), **of_hits):
    """Make an answer of quotes, whose documents bear `dates` as far as these go; `of_hits` are fields of every hit."""
    known = [*dates, *[""] * len(quotes)]
    question = "What does a berth cost?"
    return Answer(
        question=question,
        outcome=outcome,
        confidence=0.7,
        features={"cosine": 0.41, "lacking": 0.5} if quotes else {},
        quotes=quotes,
        hits=tuple(hit(of, date, **of_hits) for of, date in zip(quotes, known, strict=False)),
        differences=tuple(differences),
        corrections=tuple(corrections),
        expansions=tuple(expansions),
        query=Query(question, {"berth": 1.0, "cost": 0.5}, ((question, 1.0),), tuple(carried)),
        index_id="generation",
    )
