"""Lets people hear live what others would hear, on the system's output."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from threading import Thread

from vcam.audio.frames import Block
from vcam.audio.publish.contract import PublishError
from vcam.audio.publish.headphones import PulseHeadphones
from vcam.schema.errors import VcamError
from vcam.troubles import Troubles

_RETRY = 1.0  # seconds

Opener = Callable[[], PulseHeadphones]


class LiveMonitor:
    """Used by the sound's thread; a thread of its own opens the output, which may take a while.
    Why nothing is heard is among the `troubles` as "monitor"."""

    def __init__(self, troubles: Troubles, opener: Opener | None = None) -> None:
        self._troubles = troubles
        self._opener = opener or _open
        self._output: PulseHeadphones | None = None
        self._opening: Thread | None = None
        self._next_try = 0.0

    @property
    def delay(self) -> float | None:
        """Seconds from `play` to the ear; None while nothing is heard."""
        return self._output.delay if self._output is not None else None

    def play(self, block: Block) -> None:
        if self._output is None:
            self._ask()
            return
        try:
            self._output.play(block)
        except PublishError as error:
            self._troubles.put("monitor", error.reason)
            self._close()

    def rest(self) -> None:
        """Nobody wants to hear it."""
        if self._output is not None or self._next_try:
            self._close()
            self._next_try = 0.0
            self._troubles.clear("monitor")

    def _ask(self) -> None:
        if self._opening is not None and self._opening.is_alive():
            return
        if time.monotonic() >= self._next_try:
            self._next_try = time.monotonic() + _RETRY
            self._opening = Thread(target=self._open, name="monitor", daemon=True)
            self._opening.start()

    def _open(self) -> None:
        try:
            output = self._opener()
        except VcamError as error:
            self._troubles.put("monitor", error.reason)
            return
        self._troubles.clear("monitor")
        self._output = output

    def _close(self) -> None:
        output, self._output = self._output, None
        if output is not None:
            output.close()


def _open() -> PulseHeadphones:
    if sys.platform != "linux":
        raise PublishError("monitor.only_linux")
    return PulseHeadphones.open()
