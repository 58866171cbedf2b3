"""Answers as the page shows them, made by hand."""

from typing import Any

from qa.web.answers import Differing, Passage, ShownAnswer, Side, Why, WordPair, Words

WHY = Why(words=["gate"], lexical_rank=1, lexical_score=7.3, dense_rank=None, dense_score=0.4, score=0.7, signals=[])


def words(text: str = "The flood gate is closed above nine metres.", label: str = "1", **fields: Any) -> Words:
    given = {
        "citation": "notices/gate.md, ¶ 1",
        "page": None,
        "paragraph": 1,
        "start": 20,
        "end": 20 + len(text),
        "source": "source/notices/gate.md?exact=The+flood+gate&p=1#hit",
        **fields,
    }
    return Words(label=label, text=text, **given)


def passage(text: str = "The flood gate is closed above nine metres.", label: str = "1", **fields: Any) -> Passage:
    of_words = {name: fields.pop(name) for name in ("citation", "source") if name in fields}
    given = {
        "more": [],
        "document": "notices/gate.md",
        "title": "Flood gate",
        "heading": "When",
        "date": "2024-03-01",
        "also_in": [],
        "replaced_by": "",
        "replaced_by_title": "",
        "why": WHY,
        **fields,
    }
    return Passage(words=words(text, label, **of_words), **given)


def shown(*passages: Passage, **fields: Any) -> ShownAnswer:
    given = {
        "question": "When is the flood gate closed?",
        "outcome": "answered",
        "confidence": 0.8,
        "passages": list(passages),
        "differences": [],
        "corrections": [],
        "also_searched": [],
        "carried": [],
        "index": "generation",
        **fields,
    }
    return ShownAnswer(**given)


def differing(*values: str) -> Differing:
    return Differing(kind="number", sides=[Side(passage=place, value=value) for place, value in enumerate(values)])


def put_right(typed: str, searched: str) -> WordPair:
    return WordPair(typed=typed, searched=searched)
