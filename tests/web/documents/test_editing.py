import errno
import io
import os

import pytest
from starlette.testclient import TestClient

from qa.web.api.problems import MEDIA_TYPE
from qa.web.app import create_app
from qa.web.documents import files
from qa.web.live import LiveAssistant
from serving import settings_of

RULE = b"# Ferries\n\nThe ferry to the island leaves at six in the morning.\n"


def upload(client, name="ferries.md", data=RULE, **fields):
    return client.post("/api/v1/documents", files={"file": (name, data)}, data=fields)


def everything_in(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def problem(response, status):
    assert response.status_code == status, response.text
    assert response.headers["content-type"].startswith(MEDIA_TYPE)
    told = response.json()
    assert told["status"] == status
    assert "Traceback" not in told["detail"]
    return told


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "documents"),
        ("DELETE", "documents/staff/leave.md"),
        ("POST", "documents/removed/20260301T091500-0a1b2c3d/restore"),
        ("POST", "index"),
        ("GET", "index"),
    ],
)
def test_whoever_is_no_editor_is_refused(reading, office, method, path):
    before = everything_in(office.corpus)
    body = {"files": {"file": ("ferries.md", RULE)}} if path == "documents" else {}

    assert "QA_EDITORS" in problem(reading.request(method, f"/api/v1/{path}", **body), 403)["detail"]
    assert everything_in(office.corpus) == before


def test_an_editor_is_known_by_name(office):
    settings = settings_of(office, editors="anna", user_header="X-User", proxies="127.0.0.1")
    with TestClient(create_app(LiveAssistant(office.index), settings), client=("127.0.0.1", 5000)) as client:
        refused = client.post("/api/v1/documents", files={"file": ("f.md", RULE)}, headers={"X-User": "bo"})
        added = client.post("/api/v1/documents", files={"file": ("f.md", RULE)}, headers={"X-User": "anna"})
        removal = client.delete("/api/v1/documents/f.md", headers={"X-User": "anna"})

    assert refused.status_code == 403
    assert added.status_code == 201
    assert removal.json()["by"] == "anna"


def test_an_upload_is_kept_byte_for_byte_in_the_folder_that_was_chosen(editing, office):
    response = upload(editing, folder="staff")

    assert (response.status_code, response.json()) == (201, {"id": "staff/ferries.md", "replaced": None})
    assert (office.corpus / "staff/ferries.md").read_bytes() == RULE


def test_an_upload_leaves_nothing_else_behind(editing, office):
    before = everything_in(office.corpus)

    upload(editing)

    assert everything_in(office.corpus) == {**before, "ferries.md": RULE}


def test_a_new_folder_is_made_for_an_upload(editing, office):
    assert upload(editing, folder="timetables/2026").json()["id"] == "timetables/2026/ferries.md"
    assert (office.corpus / "timetables/2026/ferries.md").is_file()


@pytest.mark.parametrize("name", ["../../ferries.md", "..\\ferries.md", "/tmp/ferries.md"])
def test_a_name_that_is_a_path_leads_nowhere_else(editing, office, name):
    before = everything_in(office.corpus.parent)

    assert upload(editing, name).json()["id"] == "ferries.md"
    assert set(everything_in(office.corpus.parent)) == {*before, "corpus/ferries.md"}


@pytest.mark.parametrize(
    ("name", "folder", "status"),
    [
        (".htaccess", "", 422),
        ("..", "", 422),
        ("run.exe", "", 415),
        ("leave.md.meta.yaml", "staff", 415),
        ("ferries.md", "../outside", 422),
        ("ferries.md", ".git", 422),
        ("ferries.md", "notes.txt", 409),
    ],
)
def test_what_cannot_be_kept_is_refused_and_leaves_nothing(editing, office, name, folder, status):
    before = everything_in(office.corpus.parent)

    problem(upload(editing, name, folder=folder), status)

    assert everything_in(office.corpus.parent) == before


def test_a_folder_that_is_a_link_is_not_followed(editing, office, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (office.corpus / "linked").symlink_to(outside)

    problem(upload(editing, folder="linked"), 409)

    assert list(outside.iterdir()) == []


def test_an_empty_file_is_refused(editing):
    assert problem(upload(editing, data=b""), 422)["detail"] == "The file is empty."


def test_a_request_without_a_file_is_refused(editing):
    problem(editing.post("/api/v1/documents", data={"folder": "staff"}), 422)
    problem(editing.post("/api/v1/documents", json={"file": "x"}), 422)
    problem(upload(editing, existing="delete"), 422)


def test_a_file_beyond_the_setting_is_refused_and_one_within_is_not(office):
    settings = settings_of(office, editors="everyone", upload_mb=2)
    with TestClient(create_app(LiveAssistant(office.index), settings)) as client:
        within = upload(client, "within.txt", b"a" * 1_999_000)
        problem(upload(client, "beyond.txt", b"a" * 2_000_001), 413)

    assert within.status_code == 201
    assert not (office.corpus / "beyond.txt").exists()
    assert not list(office.corpus.rglob(".upload-*"))


class FullDisk(io.BytesIO):
    """A file that takes one piece, and then there is no room."""

    def write(self, data):
        if self.tell():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(data)


def test_a_full_disk_is_told_in_one_sentence_and_leaves_nothing(editing, office, monkeypatch):
    before, opened = everything_in(office.corpus.parent), files.Path.open

    def open_on_full_disk(path, mode="r", *arguments, **options):
        file = opened(path, mode, *arguments, **options)
        if not path.name.startswith(".upload-") or mode != "xb":
            return file
        file.close()
        return FullDisk()

    monkeypatch.setattr(files, "CHUNK_BYTES", 16)
    monkeypatch.setattr(files.Path, "open", open_on_full_disk)

    detail = problem(upload(editing, folder="new folder"), 507)["detail"]

    assert detail == "There is no room left on the server's disk: nothing was changed."
    assert everything_in(office.corpus.parent) == before
    assert not (office.corpus / "new folder").exists()


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(editing, office, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(files, "_temporary", refuse)

    assert problem(upload(editing), 500)["detail"] == (
        "The folder of documents cannot be written: Permission denied. Nothing was changed."
    )


def test_a_name_that_is_taken_is_asked_about(editing, office):
    before = everything_in(office.corpus)

    told = problem(upload(editing, "leave.md", folder="staff"), 409)

    assert told["type"].endswith("#name-taken")
    assert told["detail"] == "There is a document staff/leave.md already."
    assert everything_in(office.corpus) == before


def test_keeping_both_numbers_the_new_one(editing, office):
    first = upload(editing, "leave.md", folder="staff", existing="keep_both")
    second = upload(editing, "leave.md", folder="staff", existing="keep_both")

    assert (first.json()["id"], second.json()["id"]) == ("staff/leave (2).md", "staff/leave (3).md")
    assert (office.corpus / "staff/leave.md").read_text().startswith("# Leave")


def test_replacing_keeps_the_old_one_where_it_can_be_put_back(editing, office):
    old = (office.corpus / "staff/leave.md").read_bytes()

    replaced = upload(editing, "leave.md", folder="staff", existing="replace").json()["replaced"]

    assert (office.corpus / "staff/leave.md").read_bytes() == RULE
    assert (replaced["document"], replaced["reason"], replaced["title"]) == ("staff/leave.md", "replaced", "Leave")
    assert old in everything_in(office.index.parent / "state").values()
    put_back = editing.post(f"/api/v1/documents/removed/{replaced['id']}/restore?existing=replace")
    assert put_back.status_code == 200
    assert (office.corpus / "staff/leave.md").read_bytes() == old
    assert RULE in everything_in(office.index.parent / "state").values()


def test_a_composed_and_a_decomposed_name_are_the_same(editing, office):
    (office.corpus / "cafe\u0301.md").write_text("# Canteen\n\nIt opens at nine.\n")

    problem(upload(editing, "café.md"), 409)
    upload(editing, "café.md", existing="replace")

    assert [path.read_bytes() for path in office.corpus.glob("caf*")] == [RULE]


def test_a_removed_document_is_moved_with_its_metadata_and_can_be_put_back(editing, office):
    before = everything_in(office.corpus)

    removal = editing.delete("/api/v1/documents/staff/leave.md")

    assert removal.status_code == 200
    assert set(before) - set(everything_in(office.corpus)) == {"staff/leave.md", "staff/leave.md.meta.yaml"}
    restored = editing.post(f"/api/v1/documents/removed/{removal.json()['id']}/restore")
    assert restored.json() == {"id": "staff/leave.md", "replaced": None}
    assert everything_in(office.corpus) == before


def test_a_removed_document_comes_back_into_a_folder_that_is_gone(editing, office):
    (office.corpus / "staff" / "lone").mkdir()
    upload(editing, folder="staff/lone")
    removal = editing.delete("/api/v1/documents/staff/lone/ferries.md").json()
    (office.corpus / "staff" / "lone").rmdir()

    editing.post(f"/api/v1/documents/removed/{removal['id']}/restore")

    assert (office.corpus / "staff/lone/ferries.md").read_bytes() == RULE


def test_putting_back_where_the_name_is_taken_is_asked_about(editing, office):
    removal = editing.delete("/api/v1/documents/notes.txt").json()
    upload(editing, "notes.txt", RULE)
    address = f"/api/v1/documents/removed/{removal['id']}/restore"

    assert problem(editing.post(address), 409)["type"].endswith("#name-taken")
    assert editing.post(f"{address}?existing=keep_both").json()["id"] == "notes (2).txt"
    assert (office.corpus / "notes.txt").read_bytes() == RULE


@pytest.mark.parametrize("document", ["nothing.md", "../state", "staff", "tool.exe", ".hidden.md", "synonyms.yaml"])
def test_what_is_no_document_cannot_be_removed(editing, office, document):
    before = everything_in(office.corpus)

    assert editing.delete(f"/api/v1/documents/{document}").status_code in (404, 405)
    assert everything_in(office.corpus) == before


def test_a_link_in_the_folder_is_never_removed_or_followed(editing, office, tmp_path):
    outside = tmp_path / "outside.md"
    outside.write_text("# Outside")
    (office.corpus / "link.md").symlink_to(outside)

    problem(editing.delete("/api/v1/documents/link.md"), 404)

    assert outside.exists()


def test_the_only_document_stays(build):
    built = build({"only.md": "# Only\n\nThe only rule there is.\n"})
    with TestClient(create_app(LiveAssistant(built.index), settings_of(built, editors="everyone"))) as client:
        assert "the only document" in problem(client.delete("/api/v1/documents/only.md"), 409)["detail"]

    assert (built.corpus / "only.md").exists()


@pytest.mark.parametrize("removal", ["20260301T091500-0a1b2c3d", "..", "..%2f..%2fcorpus", "x"])
def test_a_removal_that_never_was_cannot_be_put_back(editing, removal):
    assert editing.post(f"/api/v1/documents/removed/{removal}/restore").status_code in (404, 405)


def test_a_file_that_cannot_be_moved_away_stays_and_is_not_listed_as_removed(editing, office, monkeypatch):
    def refuse(path, *_, **__):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    with monkeypatch.context() as patched:
        patched.setattr(type(office.corpus), "unlink", refuse)
        problem(editing.delete("/api/v1/documents/notes.txt"), 500)

    assert (office.corpus / "notes.txt").exists()
    assert "Removed documents" not in editing.get("/documents").text.split("</script>", 1)[1]


def test_files_move_between_disks_too(editing, office, monkeypatch):
    def other_disk(*_, **__):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(files.os, "link", other_disk)
    before = everything_in(office.corpus)

    upload(editing)
    removal = editing.delete("/api/v1/documents/staff/leave.md").json()
    editing.post(f"/api/v1/documents/removed/{removal['id']}/restore")

    assert everything_in(office.corpus) == {**before, "ferries.md": RULE}


def test_removed_documents_are_listed_for_editors_with_a_way_back(editing):
    removal = editing.delete("/api/v1/documents/notes.txt").json()

    page = editing.get("/documents").text

    assert f'data-removal="{removal["id"]}"' in page
    assert "Removed documents: 1" in page
