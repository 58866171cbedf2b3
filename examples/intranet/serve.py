"""A demo intranet on a port of its own: its home page has the widget, its backend signs the visitor's tokens.

QA_SITE=http://127.0.0.1:7860 QA_SECRET=... python examples/intranet/serve.py 8080
"""

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jwt

FOLDER = Path(__file__).parent
SITE = os.environ.get("QA_SITE", "http://127.0.0.1:7860")
SECRET = os.environ.get("QA_SECRET", "")
# An intranet of your own takes the name from its session: whoever is signed in there.
SIGNED_IN = "anna.berg"


def token() -> str:
    """Return a token that names the visitor for ten minutes."""
    now = int(time.time())
    return jwt.encode({"sub": SIGNED_IN, "iat": now, "exp": now + 600, "aud": "qa"}, SECRET, algorithm="HS256")


class Intranet(BaseHTTPRequestHandler):
    """Answers with the home page, its style and, where there is a secret, a token."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/":
            attribute = 'data-token-url="/qa-token"' if SECRET else ""
            page = (FOLDER / "index.html").read_text(encoding="utf-8")
            self.answer("text/html; charset=utf-8", page.replace("{site}", SITE).replace("{token}", attribute))
        elif path == "/intranet.css":
            self.answer("text/css; charset=utf-8", (FOLDER / "intranet.css").read_text(encoding="utf-8"))
        elif path == "/qa-token" and SECRET:
            self.answer("application/json", json.dumps({"token": token()}))
        else:
            self.send_error(404)

    def answer(self, kind: str, text: str) -> None:
        """Send a text of a kind; nothing of it is kept, for tokens are short-lived."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing of single requests."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8080), Intranet)
    print(f"the intranet is at http://127.0.0.1:{server.server_port} (Ctrl-C stops it)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
