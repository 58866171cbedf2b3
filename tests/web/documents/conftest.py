import os
import shutil
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from conftest import Built
from qa.web.app import create_app
from qa.web.live import LiveAssistant
from serving import settings_of

LEAVE = "# Leave\n\nEvery employee is entitled to 25 days of annual leave a year.\n"
TIDES = (
    "# Tides\n\nHigh water at the harbour comes fifty minutes later every day, and twice a month it stands higher "
    "than the lower quay, so that the crane is moved inland on the evening before.\n"
)
OFFICE = {
    "staff/leave.md": LEAVE,
    "staff/leave.md.meta.yaml": "author: Personnel\ndate: 2024-03-01\n",
    "staff/leave-2019.md": "# Old leave\n\nEvery employee is entitled to 20 days.\n",
    "staff/leave-2019.md.meta.yaml": "title: Leave rules of 2019\n",
    "staff/leave-2024.md": "---\ntitle: Leave rules of 2024\nsupersedes: leave-2019.md\n---\n\nTwenty-five days.\n",
    "harbour/tides.md": TIDES,
    "harbour/tides-copy.md": TIDES,
    "harbour/tides-edited.md": TIDES.replace("the evening before", "the evening ahead"),
    "harbour/<b>gate.txt": "The flood gate & its <i>keeper</i>.\n\nIt is closed above nine metres.\n",
    "notes.txt": "Caf\xe9 and d\xe9j\xe0 vu are on the menu of the harbour canteen.".encode("latin-1"),
    "empty.pdf": b"",
    "tool.exe": b"x",
    ".hidden.md": "hidden",
}


@pytest.fixture(scope="session")
def original(build):
    return build(OFFICE)


@pytest.fixture
def office(original, tmp_path):
    """The documents of an office with their index, for one test alone: tests here change them."""
    corpus = shutil.copytree(original.corpus, tmp_path / "office" / "corpus")
    index = shutil.copytree(original.index, tmp_path / "office" / "index", copy_function=os.link)
    return Built(Path(corpus), Path(index), original.report)


@pytest.fixture
def editing(office):
    """A client whom the settings let change the documents."""
    with TestClient(create_app(LiveAssistant(office.index), settings_of(office, editors="everyone"))) as client:
        yield client


@pytest.fixture
def reading(office):
    """A client who may read alone."""
    with TestClient(create_app(LiveAssistant(office.index), settings_of(office))) as client:
        yield client


@pytest.fixture
def built_again():
    """Return a function that has the index built and returns what the building ended with."""

    def build_again(client):
        assert client.post("/api/v1/index").status_code == 202
        deadline = time.monotonic() + 120
        while (state := client.get("/api/v1/index").json())["state"] == "running":
            assert time.monotonic() < deadline
            time.sleep(0.1)
        return state

    return build_again
