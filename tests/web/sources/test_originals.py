"""Files as they are handed out: the indexed bytes and nothing else."""

import os
import unicodedata
from dataclasses import replace
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from conftest import write_files
from qa.reading import read_document, read_file
from qa.settings import Settings
from qa.web.app import create_app
from qa.web.live import LiveAssistant
from qa.web.shelf import FILE_CHANGED, FILE_GONE, NO_SUCH_DOCUMENT, Shelf
from qa.web.sources.originals import attachment, originals_router
from serving import settings_of

GATE = "# Flood gate\n\nThe flood gate is closed above nine metres.\n"
PAGE = "<html><body><p>The ferry leaves at noon.</p><script>alert(1)</script></body></html>"
FILES = {
    "notices/gate.md": GATE,
    "Fährplan “neu”.html": PAGE,
    "rules.txt": "No swimming between the piers.\n",
    "rules.txt.meta.yaml": "title: Rules\n",
}
SECRET = "This is nobody's business.\n"


class Documents:
    """An index that holds documents and finds nothing."""

    id = "generation"

    def __init__(self, documents):
        self._documents = {document.id: document for document in documents}

    def document(self, document_id):
        return self._documents.get(document_id)

    def replaced_by(self, document_id):
        return None


def shelf_of(corpus, *documents):
    return Shelf(SimpleNamespace(current=lambda: SimpleNamespace(index=Documents(documents))), corpus)


def client_of(corpus, *documents):
    app = FastAPI()
    app.include_router(originals_router(SimpleNamespace(shelf=shelf_of(corpus, *documents), settings=Settings())))
    return TestClient(app)


@pytest.fixture
def corpus(tmp_path):
    return write_files(tmp_path / "corpus", FILES)


@pytest.fixture
def documents(corpus):
    """The documents of `corpus` as they were indexed."""
    return [
        read_file(name, (corpus / name).read_bytes(), FILES.get(f"{name}.meta.yaml", "").encode()).documents[0]
        for name in FILES
        if not name.endswith(".yaml")
    ]


@pytest.fixture
def client(corpus, documents):
    return client_of(corpus, *documents)


def require_refusal(response, status, sentence):
    assert (response.status_code, response.text) == (status, sentence)
    require_headers(response)


def require_headers(response):
    assert response.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none';")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("name", [name for name in FILES if not name.endswith(".yaml")])
def test_an_original_comes_byte_for_byte_to_be_saved(client, name):
    response = client.get(f"/original/{name}")

    assert (response.status_code, response.content) == (200, FILES[name].encode())
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"] == attachment(name.rsplit("/", 1)[-1])
    require_headers(response)


@pytest.mark.parametrize(
    ("name", "plain", "encoded"),
    [
        ("leave policy.pdf", "leave policy.pdf", "leave%20policy.pdf"),
        ("Fährplan “neu”.html", "F_hrplan _neu_.html", "F%C3%A4hrplan%20%E2%80%9Cneu%E2%80%9D.html"),
        ('a";filename=b.exe\r\nX: y', "a__filename_b.exe__X_ y", "a%22%3Bfilename%3Db.exe%0D%0AX%3A%20y"),
        ("a\\b%41'.md", "a_b_41_.md", "a%5Cb%2541%27.md"),
    ],
)
def test_a_file_name_cannot_leave_its_header(name, plain, encoded):
    assert attachment(name) == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"


def test_the_page_serves_originals_under_its_own_rules(build):
    built = build({"notices/gate.md": GATE})
    with TestClient(create_app(LiveAssistant(built.index), settings_of(built))) as client:
        response = client.get("/original/notices/gate.md")
        link = client.get("/source/notices/gate.md")
        missing = client.get("/original/no-such.md")

    assert response.content == GATE.encode()
    assert 'href="/original/notices/gate.md"' in link.text
    assert response.headers["Referrer-Policy"] == "no-referrer"
    require_headers(response)
    require_refusal(missing, 404, NO_SUCH_DOCUMENT)


@pytest.mark.parametrize(
    "path",
    [
        "no-such.md",
        "",
        "notices",
        "notices/",
        "secret.md",
        "unindexed.md",
        "rules.txt.meta.yaml",
        "%2e%2e/secret.md",
        "..%2fsecret.md",
        "..%252fsecret.md",
        "notices/..%2f..%2fsecret.md",
        "notices%2f..%2frules.txt",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "..%5csecret.md",
        "notices%00/gate.md",
        "notices/gate.md%00.txt",
        "notices/gate.md@0123456789ab",
        "%ff",
    ],
)
@pytest.mark.parametrize("route", ["original", "page-image"])
def test_what_is_no_document_of_the_index_looks_like_what_never_was(client, corpus, route, path):
    (corpus / "unindexed.md").write_text(SECRET)
    (corpus.parent / "secret.md").write_text(SECRET)

    response = client.get(f"/{route}/{path}?page=1&p=1&start=0&end=1")

    require_refusal(response, 404, NO_SUCH_DOCUMENT)


@pytest.mark.parametrize("path", ["../secret.md", "../../../../../../etc/passwd", "notices/../../../secret.md"])
def test_a_path_upwards_leads_to_no_route(client, corpus, path):
    (corpus.parent / "secret.md").write_text(SECRET)

    response = client.get(f"/original/{path}")

    assert response.status_code == 404
    assert "root:" not in response.text
    assert SECRET not in response.text


def test_an_encoded_slash_is_a_slash(client):
    assert client.get("/original/notices%2Fgate.md").content == GATE.encode()


def test_a_file_that_another_took_the_place_of_is_not_handed_out(client, corpus):
    (corpus / "notices/gate.md").write_text(SECRET)

    require_refusal(client.get("/original/notices/gate.md"), 409, FILE_CHANGED)


def test_two_files_that_changed_places_are_not_handed_out(client, corpus):
    (corpus / "rules.txt").replace(corpus / "notices/gate.md")

    require_refusal(client.get("/original/notices/gate.md"), 409, FILE_CHANGED)
    require_refusal(client.get("/original/rules.txt"), 404, FILE_GONE)


def test_a_file_whose_metadata_changed_is_not_the_indexed_one(client, corpus):
    (corpus / "rules.txt.meta.yaml").write_text("title: Other rules\n")

    require_refusal(client.get("/original/rules.txt"), 409, FILE_CHANGED)


def test_a_link_is_not_followed_even_to_the_same_bytes(client, corpus, tmp_path):
    (tmp_path / "outside.md").write_text(GATE)
    (corpus / "notices/gate.md").unlink()
    (corpus / "notices/gate.md").symlink_to(tmp_path / "outside.md")

    require_refusal(client.get("/original/notices/gate.md"), 404, FILE_GONE)


def test_a_folder_that_became_a_link_is_not_followed(client, corpus, tmp_path):
    (corpus / "notices").rename(tmp_path / "elsewhere")
    (corpus / "notices").symlink_to(tmp_path / "elsewhere")

    require_refusal(client.get("/original/notices/gate.md"), 404, FILE_GONE)


@pytest.mark.parametrize("now", ["nothing", "folder", "pipe", "loop", "unreadable folder"])
def test_what_is_no_file_any_more_is_gone(client, corpus, now):
    path = corpus / "notices/gate.md"
    path.unlink()
    match now:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "loop":
            path.symlink_to(path)
        case "unreadable folder":
            path.parent.rmdir()
            path.parent.write_text("a file where a folder was")

    require_refusal(client.get("/original/notices/gate.md"), 404, FILE_GONE)


def test_a_folder_of_documents_that_is_gone_holds_no_file(corpus, documents):
    require_refusal(client_of(corpus / "no-such", *documents).get("/original/rules.txt"), 404, FILE_GONE)


def test_a_folder_of_documents_that_is_a_link_itself_is_followed(corpus, documents, tmp_path):
    (tmp_path / "linked").symlink_to(corpus)

    assert client_of(tmp_path / "linked", *documents).get("/original/notices/gate.md").content == GATE.encode()


@pytest.mark.parametrize(
    "file", ["../secret.md", "notices/../../secret.md", "/etc/passwd", "", ".", "..", "notices\\..\\gate.md", "a\0b"]
)
def test_an_index_that_was_tampered_with_leads_nowhere_outside(corpus, file):
    (corpus.parent / "secret.md").write_text(SECRET)
    document = replace(read_document("secret.md", SECRET.encode()), file=file)

    require_refusal(client_of(corpus, document).get("/original/secret.md"), 404, FILE_GONE)


def test_a_file_inside_a_file_is_had_in_that_file(corpus, documents):
    inner = replace(documents[0], id="notices/gate.md/table.csv", file="notices/gate.md")

    response = client_of(corpus, inner).get("/original/notices/gate.md/table.csv")

    assert response.content == GATE.encode()
    assert 'filename="gate.md"' in response.headers["Content-Disposition"]


def test_a_name_in_another_unicode_form_is_the_same_name(tmp_path):
    decomposed = unicodedata.normalize("NFD", "Fährplan.md")
    corpus = write_files(tmp_path / "corpus", {decomposed: GATE})
    document = read_document("Fährplan.md", GATE.encode())

    assert client_of(corpus, document).get("/original/Fährplan.md").content == GATE.encode()


def test_a_rule_about_who_may_see_what_hides_a_document_from_every_route(corpus, documents, monkeypatch):
    shelf = shelf_of(corpus, *documents)
    monkeypatch.setattr(Shelf, "document", lambda self, document_id: None)

    assert shelf.addressed("notices/gate.md@0123456789ab") == (None, "0123456789ab")
    require_refusal(client_of(corpus, *documents).get("/original/notices/gate.md"), 404, NO_SUCH_DOCUMENT)
