"""Questions made of headings and of sentences such as "X is Y", by rules: English only, few rather than odd."""

import re
from collections.abc import Callable

from qa.indexing.sentences import split_sentences

LONGEST_SUBJECT = 7
"""Words of what a question asks about."""
LONGEST_SENTENCE = 320
SHORTEST_SENTENCE = 25
RULES_FROM = 0.5
"""Words of duty and leave in each sentence, on average, of a text that is taken for rules."""
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty"
_PERSONS = (
    "leader|chief|founder|co-founder|head|emir|amir|commander|deputy|chairman|chairwoman|chair|director|manager|"
    "secretary|minister|president|spokesman|spokeswoman|spokesperson|officer|master|mayor|clerk|warden|keeper|cleric|"
    "captain|general|colonel|governor|judge|lawyer|journalist|author|teacher|doctor|nurse|militant|politician|"
    "ambassador|treasurer|coordinator|supervisor|inspector|steward|successor"
)
_ROLE = re.compile(rf"\b(?:{_PERSONS})\b", re.IGNORECASE)
_DATE = re.compile(
    rf"\b(?:(?:in|on|since|until|by)\s+(?:\d{{1,2}}\s+)?(?:(?:{_MONTHS})\b|(?:early |late |mid-)?\d{{4}}\b))"
)
_WORD = r"[\w’'()-]+"
_ARTICLES = frozenset({"the", "a", "an"})
_JOINING = frozenset({"of", "al", "ul", "e", "i", "bin", "ibn", "the", "for", "and", "de", "van", "von", "und", "in"})
_NO_SUBJECT = frozenset(
    "he she it they we you i this that these those there here one another other others some many most all each both "
    "neither none no his her its their our what who which when where why how such so in on at by for from with after "
    "before since until under over but and or if as then also not only first second third last next former latter "
    "there's section table figure chapter article note example".split()
)
# What only makes sense beside the sentence before.
_HANGING = re.compile(
    r"\b(?:former|latter|above|below|following|aforementioned|same|this|these|those|such|he|she|they|him|her|his|its|"
    r"their|them|other two|other three|ones?|answer|example|case|reason|result|view|exception)\b",
    re.IGNORECASE,
)
_IS = re.compile(rf"(?P<subject>{_WORD}(?: {_WORD}){{0,6}}?) (?P<verb>is|are|was|were) (?P<rest>[^;:]+?)\.?")
_DONE = re.compile(
    rf"(?P<subject>{_WORD}(?: {_WORD}){{0,6}}?) (?P<verb>was|were) (?P<done>founded|established|created|formed|"
    r"launched|banned|outlawed|proscribed|abolished|killed|born|elected|appointed|signed|opened|built|merged|"
    r"dissolved|disbanded|introduced|passed|adopted|merged|designated|arrested|released|captured|executed)\b"
    r"(?P<rest>[^;:]*?)\.?"
)
_BY = re.compile(r" by (?P<agent>[A-Z][^,]{2,60}?)(?= (?:in|on)\b|,|$)")
_BASED = re.compile(
    rf"(?P<subject>{_WORD}(?: {_WORD}){{0,5}}?) (?P<verb>is|are) (?P<where>based|located) (?:in|at|on|near) .+"
)
_OPEN = re.compile(
    rf"(?P<subject>(?:The|Our) {_WORD}(?: {_WORD}){{0,5}}?) (?P<verb>is|are) "
    r"(?P<done>open|closed|served|paid|held|due)\b(?P<rest>.*)"
)
_TIME = re.compile(
    r"\b(?:from|at|until|till|between|on|in|above|below|when|every|each|by)\b .*(?:\d|o'clock|morning|noon|evening|"
    r"night|midnight|day|week|month|year|metres|" + _NUMBERS + ")",
    re.IGNORECASE,
)
_FULL_NAME = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Dr|General|Captain|Mufti|Maulana)\.? )?[A-Z][\w’'-]+(?: (?:al|bin|ul|de|van)? ?[A-Z][\w’'-]+)+"
)
_STANDS = re.compile(rf"(?P<subject>{_WORD}) (?:stands for|is short for) .+")
_COSTS = re.compile(rf"(?P<subject>(?:The|A|An) {_WORD}(?: {_WORD}){{0,4}}?) costs? .*(?:\d|\b(?:{_NUMBERS})\b).*")


def of_sentence(sentence: str, is_name: Callable[[str], bool]) -> str | None:
    """Return the question that a sentence answers, None where no rule reads well.

    `is_name` tells whether a single word, capitalised at the beginning of the sentence, is a name.

    >>> of_sentence("The harbour master is Ada Holm.", str.istitle)
    'Who is the harbour master?'
    """
    if not SHORTEST_SENTENCE <= len(sentence) <= LONGEST_SENTENCE or '"' in sentence[:40] or "“" in sentence[:40]:
        return None
    text = " ".join(sentence.split()).removesuffix(".")
    for rule in (_stands_for, _done, _based, _opening, _cost, _is):
        if (question := rule(text, is_name)) is not None:
            return question
    return None


def of_heading(heading: str, title: str, body: str) -> str | None:
    """Return the question that the text below a heading answers, None where no rule reads well.

    `title` is the document's, `body` the text.

    >>> of_heading("Annual leave", "Staff handbook", "Staff may take thirty days. They must ask.")
    'What are the rules on annual leave?'
    """
    words = " ".join(heading.split())
    for rule in (_asked_already, _turned, _about_the_title, _rules_on):
        if (question := rule(words, " ".join(title.split()), body)) is not None:
            return question
    return None


# -- sentences


def _stands_for(text: str, is_name: Callable[[str], bool]) -> str | None:
    found = _STANDS.fullmatch(text)
    return f"What does {found['subject']} stand for?" if found and _is_acronym(found["subject"]) else None


def _done(text: str, is_name: Callable[[str], bool]) -> str | None:
    found = _DONE.fullmatch(text)
    if found is None or (subject := _named(found["subject"], is_name)) is None:
        return None
    agent = _BY.search(found["rest"])
    if found["done"] in ("founded", "established", "created", "built", "launched") and agent:
        return f"Who {found['done']} {subject}?"
    dated = _DATE.search(found["rest"])
    # "was killed, and in 2014 ..." tells another thing's date.
    if dated is None or "," in found["rest"][: dated.start()]:
        return None
    return f"When {found['verb']} {subject} {found['done']}?"


def _based(text: str, is_name: Callable[[str], bool]) -> str | None:
    found = _BASED.fullmatch(text)
    subject = _named(found["subject"], is_name) or _article(found["subject"]) if found else None
    return f"Where {found['verb']} {subject} {found['where']}?" if found and subject else None


def _opening(text: str, is_name: Callable[[str], bool]) -> str | None:
    found = _OPEN.fullmatch(text)
    if found is None or not _TIME.search(found["rest"]) or (subject := _article(found["subject"])) is None:
        return None
    return f"When {found['verb']} {subject} {found['done']}?"


def _cost(text: str, is_name: Callable[[str], bool]) -> str | None:
    found = _COSTS.fullmatch(text)
    subject = _article(found["subject"]) if found else None
    return f"How much does {subject} cost?" if subject else None


def _is(text: str, is_name: Callable[[str], bool]) -> str | None:
    found = _IS.fullmatch(text)
    if found is None:
        return None
    subject, verb, rest = found["subject"], found["verb"], found["rest"]
    if (named := _named(subject, is_name)) is not None:
        return _of_name(named, verb, rest)
    return _of_role(subject, verb, rest)


def _of_name(subject: str, verb: str, rest: str) -> str | None:
    """ "Ada Holm is the harbour master of Skarholm" and "NACTA is a body that ..."."""
    first, _, following = rest.partition(" ")
    defined = re.split(r"[,(]| (?:that|which|who|whose|and|but|where|in which|by|made|against) ", following)[0]
    if first == "the" and verb in ("is", "was") and not _HANGING.search(defined):
        words = defined.split()
        role = re.match(rf"(?:\S+ ){{0,3}}?\b(?:{_PERSONS})\b(?: \w+ing)? (?:of|for|at) ", defined, re.IGNORECASE)
        # A role alone is everybody's: the deputy emir of what?
        return f"Who {verb} the {defined.strip()}?" if role and 3 <= len(words) <= 10 else None
    if first not in ("a", "an", "one") or not defined or _HANGING.search(defined.split(" ")[0]):
        return None
    return f"{'Who' if _is_person(subject, defined) else 'What'} {verb} {subject}?"


def _of_role(subject: str, verb: str, rest: str) -> str | None:
    """ "The harbour master is Ada Holm"."""
    plain = _article(subject)
    names = _FULL_NAME.match(rest)
    if plain and names and _ROLE.search(plain):
        return f"Who {verb} {plain}?"
    return None


def _is_person(subject: str, defined: str) -> bool:
    return bool(_ROLE.search(" ".join(defined.split()[:4]))) and not _is_acronym(subject.split(maxsplit=1)[0])


def _named(subject: str, is_name: Callable[[str], bool]) -> str | None:
    """Return a subject as it stands within a question if it is a name, None for anything else."""
    words = subject.split()
    bare = [word.strip("()'’") for word in words]
    if not words or len(words) > LONGEST_SUBJECT or bare[0].casefold() in _NO_SUBJECT:
        return None
    if subject.count("(") != subject.count(")") or "’s " in subject + " " or "'s " in subject + " ":
        return None
    article = bare[0].casefold() in _ARTICLES
    named = bare[1:] if article else bare
    if not named or any(not (word[:1].isupper() or word in _JOINING) for word in named):
        return None
    if named[-1] in _JOINING or {"and", "In", "in"} & set(named):
        return None
    if len(named) == 1 and not _is_acronym(named[0]) and (article or not is_name(named[0])):
        return None
    if article and bare[0] in ("A", "An"):
        return None
    return " ".join(["the", *words[1:]]) if article else " ".join(words)


def _article(subject: str) -> str | None:
    """Return "the harbour office" of "The harbour office"; None for what is no such subject."""
    words = subject.split()
    if len(words) < 2 or words[0] not in ("The", "A", "An", "Our") or _HANGING.search(" ".join(words[1:])):
        return None
    if words[1].casefold() in _NO_SUBJECT or any(word.startswith("(") for word in words):
        return None
    return " ".join([words[0].lower().replace("our", "the"), *words[1:]])


def _is_acronym(word: str) -> bool:
    return sum(letter.isupper() for letter in word) > 1


# -- headings

_TURN = re.compile(
    rf"(?P<ask>Why|How|When|Where|Whether) (?P<subject>{_WORD}(?: {_WORD}){{0,4}}?) "
    r"(?P<verb>is|are|was|were|has|have|can|may|must|should) (?P<rest>.+)"
)
_HOW_TO = re.compile(r"How to (?P<rest>\S+ .+)")
_WHO = re.compile(rf"(?P<ask>Who) (?P<rest>(?!and\b)\w+(?:ed|ts|ns|ds|ys) {_WORD}(?: {_WORD}){{1,6}})")
_DUTY = re.compile(r"\b(?:must|shall|may|should|entitled|allowed|permitted|required|needs? to|have to|has to)\b")
_KINDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:Origins?|Founding|Beginnings?|Foundation)(?: and .*)?"), "How did {name} begin?"),
    (re.compile(r"(?:Money|Funding|Funds|Finances?|Sources of (?:money|funds|income))"), "How is {name} funded?"),
    (re.compile(r"(?:Leaders?|Leadership)(?: and .*)?"), "Who leads {name}?"),
    (re.compile(r"(?:Aims?|Goals?|Objectives?)(?: and .*)?"), "What does {name} want?"),
    (re.compile(r"(?:Ideology|Beliefs?)(?: and .*)?"), "What does {name} believe in?"),
    (re.compile(r"(?:Structure|Organi[sz]ation)(?: and .*)?"), "How is {name} organised?"),
    (re.compile(r"(?:Recruit(?:ment|ing|s))(?: and .*)?"), "How does {name} recruit?"),
    (re.compile(r"(?:Bans?|Designations?|Legal status)(?: and .*)?"), "Where is {name} banned?"),
    (re.compile(r"(?:Powers|Duties|Tasks|Responsibilities)"), "What are the {kind} of {name}?"),
)


def _asked_already(heading: str, title: str, body: str) -> str | None:
    if heading.endswith("?") and len(heading.split()) >= 4 and heading[0].isupper() and not _HANGING.search(heading):
        return heading
    return None


def _turned(heading: str, title: str, body: str) -> str | None:
    """ "Why the groups are tolerated" becomes "Why are the groups tolerated?"."""
    if _HANGING.search(heading) or " and who" in heading:
        return None
    if (found := _TURN.fullmatch(heading)) and _begins_like_a_subject(found["subject"]):
        turned = f"{found['verb']} {found['subject']} {found['rest']}?"
        return turned[0].upper() + turned[1:] if found["ask"] == "Whether" else f"{found['ask']} {turned}"
    if found := _WHO.fullmatch(heading):
        return f"Who {found['rest']}?"
    if (found := _HOW_TO.fullmatch(heading)) and len(heading.split()) >= 4:
        return f"How do I {found['rest']}?"
    return None


def _begins_like_a_subject(words: str) -> bool:
    """ "How large the group is" would not be turned rightly, its "large" being no part of the subject."""
    first = words.split(maxsplit=1)[0]
    return first in _ARTICLES or first[0].isupper() or first.endswith("s") or " " not in words


def _about_the_title(heading: str, title: str, body: str) -> str | None:
    """ "Money" below the title "Jaish-e-Mohammad (JeM): group profile" becomes "How is Jaish-e-Mohammad funded?"."""
    name = re.split(r"[:(,]| [-–] ", title)[0].strip()
    words = name.split()
    if not words or not all(word[:1].isupper() or word in _JOINING for word in words):
        return None
    if len(words) == 1 and not (_is_acronym(words[0]) or "-" in words[0]):
        return None
    article = "the " if words[-1] in ("Network", "Plan", "Army", "Authority", "Council", "Office", "Group") else ""
    for kind, form in _KINDS:
        if kind.fullmatch(heading):
            return form.format(name=article + name.removeprefix("The "), kind=heading.lower())
    return None


def _rules_on(heading: str, title: str, body: str) -> str | None:
    """ "Annual leave" above a text that says who may and must becomes "What are the rules on annual leave?"."""
    words = heading.split()
    plain = all(word.isalpha() and word.islower() for word in words[1:]) and words[0].isalpha()
    if not plain or not 1 < len(words) <= 4 or not words[0][1:].islower():
        return None
    sentences = len(split_sentences(body))
    # A text of rules says so in most of its sentences; any other has a "may" here and there.
    if len(_DUTY.findall(body)) < RULES_FROM * sentences:
        return None
    if words[0].casefold() in _NO_SUBJECT | _ARTICLES or _HANGING.search(heading):
        return None
    return f"What are the rules on {' '.join([words[0].lower(), *words[1:]])}?"
