"""Serving the application."""

import asyncio
import logging
import socket

import uvicorn

from qa.errors import QAError
from qa.settings import Settings, require_apart
from qa.web.live import LiveAssistant

# Seconds that answers under way have when the server is told to stop.
LONGEST_GOODBYE = 3


def serve_page(settings: Settings) -> None:
    """Serve until interrupted, after printing the address.

    Raises `QAError` when the address is taken, and what opening the index raises.
    """
    server, listening = page_server(settings)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(f"qa answers at http://{host}:{listening.getsockname()[1]} (Ctrl-C stops it)", flush=True)
    server.run(sockets=[listening])


def page_server(settings: Settings) -> tuple[uvicorn.Server, socket.socket]:
    """Return a server that is ready to run, and the socket on which it listens.

    Raises `QAError` when the address is taken, and what opening the index raises.
    """
    require_apart(settings)
    live = LiveAssistant(settings.index, settings.model, settings.reranker)
    listening = _listen(settings.host, settings.port)
    from qa.web.app import create_app

    config = uvicorn.Config(
        create_app(live, settings),
        log_level="warning",
        server_header=False,
        # Below the prefix that a proxy strips: addresses on the page then begin with it.
        root_path=settings.prefix,
        # Who is asking is read by `guard.proxies`, from proxies that are believed.
        proxy_headers=False,
        # An open page holds a connection for as long as it is open.
        timeout_graceful_shutdown=LONGEST_GOODBYE,
    )
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    return uvicorn.Server(config), listening


def _is_news(record: logging.LogRecord) -> bool:
    """Tell whether a line of the log is one: that open pages lose their connection when the server stops is none."""
    cancelled = record.exc_info is not None and isinstance(record.exc_info[1], asyncio.CancelledError)
    return not cancelled and "timeout graceful shutdown" not in record.getMessage()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise QAError(
            f"The page cannot be served on {host}, port {port}: {error.strerror}. Choose another with --port."
        ) from error
    listening.listen(128)
    return listening
