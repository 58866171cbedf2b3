"""The page /evaluate/inbox: what waits, the gaps, and what was settled."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from qa.state.changes import Change, changes
from qa.state.gaps import Gap
from qa.web.evaluate.pages import page_context, pages_router, rendered
from qa.web.growing.inbox_groups import Group, InboxGroups
from qa.web.growing.inbox_members import Member, waiting
from qa.web.growing.plainly import told
from qa.web.growing.standing import Standing, StandingAnswers
from qa.web.site import Site

VIEWS = ("waiting", "gaps", "settled")
ON_A_PAGE = 15
"""Groups, or gaps: each is asked once to see what is answered today."""
SETTLED_SHOWN = 100


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group with what its question gets today.

    `unchanged` says that the answer begins with the words that it began with when it was marked as wrong.
    """

    group: Group
    standing: Standing
    unchanged: bool

    @property
    def data(self) -> Mapping[str, Any]:
        """What the page's script needs to make something of the group."""
        first = self.group.first
        return {
            "question": first.question,
            "history": [asdict(turn) for turn in first.history],
            "outcome": self.standing.outcome,
            "quotes": [asdict(words) for words in self.standing.quotes],
            "document": self.standing.documents[0][0] if self.standing.documents else "",
        }


@dataclass(frozen=True, slots=True)
class ShownGap:
    """A gap with what its question gets today, and what was done with it."""

    gap: Gap
    title: str
    standing: Standing
    history: Sequence[Change]

    @property
    def answered(self) -> bool:
        """Whether the documents answer the question today, so that an open gap may be closed."""
        return self.standing.outcome == "answered"


def inbox_page_router(site: Site) -> APIRouter:
    """Return the page /evaluate/inbox."""
    router = pages_router(site)
    groups, standings = InboxGroups(), StandingAnswers(site.live)

    @router.get("/evaluate/inbox")
    def inbox(request: Request) -> HTMLResponse:
        view = request.query_params.get("view", "")
        view = view if view in VIEWS else "waiting"
        with told():
            waits, gaps = waiting(site.state), site.state.gaps.all()
            found = groups.of(waits.members, site.live.current().index.encoder)
            context = page_context(request, site, "inbox", "growing") | {
                "view": view,
                "groups": found,
                "left_out": waits.left_out,
                "open_gaps": sum(gap.status == "open" for gap in gaps),
                "logged": site.settings.log_questions,
                "owners": sorted({gap.owner for gap in gaps} - {""}, key=str.casefold),
                "titles": site.live.current().index.titles(),
            }
            match view:
                case "gaps":
                    shown = _sliced(gaps, request)
                    context["shown"] = [_shown_gap(gap, site, standings) for gap in shown.items]
                case "settled":
                    shown = _sliced(changes(site.state.database, "inbox:", SETTLED_SHOWN), request, SETTLED_SHOWN)
                    context |= {"shown": shown.items, "standing_targets": _targets(site)}
                case _:
                    shown = _sliced(found, request)
                    context["shown"] = [_shown_group(group, standings) for group in shown.items]
        return rendered("evaluate_inbox.html", context | {"page": shown.page, "pages": shown.pages})

    return router


@dataclass(frozen=True, slots=True)
class _Sliced:
    items: Sequence[Any]
    page: int
    pages: int


def _sliced(items: Sequence[Any], request: Request, on_a_page: int = ON_A_PAGE) -> _Sliced:
    wanted = request.query_params.get("page", "")
    pages = max(1, -(-len(items) // on_a_page))
    page = min(pages, max(1, int(wanted))) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 9 else 1
    return _Sliced(items[(page - 1) * on_a_page : page * on_a_page], page, pages)


def _targets(site: Site) -> set[str]:
    """Return what can still be taken back."""
    return {settled.target for settled in site.state.inbox.settled().values()}


def _shown_group(group: Group, standings: StandingAnswers) -> ShownGroup:
    first: Member = group.first
    standing = standings.of(first.question, first.history)
    unchanged = bool(first.shown and standing.quotes) and standing.quotes[0].text == first.shown
    return ShownGroup(group, standing, unchanged)


def _shown_gap(gap: Gap, site: Site, standings: StandingAnswers) -> ShownGap:
    title = site.live.current().index.title_of(gap.document) or gap.document
    return ShownGap(gap, title, standings.of(gap.question), changes(site.state.database, f"gap:{gap.id}"))
