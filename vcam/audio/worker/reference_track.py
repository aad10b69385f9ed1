"""What the loudspeakers played, by the microphone's clock.

Two devices have two clocks, and their blocks come in bursts of their own. Both carry capture times,
which are estimates; what was played at a moment is read at that moment's place, which goes after
them slowly, so that the echo canceller sees one delay and not a trembling one.
"""

from __future__ import annotations

from threading import Lock

import numpy as np

from vcam.audio.capture.contract import Captured
from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.interpolation import shifted

_HISTORY = RATE  # samples kept: the microphone may be held back for half a second
_APPROACH, _FASTEST = 0.01, 0.5  # of what is missing, and samples, a block; 100 ppm are 0.05
_JUMP = 0.02 * RATE  # samples; further off, something was lost
_UNSETTLED = RATE  # samples after which the times have settled
_STALE = 0.3  # seconds after which nothing more comes
_AHEAD = 2  # samples the interpolation looks ahead
_LATER, _LATEST = HOP, 15 * HOP  # samples by which more is waited for what comes in bursts


class ReferenceTrack:
    """`put` and `at` may be called from two threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._played = np.zeros(3 * _HISTORY, np.float32)  # what is known ends at `_end`
        self._end = _HISTORY
        self._total = 0
        self._newest = 0.0
        self._place: float | None = None
        self._moment = 0.0
        self._later = 0

    def put(self, captured: Captured) -> None:
        """Notes the next block and when its first sample was played (monotonic seconds)."""
        with self._lock:
            if self._end + HOP > len(self._played):
                self._played[:_HISTORY] = self._played[self._end - _HISTORY : self._end]
                self._end = _HISTORY
            self._played[self._end : self._end + HOP] = captured.block
            self._end += HOP
            self._total += HOP
            self._newest = captured.time + HOP / RATE

    def at(self, moment: float) -> Block | None:
        """What was played in the 10 ms after `moment`, float32 ``(HOP,)``, or a little before that
        where it comes late; None while nothing comes."""
        with self._lock:
            if not self._total or moment - self._newest > _STALE:
                self._place = None
                return None
            wanted = self._total - (self._newest - moment) * RATE - self._later
            place = wanted
            if self._place is not None and self._total > _UNSETTLED:
                steady = self._place + (moment - self._moment) * RATE
                missing = wanted - steady
                if abs(missing) < _JUMP:
                    place = steady + min(max(_APPROACH * missing, -_FASTEST), _FASTEST)
            end = place + HOP + _AHEAD
            if end > self._total:
                self._later = min(self._later + _LATER, _LATEST)
                place -= max(_LATER, end - self._total)
            begun = self._total - _HISTORY + 1
            self._place, self._moment = max(place, begun), moment
            return shifted(self._played, self._place - self._total + self._end, HOP)
