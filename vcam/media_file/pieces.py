"""Media files that were put one behind the other as bytes: where each of them begins.

Players play all of them. FFmpeg reads MP3, AAC and transport streams so as well, but of WebM, Ogg
and FLAC it loses some or all of what follows the first one.
"""

from __future__ import annotations

import io
import mmap
import re
from functools import lru_cache
from pathlib import Path

_BEGINNINGS = {
    b"\x1a\x45\xdf\xa3": re.compile(
        rb"\x1a\x45\xdf\xa3.{1,64}?\x42\x82.{1,8}?(?:webm|matroska)", re.DOTALL
    ),
    b"OggS": re.compile(
        rb"OggS\0[\2\6].{20}.{1,2}(?:OpusHead|\x01vorbis|\x7fFLAC|Speex   )", re.DOTALL
    ),
    b"fLaC": re.compile(rb"fLaC\0\0\0\x22"),
}
"""What files of a kind begin with, and how that is told from a chance within one."""


def pieces(path: Path) -> list[tuple[int, int]]:
    """Where each piece begins and ends; one piece of any other file. Raises OSError."""
    found = path.stat()
    begins = _begins(path, found.st_size, found.st_mtime_ns) if path.is_file() else [0]
    return list(zip(begins, [*begins[1:], found.st_size], strict=True))


class Piece(io.RawIOBase):
    """The bytes of a file from one place to another, to be read. A `change` has other bytes at a
    place within."""

    def __init__(
        self, path: Path, begin: int, end: int, change: tuple[int, bytes] | None = None
    ) -> None:
        self._file = open(path, "rb")
        self._begin, self._end = begin, end
        self._change = change
        self._file.seek(begin)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        place = self._file.tell()
        left = self._end - place
        found = self._file.read(left if size < 0 else max(0, min(size, left)))
        if self._change is None:
            return found
        changed = bytearray(found)
        for at, byte in enumerate(self._change[1], self._change[0] - place):
            if 0 <= at < len(changed):
                changed[at] = byte
        return bytes(changed)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: self._begin, io.SEEK_CUR: self._file.tell(), io.SEEK_END: self._end}
        return self._file.seek(origin[whence] + offset) - self._begin

    def tell(self) -> int:
        return self._file.tell() - self._begin

    def close(self) -> None:
        self._file.close()
        super().close()


@lru_cache(maxsize=8)
def _begins(path: Path, size: int, _changed: int) -> list[int]:
    begins = [0]
    if size:
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            kind = data[:4]
            last = 0
            for found in _BEGINNINGS[kind].finditer(data, 4) if kind in _BEGINNINGS else ():
                # The streams of one Ogg all begin before anything else comes.
                if kind != b"OggS" or found.start() != _page_end(data, last):
                    begins.append(found.start())
                last = found.start()
    return begins


def _page_end(data: mmap.mmap, page: int) -> int:
    table = data[page + 27 : page + 27 + data[page + 26]]
    return page + 27 + len(table) + sum(table)
