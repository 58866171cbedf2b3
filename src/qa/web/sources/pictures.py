"""Pictures of PDF pages, drawn in a process of its own with limits, the latest of them kept."""

import json
import os
import subprocess
import sys
import threading
from collections import OrderedDict
from dataclasses import asdict

from qa.types import Limits
from qa.web.shelf import ShelfError
from qa.web.sources.pdf_picture import Request

# Pictures kept: about half a megabyte each.
KEPT = 32
# Processes that draw at the same time, how many requests wait for their turn (each keeps a thread that others need for
# their questions), and how long, in seconds.
DRAWING_AT_ONCE = 2
MOST_WAITING = 8
LONGEST_WAIT = 20.0
TOO_MANY = "Too many pages are being drawn: try again in a moment."
CANNOT_DRAW = "This page cannot be drawn: open the original instead."


class PagePictures:
    """Draws pages and keeps the latest; safe to use from several threads."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits(seconds=20.0)
        self._kept: OrderedDict[tuple[str, str, str], bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(DRAWING_AT_ONCE)
        self._places = threading.BoundedSemaphore(DRAWING_AT_ONCE + MOST_WAITING)

    def picture(self, sha256: str, data: bytes, page: str, words: str) -> bytes:
        """Return the page with the printed label `page` as PNG, `words` boxed; `sha256` stands for `data`.

        Raises `ShelfError` with the reason where it cannot be drawn.
        """
        key = (sha256, page, words)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        if not self._places.acquire(blocking=False):
            raise ShelfError(503, TOO_MANY)
        try:
            if not self._turns.acquire(timeout=LONGEST_WAIT):
                raise ShelfError(503, TOO_MANY)
            try:
                picture = self._drawn(data, Request(page, words, self._limits.memory_bytes, self._limits.seconds))
            finally:
                self._turns.release()
        finally:
            self._places.release()
        with self._lock:
            self._kept[key] = picture
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return picture

    def _drawn(self, data: bytes, request: Request) -> bytes:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "qa.web.sources.pdf_picture"],
                input=json.dumps(asdict(request)).encode() + b"\n" + data,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
                timeout=self._limits.seconds,
                start_new_session=True,  # Ctrl-C is for the parent
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ShelfError(422, CANNOT_DRAW) from error
        if done.returncode != 0 or not done.stdout.startswith(b"\x89PNG"):
            raise ShelfError(422, CANNOT_DRAW)
        return done.stdout
