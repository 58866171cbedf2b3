"""Small office files, written by the tests that read them: packages from bare XML, so that every element can be had."""

import io
import zipfile
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{_OFFICE}/relationships" xmlns:m="{_OFFICE}/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
)


def zipped(members: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive of `members`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def members_of(data: bytes) -> dict[str, bytes]:
    """Return the members of a zip archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def word(body: str, main_type: str = _MAIN, extra: Mapping[str, bytes | str] | None = None, **parts: str) -> bytes:
    """Return a Word file with `body` as its text; `parts` are the inner XML of its parts, such as ``styles``.

    `extra` holds further members as they are.
    """
    members: dict[str, bytes | str] = {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="html" ContentType="text/html"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main_type}"/></Types>'
        ),
        "_rels/.rels": _relationships({"rId1": ("officeDocument", "word/document.xml")}),
        "word/document.xml": f"<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relationships(
            {name: (name.rstrip("0123456789"), f"{name}.xml") for name in parts}
        ),
    }
    for name, inner in parts.items():
        if name.startswith("chart"):
            members[f"word/{name}.xml"] = f"<c:chartSpace {_NAMESPACES}>{inner}</c:chartSpace>"
        else:
            root = {"header": "hdr", "footer": "ftr"}.get(name.rstrip("0123456789"), name)
            members[f"word/{name}.xml"] = f"<w:{root} {_NAMESPACES}>{inner}</w:{root}>"
    return zipped({**members, **(extra or {})})


def _relationships(targets: Mapping[str, tuple[str, str]]) -> str:
    return relationships(
        "".join(
            f'<Relationship Id="{name}" Type="{{office}}/{kind}" Target="{target}"/>'
            for name, (kind, target) in targets.items()
        )
    )


def relationships(inner: str) -> str:
    """Return a relationships part; ``{office}`` in `inner` stands for the start of the relationships' types."""
    inner = inner.format(office=f"{_OFFICE}/relationships")
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def paragraph(text: str = "", style: str = "", properties: str = "", inner: str = "") -> str:
    """Return a paragraph of Word's XML."""
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    run = f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""
    return f"<w:p><w:pPr>{styled}{properties}</w:pPr>{run}{inner}</w:p>"


def run(text: str, properties: str = "") -> str:
    """Return a run of Word's XML."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def table(rows: list[list[str]], first_row: str = "") -> str:
    """Return a table of Word's XML; a cell may be XML itself. `first_row` holds properties of the first row."""
    written = ""
    for index, row in enumerate(rows):
        cells = "".join(cell if cell.startswith("<w:tc") else f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row)
        written += f"<w:tr><w:trPr>{first_row if index == 0 else ''}</w:trPr>{cells}</w:tr>"
    return f"<w:tbl>{written}</w:tbl>"
