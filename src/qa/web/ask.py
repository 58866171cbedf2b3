"""The chat page, in Gradio."""

from collections.abc import Sequence
from typing import Any

import gradio as gr

from qa.errors import QAError
from qa.types import Answer, Turn
from qa.web.live import LiveAssistant
from qa.web.rendering import NOTHING, answer_html, escape

Message = dict[str, str]
FONT = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]
LONGEST_QUESTION = 4000
STARTERS = 4


def ask_page(live: LiveAssistant) -> gr.Blocks:
    """Return the page: a chat, and a line to ask in. Sources open beside it by /page/page.js."""

    def respond(
        question: str, messages: Sequence[Message] | None, turns: Sequence[Turn] | None
    ) -> tuple[str, list[Message], list[Turn]]:
        assistant = live.current()
        shown = list(messages or [])
        spoken = list(turns or [])
        try:
            answer = assistant.ask(question, spoken)
        except QAError as error:
            shown += [_message("user", escape(question.strip() or "…")), _message("assistant", escape(str(error)))]
            return question, shown, spoken
        shown += [
            _message("user", escape(answer.question)),
            _message("assistant", answer_html(answer, dict(assistant.index.titles()))),
        ]
        spoken += [Turn("user", answer.question), Turn("assistant", spoken_answer(answer))]
        return "", shown, spoken

    def start_over() -> tuple[str, list[Message], list[Turn]]:
        return "", [], []

    titles = live.current().index.titles()
    page: gr.Blocks
    with gr.Blocks(title="Ask the documents", analytics_enabled=False, fill_height=True) as page:
        gr.Markdown(
            f"# Ask the documents\nAnswers are verbatim passages from {len(titles)} documents. "
            "Open a number such as \\[1\\] to check the words in their source.",
            elem_id="title",
        )
        turns = gr.State([])
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
        inputs, outputs = [question, chat, turns], [question, chat, turns]
        question.submit(respond, inputs, outputs, queue=False, api_visibility="private", show_progress="hidden")
        chat.example_select(_picked, None, [question], queue=False, api_visibility="private").then(
            respond, inputs, outputs, queue=False, api_visibility="private", show_progress="hidden"
        )
        chat.clear(start_over, None, outputs, queue=False, api_visibility="private", show_progress="hidden")
    return page


def _picked(event: gr.SelectData) -> str:
    return str(event.value["text"])


def _message(role: str, content: str) -> Message:
    return {"role": role, "content": content}


def spoken_answer(answer: Answer) -> str:
    """Return what an answer says for the history of the dialogue: its best quote, if it answered."""
    return answer.quotes[0].text if answer.outcome == "answered" and answer.quotes else NOTHING


def starters(titles: Sequence[tuple[str, str]]) -> list[str]:
    """Return a few document titles, spread over the corpus, to start from."""
    step = max(1, len(titles) // STARTERS)
    spread: Sequence[Any] = titles[step // 2 :: step]
    return [title for _, title in spread[:STARTERS]]
