"""`qa drafts`: drafts of test questions; what is proposed from the documents, and into which set they go."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa import settings
from qa.commands.options import IndexOption, JsonOption, ModelOption
from qa.errors import QAError

if TYPE_CHECKING:
    from qa.evaluation.anchors import Documents
    from qa.state.drafts import Draft

AUTHOR = "command line"
MOST_PROPOSED = 1_000

StateOption = Annotated[
    Path | None, typer.Option("--state", help="Folder of the state (QA_STATE; default: state).", show_default=False)
]
EvalsOption = Annotated[
    Path | None, typer.Option("--evals", help="Folder of question sets (QA_EVALS; default: evals).", show_default=False)
]

app = typer.Typer(
    help="Drafts of test questions: list them, have some proposed, add them to a set.", rich_markup_mode=None
)


@app.callback(invoke_without_command=True, epilog="Example: qa drafts --status proposed")
def drafts(
    context: typer.Context,
    status: Annotated[
        str | None,
        typer.Option("--status", help="List these only: proposed, draft, exported or dismissed.", show_default=False),
    ] = None,
    state: StateOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the drafts, the newest first."""
    if context.invoked_subcommand is not None:
        return
    from typing import get_args

    from qa.state.drafts import Status
    from qa.state.state import State

    wanted = next((known for known in get_args(Status) if known == status), None)
    if status is not None and wanted is None:
        raise QAError(f"There is no status {status!r}: there are {', '.join(get_args(Status))}.")
    book = State(settings.load(state=state)).drafts
    found = book.all(wanted) if wanted else book.all()
    if as_json:
        print(json.dumps([asdict(draft) for draft in found], ensure_ascii=False))
        return
    for draft in found:
        print(_line(draft))
    print(f"Drafts: {len(found)}.")


def _line(draft: "Draft") -> str:
    gold = draft.fields.get("gold") or []
    where = gold[0]["document"] if gold else "not in the documents"
    placed = f" in {draft.exported_to}" if draft.exported_to else ""
    question = " ".join(str(draft.fields["question"]).split())
    return f"{draft.id}  {draft.status}{placed}  {question} [{where}]"


@app.command(epilog="Example: qa drafts propose --count 50")
def propose(
    count: Annotated[int, typer.Option("--count", min=1, max=MOST_PROPOSED, help="Questions, at most.")] = 20,
    document: Annotated[
        list[str] | None,
        typer.Option("--document", help="From this document only; may be repeated.", show_default=False),
    ] = None,
    index: IndexOption = None,
    model: ModelOption = None,
    evals: EvalsOption = None,
    state: StateOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make questions from headings and sentences of the documents, in English, and try each out.

    Nothing is proposed that a set or a draft holds, or that was dismissed. A trainer decides on each.
    """
    from qa.answering.assistant import Assistant
    from qa.evaluation import proposals
    from qa.evaluation.likeness import AskedAlready
    from qa.evaluation.sets.folder import questions_in
    from qa.state.state import State

    chosen = settings.load(index=index, model=model, evals=evals, state=state)
    assistant = Assistant.open(chosen.index, chosen.model, chosen.reranker)
    book = State(chosen).drafts
    known = [
        *((name, question.question) for name, question in questions_in(chosen.evals) if not question.parent_id),
        *((draft.id, str(draft.fields["question"])) for draft in book.all()),
    ]
    made = proposals.propose(assistant, AskedAlready(known, assistant.index.encoder), count, document)
    ids = book.add([proposal.fields for proposal in made.proposals], "proposed", "")
    if as_json:
        told = [
            {"id": draft_id, "found": proposal.found, **proposal.fields}
            for draft_id, proposal in zip(ids, made.proposals, strict=True)
        ]
        print(json.dumps({"proposed": told, "other_languages": made.other_languages}, ensure_ascii=False))
        return
    for draft_id, proposal in zip(ids, made.proposals, strict=True):
        found = f"found at place {proposal.found}" if proposal.found else "not found"
        print(f"{draft_id}  {proposal.fields['question']} [{proposal.fields['gold'][0]['document']}, {found}]")
    print(f"Proposed: {len(ids)}; documents in other languages, passed over: {made.other_languages}.")


@app.command(epilog="Example: qa drafts export leave")
def export(
    name: Annotated[str, typer.Argument(metavar="SET", help="A set in the folder of sets, or a new name.")],
    draft: Annotated[
        list[str] | None,
        typer.Option("--draft", help="Add this draft only, by its id; may be repeated.", show_default=False),
    ] = None,
    index: IndexOption = None,
    evals: EvalsOption = None,
    state: StateOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add drafts to a question set; proposals have to be accepted first.

    A draft whose gold no longer stands in the documents is refused, and nothing is added then.
    """
    from qa.evaluation.sets.append import alone, append, set_file
    from qa.indexing.index import LocalIndex
    from qa.state.drafts import EXPORT_LOCK
    from qa.state.state import State

    chosen = settings.load(index=index, evals=evals, state=state)
    path = set_file(chosen.evals, name)
    book = State(chosen).drafts
    with alone(path, chosen.state / EXPORT_LOCK):
        wanted = [found for found in book.all("draft") if draft is None or found.id in draft]
        if unknown := sorted(set(draft or ()) - {found.id for found in wanted}):
            raise QAError(f"There is no draft {unknown[0]!r} to export: `qa drafts --status draft` lists them.")
        if not wanted:
            raise QAError("There are no drafts to export: save some on the page, or accept proposals.")
        _require_standing(LocalIndex.open(chosen.index), wanted)
        ids = append(path, [found.for_set for found in reversed(wanted)])
        book.set_status([found.id for found in wanted], "exported", AUTHOR, path.name)
    if as_json:
        print(json.dumps({"set": path.name, "questions": ids}, ensure_ascii=False))
    else:
        print(f"{path}: added {', '.join(ids)}.")


def _require_standing(documents: "Documents", drafts: "list[Draft]") -> None:
    from qa.evaluation.anchors import anchor
    from qa.evaluation.sets import Gold

    for draft in drafts:
        for fields in draft.fields.get("gold") or ():
            gold = Gold(fields["document"], fields["quote"])
            if anchor(documents.document(gold.document), gold).stale:
                raise QAError(
                    f"The gold of {draft.id} no longer stands in {gold.document}: correct the draft on the page."
                )
