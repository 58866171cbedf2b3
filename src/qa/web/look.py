"""How a page looks to one visitor: language, colours and the organisation's name."""

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.requests import HTTPConnection

from qa.settings import Settings
from qa.web.texts import Texts, choose_language, texts

# WCAG 2.2, 1.4.3: text needs a contrast of 4.5 to what it stands on. Of 5.9 to the lightest (or darkest) ground, every
# colour keeps as much on the others of tokens.css, also where these are tinted with a tenth of it.
CONTRAST = 5.9
PAPER = (255, 255, 255)
NIGHT = (22, 27, 36)

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Look:
    """What templates need: `root` is the path prefix, `theme` "light", "dark" or "" for the system's."""

    texts: Texts
    theme: str
    root: str
    name: str

    @property
    def language(self) -> str:
        """The language's code (BCP 47)."""
        return self.texts.language

    @property
    def direction(self) -> str:
        """The direction of the interface: "ltr" or "rtl"."""
        return self.texts.direction


def look_of(request: HTTPConnection, settings: Settings) -> Look:
    """Return how a page looks for a request: by `?lang=` and `?theme=`, the settings, then what the browser prefers."""
    wanted = request.query_params.get("theme", "")
    theme = wanted if wanted in ("light", "dark") else settings.theme
    language = choose_language(
        request.query_params.get("lang", ""), settings.language, request.headers.get("accept-language", "")
    )
    return Look(texts(language), "" if theme == "auto" else theme, request.scope.get("root_path", ""), settings.name)


def accent_router(settings: Settings) -> APIRouter:
    """Return the route /page/accent.css: the organisation's colour, made legible on light and on dark."""
    router = APIRouter()
    css = accent_css(settings.accent)

    @router.get("/page/accent.css", include_in_schema=False)
    def accent() -> Response:
        return Response(css, media_type="text/css", headers={"Cache-Control": "max-age=300"})

    return router


def accent_css(colour: str) -> str:
    """Return the variables of a colour "#rrggbb" as CSS, for light and dark pages.

    >>> accent_css("#1f5fae").splitlines()[0]
    ':root { --qa-accent: #1f5fae; --qa-on-accent: #ffffff; }'
    """
    light, dark = legible(_parsed(colour), PAPER, NIGHT), legible(_parsed(colour), NIGHT, PAPER)
    return (
        f":root {{ --qa-accent: {_written(light)}; --qa-on-accent: #ffffff; }}\n"
        f'.dark, :root[data-theme="dark"] {{ --qa-accent: {_written(dark)}; --qa-on-accent: #0e131b; }}\n'
        "@media (prefers-color-scheme: dark) { :root:not([data-theme]):not(.light) "
        f"{{ --qa-accent: {_written(dark)}; --qa-on-accent: #0e131b; }} }}\n"
    )


def legible(colour: Colour, ground: Colour, towards: Colour) -> Colour:
    """Return the colour, moved towards another as far as text in it needs to be read on `ground`."""
    for step in range(0, 101, 5):
        moved = tuple(round(c + (t - c) * step / 100) for c, t in zip(colour, towards, strict=True))
        if contrast((moved[0], moved[1], moved[2]), ground) >= CONTRAST:
            return moved[0], moved[1], moved[2]
    return towards


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [c / 255 for c in colour]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _parsed(colour: str) -> Colour:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _written(colour: Colour) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)
