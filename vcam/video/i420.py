"""The published picture's format: I420, how a picture comes to it, and to its size.

I420 is uint8 (H*3//2, W): Y at full size, then U and V at half of it; BT.601, limited range.
"""

from __future__ import annotations

import cv2
import numpy as np

MATRIX_601, LIMITED = 6, 1
"""FFmpeg's numbers for these colours."""

Planes = tuple[np.ndarray, np.ndarray, np.ndarray]


def to_i420(frame: np.ndarray) -> np.ndarray:
    """uint8 BGR (H, W, 3) → I420 uint8 (H*3//2, W), BT.601 limited range. H and W are even."""
    return cv2.cvtColor(frame, cv2.COLOR_BGR2YUV_I420)


def to_bgr(i420: np.ndarray) -> np.ndarray:
    """I420 uint8 (H*3//2, W) → uint8 BGR (H, W, 3)."""
    return cv2.cvtColor(i420, cv2.COLOR_YUV2BGR_I420)


def planes(i420: np.ndarray) -> Planes:
    """Views of the planes: Y (H, W), U and V (H//2, W//2)."""
    height, width = i420.shape[0] * 2 // 3, i420.shape[1]
    flat, luma = i420.reshape(-1), height * width
    chroma = (height // 2, width // 2)
    return (
        i420[:height],
        flat[luma : luma + luma // 4].reshape(chroma),
        flat[luma + luma // 4 :].reshape(chroma),
    )


def fit(frame: np.ndarray, width: int, height: int) -> np.ndarray:
    """Scales a BGR frame into width × height, keeping its shape; the rest is black."""
    have_height, have_width = frame.shape[:2]
    if (have_width, have_height) == (width, height):
        return frame
    part = inner((have_width, have_height), (width, height))
    resized = cv2.resize(frame, part, interpolation=_interpolation(part[0] / have_width))
    if part == (width, height):
        return resized
    out = np.zeros((height, width, 3), np.uint8)
    left, top = (width - part[0]) // 2, (height - part[1]) // 2
    out[top : top + part[1], left : left + part[0]] = resized
    return out


def inner(have: tuple[int, int], into: tuple[int, int]) -> tuple[int, int]:
    """How large a picture of one size (width, height) becomes inside another, in its own shape."""
    scale = min(into[0] / have[0], into[1] / have[1])
    return min(into[0], round(have[0] * scale)), min(into[1], round(have[1] * scale))


def cover(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    """Scales a BGR picture so that it covers width × height, centred; returns I420."""
    have_height, have_width = picture.shape[:2]
    scale = max(width / have_width, height / have_height)
    cut_width, cut_height = min(have_width, width / scale), min(have_height, height / scale)
    left, top = int((have_width - cut_width) / 2), int((have_height - cut_height) / 2)
    cut = picture[
        top : top + max(1, round(cut_height)),
        left : left + max(1, round(cut_width)),
    ]
    return to_i420(cv2.resize(cut, (width, height), interpolation=_interpolation(scale)))


def _interpolation(scale: float) -> int:
    return cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
