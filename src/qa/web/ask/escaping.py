"""Text as HTML that can neither format, link nor script anything."""


def escape(text: str) -> str:
    """Write all but letters, digits and spaces of ASCII as entities; a line break becomes <br>."""
    return "".join(
        "<br>" if c == "\n" else c if c.isalnum() or c == " " or not c.isascii() else f"&#{ord(c)};" for c in text
    )
