"""The filling of a playback buffer, told by the server's own latency figure after each write.

Nothing but the microphone sets the pace, so the buffer fills up after a stall, and slowly fills or
empties where the microphone's clock and the server's differ.

Every remedy adds or takes away whole milliseconds in the end. PulseAudio's null sink reckons its
time in whole microseconds for each piece it plays: pieces of odd lengths, which come from writes
that do not end on its grid, make its clock run fast by 100 ppm and more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from vcam.audio.frames import HOP, RATE, Block

PERIOD = HOP / RATE
_MILLISECOND = RATE // 1000  # samples

# After a write: what was there, the block, and up to one period of the server's own.
_LITTLE, _GOOD, _MUCH, _TOO_MUCH = 1.2 * PERIOD, 2.0 * PERIOD, 2.6 * PERIOD, 3.5 * PERIOD
_STARTED, _DRY = 1.8 * PERIOD, 0.95 * PERIOD  # the block just written is not all there
_MARGIN = 0.3 * PERIOD  # how far a remedy goes beyond the limit that called for it
_NEAR = 0.5 * PERIOD  # what more than usual is let be after a gap
_WINDOW = _MILLISECOND  # blocks over which the least filling is taken
_START_ALERT, _ALERT = 3, 8  # windows
_PERSISTENT = 3  # windows; a single late block is no reason to stretch
_VAIN = 3  # windows; one may have seen another stall

Remedy = Literal["none", "stretch", "shrink"]


@dataclass(frozen=True)
class Filling:
    """What has been seen. Times are seconds.

    `remedy` is for the next block: leave it as it is, or make it one sample longer or shorter.
    `excess` is how many samples of the next blocks to leave out. `dry` tells that a reader heard a
    gap; until the server plays (again) there is nothing to be seen. `usual` is a good filling, and
    `alert` counts the windows in which it is striven for: at the start and after a gap. `surplus`
    is delay of the server's own, which leaving out samples did not lessen. `low` counts windows
    with too little in a row, `vain` those after which samples were left out in vain.
    """

    remedy: Remedy = "none"
    excess: int = 0
    dry: bool = False
    playing: bool = False
    usual: float = _GOOD
    alert: int = _START_ALERT
    surplus: float = 0.0
    low: int = 0
    vain: int = 0
    window: tuple[float, ...] = ()
    hoped: float | None = None

    def after(self, latency: float) -> Filling:
        """What is known after a write that left a latency of so many seconds."""
        if not self.playing and latency < _STARTED:
            return replace(self, dry=False)
        if latency < _DRY:
            return self._next("none", dry=True, alert=_ALERT, playing=False)
        window = (*self.window, latency)
        if len(window) < _WINDOW:
            excess = max(0, self.excess - HOP)
            return replace(self, excess=excess, dry=False, window=window, playing=True)
        least = min(window)
        stretching, shrinking = self.remedy == "stretch", self.remedy == "shrink"
        low = self.low + 1 if least < _LITTLE + _MARGIN * stretching else 0
        vain = self.vain + 1 if self.hoped is not None and least > self.hoped else 0
        state = replace(self, alert=max(0, self.alert - 1), low=low, vain=vain)
        if vain >= _VAIN and not self.alert:
            surplus = max(self.surplus, least + PERIOD - _TOO_MUCH)
            return state._next("none", surplus=surplus, vain=0)
        allowed = self.usual + _NEAR if self.alert else _TOO_MUCH
        if least > allowed + self.surplus:
            more = least - self.usual - self.surplus
            excess = round(more * 1000) * _MILLISECOND
            return state._next("none", excess=excess, hoped=least - more / 2)
        if least > _MUCH + self.surplus - _MARGIN * shrinking:
            return state._next("shrink")
        if low >= _PERSISTENT:
            return state._next("stretch")
        return state._next("none", usual=self.usual if self.alert or low else least)

    def _next(self, remedy: Remedy, **changes: Any) -> Filling:
        """The start of a new window."""
        fresh: dict[str, Any] = {"excess": 0, "dry": False, "window": (), "hoped": None, **changes}
        return replace(self, remedy=remedy, **fresh)


def paced(block: Block, last: np.float32, samples: int) -> Block:
    """The block as `samples` samples that follow on from the sample `last`."""
    around = np.concatenate([[last], block])
    places = np.arange(1, samples + 1) * (len(block) / samples)
    return np.interp(places, np.arange(len(around)), around).astype(np.float32)


def joined(first: Block, second: Block, less: int) -> Block:
    """Two blocks faded into one another, `less` samples shorter than both; 0 < less ≤ `HOP`."""
    both = np.concatenate([first, second])
    samples = len(both) - less
    fade = np.arange(samples, dtype=np.float32) / samples
    return both[:samples] + (both[less:] - both[:samples]) * fade
