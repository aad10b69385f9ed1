"""What a recording says of its own length: one that was cut off is told from a whole one."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import av
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from vcam.media_file.pieces import pieces
from vcam.media_file.unfinished import claimed, tells_length

_SLACK = 0.05  # seconds; what is written down is not always exact
_HEAD, _TAIL = 1 << 16, 1 << 17  # bytes
_XING = re.compile(rb"(?:Xing|Info)...(.)|VBRI", re.DOTALL)
_SEGMENT = re.compile(rb"\x18\x53\x80\x67([\x01-\xff].{7})", re.DOTALL)
"""Matroska's segment and its size (RFC 8794, 4.1)."""
_FLV_DURATION = re.compile(rb"\0\x08duration\0(.{8})", re.DOTALL)
_FLV_SIZE = re.compile(rb"\0\x08filesize\0(.{8})", re.DOTALL)
_ASF_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
"""The file properties object (ASF specification, 3.2)."""

COUNTED = ("ape", "dsf", "mpc", "mpc8", "mxf", "tak", "tta", "wv")
"""FFmpeg's names of the kinds that it takes to be as long as their head says."""


class Cut(NamedTuple):
    """Seconds until a recording breaks off, and how many it says it has; None where it says
    nothing and ends within a piece of itself."""

    seen: float
    length: float | None = None


def cut_short(
    path: Path, container: InputContainer, until: Mapping[int, float], begin: float
) -> Cut | None:
    """What is missing at the end of an open file.

    Args:
        until: where each stream that was read ends, by its index, on the clock of its packets.
        begin: the time that becomes 0, on that clock.
    """
    if len(pieces(path)) > 1 or not until:
        return None
    for streams, end in _promises(path, container, max(until.values()) - begin):
        reached = [until[one.index] for one in streams if one.index in until]
        if len(reached) == len(streams) and end - max(reached) > _SLACK:
            return Cut(max(reached) - begin, end - begin)
    return Cut(max(until.values()) - begin) if _ends_within(path, container) else None


def _promises(
    path: Path, container: InputContainer, read: float
) -> list[tuple[list[Stream], float]]:
    """Streams, and when the last one of them ends; `read` are the seconds that were read."""
    streams = [one for one in container.streams if _lasts(one)]
    kind = container.format.name
    if kind.startswith("mov,"):
        return [([one], end) for one in streams if (end := _end(one)) is not None]
    if kind == "avi":
        return [
            ([one], float(one.frames / one.average_rate))
            for one in streams
            if isinstance(one, VideoStream) and one.average_rate
        ]
    length = None if container.duration is None else container.duration / av.time_base
    start = (container.start_time or 0) / av.time_base
    if kind == "asf":
        length, start = _asf_length(path), 0.0
    elif kind.startswith("matroska"):  # subtitles may be longer than what is seen and heard
        believed = tells_length(path) and _ends_within(path, container)
        length, start = length if believed else None, 0.0
    elif kind == "flv":
        length, start = _flv_length(path), 0.0
    elif kind == "rm":
        start = 0.0
    elif kind == "mp3":
        length = length if _has_count_of_frames(path) else None
    elif kind == "flac":
        length = length if _has_count_of_samples(path) else None
    elif kind in COUNTED:
        pass
    elif (times := claimed(path)) == 1 or length is None:
        length = None
    elif kind != "aiff":  # FFmpeg believes an AIFF's count of samples, and not always the others'
        length = read * times
    return [(streams, start + length)] if length else []


def _lasts(stream: Stream) -> bool:
    cover = stream.disposition & Disposition.attached_pic
    return stream.type in ("audio", "video") and not cover


def _end(stream: Stream) -> float | None:
    if not stream.duration or stream.time_base is None:
        return None
    return float((stream.duration + (stream.start_time or 0)) * stream.time_base)


def _ends_within(path: Path, container: InputContainer) -> bool:
    """Whether the last packet or box goes on behind the file's end."""
    size = path.stat().st_size
    kind = container.format.name
    with open(path, "rb") as file:
        if kind == "flv":  # as most recorders tell
            found = _FLV_SIZE.search(file.read(_HEAD))
            return found is not None and struct.unpack(">d", found[1])[0] > size
        if kind == "mpegts":
            head = file.read(5 * 204)
            for packet, sync in ((188, 0), (192, 4), (204, 0)):
                if all(head[place] == 0x47 for place in range(sync, len(head), packet)):
                    return size % packet != 0
        if kind in ("ogg", "mpeg"):
            file.seek(max(0, size - _TAIL))
            tail = file.read()
            return _page_ends_within(tail) if kind == "ogg" else _pack_ends_within(tail)
        if kind.startswith("matroska"):
            found = _SEGMENT.search(file.read(_HEAD))
            if found is None:
                return False
            unused = found[1][0].bit_length() - 1  # the size begins behind its highest bit
            width = 8 - unused
            said = int.from_bytes(found[1][:width], "big") & (1 << 7 * width) - 1
            return said < (1 << 7 * width) - 1 and found.start(1) + width + said > size
        if kind.startswith("mov,"):
            while len(head := file.read(8)) == 8:
                box = struct.unpack(">I", head[:4])[0]
                box = struct.unpack(">Q", file.read(8))[0] - 8 if box == 1 else box
                if box < 8:
                    return False
                file.seek(box - 8, 1)
            return file.tell() > size
    return False


def _page_ends_within(tail: bytes) -> bool:
    """Of Ogg."""
    page = tail[tail.rfind(b"OggS") :]
    table = page[27 : 27 + page[26]] if len(page) > 26 else b""
    return len(page) < 27 or 27 + page[26] + sum(table) > len(page)


def _pack_ends_within(tail: bytes) -> bool:
    """Of a programme stream (ISO 13818-1, 2.5.3), from the first pack that begins there."""
    place = tail.find(b"\0\0\1\xba")
    while 0 <= place <= len(tail) - 4 and tail[place : place + 3] == b"\0\0\1":
        head, kind = tail[place : place + 14], tail[place + 3]
        if kind == 0xB9:
            return False
        if len(head) < 14:
            return True
        if kind == 0xBA:
            place += 14 + (head[13] & 7) if head[4] & 0xC0 == 0x40 else 12
        else:
            place += 6 + int.from_bytes(head[4:6], "big")
    return place > len(tail)


def _flv_length(path: Path) -> float | None:
    """As its metadata say; they are full of nothing where the recorder crashed."""
    with open(path, "rb") as file:
        found = _FLV_DURATION.search(file.read(_HEAD))
    return None if found is None else struct.unpack(">d", found[1])[0]


def _asf_length(path: Path) -> float | None:
    with open(path, "rb") as file:
        head = file.read(_HEAD)
    place = head.find(_ASF_FILE)
    if place < 0 or len(head) < place + 92:
        return None
    played, _, preroll, flags = struct.unpack_from("<QQQI", head, place + 64)
    return None if flags & 1 else max(0.0, played / 1e7 - preroll / 1e3)


def _has_count_of_frames(path: Path) -> bool:
    found = _XING.search(_after_tags(path))
    return found is not None and (found[1] is None or bool(found[1][0] & 1))


def _has_count_of_samples(path: Path) -> bool:
    head = _after_tags(path)
    return head[:4] == b"fLaC" and any([head[21] & 0xF, *head[22:26]])


def _after_tags(path: Path) -> bytes:
    """The beginning of a file, without the ID3 tags before it."""
    with open(path, "rb") as file:
        while (head := file.read(10))[:3] == b"ID3":
            size = 0
            for byte in head[6:]:
                size = size << 7 | byte & 0x7F
            file.seek(size, 1)
        return head + file.read(4096)
