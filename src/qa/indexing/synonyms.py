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

_SHAPE = "write a list like [annual leave, holiday], or one like PTO: annual leave"


@dataclass(frozen=True, slots=True)
class Synonym:
    """Words that, where a question holds them, are also searched as `added`."""

    words: str
    added: str


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
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        problem = getattr(error, "problem", None) or "nested too deeply"
        raise CorpusError(f"{where}: no readable YAML ({problem}): {_SHAPE}.") from error
    return tuple(dict.fromkeys(_synonyms(root, path))) if root is not None else ()


def _synonyms(root: yaml.Node, path: Path) -> Iterator[Synonym]:
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
            yield from (Synonym(words, added) for words, added in permutations(phrases, 2))
        else:
            raise _wrong(entry, path, _SHAPE)


def _one_way(mapping: yaml.MappingNode, path: Path) -> Iterator[Synonym]:
    for name, value in mapping.value:
        words = _phrase(name, path)
        added = _phrases(value, path) if isinstance(value, yaml.SequenceNode) else [_phrase(value, path)]
        if not added:
            raise _wrong(value, path, f"nothing is given that “{words}” stands for")
        yield from (Synonym(words, phrase) for phrase in added if tokenize(phrase) != tokenize(words))


def _phrases(node: yaml.SequenceNode, path: Path) -> list[str]:
    """Return the phrases of a list, of several with the same index tokens the first."""
    phrases = (_phrase(item, path) for item in node.value)
    return list({tuple(tokenize(phrase)): phrase for phrase in reversed(list(phrases))}.values())[::-1]


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
