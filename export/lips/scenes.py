"""Builds scenes: a mouth in front of a webcam, what it says, and when it only looks like talking.

A scene is put together from moments (talking, idling, chewing, smiling …) in normalised
coordinates, then turned and moved as a head, projected, degraded as a webcam's landmarks are, and
read back through the product's own `normalise` and `watch`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from export.lips.corpus import BANDS, BLOCKS, FPS, MERGE, Clip
from vcam.audio.stages.mouth import AGE_UNIT, CONFIDENCE, MouthState, features, watch
from vcam.lips import LANDMARKS, LOOKAHEAD, STALE, LipObservation, normalise

_MOUTH = slice(0, 40)
_AT = {landmark: i for i, landmark in enumerate(LANDMARKS)}
_INNER = np.arange(20, 40)
_LOWER = np.array(
    [_AT[i] for i in (146, 91, 181, 84, 17, 314, 405, 321, 375, 95, 88, 178, 87, 14, 317, 402, 318,
                      324)]
)  # fmt: skip
_CHIN = _AT[152]
_MIRROR = np.array(
    [_AT[i] for i in (291, 375, 321, 405, 314, 17, 84, 181, 91, 146, 61, 185, 40, 39, 37, 0, 267,
                      269, 270, 409, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95, 78, 191, 80, 81,
                      82, 13, 312, 311, 310, 415, 263, 362, 133, 33, 1, 4, 152, 10, 454, 234, 168,
                      6)]
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Webcam:
    """How badly the mouth is seen; each pair is a range that is drawn from."""

    fps: tuple[float, float] = (10.0, 30.0)
    steady: float = 0.6  # share of scenes at 25 to 30 fps
    dropped: float = 0.15
    offset: float = 0.12  # seconds
    size: tuple[float, float] = (20.0, 160.0)  # eye distance, pixels
    noise: tuple[float, float] = (0.03, 0.3)  # pixels
    turn: float = 0.35  # radians
    small_motion: float = 0.15  # share of scenes in which the mouth hardly opens
    ahead: tuple[float, float, float] = (0.45, 0.45, 0.1)  # live, recorded, between
    word: float = 0.3  # share of what is said that is a word or a syllable by itself
    dubbed: float = 0.05  # share of scenes in which the lips say something else
    covered: float = 0.06  # and in which something hides them for good


class Scene(NamedTuple):
    """One training example at 100 blocks a second.

    features: float16 ``(T, FEATURES)``, what net 2 sees.
    trust: float32 ``(T, 2)``, confidence and age as net 3 gets them.
    energy: float32 ``(T, BANDS)`` of what the mouth says.
    """

    features: np.ndarray
    trust: np.ndarray
    energy: np.ndarray


def scene(
    rng: np.random.Generator,
    faces: list[Clip],
    talks: list[Clip],
    depth: np.ndarray,
    webcam: Webcam,
    seconds: float,
) -> Scene:
    """A new scene: the face of one clip, the mouth motion and sound of others of one person."""
    points, energy = _story(rng, faces, talks, webcam, seconds)
    if rng.random() < webcam.dubbed:
        points, _ = _story(rng, faces, talks, webcam, seconds)
    times, seen, confidence = _film(rng, points, depth, webcam, seconds)
    energy = np.concatenate([energy[:1], energy[:-1]])  # block t is centred on 10 t ms
    energy = np.add.reduceat(energy, MERGE[:-1], axis=1)
    ahead = rng.choice([0.0, LOOKAHEAD, rng.uniform(0, LOOKAHEAD)], p=webcam.ahead)
    return Scene(*watched(times, seen, confidence, int(seconds * BLOCKS), ahead), energy)


def _story(
    rng: np.random.Generator,
    faces: list[Clip],
    talks: list[Clip],
    webcam: Webcam,
    seconds: float,
) -> tuple[np.ndarray, np.ndarray]:
    face = faces[rng.integers(len(faces))]
    first = talks[rng.integers(len(talks))]
    own = rng.random() < 0.5
    shown = first if own else face
    home = shown.points.mean(0)
    closed = _closed(shown.points)
    stretch = rng.uniform(0.8, 1.25, (1, 1, 2)) if not own or rng.random() < 0.7 else 1.0
    little = rng.uniform(0.45, 0.8) if rng.random() < webcam.small_motion else 1.0
    stiff = rng.uniform(0.3, 1.0) if rng.random() < 0.2 else 0.0  # lips move, the jaw hardly
    parted = rng.uniform(0.0, 0.09) if rng.random() < 0.25 else 0.0  # lips that never quite meet
    parts: list[np.ndarray] = []
    sound: list[np.ndarray] = []
    length = 0
    total = int(seconds * FPS)
    talking = rng.random() < 0.45
    while length < total:
        if talking:
            clip = first if rng.random() < 0.3 else _same_speaker(rng, talks, first)
            middle = clip.points.mean(0)
            moved = (middle if own else home) + (clip.points - middle) * stretch
            if little < 1:
                moved = closed + (moved - closed) * little
            moved = moved.copy()
            moved[:, _CHIN] += (closed[_CHIN] - moved[:, _CHIN]) * stiff
            said = clip.energy
            if rng.random() < webcam.word:
                moved, said = _word(rng, moved, said)
            part, spoken = _paced(moved, said, rng.uniform(0.8, 1.25))
            if rng.random() < 0.05:
                spoken = np.full_like(spoken, 1e-5)  # lips that move without a voice
        else:
            count = int(rng.uniform(0.3, 3.0) * FPS)
            still = closed if rng.random() < 0.8 else shown.points[rng.integers(len(shown.points))]
            if shown.rests and rng.random() < 0.5:
                part = _resting(rng, shown.points, count)
            else:
                part = _idle(rng, shown.points, still, count)
            spoken = np.full((count * BLOCKS // FPS, BANDS), 1e-5, np.float32)
        part = part.copy()
        if parts and rng.random() < 0.85:
            _join(rng, parts[-1], part, talking)
        parts.append(part)
        sound.append(spoken)
        length += len(part)
        talking = not talking if rng.random() < 0.85 else talking
    points = np.concatenate(parts)[:total]
    points[:, _LOWER, 1] += parted
    return points, np.concatenate(sound)[: total * BLOCKS // FPS]


def _word(
    rng: np.random.Generator, points: np.ndarray, energy: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """0.1 to 1 s from an onset on, silence around it, and the mouth from a little before."""
    length = min(len(energy), len(points) * BLOCKS // FPS)
    total = np.convolve(energy[:length].sum(1), np.ones(5) / 5, "same")
    begins = np.flatnonzero((total[1:] > 0.03) & (total[:-1] <= 0.03))
    first = int(rng.choice(begins)) if len(begins) else 0
    last = min(length, first + int(rng.uniform(0.1, 1.0) * BLOCKS))
    quiet = np.full_like(energy[:length], 1e-5)
    quiet[first:last] = energy[first:last]
    step = BLOCKS // FPS
    lead = int(rng.integers(2, 8))
    begin, end = max(0, first // step - lead), min(length // step, last // step + lead)
    end = max(end, min(begin + 3, length // step))
    return points[begin:end], quiet[begin * step : end * step]


def _same_speaker(rng: np.random.Generator, clips: list[Clip], like: Clip) -> Clip:
    for _ in range(40):
        clip = clips[rng.integers(len(clips))]
        if clip.group == like.group:
            return clip
    return like


def _closed(points: np.ndarray) -> np.ndarray:
    """The clip's most closed mouth, the inner lips brought together."""
    gap = np.abs(points[:, _AT[13], 1] - points[:, _AT[14], 1])
    jaw = points[:, _CHIN, 1] - points[:, _AT[168], 1]
    pose = points[np.argmin(gap + 0.5 * jaw)].copy()
    for upper, lower in ((13, 14), (82, 87), (312, 317), (81, 178), (311, 402), (80, 88),
                         (310, 318)):  # fmt: skip
        a, b = _AT[upper], _AT[lower]
        middle = (pose[a] + pose[b]) / 2
        pose[a] = middle + (pose[a] - middle) * 0.25
        pose[b] = middle + (pose[b] - middle) * 0.25
    return pose


def _resting(rng: np.random.Generator, points: np.ndarray, count: int) -> np.ndarray:
    """The end of a clip, where the mouth really rests, to and fro."""
    tail = points[-int(rng.integers(8, 18)) :]
    if rng.random() < 0.3:
        tail = tail[: int(rng.integers(1, 4))]
    return np.resize(np.concatenate([tail, tail[::-1]]), (count, *points.shape[1:]))


def _idle(
    rng: np.random.Generator, points: np.ndarray, still: np.ndarray, count: int
) -> np.ndarray:
    """A mouth that does not speak: at rest, or busy with something else."""
    part = np.repeat(still[None], count, 0)
    kind = rng.choice(
        ["frozen", "quiet", "smile", "chew", "open", "press", "breath"],
        p=[0.22, 0.36, 0.09, 0.11, 0.06, 0.08, 0.08],
    )
    time = np.arange(count) / FPS
    if kind != "frozen":
        part = part + _drift(rng, count, 0.8)[:, None, :] * 0.004
        lips = _drift(rng, count, 0.5)[:, :1, None] * np.array([0.0, 0.004])
        part[:, _LOWER] += lips
    if kind == "smile":
        amount = rng.uniform(0.02, 0.09) * _hill(rng, count)
        middle = still[_MOUTH].mean(0)
        side = (still[_MOUTH] - middle) / 0.27
        part[:, _MOUTH] += amount[:, None, None] * side * (1.0, 0.0)
        part[:, _MOUTH, 1] -= amount[:, None] * np.abs(side[:, 0]) * rng.uniform(0.2, 0.8)
    elif kind == "chew":
        swing = np.sin(2 * np.pi * rng.uniform(0.9, 2.2) * time + rng.uniform(0, 6))
        jaw = rng.uniform(0.015, 0.07) * np.maximum(swing, -0.3)
        part[:, _CHIN, 1] += jaw
        part[:, _LOWER, 1] += jaw[:, None] * rng.uniform(0.2, 0.7)
        part[:, :20, 0] += (jaw * rng.uniform(-0.5, 0.5))[:, None]
        if rng.random() < 0.7:
            part[:, _INNER, 1] -= jaw[:, None] * 0.1
    elif kind in ("open", "breath"):
        width = rng.uniform(0.05, 0.3) if kind == "open" else rng.uniform(0.02, 0.08)
        amount = width * _hill(rng, count)
        part[:, _LOWER, 1] += amount[:, None]
        part[:, _CHIN, 1] += amount
    elif kind == "press":
        amount = rng.uniform(0.01, 0.04) * _hill(rng, count)
        middle = still[_MOUTH, 1].mean()
        part[:, _MOUTH, 1] += -amount[:, None] * (still[_MOUTH, 1] - middle) / 0.1
    return part


def _hill(rng: np.random.Generator, count: int) -> np.ndarray:
    """0 → 1 → 0 (or staying up), smooth, somewhere in `count` frames."""
    time = np.arange(count, dtype=float)
    rise, fall = np.sort(rng.uniform(-0.2 * count, 1.2 * count, 2))
    slope = rng.uniform(1.5, 8)
    return 1 / (1 + np.exp(-(time - rise) / slope)) - 1 / (1 + np.exp(-(time - fall) / slope))


def _drift(rng: np.random.Generator, count: int, seconds: float) -> np.ndarray:
    """Smooth noise ``(count, 2)`` of unit spread."""
    keep = np.exp(-1 / (seconds * FPS))
    out = np.zeros((count, 2))
    value = rng.standard_normal(2)
    for i in range(count):
        value = keep * value + np.sqrt(1 - keep**2) * rng.standard_normal(2)
        out[i] = value
    return out


def _paced(points: np.ndarray, energy: np.ndarray, pace: float) -> tuple[np.ndarray, np.ndarray]:
    """A clip spoken `pace` times as fast."""
    count = int(min(len(points), len(energy) * FPS // BLOCKS) / pace)
    at = np.minimum(np.arange(count) * pace, len(points) - 1.001)
    low = at.astype(int)
    share = (at - low)[:, None, None]
    heard = (np.arange(count * BLOCKS // FPS) * pace).astype(int)
    return (
        points[low] * (1 - share) + points[low + 1] * share,
        energy[np.minimum(heard, len(energy) - 1)],
    )


def _join(rng: np.random.Generator, before: np.ndarray, after: np.ndarray, talks: bool) -> None:
    """Lets the silent mouth glide to or from the one that talks: lips part well before they
    speak and stay parted for a while."""
    frames, held = int(rng.integers(2, 9)), int(max(0, rng.integers(-6, 7)))
    weight = np.arange(1, frames + 1) / (frames + 1)
    weight = np.concatenate([weight * weight * (3 - 2 * weight), np.ones(held)])[:, None, None]
    if talks:
        weight = weight[-len(before) + 1 :]
        before[-len(weight) :] += (after[0] - before[-len(weight) :]) * weight
    else:
        weight = weight[::-1][: len(after) - 1]
        after[: len(weight)] += (before[-1] - after[: len(weight)]) * weight


def _film(
    rng: np.random.Generator,
    points: np.ndarray,
    depth: np.ndarray,
    webcam: Webcam,
    seconds: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Capture times, picture landmarks and confidences of the frames that arrive."""
    if rng.random() < 0.5:
        points = points[:, _MIRROR] * (-1.0, 1.0)
    fps = (
        rng.choice([25.0, 25.0, 30.0]) if rng.random() < webcam.steady else rng.uniform(*webcam.fps)
    )
    times = np.arange(rng.uniform(0, 0.3) / fps, seconds, 1 / fps)
    shaky = rng.random() < 0.4
    if shaky:
        times = times + rng.uniform(-0.2, 0.2, len(times)) / fps
        times = times[rng.random(len(times)) > rng.uniform(0, webcam.dropped)]
    at = np.clip(times * FPS, 0, len(points) - 1.001)
    if fps == 25.0 and not shaky:
        at = np.clip(np.round(at), 0, len(points) - 1.001)
    low = at.astype(int)
    mixed = points[low] + (points[low + 1] - points[low]) * (at - low)[:, None, None]
    still = (mixed[1:] == mixed[:-1]).all((1, 2))

    count = len(times)
    moving = rng.random() < 0.7
    pitch, yaw = (
        (_drift(rng, count, 2.5) * rng.uniform(0, 0.1) if moving else np.zeros((count, 2)))
        + rng.uniform(-1, 1, 2) * (0.6 * webcam.turn, webcam.turn)
    ).T
    roll = rng.uniform(-0.25, 0.25) + _drift(rng, count, 2.0)[:, 0] * (0.03 if moving else 0.0)
    zoom = 1 + (_drift(rng, count, 3.0)[:, 0] * 0.03 if moving else np.zeros(count))
    shape = np.concatenate([mixed, np.broadcast_to(depth[:, None], (count, 52, 1))], 2)
    shape = shape * (*rng.uniform(0.93, 1.07, 2), rng.uniform(0.8, 1.2))
    x = shape[..., 0] * np.cos(yaw)[:, None] + shape[..., 2] * np.sin(yaw)[:, None]
    z = shape[..., 2] * np.cos(yaw)[:, None] - shape[..., 0] * np.sin(yaw)[:, None]
    y = shape[..., 1] * np.cos(pitch)[:, None] - z * np.sin(pitch)[:, None]
    size = np.exp(rng.uniform(*np.log(webcam.size))) * zoom
    cos, sin = np.cos(roll)[:, None], np.sin(roll)[:, None]
    picture = np.stack([x * cos - y * sin, x * sin + y * cos], 2) * size[:, None, None]
    noise = np.exp(rng.uniform(*np.log(webcam.noise))) * np.sqrt(max(size[0], 30) / 60)
    jitter = rng.standard_normal((count, 52, 2)) * noise * 0.6
    jitter += rng.standard_normal((count, 1, 2)) * noise * 0.6
    lips = rng.standard_normal((count, 1, 2)) * noise * 0.5
    jitter[:, _LOWER] += lips
    for i in np.flatnonzero(still):
        if not moving:
            jitter[i + 1] = jitter[i]
    confidence = np.full(count, 1.0 if rng.random() < 0.7 else rng.uniform(0.3, 1.0))
    if rng.random() < 0.08:  # something before the mouth for a moment
        start = rng.integers(count)
        jitter[start : start + 12] *= 6
        confidence[start : start + 12] *= 0.4
    elif rng.random() < webcam.covered:  # and for good: landmarks that only tremble
        start = rng.integers(count)
        hidden = picture[start] + rng.standard_normal((count - start, 52, 2)) * noise
        shake = rng.standard_normal((2, count - start, 1, 2)) * rng.uniform(0.003, 0.025)
        hidden[:, _MOUTH] += shake[0] * size[start] * (0.5, 1)
        hidden[:, _LOWER] += shake[1] * size[start] * (0.5, 1)
        picture[start:], jitter[start:] = hidden, 0
        confidence[start:] *= rng.choice([1.0, rng.uniform(0.2, 1.0)])
    if rng.random() < 0.5:
        offset = rng.uniform(-1, 1) * webcam.offset
        times = times + offset
    return times, picture + jitter, confidence


def watched(
    times: np.ndarray,
    pictures: np.ndarray,
    confidence: np.ndarray,
    blocks: int,
    ahead: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Features and trust of a `Scene` whose picture is seen `ahead` seconds before its sound."""
    moments = np.arange(blocks) / BLOCKS
    newest = np.maximum(np.searchsorted(times, moments + ahead + 0.005, side="right") - 1, 0)
    first = newest[0]
    states: list[MouthState] = []
    for time, picture, sure in zip(
        times[first:], pictures[first:], confidence[first:], strict=True
    ):
        points, size, turn = normalise(picture)
        observation = LipObservation(float(time), points, size, turn, sure)
        states.append(watch(states[-1] if states else None, observation))
    last = [states[i] for i in newest - first]
    ages = moments - times[newest]
    seen = [features(state, age) for state, age in zip(last, ages, strict=True)]
    believed = [state.person[CONFIDENCE] for state in last]
    trust = np.stack([believed, np.clip(ages, -ahead, STALE) / AGE_UNIT], 1)
    return np.array(seen, np.float16), trust.astype(np.float32)
