"""The camera's noise in dark rooms: averaged over time where nothing moves, and nowhere else.

A recursive filter that adapts to motion, as cameras and encoders have it (Dubois and Sabri, "Noise
reduction in image sequences using motion-compensated temporal filtering", 1984, without the
compensation): how much of a new picture counts is decided by how far it is from the old one beside
what the noise alone would explain. What moves is cleaned within the picture instead, by shrinking
its fine detail below the noise (coring), and what rests is sharpened a little. The noise is
measured, and without any nothing is done.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from vcam.video.i420 import Planes, planes
from vcam.video.stages.contract import FrameWork, PictureStage, SpareOptions

LEAST, FULL = 0.5, 1.2  # standard deviation of 8-bit luminance: from here on, and in full
STEADY = 0.15  # of each new picture, where nothing moves
STILL, MOVES = 1.5, 2.6  # times the mean difference of noise alone: surely still, surely moving
SHARPEN, SHARPEST = 0.4, 6.0
MEASURE_SECONDS = 0.7
_BLOCK, _EVERY = 16, 4  # pixels that are averaged to measure the noise, and which rows of them
_CALMEST = 0.4  # the quantile of them that is taken for not moving
_MEAN_OF_ABS = math.sqrt(2 / math.pi)  # of a normal variable, of its standard deviation
_EIGHTHS = 8  # of a level: differences are averaged finer than in whole ones
_FINE = 64  # parts of a level, so that small weights do not get stuck
_ALL = 32767  # the weight of a new picture that counts alone


@dataclass(frozen=True)
class LowLightState:
    """`clean` is what came of the last picture: planes in parts of a level, int16. `raw` are some
    rows of its luminance as it was, `noise` the standard deviation as far as it is known, `time`
    seconds."""

    clean: Planes
    raw: np.ndarray
    noise: float | None
    time: float


@dataclass(frozen=True, kw_only=True, eq=False)
class LowLightOptions(SpareOptions):
    """`low_light` "auto" takes noise away where there is any."""

    low_light: Literal["off", "auto"] = "off"


class LowLightStage(PictureStage[LowLightState, LowLightOptions]):
    """Goes before what makes a picture brighter and its noise with it."""

    name = "low_light"
    kind = "painter"
    embellishes = True

    def wanted(self, options: LowLightOptions) -> bool:
        return options.low_light == "auto"

    def step(
        self, state: LowLightState | None, work: FrameWork, options: LowLightOptions
    ) -> tuple[LowLightState, FrameWork]:
        now = planes(work.picture)
        raw = now[0][::_EVERY].copy()
        if state is None or state.clean[0].shape != now[0].shape:
            return LowLightState(_finer(now), raw, None, work.time), work
        noise = measure(raw, state, work.time)
        share = min(max((noise - LEAST) / (FULL - LEAST), 0.0), 1.0)
        if share == 0:
            return LowLightState(_finer(now), raw, noise, work.time), work
        clean, moving = average(now, state.clean, noise, share)
        for plane, fine in zip(now, clean, strict=True):
            cv2.convertScaleAbs(fine, dst=plane, alpha=1 / _FINE)
        polish(now, moving, noise, share)
        return LowLightState(clean, raw, noise, work.time), work


def measure(raw: np.ndarray, state: LowLightState, time: float) -> float:
    """The noise's standard deviation, from what changes in the calmest parts of the picture.

    `raw` is every fourth row of luminance: as much as tells the noise.
    """
    height, width = raw.shape
    changed = cv2.absdiff(raw, state.raw)
    blocks = cv2.resize(
        cv2.convertScaleAbs(changed, alpha=_EIGHTHS),
        (max(1, width // _BLOCK), max(1, height * _EVERY // _BLOCK)),
        interpolation=cv2.INTER_AREA,
    )
    now = float(np.quantile(blocks, _CALMEST)) / _EIGHTHS / _MEAN_OF_ABS / math.sqrt(2)
    if state.noise is None:
        return now
    elapsed = min(max(time - state.time, 0.0), MEASURE_SECONDS)
    return state.noise + (now - state.noise) * (1 - math.exp(-elapsed / MEASURE_SECONDS))


def average(now: Planes, before: Planes, noise: float, share: float) -> tuple[Planes, np.ndarray]:
    """The recursive filter. Returns the planes in parts of a level, and how far each pixel of the
    planes of colour moves, uint8."""
    steady = 1 - share * (1 - STEADY)
    weights = ((steady + (1 - steady) * np.arange(256) / 255) * _ALL).astype(np.int16)
    new = [cv2.subtract(fine, old) for fine, old in zip(_finer(now), before, strict=True)]
    moving, *coloured = (_moving(off, now[1].shape, noise) for off in new)
    ways = [_doubled(cv2.LUT(moving, weights))]
    ways += [cv2.LUT(cv2.max(moving, moves), weights) for moves in coloured]
    for off, old, weight in zip(new, before, ways, strict=True):
        cv2.multiply(off, weight, dst=off, scale=1 / _ALL)
        cv2.add(old, off, dst=off)
    return (new[0], new[1], new[2]), moving


def _moving(off: np.ndarray, size: tuple[int, ...], noise: float) -> np.ndarray:
    """From how far a plane is from the old one, in parts of a level; 0..255, of a `size`."""
    off = cv2.convertScaleAbs(off, alpha=_EIGHTHS / _FINE)
    reach = (5, 5)
    if off.shape != size:
        off, reach = cv2.resize(off, size[::-1], interpolation=cv2.INTER_AREA), (3, 3)
    off = cv2.blur(off, reach)
    expected = _EIGHTHS * noise * _MEAN_OF_ABS * math.sqrt(1 + STEADY / (2 - STEADY))
    still, moves = STILL * expected, MOVES * expected
    share = ((np.arange(256) - still) / (moves - still)).clip(0, 1)
    return cv2.LUT(off, (255 * share).astype(np.uint8))


def polish(now: Planes, moving: np.ndarray, noise: float, share: float) -> None:
    """In place: what moves loses detail that is finer and weaker than the noise, and specks of
    colour; what rests gets somewhat sharper."""
    luma, *chroma = now
    moves = cv2.threshold(moving, 127, 255, cv2.THRESH_BINARY)[1]
    if share == 1:
        for plane in chroma:
            cv2.copyTo(cv2.medianBlur(cv2.medianBlur(plane, 3), 3), moves, plane)
    soft = cv2.GaussianBlur(luma, (5, 5), 0)
    detail = cv2.addWeighted(luma, 1, soft, -1, 128)
    d = np.arange(256) - 128.0
    size = np.abs(d)

    def cored(low: float, high: float) -> np.ndarray:
        return d * ((size - low * noise) / ((high - low) * noise)).clip(0, 1)

    sharper = np.sign(d) * np.minimum(SHARPEN * (size - noise).clip(0), SHARPEST)
    resting = cored(0.2, 1.0) + sharper
    wanted = cv2.LUT(detail, _around(d + share * (resting - d)))
    left, top, wide, tall = (2 * side for side in cv2.boundingRect(moves))
    if wide and tall:
        here = np.s_[top : top + tall, left : left + wide]
        plain = cv2.LUT(detail[here], _around(d + share * (cored(0.7, 2.5) - d)))
        cv2.copyTo(plain, _doubled(moves)[here], wanted[here])
    cv2.addWeighted(soft, 1, wanted, 1, -128, dst=luma)


def _around(values: np.ndarray) -> np.ndarray:
    return (values + 128.5).clip(0, 255).astype(np.uint8)


def _doubled(half: np.ndarray) -> np.ndarray:
    """Each pixel twice in both directions, of a uint8 or int16 plane."""
    height, width = half.shape
    twice = np.empty((2 * height, 2 * width), half.dtype)
    pairs = twice.view(np.uint16 if half.itemsize == 1 else np.uint32)
    pairs[::2] = half.astype(pairs.dtype) * pairs.dtype.type(257 if half.itemsize == 1 else 65537)
    pairs[1::2] = pairs[::2]
    return twice


def _finer(now: Planes) -> Planes:
    y, u, v = (np.multiply(plane, _FINE, dtype=np.int16) for plane in now)
    return y, u, v
