"""Holds sound back so that it leaves together with the picture.

The delay changes without clicks: at once where it is quiet, else by reading 1.5 % faster or slower
(a quarter of a semitone; up to 5 % while far off) until the new delay is reached.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.interpolation import interpolated

LONGEST = 0.5
"""The longest delay in seconds."""

_SLOWEST, _FASTEST = 0.015 * HOP, 0.05 * HOP  # samples a block
_APPROACH = 0.005  # of what is missing, a block
_DEADBAND = 0.004 * RATE  # samples; the picture's delay trembles by less
_QUIET = 10 ** (-55 / 20)
_AHEAD = 2  # samples the interpolation looks ahead, so the least delay
_HISTORY = round(LONGEST * RATE) + _AHEAD + 2
_BLOCKS = -(-_HISTORY // HOP)
_RAMP = (np.arange(1, HOP + 1, dtype=np.float32) / HOP).astype(np.float32)


class DelayState(NamedTuple):
    """What has been heard, how far back the output is, and where it is going (in samples)."""

    history: tuple[Block, ...]
    delay: float
    goal: int


def start(seconds: float = 0.0) -> DelayState:
    """The state before the first block, already at a delay of `seconds`."""
    goal = _samples(seconds)
    return DelayState((np.zeros(HOP, np.float32),) * _BLOCKS, float(goal), goal)


def held(state: DelayState) -> float:
    """The present delay in seconds."""
    return state.delay / RATE


def stopped(state: DelayState) -> DelayState:
    """Goes no further: the next block is at the nearest whole sample."""
    return state._replace(goal=round(state.delay))


def shifted(state: DelayState, samples: int) -> DelayState | None:
    """Of the same sound, so many samples later (earlier, below 0); None where it does not reach."""
    delay, goal = state.delay + samples, state.goal + samples
    if not _AHEAD <= min(delay, goal) <= max(delay, goal) <= _HISTORY - 2:
        return None
    return DelayState(state.history, delay, goal)


def step(state: DelayState, block: Block, seconds: float) -> tuple[DelayState, Block]:
    """Takes in one block, float32 ``(HOP,)``, and gives out the one of `seconds` ago.

    `seconds` is limited to 0…`LONGEST`; changes of less than 4 ms are let be.
    """
    wanted = _samples(seconds)
    goal = state.goal if abs(wanted - state.goal) < _DEADBAND else wanted
    recent = (*state.history, block)
    history = recent[1:]
    if state.delay == goal:
        return DelayState(history, float(goal), goal), _at(recent, goal)
    before, after = _at(recent, int(state.delay)), _at(recent, goal)
    if max(np.abs(before).max(), np.abs(after).max()) < _QUIET:
        return DelayState(history, float(goal), goal), before + (after - before) * _RAMP
    missing = goal - state.delay
    speed = min(max(_SLOWEST, _APPROACH * abs(missing)), _FASTEST)
    delay = state.delay + min(max(missing, -speed), speed)
    delays = state.delay + (delay - state.delay) * _RAMP
    return DelayState(history, delay, goal), _between(recent, delays)


def _samples(seconds: float) -> int:
    return _AHEAD + round(min(max(seconds, 0.0), LONGEST) * RATE)


def _at(recent: tuple[Block, ...], delay: int) -> Block:
    first, begin = divmod(_BLOCKS * HOP - delay, HOP)
    return np.concatenate(recent[first : first + 2])[begin : begin + HOP]


def _between(recent: tuple[Block, ...], delays: Block) -> Block:
    places = _BLOCKS * HOP + np.arange(HOP) - delays
    first, last = (int(places[0]) - 1) // HOP, (int(places[-1]) + 2) // HOP
    return interpolated(np.concatenate(recent[first : last + 1]), places - first * HOP)
