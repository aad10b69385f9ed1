"""What a mouth is doing around a moment: measures and motion from lip observations.

Faces differ more than mouth positions do, so the features hold the mouth's shape as its
difference from the person's own running mean, next to that mean's distance from the person's
closed mouth, how lively the mouth has been, and how much of all that may be the landmarks' noise.
"""

from __future__ import annotations

from math import log2
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vcam.lips import LANDMARKS, LOOKAHEAD, STALE, LipObservation

Vector = NDArray[np.float32]

_INDEX = {landmark: i for i, landmark in enumerate(LANDMARKS)}
_PAIRS = np.array(
    [
        [_INDEX[a], _INDEX[b]]
        for a, b in [
            (13, 14), (82, 87), (312, 317), (81, 178), (311, 402), (80, 88), (310, 318),  # gap
            (61, 291), (78, 308),  # width
            (0, 17),  # height
            (0, 13), (14, 17),  # thickness of the lips
            (168, 152),  # jaw
        ]
    ]
).T  # fmt: skip
_GAP, _WIDTH, _HEIGHT, _UPPER, _LOWER, _JAW, _SMILE, _LIFT = range(3, 11)
SHAPE = 11
_UNITS = np.array([0.05, 0.05, 0.04, 0.05, 0.05, 0.08, 0.02, 0.03, 0.05, 0.03, 0.03], np.float32)
_OPENINGS = np.array([_GAP, _HEIGHT, _JAW])
_LIVELY = np.array([_GAP, _WIDTH, _HEIGHT, _JAW])
_LIVELY_SECONDS = np.array([[0.12], [0.5]], np.float32)
_MEAN_SECONDS = 3.0
_CLOSED_RISE = 0.15  # units a second: how fast a closed mouth is forgotten
_RIGID = np.array([_INDEX[i] for i in (33, 133, 362, 263, 1, 4, 10, 234, 454, 168, 6)])
_STEADY = 0.003  # jitter of a good picture, eye distances
_JITTER_SECONDS = 1.0
_LONGEST = 0.4  # seconds between observations beyond which they are not one motion

_OFFSETS = np.array(
    [-0.64, -0.32, -0.16, -0.08, -0.04, 0.0, 0.04, 0.08, 0.12, 0.16, 0.2, 0.24, 0.28]
)
"""Where around a block the mouth is looked at, seconds."""
_LATER = int(np.count_nonzero(_OFFSETS > 0))
_REMEMBERED = LOOKAHEAD - _OFFSETS[0] + 0.2
_TOLERANCE = 0.01  # seconds
AGE_UNIT = 0.1  # seconds
WATCHED = 0.8
"""Seconds over which a state's `spread` looks at the mouth: in speech none is still so long."""
PERSON = SHAPE + len(_LIVELY_SECONDS) * len(_LIVELY) + len(_OPENINGS) + 7
CONFIDENCE = PERSON - 2
"""Which of a state's `person` is the observation's confidence."""
FEATURES = len(_OFFSETS) * 2 * SHAPE + PERSON + _LATER + 1


class MouthState(NamedTuple):
    """What the mouth has done so far; `motion` are shapes and velocities at `times`.

    `spread` is how far gap, width, height and jaw went to and fro in the last `WATCHED` seconds,
    the gap counted from closed lips, in their usual spreads and added up; infinite until the mouth
    has been followed for so long.
    """

    mean: Vector
    closed: Vector
    lively: Vector
    pose: Vector
    rigid: Vector
    rigid_step: Vector
    jitter: float
    interval: float
    seen: float
    times: NDArray[np.float64]
    motion: Vector
    person: Vector
    spread: float


def mouth_shape(points: NDArray[np.float32]) -> Vector:
    """Measures of a normalised mouth, float32 ``(SHAPE,)``, each in its usual spread.

    Inner gap at the left, the right and the corners; gap at the middle, width, height, thickness
    of the upper and lower lip, jaw, corners above the middle, and upper lip below the nose.
    """
    one, other = points[_PAIRS]
    length = np.sqrt(np.square(one - other).sum(1))
    middle = (points[_INDEX[13], 1] + points[_INDEX[14], 1]) / 2
    corners = (points[_INDEX[61], 1] + points[_INDEX[291], 1]) / 2
    lift = points[_INDEX[0], 1] - points[_INDEX[1], 1]
    return (
        np.array(
            [
                length[3],
                length[4],
                (length[5] + length[6]) / 2,
                (length[0] + length[1] + length[2]) / 3,
                (length[7] + length[8]) / 2 - 0.5,
                length[9] - 0.2,
                length[10] - 0.07,
                length[11] - 0.1,
                length[12] - 1.37,
                middle - corners,
                lift - 0.27,
            ],
            np.float32,
        )
        / _UNITS
    )


def watch(state: MouthState | None, observation: LipObservation) -> MouthState:
    """The state after an observation.

    One that is not newer than the last changes nothing. A state of None, or a gap of more than
    0.4 s, starts the motion anew (and None the person's running values too).
    """
    if state is not None and observation.time <= state.times[-1]:
        return state
    shape = mouth_shape(observation.points)
    pose = np.array([observation.turn, observation.points[_INDEX[4], 1]], np.float32)
    rigid = observation.points[_RIGID]
    if state is None:
        state = MouthState(
            shape,
            shape[_OPENINGS],
            np.zeros((len(_LIVELY_SECONDS), len(_LIVELY)), np.float32),
            pose,
            rigid,
            np.zeros_like(rigid),
            _STEADY,
            0.04,
            0.0,
            np.array([observation.time]),
            np.concatenate([shape, np.zeros_like(shape)])[None],
            shape,
            np.inf,
        )
        return state._replace(person=_person(state, np.zeros(2, np.float32), observation))
    step = observation.time - float(state.times[-1])
    joined = step <= _LONGEST
    pace = max(step, 0.01)
    velocity = (shape - state.motion[-1, :SHAPE]) / pace if joined else np.zeros_like(shape)
    turned = (pose - state.pose) / pace if joined else np.zeros_like(pose)
    step = min(step, _LONGEST)
    seen = state.seen + step
    mean = state.mean + (shape - state.mean) * min(1.0, step / min(seen, _MEAN_SECONDS))
    speed = np.abs(velocity[_LIVELY])
    lively = state.lively + (speed - state.lively) * (1 - np.exp(-step / _LIVELY_SECONDS))
    # Bone does not quiver: what is left of its motion after a steady one is the landmarks' noise.
    rigid_step = rigid - state.rigid
    quiver = float(np.abs(rigid_step - state.rigid_step).mean()) if joined else state.jitter
    oldest = observation.time - _REMEMBERED if joined else observation.time
    recent = state.times.searchsorted(oldest, "right")
    closed = np.minimum(shape[_OPENINGS], state.closed + _CLOSED_RISE * step)
    times = np.concatenate([state.times[recent:], [observation.time]])
    moved = np.concatenate([shape, velocity / 10])[None]
    motion = np.concatenate([state.motion[recent:], moved])
    after = MouthState(
        mean,
        closed,
        lively,
        pose,
        rigid,
        rigid_step,
        state.jitter + (quiver - state.jitter) * min(1.0, step / min(seen, _JITTER_SECONDS)),
        state.interval + (step - state.interval) * 0.2,
        seen,
        times,
        motion,
        state.person,
        _spread(times, motion, closed[0]),
    )
    return after._replace(person=_person(after, turned, observation))


def _spread(times: NDArray[np.float64], motion: Vector, closed_gap: float) -> float:
    since = times.searchsorted(times[-1] - WATCHED, "right") - 1
    if since < 0:
        return np.inf
    lively = motion[since:, _LIVELY]
    most, least = lively.max(0), lively.min(0)
    least[0] = min(least[0], closed_gap)
    return float((most - least).sum())


def _person(state: MouthState, turned: Vector, observation: LipObservation) -> Vector:
    """float32 ``(PERSON,)``: what is so of the face as a whole."""
    other = [
        log2(state.jitter / _STEADY + 0.03),
        4 * observation.turn,
        *np.abs(turned),
        log2(max(observation.size, 8.0) / 64.0),
        observation.confidence,
        10 * state.interval,
    ]
    above = state.mean[_OPENINGS] - state.closed
    person = [state.mean, np.log1p(state.lively).ravel(), above, other]
    return np.concatenate(person, dtype=np.float32).clip(-8, 8)


def features(state: MouthState, age: float) -> Vector:
    """float32 ``(FEATURES,)`` for the moment that is `age` seconds after the newest observation
    (before it, if below 0): net 2's input. Nothing beyond that observation is looked at."""
    newest = float(state.times[-1])
    moments = newest + age + _OFFSETS
    # Linear between neighbours: each observation's share in each moment, (moments, observations).
    numbers = np.arange(len(state.times))
    places = np.interp(moments, state.times, numbers)
    shares = np.maximum(1 - np.abs(places[:, None] - numbers), 0).astype(np.float32)
    around = shares @ state.motion
    around[:, :SHAPE] -= state.person[:SHAPE]
    known = moments[-_LATER:] <= newest + _TOLERANCE
    late = min(max(age / AGE_UNIT, -10 * LOOKAHEAD), 10 * STALE)
    parts = [around.ravel().clip(-8, 8), state.person, known, [late]]
    return np.concatenate(parts, dtype=np.float32)
