"""When was a block captured, and how much sound waits unread? Told by arrival times alone.

Blocks arrive late by the device's bursts and the machine's jitter, never early, so the earliest
arrivals of a stretch lie on a line of one block per 10 ms. When that line moves up and stays up
after a stall, sound has piled up in the capture buffer, where it would stay as delay for ever.
(The server's own latency figure does not show this.)
"""

from __future__ import annotations

from typing import NamedTuple

PERIOD = 0.01
_WINDOW = 30
_DRIFT = 200e-6 * PERIOD  # seconds per block the line may climb: clocks differ


class Arrivals(NamedTuple):
    """What is known after some blocks. `blocks` have passed since the line's origin."""

    blocks: int
    line: float
    window_best: float
    window_length: int


def start(now: float) -> Arrivals:
    """The state after the first block, which arrived at `now` (monotonic seconds)."""
    return Arrivals(blocks=0, line=now, window_best=float("inf"), window_length=0)


def arrived(state: Arrivals, now: float) -> tuple[Arrivals, float, int]:
    """Notes the next block's arrival.

    Returns the new state, the capture time of the block's first sample, and how many blocks
    should be thrown away now: 0 unless all of the last 0.3 s came too late.
    """
    count = state.blocks + 1
    offset = now - count * PERIOD
    line = min(state.line + _DRIFT, offset)
    best = min(state.window_best, offset)
    length = state.window_length + 1
    excess = 0
    captured = line + (count - 1) * PERIOD
    if length == _WINDOW:
        excess = max(0, round((best - line) / PERIOD - 0.2))
        best, length = float("inf"), 0
    return Arrivals(count, line, best, length), captured, excess


def dropped(state: Arrivals, thrown: int) -> Arrivals:
    """The state after `thrown` blocks were thrown away unseen."""
    return Arrivals(state.blocks + thrown, state.line, float("inf"), 0)
