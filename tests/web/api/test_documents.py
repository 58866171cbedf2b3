import pytest

from qa.answering.permalink import version_of
from town import FILES, problem_of


def test_all_documents_are_listed_with_the_collections(api):
    found = api.get("/api/v1/documents").json()

    assert [document["id"] for document in found["documents"]] == sorted(FILES)
    assert (found["total"], found["offset"]) == (len(FILES), 0)
    assert found["collections"] == [{"name": "harbour", "documents": 1}, {"name": "staff", "documents": 2}]


def test_a_document_is_listed_with_what_is_known_of_it(api):
    (found,) = api.get("/api/v1/documents", params={"q": "annual"}).json()["documents"]

    assert found == {
        "id": "staff/annual-leave.md",
        "file": "staff/annual-leave.md",
        "title": "Annual leave",
        "format": "md",
        "collection": "staff",
        "date": "2024-03-01",
        "author": "The personnel office",
        "pages": 0,
        "paragraphs": 2,
        "passages": 2,
        "notes": [],
        "replaced_by": "",
    }


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"collection": "staff"}, ["staff/annual-leave.md", "staff/parking.md"]),
        ({"q": "PERSONNEL leave"}, ["staff/annual-leave.md"]),
        ({"q": "personnel parking"}, []),
        ({"format": "md", "q": "register"}, ["register.md"]),
        ({"format": ".MD", "q": "gate"}, ["harbour/gate.md"]),
        ({"format": "pdf"}, []),
        ({"collection": "no such"}, []),
    ],
)
def test_the_list_can_be_filtered(api, filters, ids):
    found = api.get("/api/v1/documents", params=filters).json()

    assert [document["id"] for document in found["documents"]] == ids
    assert found["total"] == len(ids)


def test_pages_of_the_list_together_hold_every_document_once(api):
    pages = [api.get("/api/v1/documents", params={"limit": 3, "offset": offset}).json() for offset in (0, 3, 6)]

    assert [len(page["documents"]) for page in pages] == [3, 1, 0]
    assert [document["id"] for page in pages for document in page["documents"]] == sorted(FILES)


@pytest.mark.parametrize(
    ("query", "field"), [("limit=0", "query.limit"), ("limit=501", "query.limit"), ("offset=-1", "query.offset")]
)
def test_a_page_that_cannot_be_is_a_problem(api, query, field):
    assert problem_of(api.get(f"/api/v1/documents?{query}"), 422)["errors"][0]["field"] == field


def test_a_document_is_described_with_its_headings(api, town):
    document = town.open().index.document("staff/annual-leave.md")

    found = api.get("/api/v1/documents/staff/annual-leave.md").json()

    assert (found["title"], found["version"], found["characters"]) == (
        "Annual leave",
        version_of(document),
        len(document.text),
    )
    assert [(heading["text"], heading["level"], heading["paragraph"]) for heading in found["headings"]] == [
        ("Annual leave", 1, 1),
        ("How many days", 2, 1),
        ("Carrying over", 2, 2),
    ]
    assert all(document.text[h["start"] : h["end"]] == h["text"] for h in found["headings"])


@pytest.mark.parametrize("path", ["documents/no-such.md", "sources/no-such.md", "documents/%2e%2e/%2e%2e/etc/passwd"])
def test_a_document_that_is_not_there_is_a_problem(api, path):
    problem_of(api.get(f"/api/v1/{path}"), 404)


@pytest.mark.parametrize(
    ("query", "numbers", "asked"),
    [
        ("", [1], [1]),
        ("p=7", [7], [7]),
        ("p=7&to=9", [7, 8, 9], [7, 8, 9]),
        ("p=7&neighbours=2", [5, 6, 7, 8, 9], [7]),
        ("p=1&neighbours=1", [1, 2], [1]),
        ("p=300&neighbours=2", [298, 299, 300], [300]),
    ],
)
def test_paragraphs_are_read_by_number_with_neighbours(api, query, numbers, asked):
    found = api.get(f"/api/v1/sources/register.md?{query}").json()

    assert [paragraph["number"] for paragraph in found["paragraphs"]] == numbers
    assert [paragraph["number"] for paragraph in found["paragraphs"] if paragraph["asked"]] == asked
    assert found["total"] == 300


@pytest.mark.parametrize("document_id", sorted(FILES))
def test_every_paragraph_is_what_the_document_holds_at_its_place(api, town, document_id):
    document = town.open().index.document(document_id)
    last = min(len(document.paragraphs), 200)

    found = api.get(f"/api/v1/sources/{document_id}?p=1&to={last}").json()

    assert found["version"] == version_of(document)
    assert len(found["paragraphs"]) == last
    for shown, paragraph in zip(found["paragraphs"], document.paragraphs, strict=False):
        assert shown["text"] == document.text[shown["start"] : shown["end"]]
        assert (shown["number"], shown["start"], shown["end"]) == (paragraph.number, paragraph.start, paragraph.end)
        assert (shown["heading"], shown["kind"], shown["page"]) == (paragraph.heading, paragraph.kind, paragraph.page)


def test_an_address_with_a_version_tells_whether_the_document_has_changed(api, town):
    version = version_of(town.open().index.document("register.md"))

    assert not api.get(f"/api/v1/sources/register.md@{version}").json()["changed"]
    assert api.get(f"/api/v1/sources/register.md@{'0' * 12}").json()["changed"]


@pytest.mark.parametrize("query", ["p=301", "p=299&to=301", "p=9&to=7"])
def test_paragraphs_that_are_not_there_are_a_problem_that_says_how_many_are(api, query):
    told = problem_of(api.get(f"/api/v1/sources/register.md?{query}"), 404)

    assert "300" in told["detail"]


def test_more_paragraphs_than_may_be_had_at_once_are_a_problem(api):
    assert "200" in problem_of(api.get("/api/v1/sources/register.md?p=1&to=201"), 400)["detail"]
