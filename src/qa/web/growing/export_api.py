"""The routes by which trainers have questions proposed, and add drafts to question sets."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from qa.errors import QuestionError
from qa.evaluation.proposals import propose
from qa.evaluation.sets.append import alone, append, set_file
from qa.state.drafts import EXPORT_LOCK, Draft
from qa.web.answers import Model
from qa.web.api.problems import API, ProblemError
from qa.web.evaluate.pages import Trainer
from qa.web.evaluate.sets import FOLDER as UPLOADED
from qa.web.evaluate.sets_api import ENDINGS, HEADERS, MEDIA_TYPE, written
from qa.web.growing.asked_already import AlreadyAsked
from qa.web.growing.draft_fields import ShownDraft, anchored, question_of, shown_draft, stale_told
from qa.web.growing.drafts_api import MOST_AT_ONCE, Ids, require_draft
from qa.web.growing.plainly import told
from qa.web.site import Site
from qa.web.sources.originals import attachment

MOST_PROPOSED = 100


class Proposing(Model):
    """How many questions are to be proposed, and from which documents; without any, from all."""

    count: int = Field(20, ge=1, le=MOST_PROPOSED)
    documents: list[str] = Field(default=[], max_length=1_000)


class ProposedDrafts(Model):
    """The proposals, and how many documents were passed over for they are in a language without rules."""

    drafts: list[ShownDraft]
    other_languages: int


class Exporting(Model):
    """Drafts, and the set that they are added to: a file's name, made where there is none."""

    drafts: Ids
    set: str = Field(min_length=1, max_length=100)


class Exported(Model):
    """The set that the drafts now stand in, and their ids there, in the order of the drafts."""

    set: str
    questions: list[str]


def export_router(site: Site, already: AlreadyAsked) -> APIRouter:
    """Return the routes below /api/v1/evaluation/drafts that make drafts of documents, and sets of drafts."""
    router = APIRouter(prefix=f"{API}/evaluation", tags=["Evaluation"])
    book = site.state.drafts

    @router.post("/drafts/propose", status_code=201, summary="Propose test questions")
    def propose_drafts(asked: Proposing, _: Trainer) -> ProposedDrafts:
        """Make questions from headings and sentences of the documents, in English, and try each out.

        Nothing is proposed that a set or a draft holds, or that was dismissed.
        """
        assistant = site.live.current()
        with told():
            made = propose(assistant, already.now(), asked.count, asked.documents or None)
            ids = book.add([proposal.fields for proposal in made.proposals], "proposed", "")
            kept = [shown_draft(require_draft(book, draft_id)) for draft_id in ids]
        return ProposedDrafts(drafts=kept, other_languages=made.other_languages)

    @router.post("/drafts/export", summary="Add drafts to a question set")
    def export(chosen: Exporting, visitor: Trainer) -> Exported:
        """Add drafts to a set in the server's folder; its new file is read back before it takes the old one's place."""
        with told(), _without_folder(site.settings.evals):
            path = set_file(site.settings.evals, chosen.set)
            if (site.settings.state / UPLOADED / path.name).exists():
                raise ProblemError(409, f"{path.name} is a set that was added on the page: choose another name.")
            with alone(path, site.settings.state / EXPORT_LOCK):
                ids = export_now(path, chosen, visitor.name)
        return Exported(set=path.name, questions=ids)

    def export_now(path: Path, chosen: Exporting, author: str) -> list[str]:
        wanted = [require_draft(book, draft_id) for draft_id in dict.fromkeys(chosen.drafts)]
        for draft in wanted:
            require_exportable(draft, site)
        ids = append(path, [draft.for_set for draft in wanted])
        book.set_status([draft.id for draft in wanted], "exported", author, path.name)
        return ids

    @router.get(
        "/drafts/file",
        response_class=Response,
        responses={200: {"description": "The file", "content": {MEDIA_TYPE: {}}}},
        summary="Download drafts as a question set",
    )
    def download(
        _: Trainer,
        format: Annotated[Literal["jsonl", "csv", "xlsx"], Query(description="format to write it in")] = "jsonl",
        draft: Annotated[list[str] | None, Query(max_length=MOST_AT_ONCE, description="ids; without any, all")] = None,
    ) -> Response:
        """Write drafts as a question set, without adding them to one."""
        with told():
            wanted = [require_draft(book, draft_id) for draft_id in draft] if draft else book.all("draft")
            if not wanted:
                raise ProblemError(404, "There are no drafts to download.")
            questions = [question_of(one, f"draft-{number:03}") for number, one in enumerate(wanted, start=1)]
            content = written(questions, format, site.live.current().index)
        headers = HEADERS | {"Content-Disposition": attachment(f"drafts{ENDINGS[format]}")}
        return Response(content, headers=headers, media_type=MEDIA_TYPE)

    return router


@contextmanager
def _without_folder(folder: Path) -> Iterator[None]:
    """Tell what is wrong with a set without naming the folder on the server, and of many things the first."""
    try:
        yield
    except QuestionError as error:
        raise ProblemError(422, str(error).split("\n")[0].replace(f"{folder}/", "")) from error


def require_exportable(draft: Draft, site: Site) -> None:
    """Raise `ProblemError` (409) for a draft that is none any more, and for one whose gold no longer stands."""
    question = question_of(draft)
    words = question.question if len(question.question) <= 100 else f"{question.question[:99]}…"
    if draft.status != "draft":
        raise ProblemError(409, f"“{words}” is no draft: accept proposals first, and load the page anew.")
    for gold in question.gold:
        if (found := anchored(gold, site.shelf.document)).stale:
            raise ProblemError(409, f"“{words}” cannot be exported yet. {stale_told(found)}")
