"""Real time for a source that could give all its sound at once."""

from __future__ import annotations

import time

from vcam.audio.frames import HOP, RATE

_BLOCK = HOP / RATE
_LATE = 20  # blocks; after a longer stall the missed ones are left out
_HURRIED = 30  # blocks in a row not waited for: the listener takes no more, so it is delay


class Pace:
    """`block` is the number of the next block since the monotonic clock's zero."""

    def __init__(self) -> None:
        self.block = int(time.monotonic() / _BLOCK)
        self._hurried = 0

    def missed(self) -> int:
        """How many blocks to leave out now; `block` is past them already."""
        behind = int(time.monotonic() / _BLOCK) - self.block
        if behind <= _LATE and self._hurried < _HURRIED:
            return 0
        self.block += behind
        self._hurried = 0
        return behind

    def wait(self) -> float:
        """Waits for the end of the next block; returns when it began (monotonic seconds)."""
        began = self.block * _BLOCK
        self.block += 1
        left = began + _BLOCK - time.monotonic()
        self._hurried = 0 if left > 0 else self._hurried + 1
        time.sleep(max(0.0, left))
        return began
