"""The widget's script and the address for a plain iframe."""

import re
import time
from pathlib import Path

import jwt
import pytest
from starlette.testclient import TestClient

from qa.web.app import create_app
from qa.web.guard.tokens import named_by
from serving import settings_of

DOCS = Path(__file__).parents[3] / "docs" / "widget.md"
SECRET = "a secret of the intranet, long enough to sign with"


def test_the_script_is_small_and_kept_by_browsers(client):
    response = client.get("/widget.js")

    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert len(response.content) < 20_000
    assert client.head("/widget.js").status_code == 200
    again = client.get("/widget.js", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_the_script_names_no_other_host(client):
    named = set(re.findall(r"https?://[\w.-]+", client.get("/widget.js").text))

    # The name of the SVG vocabulary is no address, and "host" stands in the example of its use.
    assert named == {"http://www.w3.org", "https://host"}


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("/embed", "./?view=compact"),
        ("/embed?lang=de&collection=leave+rules", "./?view=compact&lang=de&collection=leave+rules"),
        ("/embed?view=wide&theme=dark", "./?view=compact&theme=dark"),
        ("/embed?title=a%26b%0d%0aX:+y", "./?view=compact&title=a%26b%0D%0AX%3A+y"),
    ],
)
def test_the_address_for_an_iframe_leads_to_the_compact_page_with_its_query(client, asked, address):
    response = client.get(asked, follow_redirects=False)

    assert (response.status_code, response.headers["Location"]) == (307, address)


def test_it_stays_below_the_path_under_which_a_proxy_serves_the_site(live, served):
    with TestClient(create_app(live, settings_of(served)), root_path="/ask") as client:
        response = client.get("http://testserver/ask/embed?lang=de", follow_redirects=False)
        followed = response.next_request

    assert str(followed.url) == "http://testserver/ask/?view=compact&lang=de"


def test_the_example_in_the_documentation_signs_tokens_that_are_believed(monkeypatch):
    example = re.search(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)[1]
    monkeypatch.setenv("QA_TOKEN_SECRET", SECRET)
    names = {}
    exec(example, names)

    token = names["qa_token"]("anna.berg")["token"]

    assert len(example.strip().splitlines()) <= 10
    assert named_by(token, SECRET) == "anna.berg"
    assert jwt.decode(token, SECRET, algorithms=["HS256"], audience="qa")["exp"] > time.time()
