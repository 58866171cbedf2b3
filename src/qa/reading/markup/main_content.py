"""Which blocks of a web page are its main content, and which the frame around it that nobody marked as such."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from qa.reading.blocks import Block

# A page of fewer words has next to no frame, or is hardly anything else; either way it is read whole.
SHORT_PAGE_WORDS = 150
# An element for the main content with less than half of a page's words may be one teaser among many.
MARKED_SHARE = 0.5
# With less of the page than this found to be main content, the finding is doubted and the page read whole.
FOUND_SHARE = 0.1
# Longer pages than this many characters are read whole: looking for their main content takes too long.
LONGEST_PAGE = 2_000_000
# As many blocks and words between two blocks of main content are main content too: pictures' captions, lists of links.
GAP_BLOCKS, GAP_WORDS = 3, 100
# A block counts as found when half of its runs of three words were.
RUN_WORDS, RUN_SHARE = 3, 0.5
# A row of a table repeats its headers, so that its runs are its own: most of its words must have been found.
ROW_SHARE = 0.7

# Chinese and Japanese are written without spaces: there each character counts as a word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")


def without_frame(blocks: Sequence[Block], marked: Sequence[bool], source: str) -> list[Block]:
    """Return `blocks` in their order, those that frame the main content as furniture.

    `marked[i]` tells that block i stands in the page's only element for its main content (`<main>`, `<article>`). Where
    most of the words stand there, that decides; elsewhere trafilatura does, which reads the page's `source`.
    """
    words = [_words(block.text) if block.kind != "furniture" else [] for block in blocks]
    total = sum(map(len, words))
    if total < SHORT_PAGE_WORDS:
        return list(blocks)
    if sum(len(own) for own, inside in zip(words, marked, strict=True) if inside) >= MARKED_SHARE * total:
        first = marked.index(True)
        # A page's headline may stand above the element that holds its text.
        main = [
            inside or (block.kind == "heading" and block.level == 1 and index < first)
            for index, (block, inside) in enumerate(zip(blocks, marked, strict=True))
        ]
    else:
        main = _found(blocks, words, source)
        if sum(len(own) for own, is_main in zip(words, main, strict=True) if is_main) < FOUND_SHARE * total:
            return list(blocks)
    return [
        block if is_main or block.kind == "furniture" else replace(block, kind="furniture", level=0)
        for block, is_main in zip(blocks, main, strict=True)
    ]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _found(blocks: Sequence[Block], words: Sequence[list[str]], source: str) -> list[bool]:
    """Tell for each block whether trafilatura counts it among the main content, with the gaps between such blocks."""
    extracted = _words(_extracted(source))
    runs = set(zip(*(extracted[start:] for start in range(RUN_WORDS)), strict=False))
    vocabulary = set(extracted)
    verdicts: list[bool | None] = []  # None for a block too short to tell
    for block, own in zip(blocks, words, strict=True):
        if block.kind == "furniture":
            verdicts.append(False)
        elif block.kind == "row":
            verdicts.append(sum(word in vocabulary for word in own) >= ROW_SHARE * len(own))
        elif len(own) < RUN_WORDS:
            verdicts.append(None if vocabulary.issuperset(own) else False)
        else:
            own_runs = list(zip(*(own[start:] for start in range(RUN_WORDS)), strict=False))
            verdicts.append(sum(run in runs for run in own_runs) >= RUN_SHARE * len(own_runs))
    return _with_gaps(verdicts, [len(own) for own in words])


def _with_gaps(verdicts: Sequence[bool | None], lengths: Sequence[int]) -> list[bool]:
    """Decide what stands between or beside blocks of main content.

    Short gaps belong to it. So do blocks too short to tell that touch it or stand in a longer gap.
    """
    main = [verdict is True for verdict in verdicts]
    certain = [index for index, verdict in enumerate(verdicts) if verdict]
    if not certain:
        return main
    for before, after in pairwise(certain):
        gap = [index for index in range(before + 1, after) if verdicts[index] is False]
        fills = len(gap) <= GAP_BLOCKS and sum(lengths[index] for index in gap) <= GAP_WORDS
        for index in range(before + 1, after):
            main[index] = fills or verdicts[index] is None
    for edge, step in ((certain[0], -1), (certain[-1], 1)):
        index = edge + step
        while 0 <= index < len(verdicts) and verdicts[index] is None:
            main[index] = True
            index += step
    return main


def _extracted(source: str) -> str:
    """Return what trafilatura holds for a page's main content, favouring too much over too little."""
    if len(source) > LONGEST_PAGE:
        return ""
    import trafilatura

    try:
        return trafilatura.extract(source, favor_recall=True, include_comments=False, include_tables=True) or ""
    except (MemoryError, RecursionError):
        return ""
    except Exception:  # its finding is a help, no condition: a page that it cannot read is read whole
        return ""
