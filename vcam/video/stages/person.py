"""A person in a matte, and the small picture in which persons are told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from vcam.video.i420 import planes
from vcam.video.stages.face import Face
from vcam.video.stages.masks import PixelBox, moved

ACROSS = 160  # pixels of the small picture
FINER = 2  # pixels of the fine picture to each of those
SOME = 40  # of 255: from here on a pixel of the matte is somebody's
CALM = 8.0  # pixels a second
WHOLE = 0.8  # of the shape: less is partly hidden
_BINS = 8


@dataclass(frozen=True, eq=False)
class Person:
    """Somebody in the small picture.

    `where` are the pixels, bool (h, w); `shape` is the same when last seen apart from others, with
    its centre at `shape_x` (and its face's box `face_box`), and `x` where that should be now,
    moving at `speed` pixels a second. `colours` is a histogram whose sum is 1. `faces` are the
    numbers of the faces seen on it, `face` says whether one is there now, `head` how high it was.
    `came` and `seen` are seconds.
    """

    number: int
    where: np.ndarray
    shape: np.ndarray
    shape_x: float
    face_box: PixelBox | None
    x: float
    down: float
    speed: float
    colours: np.ndarray
    faces: frozenset[int]
    face: bool
    head: float
    came: float
    seen: float

    @property
    def hidden(self) -> bool:
        """Whether much of it is not seen."""
        return bool(self.where.sum() < WHOLE * self.shape.sum())

    @property
    def restless(self) -> bool:
        """Whether it may come up anywhere around others."""
        return self.hidden or abs(self.speed) > CALM

    @property
    def size(self) -> float:
        """About how high the head is."""
        return self.head or float(np.sqrt(self.shape.sum())) / 3


class Seen(NamedTuple):
    """The small picture, YUV uint8 (h, w, 3), and one `FINER` times as fine: `there` is somebody,
    bool; `colours` the bin of each pixel; `faces` with their boxes in it."""

    fine: np.ndarray
    picture: np.ndarray
    there: np.ndarray
    colours: np.ndarray
    faces: Sequence[tuple[Face, PixelBox]]
    time: float


def look(alpha: np.ndarray, i420: np.ndarray, faces: Sequence[Face], time: float) -> Seen:
    """Makes the small picture of a matte, uint8 (h, w), and its picture, I420.

    `faces` are in pixels of the matte.
    """
    height, width = alpha.shape
    size = (min(width, ACROSS), max(1, round(height * min(width, ACROSS) / width)))
    luma, u, v = planes(i420)
    half, finer = u.shape[::-1], (FINER * size[0], FINER * size[1])
    # By halves first: OpenCV has a fast way for exactly 2.
    there, luma = (cv2.resize(one, half, interpolation=cv2.INTER_AREA) for one in (alpha, luma))
    there = cv2.resize(there, size, interpolation=cv2.INTER_AREA)
    fine = cv2.merge([cv2.resize(one, finer, interpolation=cv2.INTER_AREA) for one in (luma, u, v)])
    picture = cv2.resize(fine, size, interpolation=cv2.INTER_AREA)
    y, u, v = cv2.split(picture)
    colours = y.astype(np.int32) >> 5
    for one in (u, v):
        colours = colours * _BINS + ((one.astype(np.int32) - 96) >> 3).clip(0, _BINS - 1)
    scale = size[0] / width
    boxes = []
    for face in faces:
        left, top, right, bottom = (round(side * scale) for side in face.box)
        if right > 0 and bottom > 0 and left < size[0] and top < size[1]:
            boxes.append((face, (max(left, 0), max(top, 0), right + 1, bottom + 1)))
    return Seen(fine, picture, there > SOME, colours, boxes, time)


def expected(one: Person) -> np.ndarray:
    return moved(one.shape, one.x - one.shape_x, one.down)


def histogram(colours: np.ndarray) -> np.ndarray:
    """Smoothed over neighbouring bins; its sum is 1."""
    counts = np.bincount(colours, minlength=_BINS**3).astype(np.float32)
    bins: np.ndarray = counts.reshape((_BINS,) * 3)
    for axis in range(3):
        padded = np.concatenate([bins, np.zeros_like(bins.take([0], axis))], axis)
        up, down = np.roll(padded, 1, axis), np.roll(padded, -1, axis)
        mixed = 0.6 * padded + 0.2 * up + 0.2 * down
        bins = mixed.take(range(_BINS), axis)
    flat = bins.reshape(-1)
    return flat / max(float(flat.sum()), 1e-6)
