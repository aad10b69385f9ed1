"""Film files by FFmpeg: what is in them, their pictures upright, and how they are written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer, OutputContainer
from av.stream import Disposition
from av.video.stream import VideoStream
from numpy.typing import NDArray

from vcam.media_file import is_still, open_input, open_output
from vcam.offline.enhance.resume import Work
from vcam.schema.errors import VcamError
from vcam.video.orientation import orientation

FORMATS = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska", ".webm": "webm"}
"""The kinds of film that are written, by the end of the file's name."""

_SUFFIXES = {".mp4": ".mp4", ".m4v": ".mp4", ".mov": ".mp4", ".3gp": ".mp4", ".webm": ".webm"}
_ANNOUNCED = ("mov", "matroska")  # kinds whose length is written down and not guessed
_WRITING = {"fflags": "+bitexact"}  # no random numbers: the same film twice is the same file
_INDEX_FIRST = dict.fromkeys(("mp4", "mov"), {"movflags": "+faststart"})
"""A player on the network can begin before it has all of the film."""
_CUT_SHORT = (1.0, 0.02)  # seconds and share that may be missing at the end


def moving_picture(container: InputContainer) -> VideoStream | None:
    """The first stream that is a film and not a cover."""
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    return None


def is_film(path: Path) -> bool:
    """Whether the file can be opened and has a moving picture."""
    try:
        with open_input(path) as container:
            return not is_still(container) and moving_picture(container) is not None
    except (av.FFmpegError, OSError, ValueError):
        return False


def suffix_for(path: Path) -> str:
    """The end of an enhanced film's name: its own kind where it is one of the common three."""
    return _SUFFIXES.get(path.suffix.lower(), ".mkv")


def upright(picture: av.VideoFrame, widest: int | None = None) -> NDArray[np.uint8]:
    """BGR ``(H, W, 3)``, turned as the recording says; its longer side at most `widest` pixels."""
    longer = max(picture.width, picture.height)
    scale = 1.0 if widest is None else min(1.0, widest / longer)
    width, height = round(picture.width * scale), round(picture.height * scale)
    frame = picture.to_ndarray(format="bgr24", width=width, height=height)
    return orientation(picture).upright(frame)


def even_size(picture: av.VideoFrame, factor: int = 1) -> tuple[int, int]:
    """Width and height of the upright picture, `factor` times as large, without an odd last column
    or row."""
    width, height = picture.width * factor & ~1, picture.height * factor & ~1
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
            raise unreadable(path) from error
    raise unreadable(path)


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """A film or sound file for reading. Raises VcamError when it is missing, empty or damaged."""
    if path.is_dir():
        raise VcamError(f"{path} is a folder; name the recordings in it.")
    if not path.exists():
        raise VcamError(f"{path} does not exist.")
    try:
        container = open_input(path)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise unreadable(path) from error
    with container:
        refuse_still(path, container)
        yield container


def refuse_still(path: Path, container: InputContainer) -> None:
    """Raises VcamError for a photo."""
    if is_still(container):
        raise VcamError(f"{path} is a picture and no recording; `vcam cutout` takes pictures.")


def unreadable(path: Path) -> VcamError:
    return VcamError(f"{path} cannot be read as a recording; it is damaged or of an unknown kind.")


def refuse_cut_short(path: Path, container: InputContainer, seen: float) -> None:
    """Raises VcamError when the recording says that it is longer than the `seen` seconds."""
    if container.duration is None or not container.format.name.startswith(_ANNOUNCED):
        return
    length = container.duration / av.time_base
    if length - seen > _CUT_SHORT[0] + _CUT_SHORT[1] * length:
        raise VcamError(
            f"{path} breaks off after {seen:.1f} of {length:.1f} seconds; copy it again."
        )


def beginning(container: InputContainer) -> Fraction:
    """The time that becomes 0, seconds: recordings of broadcasts do not start there."""
    return Fraction(container.start_time or 0, av.time_base)


@contextmanager
def written(work: Work) -> Iterator[OutputContainer]:
    """The part of a film open for writing. Raises Unwritable when the disk is full."""
    kind = FORMATS[work.target.suffix.lower()]
    try:
        container = open_output(work.part, kind, _WRITING | _INDEX_FIRST.get(kind, {}))
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
