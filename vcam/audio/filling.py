"""The filling of a playback buffer, told by the server's own latency figure after each write.

Nothing but the microphone sets the pace, so the buffer fills up after a stall, and slowly fills or
empties where the microphone's clock and the server's differ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from vcam.audio.frames import HOP, RATE, Block

PERIOD = HOP / RATE

# After a write: what was there, the block, and up to one period of the server's own.
_LITTLE, _GOOD = 1.5 * PERIOD, 2.6 * PERIOD
_MUCH, _TOO_MUCH = 3.25 * PERIOD, 3.5 * PERIOD
_STARTED, _DRY = 1.8 * PERIOD, 0.5 * PERIOD
_WINDOW = 30  # blocks over which the least filling is taken
_START_ALERT, _ALERT = 3, 8  # windows

Remedy = Literal["none", "stretch", "shrink", "cut"]


@dataclass(frozen=True)
class Filling:
    """What has been seen. Times are seconds.

    `remedy` is for the next block: leave it as it is, make it one sample longer or shorter, or
    leave it out. `dry` tells that a reader heard a gap; until the server plays (again) there is
    nothing to be seen. `usual` is a good filling, and `alert` counts the windows in which it is
    striven for: at the start and after a gap. `surplus` is delay of the server's own, which
    leaving out blocks did not lessen.
    """

    remedy: Remedy = "none"
    dry: bool = False
    playing: bool = False
    usual: float = _GOOD
    alert: int = _START_ALERT
    surplus: float = 0.0
    window: tuple[float, ...] = ()
    before_cut: float | None = None

    def after(self, latency: float) -> Filling:
        """What is known after a write that left a latency of so many seconds."""
        if not self.playing and latency < _STARTED:
            return replace(self, dry=False)
        if latency < _DRY:
            return self._next("none", dry=True, alert=_ALERT, playing=False)
        window = (*self.window, latency)
        if len(window) < _WINDOW:
            remedy = "none" if self.remedy == "cut" else self.remedy
            return replace(self, remedy=remedy, dry=False, window=window, playing=True)
        least, alert = min(window), max(0, self.alert - 1)
        in_vain = self.before_cut is not None and least > self.before_cut - 0.5 * PERIOD
        if in_vain and not self.alert:
            return self._next("none", surplus=max(self.surplus, least + PERIOD - _TOO_MUCH))
        allowed = min(_TOO_MUCH, self.usual + 0.7 * PERIOD) if self.alert else _TOO_MUCH
        if least > allowed + self.surplus:
            return self._next("cut", alert=alert, before_cut=least)
        if least > _MUCH + self.surplus:
            return self._next("shrink", alert=alert)
        usual = self.usual if self.alert else least
        return self._next("stretch" if least < _LITTLE else "none", alert=alert, usual=usual)

    def _next(self, remedy: Remedy, **changes: Any) -> Filling:
        """The start of a new window."""
        fresh: dict[str, Any] = {"dry": False, "window": (), "before_cut": None, **changes}
        return replace(self, remedy=remedy, **fresh)


def paced(block: Block, last: np.float32, samples: int) -> Block:
    """The block as `samples` samples that follow on from the sample `last`."""
    around = np.concatenate([[last], block])
    places = np.arange(1, samples + 1) * (len(block) / samples)
    return np.interp(places, np.arange(len(around)), around).astype(np.float32)
