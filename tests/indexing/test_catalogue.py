import pytest

from pdf_files import *  # noqa: F403
