"""Two runs side by side, question by question: what is better, what is worse, what may be chance, and what changed.

Chance is told by a paired randomisation test (Fisher 1935; Smucker et al. 2007): if both runs were equally good, each
dialogue's difference could as well have the other sign. `p` is the share of random signs, out of a fixed number from a
fixed seed, under which the mean differs at least as much as it does.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qa.evaluation.failures import Failure
from qa.evaluation.measures import MEASURES, PAIRED, by_group, whole_figures
from qa.evaluation.runs import KeptQuestion, Run

PERMUTATIONS = 10_000
SEED = 20_260_101
METHOD = f"paired randomisation test over dialogues, two-sided, {PERMUTATIONS:,} random signs, seed {SEED}"

_SAME = 1e-9
"""Differences up to this are rounding."""


@dataclass(frozen=True, slots=True)
class Duel:
    """One measure in two runs, over the questions that count for it in both: `difference` is after minus before.

    `wins`, `ties` and `losses` count the questions of the later run; `p` is None where no question differs.
    """

    measure: str
    questions: int
    before: float
    after: float
    wins: int
    ties: int
    losses: int
    p: float | None

    @property
    def difference(self) -> float:
        """How much more it is in the later run."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose class is another one, with what is different in words."""

    before: KeptQuestion
    after: KeptQuestion
    why: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A later run beside an earlier one, over the questions that are the same in both.

    `duels` are by group, then by measure; `wholes` pairs the figures before and after that are no means, over the same
    questions. `flow` counts questions by class before and class after, where it changed; `made_with` says what the runs
    were not made alike with. `only_before`, `only_after` and `altered` name questions that are left out.
    """

    before: Run
    after: Run
    pairs: int
    duels: Mapping[str, Mapping[str, Duel]]
    wholes: Mapping[str, tuple[float, float]]
    changes: tuple[Change, ...]
    flow: tuple[tuple[Failure, Failure, int], ...]
    made_with: tuple[str, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    altered: tuple[str, ...]


def compare(before: Run, after: Run) -> Comparison:
    """Compare two runs; a question whose words, gold or dialogue are others in the later one is left out."""
    earlier = {question.key: question for question in before.questions}
    later = {question.key: question for question in after.questions}
    common = [key for key in earlier if key in later]
    same = {key for key in common if _asked(earlier[key], earlier) == _asked(later[key], later)}
    pairs = [(earlier[key], later[key]) for key in common if key in same]
    changes = tuple(Change(old, new, _why(old, new)) for old, new in pairs if old.failure is not new.failure)
    counted = Counter((change.before.failure, change.after.failure) for change in changes)
    order = list(Failure).index
    return Comparison(
        before=before,
        after=after,
        pairs=len(pairs),
        duels=_duels(pairs),
        wholes=_wholes(pairs),
        changes=changes,
        flow=tuple(
            sorted(((*flow, n) for flow, n in counted.items()), key=lambda f: (-f[2], order(f[0]), order(f[1])))
        ),
        made_with=tuple(_made_with(before, after)),
        only_before=tuple(name_of(earlier[key]) for key in earlier if key not in later),
        only_after=tuple(name_of(later[key]) for key in later if key not in earlier),
        altered=tuple(name_of(later[key]) for key in common if key not in same),
    )


def name_of(question: KeptQuestion) -> str:
    """Return how a question is named among those of several sets."""
    return f"{question.set}: {question.id}"


def _asked(question: KeptQuestion, known: Mapping[tuple[str, str], KeptQuestion]) -> list[tuple[object, ...]]:
    """Return what makes a question the same: words, gold and dialogue, which is that of those before it as well."""
    gold = [(gold.document, gold.quote, gold.group, gold.grade) for gold in question.gold]
    own = question.question, question.unanswerable, question.parent_id, question.history, gold, question.answers
    parent = known.get((question.set, question.parent_id)) if question.parent_id is not None else None
    return [own] if parent is None else [own, *_asked(parent, known)]


def _duels(pairs: Sequence[tuple[KeptQuestion, KeptQuestion]]) -> dict[str, dict[str, Duel]]:
    scored = [(old.scored, pair) for pair in pairs for old in pair[:1]]
    pair_of = {id(one): pair for one, pair in scored}
    groups = by_group([one for one, _ in scored])
    return {name: _by_measure([pair_of[id(one)] for one in group]) for name, group in groups.items()}


def _by_measure(pairs: Sequence[tuple[KeptQuestion, KeptQuestion]]) -> dict[str, Duel]:
    duels = {}
    for measure in PAIRED:
        values = [(old.scored.dialogue, old.values[measure], new.values[measure]) for old, new in pairs]
        counted = [(name, old, new) for name, old, new in values if old is not None and new is not None]
        if counted:
            duels[measure] = _duel(measure, counted)
    return duels


def _duel(measure: str, values: Sequence[tuple[str, float, float]]) -> Duel:
    differences = [new - old for _, old, new in values]
    return Duel(
        measure=measure,
        questions=len(values),
        before=sum(old for _, old, _ in values) / len(values),
        after=sum(new for _, _, new in values) / len(values),
        wins=sum(difference > _SAME for difference in differences),
        ties=sum(abs(difference) <= _SAME for difference in differences),
        losses=sum(difference < -_SAME for difference in differences),
        p=chance([name for name, _, _ in values], differences),
    )


def chance(dialogues: Sequence[str], differences: Sequence[float]) -> float | None:
    """Return p, counting the signs that were observed as one of the draws, so that it is never 0; None without any."""
    sums: dict[str, float] = {}
    for dialogue, difference in zip(dialogues, differences, strict=True):
        sums[dialogue] = sums.get(dialogue, 0.0) + difference
    telling = np.array([total for total in sums.values() if abs(total) > _SAME])
    if not len(telling):
        return None
    random = np.random.default_rng(SEED)
    observed, at_least = abs(telling.sum()), 0
    for _ in range(10):  # by parts, for a thousand questions that differ
        signs = random.choice((-1.0, 1.0), size=(PERMUTATIONS // 10, len(telling)))
        at_least += int((np.abs(signs @ telling) >= observed - _SAME).sum())
    return (at_least + 1) / (PERMUTATIONS + 1)


def _wholes(pairs: Sequence[tuple[KeptQuestion, KeptQuestion]]) -> dict[str, tuple[float, float]]:
    if not pairs:
        return {}
    before, after = (whole_figures([pair[side].scored for pair in pairs]) for side in (0, 1))
    return {name: (before[name], after[name]) for name in before}


def _why(old: KeptQuestion, new: KeptQuestion) -> str:
    """Say in words what is different in the later answer."""
    told = []
    if old.searched != new.searched:
        told.append(f"searched “{new.searched}” instead of “{old.searched}”")
    if [gold.state for gold in old.gold] != [gold.state for gold in new.gold]:
        told.append(f"gold quotes are {_states(new)}, they were {_states(old)}")
    if not old.unanswerable and old.passage_rank != new.passage_rank:
        told.append(f"right passage {place_of(new)}, it was {place_of(old)}")
    if first_citation(old) != first_citation(new):
        told.append(f"first is {first_citation(new) or 'nothing'}, it was {first_citation(old) or 'nothing'}")
    elif _first_words(old) != _first_words(new):
        told.append("other words quoted from the same paragraph")
    if old.answer["outcome"] != new.answer["outcome"]:
        told.append(
            f"{new.answer['outcome']} ({new.answer['confidence']:.2f}), it was {old.answer['outcome']} "
            f"({old.answer['confidence']:.2f})"
        )
    return "; ".join(told) or "the same answer, counted differently"


def _states(question: KeptQuestion) -> str:
    return ", ".join(f"{count} {state}" for state, count in Counter(gold.state for gold in question.gold).items())


def place_of(question: KeptQuestion) -> str:
    """Say where the first passage with gold words stands."""
    if question.passage_rank is not None:
        return f"at place {question.passage_rank}"
    if question.candidate_rank is not None:
        return f"candidate {question.candidate_rank} of {question.candidate_count}, not shown"
    return "not found"


def first_citation(question: KeptQuestion) -> str:
    """Return the citation of the first quote, empty where there is none."""
    quotes = question.answer.get("quotes") or []
    if not quotes:
        return ""
    page = f", p. {quotes[0]['page']}" if quotes[0]["page"] is not None else ""
    return f"{quotes[0]['document']}{page}, ¶ {quotes[0]['paragraph']}"


def _first_words(question: KeptQuestion) -> str:
    quotes = question.answer.get("quotes") or []
    return str(quotes[0]["text"]) if quotes else ""


def _made_with(before: Run, after: Run) -> list[str]:
    told = []
    if before.index.fingerprint != after.index.fingerprint:
        told.append(
            f"index: {after.index.documents} documents and {after.index.passages} passages, model {after.index.model}; "
            f"it was {before.index.documents} and {before.index.passages}, model {before.index.model}"
        )
    if before.code != after.code:
        told.append(f"code: {_code(after)}, it was {_code(before)}")
    for name in sorted(before.settings.keys() | after.settings.keys()):
        if before.settings.get(name) != after.settings.get(name):
            told.append(f"setting {name}")
    hashes = {kept.name: kept.sha256 for kept in before.sets}
    told += [f"set {s.name} was edited" for s in after.sets if s.name in hashes and hashes[s.name] != s.sha256]
    return told


def _code(run: Run) -> str:
    return " ".join(part for part in (run.code.version, run.code.commit[:12]) if part) or "unknown"


def is_better(name: str, difference: float) -> bool | None:
    """Tell whether a measure that grew by this much is better, None where it did not change."""
    if abs(difference) <= _SAME:
        return None
    return (difference > 0) == (MEASURES[name].better == "higher")
