from urllib.parse import quote

import pytest
from lxml import html
from starlette.testclient import TestClient

from qa.web.app import create_app
from qa.web.documents import duplicates
from qa.web.live import LiveAssistant
from serving import settings_of


def page_of(client, query=""):
    response = client.get(f"/documents{query}")
    assert response.status_code == 200
    return html.fromstring(response.text)


def rows(page):
    return {row.get("data-document"): " ".join(row.text_content().split()) for row in page.cssselect("tbody tr")}


def listed(page):
    return [row.get("data-document") for row in page.cssselect("tbody tr")]


def said(page, selector):
    return " ".join(page.cssselect(selector)[0].text_content().split())


@pytest.fixture
def page(reading):
    return page_of(reading)


def test_everything_indexed_is_listed_with_its_facts_and_a_link_to_its_source(page):
    row = page.cssselect('tr[data-document="staff/leave.md"]')[0]

    assert len(listed(page)) == 8
    assert row.cssselect("th a")[0].get("href") == "/source/staff/leave.md"
    assert row.cssselect("th a")[0].text == "Leave"
    assert [cell.text_content().strip() for cell in row.cssselect("td")[:3]] == ["staff", "MD", "2024-03-01"]
    assert said(row, ".status") == "Searchable"


def test_every_link_to_a_source_opens_it(page, reading):
    links = page.cssselect("tbody th a")

    assert links
    assert {reading.get(link.get("href")).status_code for link in links} == {200}


def test_what_replaced_a_document_is_named_and_linked(page):
    row = page.cssselect('tr[data-document="staff/leave-2019.md"]')[0]

    assert said(row, ".status") == "Replaced by Leave rules of 2024"
    assert row.cssselect(".status a")[0].get("href") == "/source/staff/leave-2024.md"


def test_duplicates_are_told_apart_from_what_is_nearly_the_same(page):
    status = said(page.cssselect('tr[data-document="harbour/tides.md"]')[0], ".status")

    assert "Same file as Tides" in status
    assert "% the same as Tides" in status
    assert "100 %" not in status


def test_while_duplicates_are_looked_for_the_page_says_so(reading, monkeypatch):
    monkeypatch.setattr(duplicates, "LONGEST_WAIT_SECONDS", 0.0)
    monkeypatch.setattr(duplicates.Duplicates, "of", lambda self, index: None)

    assert "still being looked for" in page_of(reading).text_content()


def test_notes_on_reading_stand_with_their_document(page):
    assert "Notes on reading: 1" in rows(page)["notes.txt"]


def test_what_was_not_read_stands_there_with_its_reason_and_hidden_files_do_not(page):
    assert said(page, "#not-read summary") == "Not read: 2"
    assert "empty.pdf empty" in said(page, "#not-read ul")
    assert "tool.exe no reader for .exe files" in said(page, "#not-read ul")
    assert ".hidden" not in page.text_content()


def test_what_has_changed_since_the_index_was_built_is_marked(reading, office):
    (office.corpus / "staff/leave.md").write_text("# Leave\n\nThirty days.\n")
    (office.corpus / "notes.txt").unlink()
    (office.corpus / "new.md").write_text("# New\n\nA new rule.\n")

    page = page_of(reading)

    assert "Changed since indexed" in rows(page)["staff/leave.md"]
    assert "Removed, still answering" in rows(page)["notes.txt"]
    assert "New: 1. Changed: 1. Gone: 1." in said(page, ".notice")
    assert "new.md" in said(page, "#not-indexed")


def test_a_folder_that_cannot_be_looked_at_is_told_and_the_list_still_stands(reading, office):
    office.corpus.rename(office.corpus.with_name("elsewhere"))

    page = page_of(reading)

    assert "could not be looked at" in said(page, ".notice[role=alert]")
    assert len(listed(page)) == 8


@pytest.mark.parametrize(
    ("query", "documents"),
    [
        ("?q=TIDES%20copy", ["harbour/tides-copy.md"]),
        ("?q=personnel", ["staff/leave.md"]),
        ("?collection=staff&q=leave-", ["staff/leave-2019.md", "staff/leave-2024.md"]),
        ("?format=TXT&q=notes", ["notes.txt"]),
        ("?status=replaced", ["staff/leave-2019.md"]),
        ("?status=noted", ["notes.txt"]),
        ("?q=nothing-of-the-kind", []),
    ],
)
def test_the_list_is_filtered_without_script(reading, query, documents):
    page = page_of(reading, query)

    assert listed(page) == documents
    assert said(page, "#count") == f"Shown: {len(documents)} of 8"


def test_the_filter_shows_what_was_asked_for(reading):
    page = page_of(reading, "?q=leave&collection=staff&lang=en")

    assert page.cssselect("#filter-words")[0].get("value") == "leave"
    assert page.cssselect("#filter-collection option[selected]")[0].text == "staff"
    assert page.cssselect("#filter input[name=lang]")[0].get("value") == "en"


def test_a_list_that_is_empty_offers_a_way_back(reading):
    page = page_of(reading, "?q=nothing-of-the-kind")

    assert said(page, ".nothing h2") == "No document fits"
    assert page.cssselect(".nothing a")[0].get("href") == "?"


def test_a_heading_sorts_and_then_sorts_the_other_way(reading):
    first = page_of(reading, "?sort=passages")
    heading = first.cssselect("thead th.passages")[0]
    second = page_of(reading, heading.cssselect("a")[0].get("href"))

    assert heading.get("aria-sort") == "ascending"
    assert second.cssselect("thead th.passages")[0].get("aria-sort") == "descending"
    assert counts(first) == sorted(counts(first))
    assert counts(second) == sorted(counts(second), reverse=True)


def counts(page):
    return [int(cell.text_content()) for cell in page.cssselect("tbody td.passages")]


@pytest.mark.parametrize("order", ["", "&order=desc"])
def test_what_has_no_date_stands_last_either_way(reading, order):
    assert listed(page_of(reading, f"?sort=date{order}"))[0] == "staff/leave.md"


@pytest.mark.parametrize("query", ["?sort=__class__", "?page=-1", "?page=99999999999", "?page=7", "?status=x&order=y"])
def test_an_address_that_makes_no_sense_shows_the_list(reading, query):
    assert len(listed(page_of(reading, query))) == 8


def test_a_long_list_comes_in_pages(reading, monkeypatch):
    monkeypatch.setattr("qa.web.documents.listing.ROWS_ON_A_PAGE", 3)

    pages = [page_of(reading)]
    while following := pages[-1].cssselect("a[rel=next]"):
        pages.append(page_of(reading, following[0].get("href")))

    assert [len(listed(page)) for page in pages] == [3, 3, 2]
    assert len({document for page in pages for document in listed(page)}) == 8


def test_the_words_of_a_document_cannot_become_markup(page):
    name = "harbour/<b>gate.txt"
    link = page.cssselect("tbody th a")[[*listed(page)].index(name)]

    assert page.cssselect("b, i") == []
    assert link.get("href") == f"/source/{quote(name)}"


def test_words_of_the_address_cannot_become_markup(reading):
    response = reading.get("/documents", params={"q": '"><script>x</script>', "lang": '"><b>', "theme": "'><i>"})

    assert "<script>x" not in response.text
    assert "<b>" not in response.text
    assert "<i>" not in response.text


def test_no_script_or_style_stands_in_the_page_and_its_policy_allows_none(reading):
    response = reading.get("/documents")
    page = html.fromstring(response.text)
    policy = response.headers["content-security-policy"]

    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert [script.get("src") for script in page.cssselect("script:not([type='application/json'])")] == [
        "/page/documents.js"
    ]
    assert page.xpath("//*[@style or @onclick or @onload]") == []


def test_whoever_may_not_change_documents_sees_nothing_to_change_them_with(page):
    assert page.cssselect(".editing, .remove, .restore, #removed, dialog, input[type=file]") == []


def test_an_editor_sees_how_to_add_remove_and_index(editing):
    page = page_of(editing)

    assert page.cssselect("#choose, #drop, #index-start")
    assert len(page.cssselect("tbody .remove")) == 8
    assert [button.get("data-document") for button in page.cssselect("#not-read .remove")] == ["empty.pdf"]
    assert {option.get("value") for option in page.cssselect("#folders option")} == {"harbour", "staff"}


def test_the_head_leads_to_the_other_page_and_to_every_language(page):
    assert {link.text: link.get("href") for link in page.cssselect("header nav a")} == {
        "Ask": "/",
        "Documents": "/documents",
    }
    assert page.cssselect("header nav a[aria-current=page]")[0].text == "Documents"
    assert [link.get("lang") for link in page.cssselect("header .languages a")] == ["en", "de", "fr", "es", "ur", "ar"]


def test_links_keep_language_and_theme(reading):
    page = page_of(reading, "?lang=ar&theme=dark")

    assert (page.get("lang"), page.get("dir"), page.get("data-theme")) == ("ar", "rtl", "dark")
    assert page.cssselect("header nav a")[0].get("href") == "/?lang=ar&theme=dark"
    assert page.cssselect("tbody th a")[0].get("href").endswith("?lang=ar&theme=dark")


def test_links_stay_below_the_prefix_of_a_proxy(office):
    app = create_app(LiveAssistant(office.index), settings_of(office))
    with TestClient(app, root_path="/ask") as client:
        page = html.fromstring(client.get("/ask/documents").text)

    addresses = [*page.xpath("//link/@href"), *page.xpath("//script/@src"), *page.xpath("//header//nav//a/@href")]
    assert addresses
    assert all(address.startswith("/ask/") for address in addresses)


def test_the_table_says_what_it_is_and_what_its_cells_belong_to(page):
    assert page.cssselect("table > caption")
    assert {cell.get("scope") for cell in page.cssselect("thead th")} == {"col"}
    assert {cell.get("scope") for cell in page.cssselect("tbody th")} == {"row"}
    assert len({heading.get("role") for heading in page.cssselect("thead th")}) == 1


def test_an_attachment_names_the_file_that_it_came_in_and_cannot_be_removed_alone(build):
    mail = (
        "From: a@harbour.example\nTo: b@harbour.example\nSubject: Prices\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain\n\nThe prices of the quay.\n'
        '--x\nContent-Type: text/plain; name="prices.txt"\nContent-Disposition: attachment; filename="prices.txt"\n\n'
        "The crane costs ninety an hour.\n--x--\n"
    )
    built = build({"offer.eml": mail})
    with TestClient(create_app(LiveAssistant(built.index), settings_of(built, editors="everyone"))) as client:
        page = page_of(client)
        refused = client.delete("/api/v1/documents/offer.eml/prices.txt")

    row = page.cssselect('tr[data-document="offer.eml/prices.txt"]')[0]
    assert "Inside offer.eml" in row.text_content()
    assert row.cssselect(".remove") == []
    assert refused.status_code == 404


def test_only_editors_are_told_where_on_the_machine_the_documents_should_be(reading, editing, office):
    office.corpus.rename(office.corpus.with_name("away"))

    assert str(office.corpus) not in reading.get("/documents").text
    assert str(office.corpus) in editing.get("/documents").text
