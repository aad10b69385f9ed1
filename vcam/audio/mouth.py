"""What a mouth is doing: measures and motion from lip observations, one value per video frame.

Faces differ more than mouth positions do, so next to the shape itself the features hold its
difference from the person's own running mean, its distance from the person's closed mouth, its
velocity and how lively it has been, and how much of all that may be the landmarks' noise.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vcam.lips import LANDMARKS, LipObservation

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
)  # fmt: skip
_GAP, _WIDTH, _HEIGHT, _UPPER, _LOWER, _JAW, _SMILE, _LIFT = range(3, 11)
SHAPE = 11
_UNITS = np.array([0.05, 0.05, 0.04, 0.05, 0.05, 0.08, 0.02, 0.03, 0.05, 0.03, 0.03], np.float32)
_OPENINGS = [_GAP, _HEIGHT, _JAW]
_LIVELY = [_GAP, _WIDTH, _HEIGHT, _JAW]
_LIVELY_SECONDS = (0.12, 0.5)
_MEAN_SECONDS = 3.0
_CLOSED_RISE = 0.15  # units a second: how fast a closed mouth is forgotten
_RIGID = [_INDEX[i] for i in (33, 133, 362, 263, 1, 4, 10, 234, 454, 168, 6)]
_STEADY = 0.003  # jitter of a good picture, eye distances
_JITTER_SECONDS = 1.0
_LONGEST = 0.4  # seconds between observations beyond which they are not one motion

_TOLERANCE = 0.012  # seconds by which frames come early
_LAGS = np.array([0.04, 0.08, 0.16, 0.32, 0.64])
_NOW = 3 * SHAPE + len(_LIVELY_SECONDS) * len(_LIVELY) + len(_OPENINGS) + 7
FEATURES = _NOW + len(_LAGS) * 2 * SHAPE
CONFIDENCE = _NOW - 2
"""Which feature is the observation's confidence."""


class MouthState(NamedTuple):
    """What the mouth has done so far."""

    time: float
    shape: Vector
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
    past: Vector
    features: Vector


def mouth_shape(points: NDArray[np.float32]) -> Vector:
    """Measures of a normalised mouth, float32 ``(SHAPE,)``, each in its usual spread.

    Inner gap at the left, the right and the corners; gap at the middle, width, height, thickness
    of the upper and lower lip, jaw, corners above the middle, and upper lip below the nose.
    """
    span = points[_PAIRS[:, 0]] - points[_PAIRS[:, 1]]
    length = np.sqrt(np.square(span).sum(1))
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
    """The state after an observation; its `features` are float32 ``(FEATURES,)``.

    An observation that is not newer than the last changes nothing. A state of None, or a gap of
    more than 0.4 s, starts the motion anew (and None the person's running values too).
    """
    shape = mouth_shape(observation.points)
    pose = np.array([observation.turn, observation.points[_INDEX[4], 1]], np.float32)
    if state is None:
        return _with_features(
            MouthState(
                observation.time,
                shape,
                shape,
                shape[_OPENINGS],
                np.zeros(len(_LIVELY_SECONDS) * len(_LIVELY), np.float32),
                pose,
                observation.points[_RIGID],
                np.zeros((len(_RIGID), 2), np.float32),
                _STEADY,
                0.04,
                0.0,
                np.zeros(0),
                np.zeros((0, 2 * SHAPE), np.float32),
                shape,
            ),
            np.zeros(SHAPE, np.float32),
            np.zeros(2, np.float32),
            observation,
        )
    step = observation.time - state.time
    if step <= 0:
        return state
    joined = step <= _LONGEST
    velocity = (shape - state.shape) / max(step, 0.01) if joined else np.zeros_like(shape)
    turned = (pose - state.pose) / max(step, 0.01) if joined else np.zeros_like(pose)
    step = min(step, _LONGEST)
    seen = state.seen + step
    mean = state.mean + (shape - state.mean) * min(1.0, step / min(seen, _MEAN_SECONDS))
    closed = np.minimum(shape[_OPENINGS], state.closed + _CLOSED_RISE * step)
    speed = np.abs(velocity[_LIVELY])
    lively = np.concatenate(
        [
            past + (speed - past) * np.float32(1 - np.exp(-step / seconds))
            for past, seconds in zip(np.split(state.lively, 2), _LIVELY_SECONDS, strict=True)
        ]
    )
    interval = state.interval + (step - state.interval) * 0.2
    # Bone does not quiver: what is left of its motion after a steady one is the landmarks' noise.
    rigid = observation.points[_RIGID]
    rigid_step = rigid - state.rigid
    quiver = float(np.abs(rigid_step - state.rigid_step).mean()) if joined else state.jitter
    jitter = state.jitter + (quiver - state.jitter) * min(1.0, step / min(seen, _JITTER_SECONDS))
    after = MouthState(
        observation.time,
        shape,
        mean,
        closed,
        lively,
        pose,
        rigid,
        rigid_step,
        jitter,
        interval,
        seen,
        state.times,
        state.past,
        state.features,
    )
    return _with_features(after, velocity, turned, observation)


def _with_features(
    state: MouthState, velocity: Vector, turned: Vector, observation: LipObservation
) -> MouthState:
    other = np.array(
        [
            np.log2(state.jitter / _STEADY + 0.03),
            4 * observation.turn,
            np.abs(turned[0]),
            np.abs(turned[1]),
            np.log2(max(observation.size, 8.0) / 64.0),
            observation.confidence,
            10 * state.interval,
        ],
        np.float32,
    )
    motion = np.concatenate([state.shape, velocity / 10])
    recent = state.times > state.time - 1.2 * _LAGS[-1]
    times = np.append(state.times[recent], state.time)
    past = np.concatenate([state.past[recent], motion[None]])
    earlier = np.searchsorted(times, state.time - _LAGS + _TOLERANCE, side="right") - 1
    features = np.concatenate(
        [
            motion,
            state.shape - state.mean,
            np.log1p(state.lively),
            state.shape[_OPENINGS] - state.closed,
            other,
            past[np.maximum(earlier, 0)].reshape(-1),
        ]
    )
    features = np.clip(features, -8, 8).astype(np.float32, copy=False)
    return state._replace(times=times, past=past, features=features)
