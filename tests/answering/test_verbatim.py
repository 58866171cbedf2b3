"""Whatever the documents and the question: all that is quoted stands in its paragraph, word for word."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.answering.assistant import MOST_PASSAGES

WORDS = "lifts ferry quay fees 27 1987 Meridian “night” café کتب ﬁnal e\u0301clair U.S. night. 🚢 which (Sources: x)"
SENTENCE = st.tuples(
    st.lists(st.sampled_from(WORDS.split(" ")), min_size=1, max_size=12).map(" ".join), st.sampled_from(".:?!;")
).map("".join)
PARAGRAPH = st.tuples(st.sampled_from(["", "- ", "## ", "> ", "1. "]), st.lists(SENTENCE, min_size=1, max_size=5)).map(
    lambda made: made[0] + " ".join(made[1])
)
DOCUMENT = st.lists(PARAGRAPH, min_size=1, max_size=6).map("\n\n".join)
ASKED = [
    "Which fees are due at the quay?",
    "How many lifts has Meridian?",
    "When was the ferry of 1987 built?",
    "List the quays of the harbour",
    "کتب",
    "café éclair 🚢",
    "what is the of",
]


@given(documents=st.lists(DOCUMENT, min_size=1, max_size=4), more=st.lists(SENTENCE, max_size=3))
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_every_quote_and_all_that_is_quoted_with_it_is_verbatim_and_inside_its_paragraph(build, documents, more):
    # The last document has something to quote in any case.
    files = {f"{number}.md": text for number, text in enumerate([*documents, "# Lifts\n\nThe lifts are:\n\n- old.\n"])}
    assistant = build(files).open()

    answers = [assistant.ask(question, k=MOST_PASSAGES) for question in [*ASKED, *more]]

    assert all(answer.quotes for answer in answers)
    for answer in answers:
        for first, hit in zip(answer.quotes, answer.hits, strict=True):
            for quote in (first, *first.more):
                paragraph = quote.paragraph
                document = assistant.index.document(paragraph.document_id)
                assert document.text[quote.start : quote.end] == quote.text != ""
                assert document.paragraphs[paragraph.number - 1] == paragraph
                assert paragraph.start <= quote.start < quote.end <= paragraph.body_end
                assert paragraph.kind == "text"
                assert hit.chunk.document_id == paragraph.document_id
                assert hit.chunk.start <= quote.start < quote.end <= hit.chunk.end
                assert not quote.more or quote is first
            places = [(quote.start, quote.end) for quote in (first, *first.more)]
            assert all(a[1] <= b[0] or b[1] <= a[0] for i, a in enumerate(places) for b in places[:i])
