"""Lets people hear live what others would hear, on the system's output."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from threading import Condition, Thread

from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.publish.contract import PublishError
from vcam.audio.publish.headphones import PulseHeadphones
from vcam.schema.errors import VcamError
from vcam.troubles import Troubles

_RETRY = 1.0  # seconds
_QUEUE = 6  # blocks; the oldest is left out

Opener = Callable[[], PulseHeadphones]


class LiveMonitor:
    """Used by the sound's thread, which it never holds up: an output that hangs is waited for by a
    thread of its own. Why nothing is heard is among the `troubles` as "monitor"."""

    def __init__(self, troubles: Troubles, opener: Opener | None = None) -> None:
        self._troubles = troubles
        self._opener = opener or _open
        self._player: _Player | None = None

    @property
    def delay(self) -> float | None:
        """Seconds from `play` to the ear; None while nothing is heard."""
        return self._player.delay if self._player is not None else None

    def play(self, block: Block) -> None:
        if self._player is None:
            self._player = _Player(self._troubles, self._opener)
            self._player.start()
        self._player.add(block)

    def rest(self) -> None:
        """Nobody wants to hear it."""
        player, self._player = self._player, None
        if player is not None:
            player.end()


class _Player(Thread):
    """Opens an output, again after a failure, and plays on it until its `end`."""

    def __init__(self, troubles: Troubles, opener: Opener) -> None:
        super().__init__(name="monitor", daemon=True)
        self.delay: float | None = None
        self._troubles = troubles
        self._opener = opener
        self._blocks: deque[Block] = deque(maxlen=_QUEUE)
        self._changed = Condition()
        self._ended = False

    def add(self, block: Block) -> None:
        with self._changed:
            self._blocks.append(block)
            self._changed.notify()

    def end(self) -> None:
        with self._changed:
            self._ended = True
            self._troubles.clear("monitor")
            self._changed.notify()

    def run(self) -> None:
        while not self._ended:
            try:
                output = self._opener()
            except VcamError as error:
                self._fail(error)
            else:
                self._troubles.clear("monitor")
                self._play_on(output)
                self.delay = None
                output.close()
            with self._changed:
                self._changed.wait_for(lambda: self._ended, _RETRY)

    def _play_on(self, output: PulseHeadphones) -> None:
        self._blocks.clear()
        try:
            while True:
                with self._changed:
                    self._changed.wait_for(lambda: self._blocks or self._ended)
                    if self._ended:
                        return
                    block = self._blocks.popleft()
                output.play(block)
                self.delay = output.delay + len(self._blocks) * HOP / RATE
        except VcamError as error:
            self._fail(error)

    def _fail(self, error: VcamError) -> None:
        with self._changed:
            if not self._ended:
                self._troubles.put("monitor", error.reason)


def _open() -> PulseHeadphones:
    if sys.platform != "linux":
        raise PublishError("monitor.only_linux")
    return PulseHeadphones.open()
