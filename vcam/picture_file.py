"""Picture files: reads what cameras and editors write, writes PNG."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np

from vcam.quietly import quietly
from vcam.schema.errors import VcamError

LARGEST = 150_000_000
"""Pixels of a picture that is read; a 16k panorama has 134 million."""

_AT_ONCE = 1 << 20  # pixels in floating point


def read_picture(path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    """Reads a picture as uint8 (H, W, 3) BGR and its own opacity (H, W), if it has one.

    Grey, palette, RGBA and 16-bit pictures are understood; a camera's rotation mark is obeyed.
    Raises VcamError when the file is missing, no picture, or larger than LARGEST.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise VcamError("picture.unreadable", path=path)
        # As bytes: OpenCV cannot open every path that Windows allows.
        data = np.fromfile(path, np.uint8)
    except OSError as error:
        raise VcamError("file.unreadable", path=path, error=error.strerror or error) from error
    small = _decode(data, cv2.IMREAD_REDUCED_GRAYSCALE_8)
    if small is not None and small.size * 64 > LARGEST:
        size, most = round(small.size * 64 / 1e6), round(LARGEST / 1e6)
        raise VcamError("picture.size", path=path, size=size, most=most)
    picture = _decode(data, cv2.IMREAD_UNCHANGED)
    if picture is not None and (picture.ndim == 2 or picture.shape[2] != 4):
        picture = None  # the memory of one is enough
        # Without opacity to keep, the decoder may turn the picture as its EXIF mark says.
        picture = _decode(data, cv2.IMREAD_COLOR | cv2.IMREAD_ANYDEPTH)
    if picture is None:
        raise VcamError("picture.unreadable", path=path)
    if picture.dtype == np.uint16:
        picture //= 257
        picture = picture.astype(np.uint8)
    elif picture.dtype != np.uint8:
        raise VcamError("picture.depth", path=path, kind=picture.dtype)
    if picture.shape[2] == 3:
        return picture, None
    opacity = np.ascontiguousarray(picture[..., 3])
    over_grey = np.empty((*opacity.shape, 3), np.uint8)  # hidden colours mean nothing
    for rows in strips(*opacity.shape):
        weight = opacity[rows, :, None].astype(np.float32) / 255
        over_grey[rows] = (picture[rows, :, :3] * weight + 128 * (1 - weight)).round()
    return over_grey, opacity


def strips(height: int, width: int) -> Iterator[slice]:
    """Rows of a large picture that are worked on at once."""
    some = max(1, _AT_ONCE // width)
    for begin in range(0, height, some):
        yield slice(begin, min(height, begin + some))


def _decode(data: np.ndarray, flags: int) -> np.ndarray | None:
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # a sentence is enough
    try:
        with quietly():
            return cv2.imdecode(data, flags)
    except cv2.error:  # an empty file, or more pixels than the decoder takes
        return None


def write_png(path: Path, picture: np.ndarray) -> None:
    """Writes the whole file or nothing; makes its folder if need be."""
    data = cv2.imencode(".png", picture)[1].data
    unfinished = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(data)
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise VcamError("file.unwritable", path=path, error=error.strerror) from error
