import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.requests import Request

import qa.web.look
from qa.settings import Settings
from qa.web.look import accent_css, contrast, look_of

TOKENS = (Path(qa.web.look.__file__).parent / "static" / "tokens.css").read_text(encoding="utf-8")
COLOURS = st.tuples(*[st.integers(0, 255)] * 3)
GROUNDS = ("--qa-paper", "--qa-card", "--qa-best")
# What a citation's number stands on: a tenth of the colour on its ground (ask.css).
TINT = 0.1


def written(colour):
    return "#{:02x}{:02x}{:02x}".format(*colour)


def parsed(text):
    return tuple(int(text[place : place + 2], 16) for place in (1, 3, 5))


def variables(css):
    """Return the colours of each rule of a sheet: light, dark by choice, dark by the system."""
    rules = re.findall(r"\{([^{}]*--qa-[^{}]*)\}", css)
    found = [re.findall(r"(--[\w-]+): (#[0-9a-f]{6})", rule) for rule in rules]
    return [{name: parsed(colour) for name, colour in rule} for rule in found]


def tinted(colour, ground):
    return tuple(round(TINT * c + (1 - TINT) * g) for c, g in zip(colour, ground, strict=True))


def request(query="", accepted="", root=""):
    headers = [(b"accept-language", accepted.encode())] if accepted else []
    return Request({"type": "http", "query_string": query.encode(), "headers": headers, "root_path": root})


def test_contrast_is_that_of_the_guidelines():
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.005)
    assert contrast((1, 2, 3), (1, 2, 3)) == 1


@given(COLOURS)
@example((255, 255, 0))
@example((0, 0, 0))
@example((255, 255, 255))
@example((128, 128, 128))
@settings(max_examples=300, deadline=None)
def test_any_colour_is_legible_wherever_it_stands_light_and_dark(colour):
    pages, accents = variables(TOKENS), variables(accent_css(written(colour)))

    assert len(pages) == len(accents) == 3
    for page, accent in zip(pages, accents, strict=True):
        text, on_accent = accent["--qa-accent"], accent["--qa-on-accent"]
        for ground in (page[name] for name in GROUNDS):
            assert contrast(text, ground) >= 4.5
            assert contrast(text, tinted(text, ground)) >= 4.5
        assert contrast(on_accent, text) >= 4.5


def test_a_colour_that_is_legible_stays_as_it_is():
    assert "--qa-accent: #1f5fae; --qa-on-accent: #ffffff" in accent_css("#1f5fae").splitlines()[0]


def test_dark_by_choice_and_dark_by_the_system_are_the_same():
    _, chosen, by_system = variables(accent_css("#7a1f5f"))

    assert chosen == by_system


def test_the_colour_of_the_settings_is_served(client):
    response = client.get("/page/accent.css")

    assert response.headers["content-type"].startswith("text/css")
    assert response.text == accent_css("#1f5fae")


@pytest.mark.parametrize(
    ("wanted", "setting", "theme"),
    [
        ("", "auto", ""),
        ("", "dark", "dark"),
        ("theme=light", "dark", "light"),
        ("theme=dark", "auto", "dark"),
        ("theme=<script>", "light", "light"),
        ("theme=auto", "dark", "dark"),
    ],
)
def test_the_theme_is_the_one_asked_for_else_the_settings(wanted, setting, theme):
    assert look_of(request(wanted), Settings(theme=setting)).theme == theme


@pytest.mark.parametrize(
    ("wanted", "setting", "accepted", "language"),
    [
        ("", "auto", "", "en"),
        ("", "auto", "fr, en;q=0.5", "fr"),
        ("", "es", "fr", "es"),
        ("lang=ar", "es", "fr", "ar"),
        ("lang=xx", "es", "fr", "es"),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_settings_else_the_browsers(wanted, setting, accepted, language):
    assert look_of(request(wanted, accepted), Settings(language=setting)).language == language


def test_a_look_knows_name_root_and_direction():
    look = look_of(request("lang=ur", root="/answers"), Settings(name="The harbour"))

    assert (look.name, look.root, look.language, look.direction) == ("The harbour", "/answers", "ur", "rtl")
    assert look_of(request(), Settings()).direction == "ltr"
