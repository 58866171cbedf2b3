"""The routes by which trainers settle what waits in the inbox, and see to the gaps."""

import csv
import io
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Annotated, Literal

from fastapi import APIRouter
from fastapi import Path as PathField
from fastapi.responses import Response
from pydantic import Field

from qa.evaluation.sets.rows import guarded
from qa.state.gaps import Gap
from qa.state.state import State
from qa.web.answers import Model
from qa.web.api.problems import API, ProblemError
from qa.web.evaluate.pages import Trainer
from qa.web.evaluate.sets_api import HEADERS
from qa.web.growing.draft_fields import LONGEST_NOTE, LONGEST_QUESTION, TestQuestion
from qa.web.growing.inbox_groups import Group
from qa.web.growing.inbox_members import Member, waiting
from qa.web.growing.plainly import told
from qa.web.site import Site
from qa.web.sources.originals import attachment

LONGEST_OWNER = 200
CSV = "text/csv"
COLUMNS = ("status", "question", "nearest document", "title", "content owner", "note", "times", "since", "last change")

Members = Annotated[
    list[Annotated[str, Field(pattern=r"^(feedback|asked):[0-9a-f]{8,40}$")]], Field(min_length=1, max_length=1_000)
]


class MembersAsQuestion(TestQuestion):
    """Members of the inbox, and the test question that is made of them."""

    members: Members


class MembersAsGap(Model):
    """Members of the inbox that show what the documents lack, and who is to see to it."""

    members: Members
    question: str = Field(min_length=1, max_length=LONGEST_QUESTION)
    document: str = Field("", max_length=4_000, description="id of the nearest document")
    owner: str = Field("", max_length=LONGEST_OWNER, description="who is to close the gap, in your own words")
    note: str = Field("", max_length=LONGEST_NOTE)


class MembersDismissed(Model):
    """Members of the inbox that nothing is to become of."""

    members: Members
    question: str = Field(min_length=1, max_length=LONGEST_QUESTION, description="the wording that stands for them")
    reason: str = Field("", max_length=LONGEST_NOTE)


class SettledAs(Model):
    """What the members became: the id of a draft, a gap or a dismissal, by which it is taken back."""

    outcome: Literal["draft", "gap", "dismissed"]
    target: str


class ShownGap(Model):
    """What the documents lack."""

    id: str
    question: str
    document: str = Field(description="id of the nearest document, or empty")
    owner: str
    note: str
    times: int = Field(description="how many people were concerned when it was assigned")
    status: Literal["open", "closed"]
    made: str = Field(description="UTC, ISO 8601")
    made_by: str
    changed: str = Field(description="UTC, ISO 8601")
    changed_by: str


class GapList(Model):
    """Gaps, the open ones first."""

    gaps: list[ShownGap]


class GapChange(Model):
    """What of a gap is to be another; what is left out stays."""

    owner: str | None = Field(None, max_length=LONGEST_OWNER)
    note: str | None = Field(None, max_length=LONGEST_NOTE)
    status: Literal["open", "closed"] | None = None


def inbox_router(site: Site) -> APIRouter:
    """Return the routes below /api/v1/evaluation/inbox."""
    router = APIRouter(prefix=f"{API}/evaluation/inbox", tags=["Evaluation"])
    state = site.state
    # Whether something still waits is looked up and settled in one go: two trainers may press at once.
    settling = Lock()

    @router.post("/drafts", status_code=201, summary="Make a test question of what waits")
    def make_draft(given: MembersAsQuestion, visitor: Trainer) -> SettledAs:
        """Keep a draft of a test question; what it was made of waits no longer."""
        question = TestQuestion.model_validate(given.model_dump(exclude={"members"}))
        fields = question.fields(site.shelf.document, visitor.name)
        with told(), settling:
            found = _waiting(state, given.members)
            origin: Literal["asked", "feedback"] = "asked" if all(member.asked for member in found) else "feedback"
            return SettledAs(
                outcome="draft", target=state.inbox.make_draft(given.members, fields, origin, visitor.name)
            )

    @router.post("/gaps", status_code=201, summary="Assign what waits as a gap")
    def assign_gap(given: MembersAsGap, visitor: Trainer) -> SettledAs:
        """Keep what the documents lack, with whoever is to see to it; what showed it waits no longer."""
        if given.document and site.shelf.document(given.document) is None:
            raise ProblemError(422, f"There is no document {given.document[:200]}.")
        if not given.question.strip():
            raise ProblemError(422, "The gap has no question: write what the documents should answer.")
        with told(), settling:
            times = Group(tuple(_waiting(state, given.members))).people
            target = state.inbox.assign_gap(
                given.members,
                given.question.strip(),
                given.document,
                given.owner.strip(),
                given.note.strip(),
                times,
                visitor.name,
            )
        return SettledAs(outcome="gap", target=target)

    @router.post("/dismissals", status_code=201, summary="Dismiss what waits")
    def dismiss(given: MembersDismissed, visitor: Trainer) -> SettledAs:
        """Put aside what nothing is to become of."""
        with told(), settling:
            _waiting(state, given.members)
            target = state.inbox.dismiss(given.members, given.question, given.reason.strip(), visitor.name)
        return SettledAs(outcome="dismissed", target=target)

    @router.delete("/settled/{target}", status_code=204, summary="Take back what was settled")
    def take_back(
        target: Annotated[str, PathField(max_length=64, description="id of the draft, gap or dismissal")],
        visitor: Trainer,
    ) -> None:
        """Have what was settled wait again; its draft is dismissed, its gap removed."""
        with told(), settling:
            if not state.inbox.take_back(target, visitor.name):
                raise ProblemError(404, "There is nothing of this id to take back.")

    return router


def gaps_router(site: Site) -> APIRouter:
    """Return the routes below /api/v1/evaluation/gaps."""
    router = APIRouter(prefix=f"{API}/evaluation/gaps", tags=["Evaluation"])
    book = site.state.gaps

    @router.get("", summary="List the gaps")
    def gaps(_: Trainer) -> GapList:
        """List what the documents lack, the open gaps first."""
        with told():
            return GapList(gaps=[_shown(gap) for gap in book.all()])

    @router.get(
        "/file",
        response_class=Response,
        responses={200: {"description": "The file", "content": {CSV: {}}}},
        summary="Download the gaps",
    )
    def download(_: Trainer) -> Response:
        """Write the gaps as CSV, for content owners and their spreadsheets."""
        with told():
            table = gaps_table(book.all(), site.live.current().index.title_of)
        return Response(table, headers=HEADERS | {"Content-Disposition": attachment("gaps.csv")}, media_type=CSV)

    @router.patch("/{gap}", summary="Change a gap")
    def change(
        gap: Annotated[str, PathField(max_length=64, description="the gap's id")], wanted: GapChange, visitor: Trainer
    ) -> ShownGap:
        """Close or reopen a gap, or change its owner or note."""
        owner = wanted.owner.strip() if wanted.owner is not None else None
        note = wanted.note.strip() if wanted.note is not None else None
        with told():
            changed = book.change(gap, visitor.name, owner=owner, told=note, status=wanted.status)
        if changed is None:
            raise ProblemError(404, "There is no such gap.")
        return _shown(changed)

    return router


def gaps_table(gaps: Sequence[Gap], title_of: Callable[[str], str]) -> str:
    """Return gaps as CSV, with a byte order mark for spreadsheets; no cell is taken for a formula."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for gap in gaps:
        cells = (gap.status, gap.question, gap.document, title_of(gap.document), gap.owner, gap.note)
        writer.writerow([*(guarded(cell) for cell in cells), gap.times, gap.made, gap.changed])
    return "\ufeff" + table.getvalue()


def _waiting(state: State, members: Sequence[str]) -> list[Member]:
    """Return the members of some ids. Raises `ProblemError` (409) where one does not wait."""
    known = {member.id: member for member in waiting(state).members}
    if missing := [member for member in members if member not in known]:
        raise ProblemError(
            409, f"Something of this was settled meanwhile, or withdrawn: {len(missing)}. Load the page anew."
        )
    return [known[member] for member in dict.fromkeys(members)]


def _shown(gap: Gap) -> ShownGap:
    return ShownGap(
        id=gap.id,
        question=gap.question,
        document=gap.document,
        owner=gap.owner,
        note=gap.note,
        times=gap.times,
        status=gap.status,
        made=gap.made,
        made_by=gap.made_by,
        changed=gap.changed,
        changed_by=gap.changed_by,
    )
