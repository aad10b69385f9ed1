"""What is done with the matte: blurred or replaced background, clean borders, all in I420.

Everything after the matte works on the planes that are published (Y at full size, U and V at
half), so that the picture is converted once. Blur and border colours are computed on small
pictures, and only border pixels are blended in float.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

LIGHT_WRAP = 0.18
_QUARTER = 4
_ALL_ONE = np.uint64(2**64 - 1)  # eight pixels of 255

Planes = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Reduced:
    """A picture and its matte at a quarter of `size` (height, width), all uint8.

    `half` is the matte at half the size, as the planes of colour have it.
    """

    size: tuple[int, int]
    planes: Planes
    matte: np.ndarray
    half: np.ndarray


@dataclass(frozen=True)
class LocalColours:
    """The person's and the room's colours as if each went on behind the border.

    Both are small planes Y, U, V, uint8, of one size.
    """

    person: Planes
    room: Planes


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
    scale = min(width / have_width, height / have_height)
    inner = (min(width, round(have_width * scale)), min(height, round(have_height * scale)))
    resized = cv2.resize(frame, inner, interpolation=_interpolation(scale))
    if inner == (width, height):
        return resized
    out = np.zeros((height, width, 3), np.uint8)
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    out[top : top + inner[1], left : left + inner[0]] = resized
    return out


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


def feather(alpha: np.ndarray, width: int) -> np.ndarray:
    """Softens the matte's border by `width` pixels to each side and clears its faint haze.

    `alpha` is uint8 (H, W), 0..255 = 0..1; so is the result.
    """
    if width > 0:
        alpha = cv2.blur(alpha, (2 * width + 1, 2 * width + 1))
    else:
        alpha = alpha.copy()
    # Stretched so that the lowest 20 and the highest 12 of 255 are all room and all person.
    return cv2.addWeighted(alpha, 255 / 223, alpha, 0, -20 * 255 / 223, dst=alpha)


def reduce(i420: np.ndarray, alpha: np.ndarray) -> Reduced:
    """Averages picture and matte (both of one size) down to a quarter of the width and height."""
    height, width = alpha.shape
    half = (width // 2, height // 2)
    size = (-(-width // _QUARTER), -(-height // _QUARTER))
    luma, *chroma = planes(i420)
    # Two halvings: OpenCV has a fast way for exactly 2, and none for 4.
    luma, alpha = (cv2.resize(plane, half, interpolation=cv2.INTER_AREA) for plane in (luma, alpha))
    y, matte, u, v = (
        cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in (luma, alpha, *chroma)
    )
    return Reduced((height, width), (y, u, v), matte, alpha)


def local_colours(reduced: Reduced) -> LocalColours:
    """Estimates what person and room look like on both sides of the border.

    Blur fusion (Forte, "Approximate Fast Foreground Colour Estimation", ICIP 2021) on small
    pictures; a wide window stands in where the narrow one sees only one of the two.
    """
    small, matte = _smaller(reduced, 2)
    # High powers: a pixel that is half the other must say nothing.
    return LocalColours(
        person=_fill(small, cv2.pow(matte, 8), _near),
        room=_fill(small, cv2.pow(1 - matte, 8), _near),
    )


def blur_background(reduced: Reduced, strength: float) -> np.ndarray:
    """The room out of focus, without the person in it; I420 of the picture's size.

    Person pixels have no weight (normalised convolution), so nobody's outline bleeds into the
    room. The kernel is a disc, as a lens makes it, and bright pixels weigh as in linear light.
    `strength` is 0..1; even 0 is a blur in which no text can be read.
    """
    height, width = reduced.size
    radius = height * (0.012 + 0.043 * float(np.clip(strength, 0, 1)))
    scale = _QUARTER
    while radius / scale > 5.5:
        scale *= 2
    small, matte = _smaller(reduced, scale // _QUARTER)
    empty = 1 - cv2.dilate(matte, np.ones((3, 3), np.uint8))
    weight = empty * empty * empty * (small[0] + 12) / 255
    lens = _disc(radius / scale)
    soft = _fill(small, weight, lambda values: cv2.filter2D(values, -1, lens))
    out = np.empty((height * 3 // 2, width), np.uint8)
    for target, source in zip(planes(out), soft, strict=True):
        cv2.resize(source, target.shape[::-1], dst=target, interpolation=cv2.INTER_CUBIC)
    return out


def composite(
    i420: np.ndarray, alpha: np.ndarray, background: np.ndarray, reduced: Reduced
) -> np.ndarray:
    """Puts the person before another background, which is changed and returned; all I420, one size.

    `reduced` is of the same picture and matte.

    In the border the person's own colour is recovered, F = P + a(I − aP − (1−a)R) with the local
    colours P and R, and takes a little of the new background's light, so that neither a rim of
    the old room nor a cut-out edge shows.
    """
    colours = local_colours(reduced)
    small = colours.person[0].shape
    full_border, half_border = _border(alpha, small, 1), _border(reduced.half, small, 2)
    for channel, (target, source) in enumerate(zip(planes(background), planes(i420), strict=True)):
        matte, a, runs = full_border if channel == 0 else half_border
        picture, new = runs.take(source), runs.take(target)
        person, room = runs.near(colours.person[channel]), runs.near(colours.room[channel])
        front = person + a * (picture - room + a * (room - person))
        front += LIGHT_WRAP * (1 - a) * (new - front)
        cv2.copyTo(source, matte, target)
        runs.put(target, new + a * (front - new))
    return background


def _border(
    matte: np.ndarray, small: tuple[int, int], count: int
) -> tuple[np.ndarray, np.ndarray, _Runs]:
    """The matte, the same 0..1 where it is soft, and where that is."""
    rest = matte.reshape(-1)[matte.size // 8 * 8 :]  # what makes no run of eight has no soft edge
    rest[rest < 255] = 0
    runs = _Runs(matte, small, count)
    return matte, runs.take(matte) * np.float32(1 / 255), runs


class _Runs:
    """The runs of eight pixels in which a matte is soft: found and moved as one number each.

    `small` is the height and width of small planes of the same view, `count` how many of their
    pixels stand for a run.
    """

    def __init__(self, matte: np.ndarray, small: tuple[int, int], count: int) -> None:
        (height, width), (h, w) = matte.shape, small
        eights = _eights(matte)
        self._where = np.flatnonzero((eights != 0) & (eights != _ALL_ONE))
        row, column = np.divmod(self._where * 8, width)
        self._near = (row * h // height * w + column * w // width)[:, None] + np.arange(count)

    def take(self, plane: np.ndarray) -> np.ndarray:
        """The pixels of a uint8 plane of the matte's size as float32 (N, 8)."""
        pixels = _eights(plane).take(self._where).view(np.uint8)
        return pixels.reshape(-1, 8).astype(np.float32)

    def near(self, plane: np.ndarray) -> np.ndarray:
        """The same of a small plane, without interpolation."""
        pixels = plane.reshape(-1).take(self._near, mode="clip").astype(np.float32)
        return pixels.repeat(8 // pixels.shape[1], axis=1)

    def put(self, plane: np.ndarray, values: np.ndarray) -> None:
        pixels = np.clip(values + 0.5, 0, 255).astype(np.uint8)
        _eights(plane)[self._where] = pixels.view(np.uint64)[:, 0]


def _eights(plane: np.ndarray) -> np.ndarray:
    """A uint8 plane as uint64, eight pixels each; up to seven at its end are left out."""
    return plane.reshape(-1)[: plane.size // 8 * 8].view(np.uint64)


def _smaller(reduced: Reduced, factor: int) -> tuple[Planes, np.ndarray]:
    """Planes as float32 0..255 and the matte as float32 0..1, smaller by `factor` again."""
    height, width = reduced.matte.shape
    size = (max(2, width // factor), max(2, height // factor))
    y, u, v, matte = (
        cv2.resize(plane, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        for plane in (*reduced.planes, reduced.matte)
    )
    return (y, u, v), matte / 255


def _fill(small: Planes, weight: np.ndarray, near: Callable[[np.ndarray], np.ndarray]) -> Planes:
    """Normalised convolution with `near`; where no weight is near, a wide window decides.

    The result is uint8.
    """
    height, width = weight.shape
    coarse = (max(1, width // 8), max(1, height // 8))
    values = cv2.merge([*(plane * weight for plane in small), weight])
    wide = cv2.blur(cv2.resize(values, coarse, interpolation=cv2.INTER_AREA), (5, 5))
    *sums, total = cv2.split(near(values) + 0.01 * cv2.resize(wide, (width, height)))
    total += 1e-6
    y, u, v = (((plane + 128e-6) / total + 0.5).astype(np.uint8) for plane in sums)
    return y, u, v


def _near(values: np.ndarray) -> np.ndarray:
    return cv2.blur(cv2.blur(values, (5, 5)), (5, 5))


def _disc(radius: float) -> np.ndarray:
    reach = int(np.ceil(radius))
    axis = np.arange(-reach, reach + 1, dtype=np.float32)
    distance = np.hypot(axis[:, None], axis[None, :])
    kernel = np.clip(radius + 0.5 - distance, 0, 1)
    return kernel / kernel.sum(dtype=np.float32)


def _interpolation(scale: float) -> int:
    return cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
