"""The web application: chat page, source viewer and static files behind one set of rules."""

import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.staticfiles import StaticFiles

from qa.settings import Settings
from qa.state.state import State
from qa.web.api.metrics import CountRequests
from qa.web.api.problems import problem_handlers
from qa.web.api.routes import api_router, close_api
from qa.web.api.tool import ask_tool
from qa.web.ask.frame import FramedChat, starters_router
from qa.web.ask.suggestions import Suggester
from qa.web.documents.page import documents_router
from qa.web.evaluate.router import evaluate_router
from qa.web.export.router import export_router
from qa.web.feedback.router import feedback_router
from qa.web.growing.router import growing_router
from qa.web.guard.headers import failed
from qa.web.guard.layers import guard_layers
from qa.web.live import LiveAssistant
from qa.web.look import accent_router
from qa.web.shelf import Shelf
from qa.web.site import Site
from qa.web.sources.originals import originals_router
from qa.web.sources.viewer import source_router
from qa.web.widget.routes import widget_router

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

    shelf, state = Shelf(live, settings.corpus), State(settings)
    site = Site(settings, live, shelf, state)
    suggester = Suggester(settings.evals)

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        with state.kept_tidy():
            yield

    app = FastAPI(
        lifespan=running,
        title="qa",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        middleware=[
            Middleware(CountRequests, site.metrics),
            *guard_layers(settings),
            Middleware(FramedChat, settings=settings),
        ],
        exception_handlers=problem_handlers(failed),
    )
    app.include_router(source_router(site))
    app.include_router(originals_router(site))
    app.include_router(accent_router(settings))
    app.include_router(documents_router(site))
    app.include_router(evaluate_router(site))
    app.include_router(growing_router(site))
    app.include_router(feedback_router(site))
    app.include_router(export_router(site))
    app.include_router(widget_router())
    app.include_router(api_router(site))
    app.include_router(starters_router(site, suggester))
    close_api(app)
    app.mount("/page", StaticFiles(directory=STATIC), name="page")
    page = ask_page(site, suggester, ask_tool(site))
    # As under launch(): Gradio then checks the paths it is asked for.
    page.has_launched = True
    gr.mount_gradio_app(
        app,
        page,
        path="/",
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
        mcp_server=True,
    )
    return app
