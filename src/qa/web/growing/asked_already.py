"""What sets and drafts ask already, so that nothing is proposed or exported twice."""

from collections.abc import Iterator

from qa.evaluation.likeness import AskedAlready
from qa.evaluation.sets.folder import questions_in
from qa.web.site import Site


class AlreadyAsked:
    """Gathers the questions of the sets, and of the drafts."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def in_sets(self) -> AskedAlready:
        """Return what the sets ask; follow-ups are left out, for they are others after another dialogue."""
        return AskedAlready(self._sets(), self._site.live.current().index.encoder)

    def now(self) -> AskedAlready:
        """Return what sets and drafts ask, dismissed ones included. Raises `StateError`."""
        known = self.in_sets()
        for draft in self._site.state.drafts.all():
            known.add(f"{draft.status} draft", draft.fields["question"])
        return known

    def _sets(self) -> Iterator[tuple[str, str]]:
        for name, question in questions_in(self._site.settings.evals):
            if question.parent_id is None and not question.history:
                yield f"{name}: {question.id}", question.question
