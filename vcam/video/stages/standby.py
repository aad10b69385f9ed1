"""The standby card: what callers see instead of a picture that must not or cannot be shown."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from vcam.video.i420 import to_i420

_CENTRE, _CORNER, _INK = np.array(  # BGR
    [(56, 44, 36), (34, 22, 14), (196, 184, 176)], np.float32
)
_DRAWN = 800  # side of the square the symbol is drawn in, then reduced: smooth at any size


@lru_cache(maxsize=4)
def standby_card(width: int, height: int) -> np.ndarray:
    """I420 uint8 (height*3//2, width), read-only: a crossed-out camera on dark blue."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    distance = np.hypot(x - width / 2, y - height * 0.46) / height
    blend = np.clip(distance / 0.9, 0, 1)[..., None]
    card = (1 - blend) * _CENTRE + blend * _CORNER
    side = min(width, height) * 2 // 5
    left, top = (width - side) // 2, round(height * 0.46) - side // 2
    ink, gap = (cv2.resize(m, (side, side), interpolation=cv2.INTER_AREA) for m in _symbol())
    region = card[top : top + side, left : left + side]
    opacity = (ink.astype(np.float32) / 255)[..., None]
    region += opacity * (_INK - region)
    region += (gap.astype(np.float32) / 255)[..., None] * (_CENTRE - region)
    stroke = cv2.resize(_stroke(24), (side, side), interpolation=cv2.INTER_AREA)
    region += (stroke.astype(np.float32) / 255)[..., None] * (_INK - region)
    # Half a step of noise hides the bands that eight bits leave in a dark gradient.
    card += np.random.default_rng(1).random(card.shape[:2], np.float32)[..., None]
    picture = to_i420(card.astype(np.uint8))
    picture.flags.writeable = False
    return picture


def _symbol() -> tuple[np.ndarray, np.ndarray]:
    camera = np.zeros((_DRAWN, _DRAWN), np.uint8)
    left, top, right, bottom, radius = 90, 240, 500, 560, 80
    cv2.rectangle(camera, (left + radius, top), (right - radius, bottom), 255, -1)
    cv2.rectangle(camera, (left, top + radius), (right, bottom - radius), 255, -1)
    for x in (left + radius, right - radius):
        for y in (top + radius, bottom - radius):
            cv2.circle(camera, (x, y), radius, 255, -1, cv2.LINE_AA)
    lens = np.array([(545, 370), (690, 280), (690, 520), (545, 430)], np.int32)
    cv2.fillPoly(camera, [lens], 255)
    cv2.polylines(camera, [lens], True, 255, 28, cv2.LINE_AA)
    return camera, _stroke(80)


def _stroke(thickness: int) -> np.ndarray:
    stroke = np.zeros((_DRAWN, _DRAWN), np.uint8)
    return cv2.line(stroke, (90, 680), (690, 120), 255, thickness, cv2.LINE_AA)
