"""The chat page, in Gradio."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from qa.web.ask.dialogue import Exchange, Message, asked, asked_again, messages
from qa.web.live import LiveAssistant

FONT = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]
LONGEST_QUESTION = 4000
STARTERS = 4


def ask_page(live: LiveAssistant) -> gr.Blocks:
    """Return the page: a chat, and a line to ask in. Sources open beside it by /page/page.js."""

    def respond(question: str, dialogue: list[Exchange] | None) -> tuple[str, list[Message], list[Exchange]]:
        asked_so_far = asked(live.current(), question, dialogue or [])
        # What could not be asked stays in the line, to be put right.
        left = "" if asked_so_far[-1].turns else question
        return left, messages(asked_so_far), asked_so_far

    def respond_again(request: str, dialogue: list[Exchange] | None) -> tuple[list[Message], list[Exchange]]:
        asked_so_far = asked_again(live.current(), request, dialogue or [])
        return messages(asked_so_far), asked_so_far

    def start_over() -> tuple[str, list[Message], list[Exchange]]:
        return "", [], []

    titles = live.current().index.titles()
    page: gr.Blocks
    with gr.Blocks(title="Ask the documents", analytics_enabled=False, fill_height=True) as page:
        gr.Markdown(
            f"# Ask the documents\nAnswers are verbatim passages from {len(titles)} documents. "
            "Open a number such as \\[1\\] to check the words in their source.",
            elem_id="title",
        )
        dialogue = gr.State([])
        chat = gr.Chatbot(
            elem_id="chat",
            show_label=False,
            label="Answers",
            layout="panel",
            buttons=["copy"],
            feedback_options=None,
            latex_delimiters=[],
            line_breaks=False,
            allow_file_downloads=False,
            group_consecutive_messages=False,
            reasoning_tags=[],
            placeholder="**Ask in your own words.**\n\nFor example about one of these:",
            examples=[{"text": text} for text in starters(titles)],
            autoscroll=False,
            height="auto",
        )
        question = gr.Textbox(
            elem_id="ask",
            show_label=False,
            label="Your question",
            placeholder="Ask a question",
            autofocus=True,
            lines=1,
            max_lines=4,
            max_length=LONGEST_QUESTION,
            submit_btn="Ask",
        )
        # Not shown: /page/page.js writes into it what the buttons of an answer ask for.
        again = gr.Textbox(elem_id="again", visible="hidden", show_label=False, label="Ask again", lines=1)
        # The chat is told what it shows and never asked: a long dialogue is not sent with every question.
        inputs, outputs = [question, dialogue], [question, chat, dialogue]
        options: dict[str, Any] = {"queue": False, "api_visibility": "private", "show_progress": "hidden"}
        question.submit(respond, inputs, outputs, **options)
        again.submit(respond_again, [again, dialogue], [chat, dialogue], **options)
        chat.example_select(_picked, None, [question], queue=False, api_visibility="private").then(
            respond, inputs, outputs, **options
        )
        chat.clear(start_over, None, outputs, **options)
    return page


def _picked(event: gr.SelectData) -> str:
    return str(event.value["text"])


def starters(titles: Sequence[tuple[str, str]]) -> list[str]:
    """Return a few document titles, spread over the corpus, to start from."""
    step = max(1, len(titles) // STARTERS)
    spread: Sequence[Any] = titles[step // 2 :: step]
    return [title for _, title in spread[:STARTERS]]
