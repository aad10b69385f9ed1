"""Copies the published pictures for the recorder."""

from __future__ import annotations

import time

import numpy as np

from vcam.daemon.recorder import MOST_FPS
from vcam.ipc.ring import Reel

_START = 3.0  # seconds in which the camera may wake up before a card is recorded


class PictureTape:
    """At most 30 pictures a second, of the reel's size alone, into its reel."""

    def __init__(self, reel: Reel) -> None:
        self._reel = reel
        self._patience = time.monotonic() + _START
        self._last = 0.0

    def show(self, i420: np.ndarray, captured: float, *, live: bool) -> None:
        """A recording does not begin with the standby card of a camera that is waking up."""
        if live:
            self._patience = 0.0
        elif time.monotonic() < self._patience:
            return
        if i420.nbytes == self._reel.capacity and captured - self._last > 0.7 / MOST_FPS:
            self._last = captured
            self._reel.write(captured, i420.data)
