"""How well the main content of web pages is found: word precision, recall and F1 against clean texts.

    python -m benchmarks.readability --files ../shared/files

The pages are Mozilla's for its Readability (Apache 2.0), each in a folder with the text that it should give
(`source.html`, `expected.html`); they are not part of the project. Counted are the words of headings, paragraphs and
rows, furniture apart, as often as they stand there, regardless of order.
"""

import argparse
import re
from collections import Counter
from pathlib import Path
from statistics import mean

from lxml import html

from qa.reading.markup.html import parse
from qa.reading.parsed import Limits

_WORD = re.compile(r"\w+")


def words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))


def expected_words(page: Path) -> Counter[str]:
    """Return the words of a clean text; what stands in two blocks is no one word."""
    root = html.document_fromstring(page.read_bytes().decode("utf-8"))
    for element in root.iter():
        if isinstance(element.tag, str):
            apart = element.tag not in {"a", "b", "i", "em", "strong", "span", "code", "sub", "sup", "u", "s", "font"}
            element.text = f"{' ' * apart}{element.text or ''}"
            element.tail = f"{' ' * apart}{element.tail or ''}"
    alternatives = [picture.get("alt") or "" for picture in root.iter("img")]
    return words(" ".join([root.text_content(), *alternatives]))


def score(folder: Path) -> tuple[float, float, float]:
    """Return precision, recall and F1 of one page."""
    expected = expected_words(folder / "expected.html")
    blocks = parse((folder / "source.html").read_bytes(), Limits()).blocks
    found = words(" ".join(block.text for block in blocks if block.kind != "furniture"))
    shared = (found & expected).total()
    precision, recall = shared / max(1, found.total()), shared / max(1, expected.total())
    return precision, recall, 2 * precision * recall / (precision + recall) if shared else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=Path, default=Path("../shared/files"))
    folder = parser.parse_args().files / "readability"
    scores = {page.parent.name: score(page.parent) for page in sorted(folder.glob("*/source.html"))}
    if not scores:
        parser.error(f"no page in {folder}")
    precision, recall, f1 = (mean(values) for values in zip(*scores.values(), strict=True))
    print(f"{len(scores)} pages: word precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")
    print("the ten worst: precision, recall, F1")
    for name in sorted(scores, key=lambda name: scores[name][2])[:10]:
        print("  {:.3f}  {:.3f}  {:.3f}  {}".format(*scores[name], name))


if __name__ == "__main__":
    main()
