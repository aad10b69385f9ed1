"""Small masks of persons, bool (h, w), and boxes in them: where they are and how far from it."""

from __future__ import annotations

import cv2
import numpy as np

BOX = np.ones((3, 3), np.uint8)
"""A pixel and those around it."""
DEEP = 4.0  # pixels: deeper inside nobody is surer

PixelBox = tuple[int, int, int, int]
"""Left, top, right, bottom, the last two just beyond."""


def moved(mask: np.ndarray, right: float, down: float = 0.0) -> np.ndarray:
    x, y = round(right), round(down)
    if x == y == 0:
        return mask
    by = np.array([[1.0, 0, x], [0, 1, y]])
    mode = cv2.BORDER_REPLICATE if x == 0 else cv2.BORDER_CONSTANT
    return cv2.warpAffine(mask.astype(np.uint8), by, mask.shape[::-1], borderMode=mode) > 0


def distance(mask: np.ndarray) -> np.ndarray:
    """Pixels to its border, float32: below 0 inside."""
    inside = mask.astype(np.uint8)
    if not inside.any():
        return np.full(mask.shape, max(mask.shape), np.float32)
    out = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3)
    return out - np.minimum(cv2.distanceTransform(inside, cv2.DIST_L2, 3), DEEP)


def middle(mask: np.ndarray, otherwise: float = 0.0) -> float:
    columns = mask.sum(0)
    total = columns.sum()
    return float(columns @ np.arange(columns.size)) / float(total) if total else otherwise


def centre(box: PixelBox) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def inside(box: PixelBox) -> tuple[slice, slice]:
    left, top, right, bottom = (max(0, side) for side in box)
    return slice(top, bottom), slice(left, right)


def overlaps(one: PixelBox, other: PixelBox) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > 0 and down > 0


def ends(mask: np.ndarray) -> tuple[int, int]:
    columns = np.flatnonzero(mask.any(0))
    return (int(columns[0]), int(columns[-1])) if columns.size else (0, 0)
