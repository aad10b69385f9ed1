"""The one thing that crosses from video to audio: what mouths looked like, and when.

A `LipObservation` holds mouth and face landmarks freed of tilt, distance and (to first order)
head turn. `select` finds those that belong to a block's capture time, and never any that are too
old to mean anything; live, `vcam.ipc.lips_mailbox` carries them from process to process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

OUTER_LIP = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40,
             185)  # fmt: skip
INNER_LIP = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80,
             191)  # fmt: skip
FACE = (33, 133, 362, 263, 1, 4, 152, 10, 234, 454, 168, 6)
LANDMARKS = OUTER_LIP + INNER_LIP + FACE
"""The face-mesh indices of an observation's points, in their order."""

STALE = 0.25
"""Seconds after which an observation says nothing about the mouth any more."""

LOOKAHEAD = 0.32
"""Seconds by which a recording's picture is looked at before its sound: lips part before they
speak, and what they do next tells why. A live picture comes with its sound and has none."""

_INDEX = {landmark: i for i, landmark in enumerate(LANDMARKS)}
_EYES = [_INDEX[33], _INDEX[263]]
_TOP, _BROW, _NOSE = _INDEX[10], _INDEX[168], _INDEX[4]
_BROW_TO_TOP = 1.72  # outer eye distance / distance of landmarks 168 and 10, mean of 1600 clips
_AHEAD = 0.005  # two monotonic clocks' rounding

Points = NDArray[np.float32]


@dataclass(frozen=True)
class LipObservation:
    """A mouth in a video frame. Those of one frame have the same `time`.

    Attributes:
        time: capture time of the frame, seconds (`time.monotonic`).
        points: float32 ``(52, 2)``, x right and y down in the picture, landmarks of `LANDMARKS`
            with the middle of the eyes as origin, the eye line as x axis and the distance of the
            outer eye corners (as seen from the front) as unit.
        size: that distance in pixels.
        turn: sideways shift of the nose tip in units of `size`; 0 is frontal, ±0.35 half profile.
        confidence: 0..1; 0 means that there is no usable mouth and `points` means nothing.
        age: seconds from `time` to the moment it is used for; below 0 if that lies before.
        face: whose it is: the number of the face.
    """

    time: float
    points: Points
    size: float
    turn: float
    confidence: float
    age: float = 0.0
    face: int = 0


def absent(time: float) -> LipObservation:
    """The observation of a frame without a usable face."""
    return LipObservation(time, np.zeros((len(LANDMARKS), 2), np.float32), 0.0, 0.0, 0.0)


def normalise(points: NDArray[np.floating]) -> tuple[Points, float, float]:
    """Frees picture landmarks of position, tilt and distance.

    Args:
        points: ``(52, 2)`` pixels, order of `LANDMARKS`.

    Returns:
        The points, size and turn of a `LipObservation`.

    The unit is the larger of two lengths that agree on a frontal face: a turned head shortens the
    eye distance and keeps the forehead's height, a nodding one the other way round.
    """
    points = np.asarray(points, np.float64)
    left, right = points[_EYES]
    across = right - left
    eyes = float(np.hypot(*across))
    unit = max(eyes, _BROW_TO_TOP * float(np.hypot(*(points[_TOP] - points[_BROW]))), 1e-3)
    cos, sin = across / max(eyes, 1e-3)
    turned = (points - (left + right) / 2) @ np.array([[cos, -sin], [sin, cos]]) / unit
    return turned.astype(np.float32), unit, float(turned[_NOSE, 0])


RECORD = np.dtype(
    [
        ("time", np.float64),
        ("size", np.float32),
        ("turn", np.float32),
        ("confidence", np.float32),
        ("face", np.int32),
        ("points", np.float32, (len(LANDMARKS), 2)),
    ]
)
"""An observation as it is kept and carried: an array of these, in order of time."""


def ring_of(observations: Sequence[LipObservation]) -> NDArray[np.void]:
    """The observations, in order of time, as `select` takes them."""
    rows = [(o.time, o.size, o.turn, o.confidence, o.face, o.points) for o in observations]
    return np.array(rows, RECORD)


def select(ring: NDArray[np.void], time: float, ahead: float = 0.0) -> tuple[LipObservation, ...]:
    """The mouths of the last picture captured by `time`; none when there is no picture younger than
    `STALE`, or one of its faces was not usable.

    `ring` are records in order of time; those up to `ahead` seconds later may be taken as well.
    """
    times = ring["time"]
    end = times.searchsorted(time + ahead + _AHEAD, "right")
    if end == 0:
        return ()
    captured = float(times[end - 1])
    begin = times.searchsorted(captured)
    age = max(-ahead, time - captured)
    if age > STALE or ring["confidence"][begin:end].min() <= 0:
        return ()
    return tuple(
        LipObservation(
            captured,
            record["points"],
            float(record["size"]),
            float(record["turn"]),
            float(record["confidence"]),
            age,
            int(record["face"]),
        )
        for record in ring[begin:end]
    )
