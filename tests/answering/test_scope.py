"""What is searched: documents by name, collections, times; and that nothing else is found."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answering.scope import EVERYTHING, Scope, collections_of, documents_in
from qa.errors import QuestionError
from qa.types import CatalogueEntry

DATES = {
    "ferries/2023.md": "2023",
    "ferries/march.md": "2024-03",
    "ferries/early.md": "2024-03-01",
    "port/late.md": "2024-03-31",
    "port/2024.md": "2024",
    "undated.md": "",
}
QUESTION = "When does the harbour office open?"


class Index:
    """Holds documents of which nothing but collection and date is asked."""

    def catalogue(self):
        return [
            CatalogueEntry(name, name, name, name.split("/")[0] if "/" in name else "", date, "", 0, 1, 1, (), None)
            for name, date in DATES.items()
        ]


def found(**limits):
    return documents_in(Scope(**limits), Index())


def dated(date, front=""):
    return f"---\ndate: {date}\n{front}---\n" if date else ""


@pytest.fixture(scope="module")
def assistant(build):
    hours = ["six", "seven", "eight", "nine", "ten", "eleven"]
    return build(
        {
            name: f"{dated(date)}# Notice\n\nThe harbour office opens at {hour} in the morning of day {number}.\n"
            for number, ((name, date), hour) in enumerate(zip(DATES.items(), hours, strict=True))
        }
    ).open()


def test_without_limits_everything_is_searched():
    assert found() is None
    assert EVERYTHING.is_everything
    assert documents_in(EVERYTHING, Index()) is None


def test_documents_are_named_by_their_id():
    assert found(documents=("undated.md", "port/late.md")) == ["port/late.md", "undated.md"]


def test_a_collection_is_all_of_its_documents():
    assert found(collections=("port",)) == ["port/late.md", "port/2024.md"]
    assert found(collections=("port", "ferries")) == list(DATES)[:5]


def test_limits_of_several_kinds_hold_all_at_once():
    assert found(collections=("port",), documents=("port/late.md", "undated.md")) == ["port/late.md"]
    assert found(collections=("port",), since="2025") == []


@pytest.mark.parametrize(
    ("limits", "left_out"),
    [
        ({"since": "2024"}, ["ferries/2023.md"]),
        ({"since": "2024-03"}, ["ferries/2023.md"]),
        ({"since": "2024-03-01"}, ["ferries/2023.md"]),
        ({"since": "2024-03-02"}, ["ferries/2023.md", "ferries/early.md"]),
        ({"since": "2024-04"}, ["ferries/2023.md", "ferries/march.md", "ferries/early.md", "port/late.md"]),
        ({"until": "2024"}, []),
        ({"until": "2024-03-31"}, []),
        ({"until": "2024-03-30"}, ["port/late.md"]),
        ({"until": "2024-02"}, ["ferries/march.md", "ferries/early.md", "port/late.md"]),
        ({"until": "2023"}, ["ferries/march.md", "ferries/early.md", "port/late.md", "port/2024.md"]),
        ({"since": "2024-03-31", "until": "2024-03-31"}, ["ferries/2023.md", "ferries/early.md"]),
        ({"since": "2023", "until": "2024"}, []),
    ],
    ids=str,
)
def test_a_time_includes_both_ends_and_what_may_lie_in_it(limits, left_out):
    dated = [name for name, date in DATES.items() if date]

    assert found(**limits) == [name for name in dated if name not in left_out]


@pytest.mark.parametrize("limits", [{"since": "0001"}, {"until": "9999"}])
def test_a_document_without_a_date_is_of_no_time(limits):
    assert "undated.md" not in found(**limits)


@pytest.mark.parametrize(
    ("limits", "named"),
    [
        ({"documents": ("undated.md", "gone.md")}, "document 'gone.md'"),
        ({"collections": ("Port",)}, "collection 'Port'"),
        ({"collections": ("port",), "documents": ("port",)}, "document 'port'"),
    ],
)
def test_what_the_index_does_not_hold_is_refused_by_name(limits, named):
    with pytest.raises(QuestionError, match=f"^There is no {named} in the index: leave it out, or choose another.$"):
        found(**limits)


def test_collections_are_listed_once_in_alphabetical_order():
    entries = Index().catalogue()

    assert collections_of(entries) == ["ferries", "port"]
    assert collections_of([]) == []


SCOPES = st.builds(
    Scope,
    documents=st.lists(st.sampled_from(list(DATES)), max_size=3).map(tuple),
    collections=st.lists(st.sampled_from(["ferries", "port"]), max_size=2).map(tuple),
    since=st.sampled_from(["", "2023", "2024", "2024-03-15"]),
    until=st.sampled_from(["", "2023", "2024-03", "2024-03-15"]),
)


@given(scope=SCOPES)
@settings(max_examples=40, deadline=None)
def test_answers_come_from_the_scope_and_from_all_of_it(assistant, scope):
    documents = documents_in(scope, assistant.index)

    answer = assistant.ask(QUESTION, k=50, documents=documents)

    named = {citation.split(", ¶")[0] for hit in answer.hits for citation in hit.also_in}
    assert {hit.chunk.document_id for hit in answer.hits} | named == set(DATES if documents is None else documents)
    assert {quote.paragraph.document_id for quote in answer.quotes} <= set(DATES if documents is None else documents)


def test_a_real_index_gives_the_same_documents_as_its_catalogue_tells(assistant):
    for limits in ({"collections": ("port",)}, {"since": "2024-03-02"}, {"until": "2023"}):
        assert documents_in(Scope(**limits), assistant.index) == sorted(found(**limits))
