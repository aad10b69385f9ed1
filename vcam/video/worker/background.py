"""Keeps the background's picture or film at hand, and notices that its file has changed or gone.

All of it happens aside: the picture's loop asks what there is and waits for nothing.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import numpy as np

from vcam.moving_picture import MovingPicture, moves
from vcam.picture_file import read_picture
from vcam.priority import step_aside
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason
from vcam.video.i420 import cover

_NICENESS = 5
_LOOKS_EVERY = 1.0  # seconds
_LATE = 5.0  # seconds

log = logging.getLogger(__name__)


class _Wish(NamedTuple):
    path: Path
    size: tuple[int, int]


_Stamp = tuple[int, int, int] | None
"""What is different for another content; None without a file."""


class BackgroundPicture:
    """What is shown stays until what is wanted instead, of the same size, has been read.

    `trouble` says why that cannot be shown; it is None while it is being read, as long as `ready`
    is False.
    """

    def __init__(self) -> None:
        self.trouble: Reason | None = None
        self.ready = True
        self._wish: _Wish | None = None
        self._wished = 0.0
        self._read: tuple[_Wish, _Stamp] | None = None
        self._shown: np.ndarray | MovingPicture | None = None
        self._news = threading.Condition()
        self._closed = False
        self._keeper: threading.Thread | None = None

    def want(self, path: Path | None, size: tuple[int, int]) -> None:
        """The file from now on, and the size (width, height) that it has to cover."""
        wish = None if path is None else _Wish(path, size)
        with self._news:
            if wish == self._wish:
                return
            if wish is None or self._wish is None or wish.size != self._wish.size:
                self._let_go()
            self._wish, self.trouble, self.ready = wish, None, wish is None
            # What was read for an earlier wish has been let go or stopped, also of the same file.
            self._wished, self._read = monotonic(), None
            if isinstance(self._shown, MovingPicture):
                self._shown.stop()
            self._news.notify()
        if self._keeper is None:
            self._keeper = threading.Thread(target=self._keep, daemon=True)
            self._keeper.start()

    @property
    def late(self) -> bool:
        """Whether it is being read for longer than would be waited for without a word."""
        return not self.ready and monotonic() - self._wished > _LATE

    def at(self, time: float) -> np.ndarray | None:
        """The picture of a moment (seconds), I420; None while there is none."""
        shown = self._shown
        return shown.at(time) if isinstance(shown, MovingPicture) else shown

    def close(self) -> None:
        """To be called at the end: a process that ends while OpenCV works on a thread aborts."""
        with self._news:
            self._closed, self._wish = True, None
            self._let_go()
            self._news.notify()
        if self._keeper is not None:
            self._keeper.join()

    def _let_go(self) -> None:
        if isinstance(self._shown, MovingPicture):
            self._shown.stop()
        self._shown = None

    def _keep(self) -> None:
        step_aside(_NICENESS)
        seen: _Stamp = None
        while True:
            with self._news:
                if (self._wish is None or self._read) and not self._closed:
                    self._news.wait(None if self._wish is None else _LOOKS_EVERY)
                if self._closed:
                    return
                wish, read = self._wish, self._read
            if wish is None:
                continue
            before, seen = seen, _stamp(wish.path)
            if read == (wish, seen):
                continue
            if read and seen != before:
                continue  # somebody may still be writing
            self._show(wish, seen)

    def _show(self, wish: _Wish, stamp: _Stamp) -> None:
        found: np.ndarray | MovingPicture | None = None
        try:
            if moves(wish.path):
                found = MovingPicture(wish.path, wish.size, aside=True)
            else:
                found = cover(read_picture(wish.path)[0], *wish.size)
        except VcamError:
            pass
        except Exception:  # whatever is wrong with a file, the next one is read
            log.exception("a background cannot be read")
        with self._news:
            if self._wish != wish:
                return
            self._read = (wish, stamp)
            if found is not None:
                self._shown = found
            self.trouble = None if found is not None else _unreadable(wish.path)
            self.ready = True
        if isinstance(found, MovingPicture):
            found.fill()


def _unreadable(path: Path) -> Reason:
    return Reason.of("background.no_picture", path=path)


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
