"""The chat in Gradio: one event takes what the page wishes and gives back what the chat shows.

The line to ask in, the menus and the dialogs stand around it (see `ask.frame`); /page/ask.js speaks for them through
two text boxes that are not shown.
"""

import json
from collections.abc import Callable
from typing import Any

import gradio as gr
from pydantic import ValidationError
from pydantic_core import from_json

from qa.web.ask.dialogue import LONGEST_STAMP, Dialogue, Message, Wish, messages
from qa.web.ask.exchange import Exchange
from qa.web.ask.keeping import packed, unpacked
from qa.web.ask.suggestions import Suggester
from qa.web.site import Site
from qa.web.texts import texts

FONT = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]
# Seconds after which a dialogue that nobody continues is forgotten here; the browser keeps it.
KEPT_SECONDS = 6 * 3600
# Visitors whose chats are held at once, with all that Gradio remembers of them, up to some megabytes each. Whoever was
# away for longer hands in what the browser kept.
MOST_DIALOGUES = 300

Reply = tuple[list[Message] | Any, bytes, str]


def ask_page(site: Site, suggester: Suggester, tool: Callable[..., Any]) -> gr.Blocks:
    """Return the chat; `tool` answers a question for programs, as the endpoint "ask"."""

    def respond(wished: str, kept: bytes | None) -> Reply:
        kept = kept or b""
        before = unpacked(kept)
        try:
            wish = Wish.model_validate_json(wished)
        except ValidationError:
            return gr.skip(), kept, _told(_stamp_of(wished), [], before, refused=True)
        if wish.needs_restoring(before):
            return gr.skip(), kept, _told(wish.stamp, [], before, stale=True)
        after = _done(site, suggester, wish, before)
        changed = [exchange for exchange in after if exchange not in before]
        return messages(after, texts(wish.language)), packed(after), _told(wish.stamp, changed, after)

    page: gr.Blocks
    with gr.Blocks(title=texts("en")("ask.title"), analytics_enabled=False, fill_height=True) as page:
        dialogue = gr.State(b"", time_to_live=KEPT_SECONDS)
        chat = gr.Chatbot(
            elem_id="chat",
            show_label=False,
            label="Chat",
            layout="panel",
            buttons=[],
            feedback_options=None,
            latex_delimiters=[],
            line_breaks=False,
            allow_file_downloads=False,
            group_consecutive_messages=False,
            reasoning_tags=[],
            autoscroll=False,
            height="auto",
        )
        wished = gr.Textbox(elem_id="wish", visible="hidden", show_label=False, label="Wish", lines=1)
        told = gr.Textbox(elem_id="told", visible="hidden", show_label=False, label="Told", lines=1)
        wished.submit(
            respond,
            [wished, dialogue],
            [chat, dialogue, told],
            queue=False,
            api_visibility="private",
            show_progress="hidden",
        )
        gr.api(tool, api_name="ask", queue=False)  # type: ignore[attr-defined]  # not in its list of exports
    page.state_session_capacity = MOST_DIALOGUES
    return page


def _done(site: Site, suggester: Suggester, wish: Wish, before: list[Exchange]) -> list[Exchange]:
    """Return the dialogue after a wish was granted."""
    assistant = site.live.current()
    talk = Dialogue(
        assistant,
        lambda answer, asked: suggester.next(assistant, answer, asked),
        lambda answer: site.note(answer, wish.language),
        site.metrics.asking,
    )
    if wish.restore is not None:
        before = [*wish.restore]
    if wish.clear:
        return []
    if wish.link is not None:
        return talk.follow(wish.link, wish.scope)
    if wish.again is not None:
        return talk.ask_again(wish.again, before)
    if wish.question is not None:
        return talk.ask(wish.question, before, wish.scope)
    return before


def _stamp_of(wished: str) -> str:
    """Return the stamp of a wish that is none, so that the page need not wait for it to be granted."""
    try:
        stamp = from_json(wished)["stamp"]
    except (ValueError, TypeError, KeyError):
        return ""
    return stamp[:LONGEST_STAMP] if isinstance(stamp, str) else ""


def _told(
    stamp: str, changed: list[Exchange], dialogue: list[Exchange], stale: bool = False, refused: bool = False
) -> str:
    """Return what the browser keeps: the exchanges that are new or changed, and the numbers of all that are left.

    `stale` asks it to send what it kept, for this server does not hold it; `refused` says that this cannot be read.
    """
    return json.dumps(
        {
            "stamp": stamp,
            "stale": stale,
            "refused": refused,
            "changed": [exchange.model_dump(mode="json") for exchange in changed],
            "numbers": [exchange.number for exchange in dialogue],
        },
        ensure_ascii=False,
    )
