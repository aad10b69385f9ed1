"""Film files by FFmpeg: what is in them, their pictures upright, and how they are written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer, OutputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream
from numpy.typing import NDArray

from vcam.media_file import is_still, open_input, open_output
from vcam.media_file.failures import is_failure, read_on
from vcam.media_file.promised import Cut
from vcam.media_file.unfinished import lacks_index
from vcam.offline.enhance.resume import Unreachable, Work
from vcam.offline.timestamps import demuxed
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason
from vcam.video.colours import to_bgr
from vcam.video.orientation import orientation

FORMATS = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska", ".webm": "webm"}
"""The kinds of film that are written, by the end of the file's name."""

OLDER = {".avi": "avi", ".wmv": "asf", ".asf": "asf", ".flv": "flv"}
"""Kinds that are written only for a picture that comes in them and has no place in Matroska."""

_SUFFIXES = {".mp4": ".mp4", ".m4v": ".mp4", ".mov": ".mp4", ".3gp": ".mp4", ".webm": ".webm"}
_WRITING = {"fflags": "+bitexact"}  # no random numbers: the same film twice is the same file
_BROKEN_OFF = 1.0  # seconds before a recording's end that belong to it
_LEAD = Fraction(1, 5)  # seconds; no codec needs more


def moving_picture(container: InputContainer) -> VideoStream | None:
    """The first stream that is a film and not a cover."""
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    return None


def seen_picture(path: Path, container: InputContainer) -> VideoStream | None:
    """The moving picture of an open file, unless nothing of it ever came: browsers announce one
    also for a call without cameras. Raises as `demuxed` does, and VcamError."""
    stream = moving_picture(container)
    if stream is None:
        return None
    return stream if comes(path, stream) else None


def comes(path: Path, stream: Stream) -> bool:
    """Whether a file has anything of a stream that it announces. Raises as `demuxed` does, and
    VcamError."""
    with opened(path) as container:
        packets = demuxed(path, container, [container.streams[stream.index]])
        return any(packet.size for packet in packets)


def is_film(path: Path) -> bool:
    """Whether the file can be opened and has a moving picture."""
    try:
        with open_input(path) as container:
            return not is_still(container) and moving_picture(container) is not None
    except (av.FFmpegError, OSError, ValueError):
        return False


def sound_tracks(path: Path) -> int:
    """How many there are in a file that FFmpeg opens; 0 in any other. Raises Unreachable."""
    try:
        with open_input(path) as container:
            return len(container.streams.audio)
    except (av.FFmpegError, OSError, ValueError) as error:
        refuse_unreachable(path, error)
        return 0


def is_film_name(path: Path) -> bool:
    """Whether what is written under that name is a film."""
    return path.suffix.lower() in FORMATS | OLDER


def suffix_for(path: Path) -> str:
    """The end of an enhanced film's name: its own kind where it is one of the common three."""
    return _SUFFIXES.get(path.suffix.lower(), ".mkv")


def upright(picture: av.VideoFrame, widest: int | None = None) -> NDArray[np.uint8]:
    """BGR ``(H, W, 3)``, turned as the recording says, without combs where it is interlaced; its
    longer side at most `widest` pixels, for what only looks for faces: they are found in HDR as it
    is stored."""
    longer = max(picture.width, picture.height)
    scale = 1.0 if widest is None else min(1.0, widest / longer)
    width, height = round(picture.width * scale), round(picture.height * scale)
    frame = to_bgr(picture, width, height, tone_mapped=widest is None)
    if picture.interlaced_frame and height == picture.height:
        _deinterlace(frame)
    return orientation(picture).upright(frame)


def _deinterlace(frame: NDArray[Any]) -> None:
    """The later field's rows become the median of themselves and their neighbours: what moved
    between the fields is a comb no more, what stands keeps all its rows."""
    above, rows, below = frame[0:-2:2], frame[1:-1:2], frame[2::2]
    np.clip(rows, np.minimum(above, below), np.maximum(above, below), out=rows)


def even_size(picture: av.VideoFrame, factor: int = 1) -> tuple[int, int]:
    """Width and height of the upright picture, `factor` times as large, without an odd last column
    or row unless it is the only one."""
    width, height = (max(2, side * factor & ~1) for side in (picture.width, picture.height))
    return (height, width) if orientation(picture).transposed else (width, height)


def first_picture(path: Path) -> av.VideoFrame:
    """Raises VcamError when the film has none that can be decoded."""
    with opened(path) as container:
        stream = moving_picture(container)
        try:
            if stream is not None:
                for picture in container.decode(stream):
                    return picture
        except (av.FFmpegError, ValueError) as error:
            raise unreadable(path, error) from error
    raise unreadable(path)


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """A film or sound file for reading. Raises VcamError when it is missing, empty or damaged."""
    try:
        if path.is_dir():
            raise VcamError("media.folder", path=path)
        if not path.exists():
            raise VcamError("file.absent", path=path)
        if not path.is_file():  # a pipe or a device may give bytes for ever, or none
            raise VcamError("media.no_file", path=path)
        container = open_input(path)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise unreadable(path, error) from error
    with container:
        refuse_still(path, container)
        yield container


def refuse_still(path: Path, container: InputContainer) -> None:
    """Raises VcamError for a photo."""
    if is_still(container):
        raise VcamError("media.still", path=path)


def unreadable(path: Path, error: Exception | None = None) -> VcamError:
    """What is said of a broken recording. Raises Unreachable where it may not be broken."""
    refuse_unreachable(path, error)
    return VcamError("media.no_index" if lacks_index(path) else "media.unreadable", path=path)


def refuse_unreachable(path: Path, error: Exception | None = None) -> None:
    """Raises Unreachable for a recording whose disk or drive fails, by the `error` or when it is
    read."""
    try:
        if error is not None and is_failure(error):
            raise error
        read_on(path)
    except (av.FFmpegError, OSError) as failure:
        raise Unreachable("file.unreadable", path=path, error=failure.strerror) from failure


def what_is_missing(path: Path, damaged: float | None, cut: Cut | None) -> list[Reason]:
    """What is said of a recording that breaks off, or whose first damage is at `damaged` seconds;
    damage where it breaks off is not said beside that."""
    said = []
    if damaged is not None and (cut is None or damaged < cut.seen - _BROKEN_OFF):
        said.append(Reason.of("enhance.passed_over", path=path, seconds=f"{damaged:.1f}"))
    if cut is not None and cut.length is not None:
        seen, length = f"{cut.seen:.1f}", f"{cut.length:.1f}"
        said.append(Reason.of("enhance.cut_short", path=path, seen=seen, length=length))
    elif cut is not None:
        said.append(Reason.of("enhance.breaks_off", path=path, seen=f"{cut.seen:.1f}"))
    return said


def beginning(container: InputContainer) -> Fraction:
    """The time that becomes 0, seconds: recordings of broadcasts do not start there, and FFmpeg has
    those below 0 whose 33-bit clock begins anew on the way. Just before 0 there is only what codecs
    need for a start."""
    start = Fraction(container.start_time or 0, av.time_base)
    return start if start > 0 or start < -_LEAD else Fraction(0)


@contextmanager
def written(work: Work, source: InputContainer) -> Iterator[OutputContainer]:
    """The part of a film open for writing. Raises Unwritable when the disk is full."""
    kind = (FORMATS | OLDER)[work.target.suffix.lower()]
    try:
        container = open_output(work.part, kind, _WRITING | _options(kind, source))
    except (av.FFmpegError, OSError) as error:
        raise work.unwritable(error) from error
    finished = False
    try:
        yield container
        finished = True
    finally:
        try:
            container.close()
        except (av.FFmpegError, OSError) as error:
            if finished:
                raise work.unwritable(error) from error


def _options(kind: str, source: InputContainer) -> dict[str, str]:
    """MP4 and MOV have their index first, so that a player on a network begins before it has all
    of the film. What Apple's cameras write into them is kept as Apple's players
    read it, and so is what Android's do."""
    if kind not in ("mp4", "mov"):
        return {}
    own = any(key.startswith(("com.apple.", "com.android.")) for key in source.metadata)
    return {"movflags": "+faststart" + ("+use_metadata_tags" if own else "")}
