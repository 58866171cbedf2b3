"""What waits in the inbox, gathered by what it asks for."""

import threading
from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qa.evaluation.likeness import grouped, question_vectors
from qa.indexing.encoder import Encoder, Vectors
from qa.web.growing.inbox_members import Member

REMEMBERED = 4_000


@dataclass(frozen=True, slots=True)
class Group:
    """Members that ask for the same, the newest first."""

    members: tuple[Member, ...]

    @property
    def first(self) -> Member:
        """The member that speaks for the others: of the wording that most people used, the newest."""
        counted = _people(self.members)
        return max(self.members, key=lambda member: (counted[member.wording], not member.history, member.when))

    @property
    def people(self) -> int:
        """How many people are concerned, as far as it can be known.

        Whoever marked an answer and whose question stands in the log besides is one: of each wording, the larger
        number counts.
        """
        return sum(_people(self.members).values())

    @property
    def marked(self) -> int:
        """How often an answer was marked as wrong."""
        return sum(not member.asked for member in self.members)

    @property
    def asked(self) -> int:
        """How often it was asked without an answer."""
        return sum(member.times for member in self.members if member.asked)

    @property
    def last(self) -> str:
        """When it was last asked or marked."""
        return max(member.when for member in self.members)

    @property
    def reasons(self) -> Sequence[tuple[str, int]]:
        """What people said was wrong, the most frequent first."""
        return Counter(member.reason for member in self.members if member.reason).most_common()


def _people(members: Sequence[Member]) -> Counter[str]:
    """Count the people by wording: names once, each anonymous mark, each unanswered asking."""
    counted: Counter[str] = Counter()
    for wording in {member.wording for member in members}:
        alike = [member for member in members if member.wording == wording]
        named = {member.visitor for member in alike if member.visitor}
        anonymous = sum(not member.asked and not member.visitor for member in alike)
        counted[wording] = max(len(named) + anonymous, sum(member.times for member in alike if member.asked))
    return counted


class InboxGroups:
    """Groups members, and remembers the last grouping and the vectors of wordings; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._vectors: OrderedDict[tuple[str, str], Vectors] = OrderedDict()
        self._last: tuple[tuple[str, tuple[str, ...]], list[list[int]]] | None = None

    def of(self, members: Sequence[Member], encoder: Encoder) -> list[Group]:
        """Return the groups, those that concern most people first."""
        wordings = list(dict.fromkeys(member.wording for member in members))
        # As they were typed: names are told by their capitals.
        typed = {member.wording: " ".join([member.question, *member.carried]) for member in reversed(members)}
        key = (encoder.fingerprint, tuple(wordings))
        with self._lock:
            if self._last is None or self._last[0] != key:
                vectors = self._vectors_of([typed[wording] for wording in wordings], encoder)
                self._last = key, grouped([typed[wording] for wording in wordings], vectors)
            places = self._last[1]
        group_of = {wordings[place]: number for number, group in enumerate(places) for place in group}
        gathered: dict[int, list[Member]] = {}
        for member in members:
            gathered.setdefault(group_of[member.wording], []).append(member)
        groups = [Group(tuple(found)) for found in gathered.values()]
        return sorted(groups, key=lambda group: (group.people, group.last), reverse=True)

    def _vectors_of(self, texts: Sequence[str], encoder: Encoder) -> Vectors:
        new = [text for text in texts if (encoder.fingerprint, text) not in self._vectors]
        if new:
            for text, vector in zip(new, question_vectors(encoder, new), strict=True):
                self._vectors[encoder.fingerprint, text] = vector
        vectors = np.array([self._vectors[encoder.fingerprint, text] for text in texts], np.float32)
        while len(self._vectors) > REMEMBERED:
            self._vectors.popitem(last=False)
        return vectors.reshape(len(texts), encoder.dimension)
