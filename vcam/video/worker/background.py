"""Keeps the background's picture at hand, and notices that its file has changed or gone."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vcam.picture_file import read_picture
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason
from vcam.video.i420 import cover


class BackgroundPicture:
    """`trouble` says why the last one that was asked for cannot be shown."""

    def __init__(self) -> None:
        self.trouble: Reason | None = None
        self._key: tuple[Path, tuple[int, int], int] | None = None
        self._i420: np.ndarray | None = None

    def of(self, path: Path, size: tuple[int, int]) -> np.ndarray | None:
        """The picture as I420 of this size (width, height); None when it is none any more."""
        try:
            key = (path, size, path.stat().st_mtime_ns)
        except OSError:
            key = None
        if key != self._key or key is None:
            self._i420, self._key = _read(path, size), key
        self.trouble = None
        if self._i420 is None:
            self.trouble = Reason.of("background.no_picture", path=path)
        return self._i420


def _read(path: Path, size: tuple[int, int]) -> np.ndarray | None:
    try:
        return cover(read_picture(path)[0], *size)
    except VcamError:
        return None
