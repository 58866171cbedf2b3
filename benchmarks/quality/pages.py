"""The passages of a set as web pages, so that headings and paragraphs survive the reading."""

import html
import re
import zlib
from collections.abc import Iterable


def page(blocks: Iterable[tuple[str, str]]) -> bytes:
    """Return an HTML page of (tag, text) blocks; blank ones are left out.

    All stands in one <main>, so that nothing of it can be taken for the frame of a web site.
    """
    lines = (f"<{tag}>{html.escape(text.strip())}</{tag}>" for tag, text in blocks if text.strip())
    body = "\n".join(lines)
    return f'<!doctype html>\n<html lang="en"><body><main>\n{body}\n</main></body></html>\n'.encode()


def file_name(key: str) -> str:
    """Return a file name for any id: what can be read of it, and its CRC-32 to tell like ones apart.

    >>> file_name("Apply for benefits | Social Security#1_0")
    'Apply-for-benefits-Social-Security-1_0-0ba43724.html'
    """
    readable = re.sub(r"[^\w.-]+", "-", key)[:60].strip("-.")
    return f"{readable}-{zlib.crc32(key.encode()):08x}.html"
