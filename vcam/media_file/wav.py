"""WAV files whose recorder crashed: what their header says of the length is not to be believed."""

from __future__ import annotations

import struct
from pathlib import Path


def is_unfinished(path: Path) -> bool:
    """Whether a WAV or RF64 has more sound than its header says: what comes after the chunk
    ``data`` is no other chunk that ends with the file, or that chunk is said to be empty."""
    try:
        with open(path, "rb") as file:
            if file.read(4) not in (b"RIFF", b"RF64", b"BW64") or file.read(8)[4:] != b"WAVE":
                return False
            end = path.stat().st_size
            wide = None
            while len(head := file.read(8)) == 8:
                name, size = struct.unpack("<4sI", head)
                if name == b"ds64":
                    wide = struct.unpack("<QQ", file.read(16))[1]
                    size -= 16
                if name == b"data":
                    size = wide if size == 0xFFFFFFFF and wide is not None else size
                    return not _chunks_to(file.tell() + size + size % 2, end, path)
                file.seek(size + size % 2, 1)
    except OSError:
        pass
    return False


def _chunks_to(place: int, end: int, path: Path) -> bool:
    """Whether nothing but whole chunks lie between two places."""
    with open(path, "rb") as file:
        while place < end - 1:
            file.seek(place)
            head = file.read(8)
            if len(head) < 8 or not head[:4].rstrip().isalnum():
                return False
            size = struct.unpack("<I", head[4:])[0]
            if place + 8 + size > end:
                return False
            place += 8 + size + size % 2
    return True
