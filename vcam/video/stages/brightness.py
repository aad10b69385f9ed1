"""Automatic brightness: measured on the person, slow, and still when the light is right."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TypeVar

import cv2
import numpy as np

from vcam.video.i420 import planes
from vcam.video.stages.contract import Box, FrameWork, PictureStage
from vcam.video.stages.face import me

DARK, BRIGHT = 0.46, 0.8  # the person's luminance (0..1) is left alone between these
MEASURE_SECONDS = 0.8
MOVE_SECONDS = 1.5
DEAD_BAND = 0.1
STRONGEST = (math.log(0.38), math.log(1.3))  # of the curve's exponent; below 0 brightens
_BLACK, _RANGE = 16, 219  # BT.601 limited range
_TOE = 0.04

Level = TypeVar("Level", float, np.ndarray)


@dataclass(frozen=True)
class Exposure:
    """The adaptation's state.

    `luminance` is the person's, smoothed, 0..1; `goal` and `value` are natural logarithms of the
    tone curve's exponent (0 = unchanged); `time` is seconds.
    """

    luminance: float
    goal: float
    value: float
    time: float


@dataclass(frozen=True, kw_only=True, eq=False)
class BrightnessOptions:
    """`brightness` adapts the picture to the person."""

    brightness: bool = True


class BrightnessStage(PictureStage[Exposure, BrightnessOptions]):
    """Measures on the reduced picture where there is one; changes both in place."""

    name = "brightness"
    kind = "painter"

    def wanted(self, options: BrightnessOptions) -> bool:
        return options.brightness

    def step(
        self, state: Exposure | None, work: FrameWork, options: BrightnessOptions
    ) -> tuple[Exposure, FrameWork]:
        reduced = work.matte.reduced if work.matte else None
        views = [planes(work.picture), *([reduced.planes] if reduced else [])]
        luma = views[-1][0]
        box = _where(work, luma.shape[1] / work.picture.shape[1])
        luminance = measure(luma, reduced.matte if reduced else None, box)
        exposure = adapt(state, luminance, work.time)
        curves = tone_curves(exposure)
        if curves is not None:
            for y, u, v in views:
                for plane, curve in ((y, curves[0]), (u, curves[1]), (v, curves[1])):
                    cv2.LUT(plane, curve, dst=plane)
        return exposure, work


def _where(work: FrameWork, scale: float) -> Box | None:
    """The face, or where a person is likely to be when nothing looks, in the scaled picture."""
    if work.faces is None and work.matte is None:
        height, width = work.frame.shape[:2]
        left, top, right, bottom = width * 0.35, height * 0.25, width * 0.65, height * 0.85
    elif (face := me(work.faces)) is not None:
        left, top, right, bottom = face.box
    else:
        return None
    return left * scale, top * scale, right * scale, bottom * scale


def measure(
    luma: np.ndarray,
    alpha: np.ndarray | None,
    face: Box | None = None,
) -> float | None:
    """The person's luminance, 0..1; None when nobody is there.

    `luma` is the Y plane, uint8 (H, W), limited range; `alpha` the matte of the same size; `face`
    is left, top, right, bottom in pixels. Without a face the head is taken to be the top third
    of the matte, for clothes say nothing about the light.
    """
    if face is not None:
        left, top, right, bottom = (max(0, int(side)) for side in face)
        step = max(1, (bottom - top) // 64)
        region = luma[top:bottom:step, left:right:step]
        if region.size:
            return _level(region)
    if alpha is None:
        return None
    step = max(1, luma.shape[0] // 54)
    person = alpha[::step, ::step] > 200
    rows = np.flatnonzero(person.sum(axis=1) >= 3)
    if rows.size < 3:
        return None
    top, bottom = int(rows[0]), int(rows[-1])
    head = slice(top, top + max(3, (bottom - top) * 2 // 5))
    return _level(luma[::step, ::step][head][person[head]])


def adapt(state: Exposure | None, luminance: float | None, time: float) -> Exposure:
    """One frame further. With `luminance` None (nobody there) the curve stays as it is.

    The measurement is smoothed, the goal changes only when it is off by more than a dead band,
    and the curve glides there: noise and gestures do not pump.
    """
    if state is None:
        if luminance is None:
            return Exposure(luminance=(DARK + BRIGHT) / 2, goal=0.0, value=0.0, time=time)
        goal = _wanted(luminance)
        return Exposure(luminance=luminance, goal=goal, value=goal, time=time)
    elapsed = min(max(time - state.time, 0.0), 0.5)
    smooth = state.luminance
    if luminance is not None:
        smooth += (luminance - smooth) * (1 - math.exp(-elapsed / MEASURE_SECONDS))
    wanted = _wanted(smooth)
    goal = wanted if abs(wanted - state.goal) > DEAD_BAND else state.goal
    value = state.value + (goal - state.value) * (1 - math.exp(-elapsed / MOVE_SECONDS))
    return replace(state, luminance=smooth, goal=goal, value=value, time=time)


def tone_curves(exposure: Exposure) -> tuple[np.ndarray, np.ndarray] | None:
    """Lookup tables for Y and for U and V, uint8 (256,); None when nothing is to be changed."""
    if abs(exposure.value) < 0.01:
        return None
    steps = np.arange(256, dtype=np.float32)
    level = np.clip((steps - _BLACK) / _RANGE, 0, 1)
    luma = _BLACK + _RANGE * _curve(level, exposure.value)
    lifted = _curve(exposure.luminance, exposure.value)
    # Colours fade when only Y is lifted; less than the whole gain keeps skin from turning orange.
    gain = 1 + 0.7 * (lifted / max(exposure.luminance, 0.05) - 1)
    chroma = 128 + (steps - 128) * min(max(gain, 0.8), 1.6)
    return _eight_bit(luma), _eight_bit(chroma)


def _curve(level: Level, log_exponent: float) -> Level:
    # The toe keeps the slope at black finite, or the sensor's noise would be lifted with it.
    exponent = math.exp(log_exponent)
    low, high = _TOE**exponent, (1 + _TOE) ** exponent
    return ((level + _TOE) ** exponent - low) / (high - low)


def _wanted(luminance: float) -> float:
    """The logarithm of the exponent that brings `luminance` to the nearest good value."""
    target = min(max(luminance, DARK), BRIGHT)
    if target == luminance:
        return 0.0
    low, high = STRONGEST
    for _ in range(20):
        middle = (low + high) / 2
        if _curve(luminance, middle) > target:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _level(luma: np.ndarray) -> float:
    # The upper middle: hair, eyes and shadows pull a mean down.
    rank = int(0.6 * (luma.size - 1))
    level = int(np.partition(luma, rank, axis=None)[rank])
    return min(max((level - _BLACK) / _RANGE, 0.0), 1.0)


def _eight_bit(values: np.ndarray) -> np.ndarray:
    return np.clip(values + 0.5, 0, 255).astype(np.uint8)
