"""Files whose recorder crashed: what their header says of the length is not to be believed, or
there is none."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import BinaryIO, NamedTuple

_RIFF, _AIFF = struct.Struct("<4sI"), struct.Struct(">4sI")
_CAF, _W64 = struct.Struct(">4sq"), struct.Struct("<4s12xQ")
"""The heads of chunks: their names and sizes."""
_AU = struct.Struct(">4sIIIII")
_ALIGNED = {_RIFF: 2, _AIFF: 2, _CAF: 1, _W64: 8}
_UNREADABLE = (OSError, OverflowError, struct.error)  # no file has a place so large
_DURATION = re.compile(rb"\x44\x89(?:\x84(.{4})|\x88(.{8}))", re.DOTALL)
_HEAD = 1 << 16  # bytes
_UNKNOWN = b"\xff\xff\xff\xff"  # an AU's size
_PLACEHOLDERS = (range(0x7FFF0000, 0x80010000), range(0xFFFF0000, 0x100000000))
_SANE = 1 << 40  # bytes


def is_unfinished(path: Path) -> bool:
    """Whether a WAV or RF64 has more sound than its header says: what comes after the chunk
    ``data`` is no other chunk that ends with the file."""
    try:
        with open(path, "rb") as file:
            found = _sound(file)
            return (
                found is not None
                and found.heads is _RIFF
                and not _ends_with_chunks(file, found.size, _RIFF)
            )
    except _UNREADABLE:
        return False


def correction(path: Path) -> tuple[int, bytes] | None:
    """The place in an AIFF, CAF, W64 or AU where it says how much sound it has, and what is to be
    read there instead, when that is wrong."""
    try:
        with open(path, "rb") as file:
            if (found := _sound(file)) is None or found.heads is _RIFF:
                return None
            size, heads, left = found.size, found.heads, _left(file)
            if heads is _AU:
                return (8, _UNKNOWN) if size != left else None
            width = 4 if heads is _AIFF else 8
            place = file.tell() - width
            # FFmpeg looks for another chunk unless an AIFF's sound ends behind the file.
            behind = {_AIFF: 2, _W64: heads.size}.get(heads, 0)
            actual = min(left + behind, (1 << 8 * width - 1) - 1)
            fits = _padded(size, heads) <= left + 1
            if not (fits and _ends_with_chunks(file, size, heads)):
                return place, heads.pack(found.name, actual)[-width:]
    except _UNREADABLE:
        pass
    return None


def claimed(path: Path) -> float:
    """How many times as much sound a WAV, RF64, AIFF, CAF, W64 or AU says it has as there is,
    where it has been cut off; 1 of any other file. Sizes that recorders write until they know the
    right one say nothing."""
    try:
        with open(path, "rb") as file:
            if (found := _sound(file)) is not None:
                said = found.size - (found.heads.size if found.heads is _W64 else 0)
                known = said < _SANE and not any(said in some for some in _PLACEHOLDERS)
                return max(1.0, said / max(1, _left(file))) if known else 1.0
    except _UNREADABLE:
        pass
    return 1.0


def lacks_index(path: Path) -> bool:
    """Whether it is an MP4, M4A or MOV without a whole box ``moov``, which is written at the end:
    nothing in it can be found."""
    try:
        with open(path, "rb") as file:
            named = []
            while len(head := file.read(8)) == 8:
                size, name = struct.unpack(">I4s", head)
                size = struct.unpack(">Q", file.read(8))[0] - 8 if size == 1 else size
                left = _left(file)
                if name == b"moov" and size - 8 <= left:
                    return False
                named.append(name)
                if size < 8 or size - 8 > left:
                    break
                file.seek(size - 8, 1)
    except _UNREADABLE:
        return False
    return named[:1] == [b"ftyp"] or b"mdat" in named


def tells_length(path: Path) -> bool:
    """Whether a Matroska or WebM says how long it is, which is written at its end. FFmpeg guesses
    by bit rates where it does not. True of any other file."""
    with open(path, "rb") as file:
        head = file.read(_HEAD)
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return True
    said = _DURATION.search(head)
    return said is not None and any(said[1] or said[2])


class _Sound(NamedTuple):
    """The chunk with the sound, or an AU: what heads its file's chunks have, its name and the size
    that it says."""

    heads: struct.Struct
    name: bytes
    size: int


def _sound(file: BinaryIO) -> _Sound | None:
    """Leaves the file where the sound begins."""
    start = file.read(12)
    if start[:4] == b".snd":
        begin, size = struct.unpack(">II", start[4:])
        file.seek(begin)
        return _Sound(_AU, start[:4], size)
    if start[:4] in (b"RIFF", b"RF64", b"BW64") and start[8:] == b"WAVE":
        heads, wanted = _RIFF, b"data"
    elif start[:4] == b"FORM" and start[8:] in (b"AIFF", b"AIFC"):
        heads, wanted = _AIFF, b"SSND"
    elif start[:4] == b"riff":
        file.seek(40)
        heads, wanted = _W64, b"data"
    elif start[:4] == b"caff":
        file.seek(8)
        heads, wanted = _CAF, b"data"
    else:
        return None
    wide = None
    while len(head := file.read(heads.size)) == heads.size:
        name, size = heads.unpack(head)
        if size < 0:  # -1 is a CAF's "to the end"
            break
        if name == wanted:
            return _Sound(heads, name, wide if wide is not None and size == 0xFFFFFFFF else size)
        if name == b"ds64":
            wide = struct.unpack("<QQ", file.read(16))[1]
            size -= 16
        file.seek(_padded(size, heads), 1)
    return None


def _ends_with_chunks(file: BinaryIO, size: int, heads: struct.Struct) -> bool:
    """Whether nothing but whole chunks lie behind the one that begins here."""
    file.seek(_padded(size, heads), 1)
    while _left(file) > 1:
        head = file.read(heads.size)
        if len(head) < heads.size or not head[:4].rstrip().isalnum():
            return False
        size = heads.unpack(head)[1]
        if size < 0 or _padded(size, heads) > _left(file) + 1:
            return False
        file.seek(_padded(size, heads), 1)
    return True


def _padded(size: int, heads: struct.Struct) -> int:
    """Bytes from a chunk's head to the next one's; W64 counts the head with them."""
    size = max(0, size - heads.size) if heads is _W64 else size
    return size + -size % _ALIGNED[heads]


def _left(file: BinaryIO) -> int:
    """Bytes from here to the end; below 0 behind it."""
    here = file.tell()
    length = file.seek(0, 2) - here
    file.seek(here)
    return length
