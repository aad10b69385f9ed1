"""Whether the machine has slept."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

_SLEPT_S = 2.0
_STALLED_S = 10.0


class Clocks:
    """Notices that the machine slept: one clock went on while another stood still."""

    def __init__(
        self,
        awake: Callable[[], float] = time.monotonic,
        always: Callable[[], float] | None = None,
    ) -> None:
        self._awake = awake
        self._always = always or _clock_that_never_stops
        self._last = (self._awake(), self._always())

    def slept(self) -> float:
        """Seconds of sleep since the last call, 0 when there was none worth speaking of.

        A long gap between two calls counts as well, because Windows' clocks all go on in sleep.
        """
        awake, always = self._awake(), self._always()
        before = self._last
        self._last = (awake, always)
        gap = max(always - before[1], awake - before[0])
        stood_still = (always - before[1]) - (awake - before[0]) > _SLEPT_S
        return gap if stood_still or gap > _STALLED_S else 0.0


def _clock_that_never_stops() -> float:
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.time()
