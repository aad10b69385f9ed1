"""Picture files: reads what cameras and editors write, writes PNG."""

from __future__ import annotations

import stat
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np

from vcam.schema.errors import VcamError


def read_picture(path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    """Reads a picture as uint8 (H, W, 3) BGR and its own opacity (H, W), if it has one.

    Grey, palette, RGBA and 16-bit pictures are understood; a camera's rotation mark is obeyed.
    Raises VcamError when the file is missing or no picture.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise VcamError("picture.unreadable", path=path)
        # As bytes: OpenCV cannot open every path that Windows allows.
        data = np.fromfile(path, np.uint8)
    except OSError as error:
        raise VcamError("file.unreadable", path=path, error=error.strerror or error) from error
    picture = _decode(data, cv2.IMREAD_UNCHANGED)
    if picture is not None and (picture.ndim == 2 or picture.shape[2] != 4):
        # Without opacity to keep, the decoder may turn the picture as its EXIF mark says.
        picture = _decode(data, cv2.IMREAD_COLOR | cv2.IMREAD_ANYDEPTH)
    if picture is None:
        raise VcamError("picture.unreadable", path=path)
    if picture.dtype == np.uint16:
        picture = (picture // 257).astype(np.uint8)
    elif picture.dtype != np.uint8:
        raise VcamError("picture.depth", path=path, kind=picture.dtype)
    if picture.shape[2] == 3:
        return picture, None
    opacity = np.ascontiguousarray(picture[..., 3])
    weight = opacity[..., None].astype(np.float32) / 255
    over_grey = picture[..., :3] * weight + 128 * (1 - weight)  # hidden colours mean nothing
    return over_grey.round().astype(np.uint8), opacity


def _decode(data: np.ndarray, flags: int) -> np.ndarray | None:
    try:
        return cv2.imdecode(data, flags)
    except cv2.error:  # an empty file, or more pixels than the decoder takes
        return None


def write_png(path: Path, picture: np.ndarray) -> None:
    """Writes the whole file or nothing; makes its folder if need be."""
    data = cv2.imencode(".png", picture)[1].tobytes()
    unfinished = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(data)
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise VcamError("file.unwritable", path=path, error=error.strerror) from error
