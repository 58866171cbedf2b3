"""The examples of docs/api.md are sent, and their responses hold what it says."""

import json
import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```http\n(.+?)\n```\n\n```json\n(.+?)\n```", PAGE, re.DOTALL)
LEFT_OUT = "…"


def holds(found, told):
    """Tell whether a response holds what the page tells of it; "…" stands for anything, at a list's end for more."""
    if told == LEFT_OUT:
        return True
    if isinstance(told, dict):
        return isinstance(found, dict) and all(name in found and holds(found[name], told[name]) for name in told)
    if isinstance(told, list):
        listed = told[:-1] if told[-1:] == [LEFT_OUT] and len(told) > 1 else told
        return (
            len(found) >= len(listed) and all(map(holds, found, listed)) and (listed != told or len(found) == len(told))
        )
    return found == told


def sent(client, request):
    head, _, body = request.partition("\n\n")
    first, *headers = head.splitlines()
    method, address = first.split(" ")
    named = dict(header.split(": ") for header in headers)
    return client.request(method, address, headers=named, content=body.encode() or None)


@pytest.mark.parametrize(("request_text", "told"), EXAMPLES, ids=[request.split("\n")[0] for request, _ in EXAMPLES])
def test_an_example_of_the_page_is_answered_as_it_says(api, request_text, told):
    found = sent(api, request_text).json()

    assert holds(found, json.loads(told)), json.dumps(found, indent=1)


def test_no_example_is_left_out():
    assert len(EXAMPLES) == PAGE.count("```http") == PAGE.count("```json") >= 8


def test_every_address_of_the_page_is_one_of_the_api(api):
    described = api.get("/api/v1/openapi.json").json()["paths"]
    known = [re.sub(r"\{\w+\}", ".+", path) for path in described] + ["/api/v1/?", "/api/v1/openapi.json", "/metrics"]

    for address in re.findall(r"`?(?:GET|POST|DELETE) (/[^\s`?]*)", PAGE):
        assert any(re.fullmatch(path, address) for path in known), address
