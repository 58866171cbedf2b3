"""Writes OLE compound files, the container of .msg: just enough for small files."""

import struct
from collections.abc import Mapping
from typing import Any

Folder = Mapping[str, Any]
"""Names to bytes, or to further folders."""

_SECTOR, _SHORT_SECTOR, _SHORT_STREAM = 512, 64, 4096
_NONE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound_file(root: Folder) -> bytes:
    """Return the bytes of a file with these folders and streams."""
    entries: list[list[Any]] = [
        ["Root Entry", 5, _NONE, _NONE, b""]
    ]  # name, kind, next beside it, first child, content
    _add_children(entries, 0, root)
    short, short_table, starts = b"", [], [_END]
    for entry in entries[1:]:
        count = -(-len(entry[4]) // _SHORT_SECTOR) if len(entry[4]) < _SHORT_STREAM else 0
        starts.append(len(short_table) if count else _END)
        short_table += _chain(len(short_table), count)
        short += entry[4].ljust(count * _SHORT_SECTOR, b"\0") if count else b""
    entries[0][4] = short
    # After the table of sectors: the directory, the table of short sectors, the short and the long streams.
    parts = [bytes(len(entries) * 128), struct.pack(f"<{len(short_table)}I", *short_table), short]
    parts += [entry[4] for entry in entries[1:] if len(entry[4]) >= _SHORT_STREAM]
    counts = [-(-len(part) // _SECTOR) for part in parts]
    fat_sectors = 1
    while fat_sectors * 128 < fat_sectors + sum(counts):
        fat_sectors += 1
    fat, firsts = [_FAT] * fat_sectors, []
    for count in counts:
        firsts.append(len(fat) if count else _END)
        fat += _chain(len(fat), count)
    fat += [_NONE] * (fat_sectors * 128 - len(fat))
    long_starts = iter(firsts[3:])
    starts = [
        next(long_starts) if len(e[4]) >= _SHORT_STREAM else s for e, s in zip(entries[1:], starts[1:], strict=True)
    ]
    parts[0] = b"".join(_entry(*entry, start) for entry, start in zip(entries, [firsts[2], *starts], strict=True))
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, fat_sectors, firsts[0], 0, _SHORT_STREAM, firsts[1], counts[1], _END, 0)
    header += struct.pack("<109I", *range(fat_sectors), *[_NONE] * (109 - fat_sectors))
    padded = (part.ljust(count * _SECTOR, b"\0") for part, count in zip(parts, counts, strict=True))
    return header + struct.pack(f"<{len(fat)}I", *fat) + b"".join(padded)


def _chain(first: int, count: int) -> list[int]:
    return [*range(first + 1, first + count), _END] if count else []


def _add_children(entries: list[list[Any]], parent: int, folder: Folder) -> None:
    previous = None
    for name, content in folder.items():
        number = len(entries)
        is_folder = isinstance(content, Mapping)
        entries.append([name, 1 if is_folder else 2, _NONE, _NONE, b"" if is_folder else content])
        if previous is None:
            entries[parent][3] = number
        else:
            entries[previous][2] = number
        previous = number
        if is_folder:
            _add_children(entries, number, content)


def _entry(name: str, kind: int, beside: int, child: int, content: bytes, start: int) -> bytes:
    encoded = name.encode("utf-16-le")
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(encoded) + 2, kind, 1, _NONE, beside, child)
        + bytes(36)
        + struct.pack("<IQ", start, len(content))
    )


def properties(header_bytes: int, values: Mapping[int, str | bytes | int]) -> dict[str, Any]:
    """Return the streams of an Outlook object's properties, by their ids: text, bytes, or whole numbers."""
    streams: dict[str, Any] = {}
    table = bytes(header_bytes)
    for number, value in values.items():
        if isinstance(value, int):
            table += struct.pack("<HHIQ", 0x0003, number, 6, value)
            continue
        kind, content = (0x001F, value.encode("utf-16-le")) if isinstance(value, str) else (0x0102, value)
        table += struct.pack("<HHIQ", kind, number, 6, len(content))
        streams[f"__substg1.0_{number:04X}{kind:04X}"] = content
    return {"__properties_version1.0": table, **streams}
