"""Question sets that tests draw at random, of whatever characters texts have, and documents to find quotes in."""

import unicodedata
from dataclasses import dataclass

from hypothesis import strategies as st

from documents import read
from qa.evaluation.sets import Gold, Question
from qa.types import Document, Turn

# What one format or another would take for a sign of its own.
SIGNS = "\"',;|\t\n\r=+-@#&*!%:[]{}<>\\/'＝ \u00a0\u0085\u2028\u2029\ufeff\u200bäßאب漢😀"
WORDS = ["=1+1", "'=1", "''", "null", "true", "0012", "1.0", "- a", "_x000D_", "sep=;", "user: x", "[1]", '["a"]', "~"]
WORDS += ["</TEXT>", "&lt;", "%20", "\r\n", "assistant:", "\n\n", "@SUM(A1)", "Number: 1", "<title>", "1987-01-02"]

characters = st.one_of(
    st.sampled_from(SIGNS),
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
)
anything = st.one_of(
    st.text(characters, max_size=30),
    st.lists(st.one_of(st.sampled_from(WORDS), st.text(characters, max_size=5)), max_size=5).map("".join),
)
texts = anything.filter(lambda text: text.strip())
remarks = anything.map(lambda text: text if text.strip() else "")


def _is_asked(text: str) -> bool:
    return any(c.isprintable() and not c.isspace() and unicodedata.category(c) != "Cf" for c in text)


asked = texts.filter(_is_asked)
ids = texts.map(lambda text: " ".join(text.split())).filter(lambda text: text and not _has_break(text))
documents = texts.map(lambda text: text.translate({9: "-", 10: "-", 13: "-"})).filter(str.strip)


def _has_break(text: str) -> bool:
    return len(text.splitlines()) > 1 or text != text.strip() or "\t" in text


golds = st.builds(Gold, documents, texts, st.integers(0, 3), st.integers(1, 4))
turns = st.builds(Turn, st.sampled_from(["user", "assistant"]), texts)


@st.composite
def question_sets(draw, most: int = 5) -> list[Question]:
    """Draw a set with all fields, follow-ups and unanswerable questions."""
    questions: list[Question] = []
    for question_id in draw(st.lists(ids, min_size=1, max_size=most, unique=True)):
        earlier = [question.id for question in questions]
        parent_id = draw(st.sampled_from([None, *earlier]))
        unanswerable = draw(st.booleans())
        questions.append(
            Question(
                id=question_id,
                question=draw(asked),
                gold=() if unanswerable else tuple(draw(st.lists(golds, min_size=1, max_size=3))),
                unanswerable=unanswerable,
                category=draw(remarks),
                parent_id=parent_id,
                answer=draw(remarks),
                answers=() if unanswerable else tuple(draw(st.lists(texts, max_size=3))),
                history=() if parent_id is not None else tuple(draw(st.lists(turns, max_size=2))),
                author=draw(remarks),
                note=draw(remarks),
            )
        )
    return questions


@dataclass(frozen=True)
class Shelf:
    """Documents by their id, as an index has them."""

    read: dict[str, Document]

    def document(self, document_id: str) -> Document | None:
        return self.read.get(document_id)

    def titles(self) -> list[tuple[str, str]]:
        return [(document.id, document.title) for document in self.read.values()]


def shelf(**contents: str) -> Shelf:
    """Return documents in Markdown, named by their keys: `shelf(quay="# Quay")` has "quay.md"."""
    return Shelf({f"{name}.md": read(f"{name}.md", content) for name, content in contents.items()})
