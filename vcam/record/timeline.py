"""Where sound and pictures lie in a recording: told by their capture times, sound sets the pace.

The sound is laid end to end. A picture goes where the sound of its moment lies, so that they stay
in step although the sound's delay bends while it follows the picture's (`vcam.audio.worker.delay`).
"""

from __future__ import annotations

from typing import NamedTuple

from vcam.audio.frames import RATE

TOLERANCE = 0.02
"""Seconds by which capture times may jump from one block to the next without a cut or silence."""


class Place(NamedTuple):
    """The end of the sound so far: in samples of the recording, and as a capture time."""

    samples: int
    time: float


def laid(place: Place, time: float, length: int) -> tuple[Place, int]:
    """The end after the next block, and its lead.

    Args:
        time: capture time of the block's first sample, monotonic seconds.
        length: how many samples it has.

    Returns:
        A positive lead is the silence, in samples, that goes before the block; a negative one is
        how many of its first samples are left out, all of them at most.
    """
    lead = round((time - place.time) * RATE)
    if abs(lead) <= TOLERANCE * RATE:
        lead = 0
    if lead <= -length:
        return place, -length
    return Place(place.samples + lead + length, time + length / RATE), lead


def seconds(place: Place, time: float) -> float:
    """Where in the recording a capture time not far from the end of the sound lies."""
    return place.samples / RATE + time - place.time
