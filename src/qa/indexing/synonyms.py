"""The organisation's own words for the same thing, from the file `synonyms.yaml` beside its documents.

- [annual leave, holiday, vacation]     # each of them also finds the others
- PTO: annual leave                     # "PTO" also finds "annual leave", but not the other way round
- desk booking: [hot desk, workstation]
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import yaml

from qa.errors import CorpusError
from qa.indexing.tokens import tokenize
from qa.reading import SYNONYMS

MOST_PHRASES = 50
"""In one list: of n that say the same, each finds each, which makes n * (n - 1) pairs."""

MOST_PAIRS = 5_000
"""In the whole file."""

_SHAPE = "write a list like [annual leave, holiday], or one like PTO: annual leave"


@dataclass(frozen=True, slots=True)
class Synonym:
    """Words that, where a question holds them, are also searched as `added`."""

    words: str
    added: str


class _AliasError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__("an alias (*) of YAML cannot be used here: write the words, in quotation marks if with a *")
        self.line = line


class _Loader(yaml.SafeLoader):
    """Stops at the first `*name`: a few lines of them can stand for a billion words."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise _AliasError(self.current_event.start_mark.line + 1)
        return super().compose_node(parent, index)


def read_synonyms(corpus: Path) -> tuple[Synonym, ...]:
    """Return the synonyms of a folder of documents, none where it has no `synonyms.yaml`.

    Raises `CorpusError` naming file and line of what is wrong.
    """
    path = corpus / SYNONYMS
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path} cannot be read: {error}.") from error
    try:
        root = yaml.compose(text, Loader=_Loader)
    except _AliasError as error:
        raise CorpusError(f"{path}:{error.line}: {error}.") from error
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        problem = getattr(error, "problem", None) or "nested too deeply"
        raise CorpusError(f"{where}: no readable YAML ({problem}): {_SHAPE}.") from error
    found: dict[Synonym, None] = {}
    for entry, synonym in _synonyms(root, path) if root is not None else ():
        found[synonym] = None
        if len(found) > MOST_PAIRS:
            raise _wrong(entry, path, f"up to here the file makes more than {MOST_PAIRS:,} pairs: that is the most")
    return tuple(found)


def _synonyms(root: yaml.Node, path: Path) -> Iterator[tuple[yaml.Node, Synonym]]:
    """Yield each pair with the part of the file that it is from."""
    if isinstance(root, yaml.MappingNode):
        yield from _one_way(root, path)
        return
    if not isinstance(root, yaml.SequenceNode):
        raise _wrong(root, path, _SHAPE)
    for entry in root.value:
        if isinstance(entry, yaml.MappingNode):
            yield from _one_way(entry, path)
        elif isinstance(entry, yaml.SequenceNode):
            phrases = _phrases(entry, path)
            if len(phrases) < 2:
                raise _wrong(entry, path, "a list needs two or more words or phrases that say the same")
            yield from ((entry, Synonym(words, added)) for words, added in permutations(phrases, 2))
        else:
            raise _wrong(entry, path, _SHAPE)


def _one_way(mapping: yaml.MappingNode, path: Path) -> Iterator[tuple[yaml.Node, Synonym]]:
    for name, value in mapping.value:
        words = _phrase(name, path)
        added = _phrases(value, path) if isinstance(value, yaml.SequenceNode) else [_phrase(value, path)]
        if not added:
            raise _wrong(value, path, f"nothing is given that “{words}” stands for")
        tokens = tokenize(words)
        yield from ((name, Synonym(words, phrase)) for phrase in added if tokenize(phrase) != tokens)


def _phrases(node: yaml.SequenceNode, path: Path) -> list[str]:
    """Return the phrases of a list, of several with the same index tokens the first."""
    if len(node.value) > MOST_PHRASES:
        raise _wrong(node, path, f"a list of {len(node.value):,} is too long: {MOST_PHRASES} is the most")
    phrases: dict[tuple[str, ...], str] = {}
    for item in node.value:
        phrase = _phrase(item, path)
        phrases.setdefault(tuple(tokenize(phrase)), phrase)
    return list(phrases.values())


def _phrase(node: yaml.Node, path: Path) -> str:
    """Return a word or phrase as it is written: `no` and `010` too are words here."""
    if not isinstance(node, yaml.ScalarNode):
        raise _wrong(node, path, _SHAPE)
    phrase = " ".join(str(node.value).split())
    if not phrase:
        raise _wrong(node, path, "a word is missing")
    if not tokenize(phrase):
        raise _wrong(node, path, f"“{phrase}” holds no word that is searched: name the thing itself")
    return phrase


def _wrong(node: yaml.Node, path: Path, problem: str) -> CorpusError:
    return CorpusError(f"{path}:{node.start_mark.line + 1}: {problem}.")
