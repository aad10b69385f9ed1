"""Copies the published pictures for the recorder."""

from __future__ import annotations

import time

import numpy as np

from vcam.daemon.protocol import RECORD_FPS
from vcam.ipc.ring import Ring

_START = 3.0  # seconds in which the camera may wake up before a card is recorded


class PictureTape:
    """At most `RECORD_FPS` pictures a second, of the ring's size alone, into its ring."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self._patience = time.monotonic() + _START
        self._last = 0.0

    def show(self, i420: np.ndarray, captured: float, *, live: bool) -> None:
        """A recording does not begin with the standby card of a camera that is waking up."""
        if live:
            self._patience = 0.0
        elif time.monotonic() < self._patience:
            return
        if i420.nbytes == self._ring.capacity and captured - self._last > 0.7 / RECORD_FPS:
            self._last = captured
            self._ring.write(captured, i420.data)
