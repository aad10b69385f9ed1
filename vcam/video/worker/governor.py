"""Decides how much of the picture's work a busy machine leaves out, from what the frames took.

A frame that took 30 ms may have worked for 30 or for 15 and waited for the processor: the thread's
own time tells the two apart. More is left out while frames take longer than there is between two;
less again as soon as what it took last, at today's share of the processor, would fit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from vcam.video.stages.contract import MOST_SPARED

_FULL, _FITS = 0.95, 0.75  # of the time between two pictures
_SMOOTHING = 0.15
_START = 2.0  # seconds in which all that starts opens its networks at once: no load that stays
_PATIENCE = 0.5  # seconds between two decisions to leave out more
_CAUTION = 0.8  # and to leave out less
_TRIAL = 10.0  # seconds after which less is left out to see whether it fits
_LONGEST = 3.0  # of the time between two pictures: a network that opens says nothing of the next


@dataclass(frozen=True)
class Load:
    """What one frame hands to the next; at first nothing is known and nothing left out.

    `spare` is `SpareOptions.spare`. `took` is what frames took lately and `worked` the part of it
    in which the thread had the processor, seconds; `costs` is `worked` as it was at each level when
    it was left for the next one. `since` is when the last decision was made, or the start is over.
    """

    spare: int = 0
    took: float = 0.0
    worked: float = 0.0
    costs: tuple[float, ...] = ()
    since: float = 0.0


def govern(load: Load, took: float, worked: float, now: float, interval: float) -> Load:
    """After each frame: what it took and worked, seconds, and how far two pictures are apart."""
    longest = _LONGEST * interval
    took = load.took + _SMOOTHING * (min(took, longest) - load.took)
    worked = load.worked + _SMOOTHING * (min(worked, longest) - load.worked)
    load = replace(load, took=took, worked=worked, since=load.since or now + _START)
    waited = now - load.since
    if took > _FULL * interval and load.spare < MOST_SPARED and waited > _PATIENCE:
        return replace(load, spare=load.spare + 1, costs=(*load.costs, worked), since=now)
    if load.spare and waited > _CAUTION:
        share = max(worked, 1e-6) / max(took, 1e-6)
        if load.costs[-1] / share < _FITS * interval or waited > _TRIAL:
            return replace(load, spare=load.spare - 1, costs=load.costs[:-1], since=now)
    return load
