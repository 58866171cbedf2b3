"""The web application: chat page, source viewer and static files behind one set of rules."""

import os
import tempfile
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

from qa.settings import Settings
from qa.web.guard.headers import SecurityHeaders, failed
from qa.web.live import LiveAssistant
from qa.web.look import accent_router
from qa.web.shelf import Shelf
from qa.web.site import Site
from qa.web.sources.originals import originals_router
from qa.web.sources.viewer import source_router

STATIC = Path(__file__).parent / "static"


def create_app(live: LiveAssistant, settings: Settings) -> FastAPI:
    """Return the application over an index and the folder of its documents.

    Nothing it serves makes a browser or the server contact another host.
    """
    # Before Gradio is imported: it reads these once.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ.setdefault("GRADIO_TEMP_DIR", tempfile.mkdtemp(prefix="qa-"))
    import gradio as gr

    from qa.web.ask.page import FONT, ask_page

    app = FastAPI(
        title="qa",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        middleware=[Middleware(SecurityHeaders, hosts=[settings.host, *settings.host_names])],
        exception_handlers={Exception: failed},
    )
    shelf = Shelf(live, settings.corpus)
    site = Site(settings, live, shelf)
    app.include_router(source_router(site))
    app.include_router(originals_router(shelf))
    app.include_router(accent_router(settings))
    app.mount("/page", StaticFiles(directory=STATIC), name="page")
    page = ask_page(live)
    # As under launch(): Gradio then checks the paths it is asked for.
    page.has_launched = True
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        # Links of our own, for Gradio rewrites the rules it is handed.
        head='<link rel="stylesheet" href="/page/page.css"><script defer src="/page/page.js"></script>',
        theme=gr.themes.Default(
            primary_hue="blue", neutral_hue="slate", font=FONT, font_mono=["ui-monospace", "monospace"]
        ),
        show_error=False,
        allowed_paths=[],
        max_file_size=1,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
    )
    return app
