import pytest
from starlette.testclient import TestClient

from qa.web.app import create_app
from qa.web.live import LiveAssistant
from serving import settings_of
from town import FILES

HERE = ("127.0.0.1", 50000)


@pytest.fixture(scope="session")
def town(build):
    return build(FILES)


@pytest.fixture(scope="session")
def town_live(town):
    return LiveAssistant(town.index)


@pytest.fixture
def serve(town, town_live):
    """Return a function that serves the town's documents under some settings."""
    opened = []

    def make(client_address=HERE, raising=True, live=None, root_path="", **settings):
        app = create_app(live or town_live, settings_of(town, **settings))
        client = TestClient(app, raise_server_exceptions=raising, client=client_address, root_path=root_path)
        opened.append(client.__enter__())
        return client

    yield make
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture(scope="session")
def api(town, town_live):
    """The town's documents, served with enough questions a minute for all tests that share it."""
    app = create_app(town_live, settings_of(town, questions_per_minute=10_000))
    with TestClient(app, client=HERE) as client:
        yield client
