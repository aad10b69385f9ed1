"""Sound between its samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vcam.audio.frames import Block


def interpolated(sound: Block, places: NDArray[np.floating]) -> Block:
    """The sound at fractional places, by Catmull-Rom splines (Catmull and Rom, 1974).

    All of them have to be 1 sample or more from its beginning and 2 from its end.
    """
    places = places.astype(np.float64)
    whole = np.floor(places).astype(np.intp)
    t = (places - whole).astype(np.float32)
    a, b, c, d = (sound[whole + k] for k in (-1, 0, 1, 2))
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))


def shifted(sound: Block, place: float, samples: int) -> Block:
    """So many samples from a fractional place on: the same splines, with one weight for all."""
    whole = int(place)
    t = place - whole
    a, d = t * (t * (2 - t) - 1) / 2, t * t * (t - 1) / 2
    b, c = 1 + t * t * (3 * t - 5) / 2, t * (1 + t * (4 - 3 * t)) / 2
    around = sound[whole - 1 : whole + samples + 2]
    return np.correlate(around, np.array([a, b, c, d], np.float32))
