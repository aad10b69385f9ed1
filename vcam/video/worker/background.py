"""Keeps the background's picture or film at hand, and notices that its file has changed or gone."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np

from vcam.moving_picture import MovingPicture, moves
from vcam.picture_file import read_picture
from vcam.priority import step_aside
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason
from vcam.video.i420 import cover

_NICENESS = 15


class BackgroundPicture:
    """`trouble` says why the last one that was asked for cannot be shown."""

    def __init__(self) -> None:
        self.trouble: Reason | None = None
        self._key: tuple[Path, tuple[int, int], int] | None = None
        self._i420: np.ndarray | None = None
        self._film: MovingPicture | None = None
        self._filling: threading.Thread | None = None

    def of(self, path: Path | None, size: tuple[int, int]) -> np.ndarray | None:
        """The picture, or the first one of a film, as I420 of this size (width, height); None when
        it is none any more, or none is wanted."""
        self.trouble = None
        if path is None:
            self._forget()
            return None
        try:
            key = (path, size, path.stat().st_mtime_ns)
        except OSError:
            key = None
        if key != self._key or key is None:
            self._forget()
            self._read(path, size)
            self._key = key
        if self._i420 is None:
            self.trouble = Reason.of("background.no_picture", path=path)
        return self._i420

    def at(self, time: float) -> np.ndarray | None:
        """The film's picture of a moment (seconds); None where nothing moves."""
        return None if self._film is None else self._film.at(time)

    def close(self) -> None:
        """To be called at the end: a process that ends while OpenCV works on a thread aborts."""
        self._forget()
        if self._filling is not None:
            self._filling.join()

    def _read(self, path: Path, size: tuple[int, int]) -> None:
        try:
            if moves(path):
                self._film = MovingPicture(path, size)
                self._i420 = self._film.first
                self._filling = threading.Thread(target=_fill, args=[self._film], daemon=True)
                self._filling.start()
            else:
                self._i420 = cover(read_picture(path)[0], *size)
        except VcamError:
            self._i420 = None

    def _forget(self) -> None:
        if self._film is not None:
            self._film.stop()
        self._film = self._i420 = self._key = None


def _fill(film: MovingPicture) -> None:
    step_aside(_NICENESS)
    film.fill()
