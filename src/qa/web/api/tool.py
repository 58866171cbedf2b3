"""Asking as a tool: one function for gradio_client and, by the Model Context Protocol, for other assistants."""

from collections.abc import Callable

from pydantic import ValidationError

from qa.answering.question import LONGEST_QUESTION
from qa.errors import QAError
from qa.web.api.asking import Question, answered
from qa.web.asked import AskedScope
from qa.web.site import Site


def ask_tool(site: Site) -> Callable[[str, str], str]:
    """Return the function to register with `gr.api(..., api_name="ask", queue=False)`.

    Without a queue, Gradio's MCP server calls it directly; with one, it would call this site over HTTP as nobody.
    """
    import gradio as gr

    # The docstring is what a language model reads of it.
    def ask(question: str, collection: str = "") -> str:
        """Answer a question from this organisation's own documents, with verbatim quotes and their places.

        The outcome is "answered", "related" (the documents do not clearly answer) or "nothing" (they do not answer).
        Each passage has the words exactly as the document has them, the citation, and the address of the source.
        Quote the words unchanged and name the citation; where the outcome is "nothing", say so.

        Args:
            question: The question, in plain words.
            collection: Name of the collection to search; empty for all documents.

        Returns:
            The answer as JSON text.
        """
        within = AskedScope(collections=[collection] if collection else [])
        try:
            return answered(site, Question(question=question, scope=within)).model_dump_json()
        except (QAError, ValidationError) as error:
            # Of any other error, Gradio tells the caller nothing.
            raise gr.Error(_sentence(error), print_exception=False) from error

    return ask


def _sentence(error: QAError | ValidationError) -> str:
    if isinstance(error, QAError):
        return str(error)
    return f"The question and the collection need to be text, the question of {LONGEST_QUESTION:,} characters at most."
