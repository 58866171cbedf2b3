import threading

import pytest

from qa.web.shelf import ShelfError
from qa.web.sources import pictures
from qa.web.sources.pictures import DRAWING_AT_ONCE, MOST_WAITING, PagePictures


def test_beyond_those_that_wait_nobody_keeps_a_thread_waiting(monkeypatch):
    drawing, go_on = threading.Semaphore(0), threading.Event()

    def draw(self, data, request):
        drawing.release()
        assert go_on.wait(30)
        return b"picture"

    monkeypatch.setattr(PagePictures, "_drawn", draw)
    monkeypatch.setattr(pictures, "LONGEST_WAIT", 30.0)
    drawn, all_pictures = [], PagePictures()
    asked = [
        threading.Thread(target=lambda n=n: drawn.append(all_pictures.picture("sha", b"", "1", f"words {n}")))
        for n in range(DRAWING_AT_ONCE + MOST_WAITING)
    ]
    for thread in asked:
        thread.start()
    for _ in range(DRAWING_AT_ONCE):
        assert drawing.acquire(timeout=30)
    while all_pictures._places._value:
        threading.Event().wait(0.01)

    with pytest.raises(ShelfError, match="Too many pages"):
        all_pictures.picture("sha", b"", "1", "one more")
    go_on.set()
    for thread in asked:
        thread.join()

    assert drawn == [b"picture"] * len(asked)
    assert all_pictures.picture("sha", b"", "1", "another") == b"picture"
