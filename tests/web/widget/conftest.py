"""The widget's tests: an intranet and sites under names of their own, and a browser that blocks foreign cookies."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import jwt
import pytest
from playwright.sync_api import expect

from browsing import launched

FLAGS = [
    # Names of different sites, all on this machine; cookies of another site are blocked, as browsers come to do.
    "--host-resolver-rules=MAP *.example 127.0.0.1",
    "--test-third-party-cookie-phaseout",
]
SECRET = "a secret of the intranet, long enough to sign with"
WIDE = {"width": 1280, "height": 860}
PATIENCE = 30_000
FILES = {
    "notices/gate.md": "# Flood gate\n\n## When\n\nThe flood gate is closed above nine metres. "
    "It opens again below eight.\n\n## Who\n\nThe harbour master gives the order.\n",
    "leave.md": "# Leave\n\nEvery employee is entitled to 30 days of annual leave a year.\n",
}
PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Intranet</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">{head}
<script src="{site}/widget.js" {attributes} defer></script></head>
<body><main><h1>Harbour City</h1><p>News of the day.</p><button id="own" type="button">Own button</button>
{body}</main></body></html>"""


@dataclass
class Intranet:
    """What it serves: pages by path with their policy, and the tokens that /qa-token hands out, the last one on."""

    port: int
    pages: dict[str, tuple[str, str]] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    signings: int = 0

    @staticmethod
    def signed(name="anna", *, life=600, ago=0):
        """Return a token that was signed `ago` seconds ago and holds for `life` seconds."""
        issued = int(time.time()) - ago
        return jwt.encode({"sub": name, "iat": issued, "exp": issued + life, "aud": "qa"}, SECRET, algorithm="HS256")

    def page(self, site, attributes="", *, policy="", language="en", head="", body=""):
        """Return the path of a new page with the widget of `site`."""
        path = f"/page-{len(self.pages)}"
        html = PAGE.format(site=site, attributes=attributes, language=language, head=head, body=body)
        self.pages[path] = (html, policy.format(site=site))
        return path


@contextmanager
def serving_intranet() -> Iterator[Intranet]:
    """Serve an intranet on a free port while the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/qa-token":
                intranet.signings += 1
                token = intranet.tokens.pop(0) if len(intranet.tokens) > 1 else intranet.tokens[0]
                self.answer("application/json", json.dumps({"token": token}))
            elif self.path in intranet.pages:
                html, policy = intranet.pages[self.path]
                self.answer("text/html; charset=utf-8", html, policy)
            else:
                self.send_error(404)

        def answer(self, kind, text, policy=""):
            self.send_response(200)
            self.send_header("Content-Type", kind)
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    intranet = Intranet(server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield intranet
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def intranet():
    with serving_intranet() as served:
        yield served


@pytest.fixture(scope="module")
def town(build):
    return build(FILES)


@pytest.fixture(scope="module")
def serve(town):
    """Return a function that serves the town's documents under the name qa.example, and returns the origin."""
    running = []

    def start(**settings):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
        given = {"INDEX": str(town.index), "CORPUS": str(town.corpus), "STATE": str(town.index.parent / "state")}
        given |= {"HOSTS": "qa.example", "PORT": "0", **settings}
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", "qa.cli", "serve"],
                env=environment | {f"QA_{name}": value for name, value in given.items()},
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
        )
        address = re.search(r"http://\S+", running[-1].stdout.readline())[0]
        return f"http://qa.example:{urlsplit(address).port}"

    yield start
    for server in running:
        server.terminate()
        server.wait(timeout=20)
        server.stdout.close()


@pytest.fixture(scope="module")
def site(serve, intranet):
    """A site that everyone may ask, and that the intranet may embed."""
    return serve(ORIGINS=f"http://intranet.example:{intranet.port}")


@pytest.fixture(scope="module")
def closed_site(serve, intranet):
    """A site that lets in by token alone."""
    return serve(ORIGINS=f"http://intranet.example:{intranet.port}", ANONYMOUS="false", TOKEN_SECRET=SECRET)


@pytest.fixture(scope="module")
def chromium(playwright):
    with launched(playwright, *FLAGS) as browser:
        yield browser


@pytest.fixture
def visit(chromium, intranet):
    """Return a function that opens a page of the intranet; no cookie may ever be set, and no script may fail."""
    contexts, complaints = [], []

    def go(path, *, host="intranet.example", port=None, **options):
        context = chromium.new_context(**{"viewport": WIDE, **options})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.requested = []
        page.on("request", lambda request: page.requested.append(request.url))
        page.on("pageerror", lambda error: complaints.append(f"{error}"))
        page.goto(f"http://{host}:{port or intranet.port}{path}")
        return page

    expect.set_options(timeout=PATIENCE)
    yield go
    cookies = [cookie for context in contexts for cookie in context.cookies()]
    for context in contexts:
        context.close()
    assert cookies == []
    assert complaints == []
