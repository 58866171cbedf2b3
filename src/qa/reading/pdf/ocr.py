"""Recognising the words of a picture with Tesseract, where it is installed (extra `ocr`)."""

import shutil
from collections.abc import Callable
from typing import Any

DOTS_PER_INCH = 300
"""The resolution that Tesseract is trained for."""


def recogniser() -> Callable[[Any, float], str] | None:
    """Return a function that reads the words of a Pillow image, or None where there is no Tesseract to do it.

    It takes the seconds that reading may take, leaves a blank line between paragraphs, and returns nothing where the
    time runs out or the picture cannot be read.
    """
    try:
        import pytesseract
    except ImportError:
        return None
    if shutil.which("tesseract") is None:
        return None

    def recognise(image: Any, seconds: float) -> str:
        try:
            return str(pytesseract.image_to_string(image, timeout=seconds))
        except (RuntimeError, OSError):  # a time-out, no language installed, or an output that is no text
            return ""

    return recognise
