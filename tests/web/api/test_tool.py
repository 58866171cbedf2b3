import json
import socket
import threading
import time
from contextlib import closing, contextmanager

import pytest
import uvicorn
from gradio_client import Client
from gradio_client.exceptions import AppError
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from coroutines import finished
from qa.web.answers import ShownAnswer
from qa.web.app import create_app
from serving import settings_of
from town import QUESTION, QUOTE


@contextmanager
def serving(app):
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", proxy_headers=False, timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        yield address
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def address(town, town_live):
    with serving(create_app(town_live, settings_of(town))) as address:
        yield address


def connected(address):
    return closing(Client(address, verbose=False, analytics_enabled=False))


def called(address, **arguments):
    """Return what the tool `ask` answers over MCP, and the tools that there are."""

    async def call():
        async with (
            streamable_http_client(f"{address}/gradio_api/mcp/") as (reading, writing, _),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            tools = (await session.list_tools()).tools
            return await session.call_tool("ask", arguments), tools

    return finished(call())


@pytest.fixture(scope="module")
def rest(address):
    import httpx

    def ask(**body):
        return httpx.post(f"{address}/api/v1/ask", json=body, trust_env=False).json()

    return ask


def test_gradio_client_gets_the_answer_of_the_api(address, rest):
    with connected(address) as client:
        shown = json.loads(client.predict(QUESTION, "staff", api_name="/ask"))

    assert ShownAnswer.model_validate(shown).passages[0].words.text == QUOTE
    assert shown == rest(question=QUESTION, scope={"collections": ["staff"]})


def test_what_cannot_be_asked_is_told_to_gradio_client(address):
    with connected(address) as client:
        with pytest.raises(AppError, match="blank"):
            client.predict(" ", "", api_name="/ask")
        with pytest.raises(AppError, match="no collection 'nowhere'"):
            client.predict(QUESTION, "nowhere", api_name="/ask")


def test_another_assistant_gets_the_answer_of_the_api_by_mcp(address, rest):
    result, _ = called(address, question=QUESTION)

    assert not result.isError
    assert json.loads(result.content[0].text) == rest(question=QUESTION)


def test_the_tool_says_what_it_does_and_takes(address):
    _, (tool,) = called(address, question=QUESTION)

    assert tool.name == "ask"
    assert "verbatim" in tool.description
    assert set(tool.inputSchema["properties"]) == {"question", "collection"}
    assert tool.inputSchema["required"] == ["question"]
    assert "plain words" in tool.inputSchema["properties"]["question"]["description"]


def test_what_cannot_be_asked_is_told_by_mcp(address):
    result, _ = called(address, question=QUESTION, collection="nowhere")

    assert result.isError
    assert "no collection 'nowhere'" in result.content[0].text
