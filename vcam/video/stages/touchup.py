"""Touch-up of the face's skin: blotches and lines fade, edges, pores and all else stay.

Between what a guided filter (He, Sun and Tang, "Guided image filtering", ECCV 2010) smooths of a
small picture of the face and that small picture lies what is taken away: finer than features and
coarser than pores. Where skin is, the face's landmarks and its own colour say: eyes, brows, lips,
nostrils, glasses, hair and beards are left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import cv2
import numpy as np

from vcam.video.i420 import planes
from vcam.video.stages.contract import FrameWork, PictureStage
from vcam.video.stages.face import Face, FaceOptions

Strength = Literal["off", "light", "strong"]

TALL = 160  # pixels of the small face
REACH = 0.06  # of its height: the coarsest that is smoothed
EDGE = {"light": 9.0, "strong": 14.0}  # levels: what differs by more is an edge
SHARE = {"light": 0.6, "strong": 0.9}  # of it that is taken away
COLOUR_SHARE = 0.5
COMES_SECONDS = 0.5
_MARGIN = 0.06
_FEATHER = 0.03
_NEAR, _FAR = 5, 12  # steps of U and V from the skin's own: surely skin, surely not
_ROUGH, _ROUGHER = 2.0, 4.0  # times the skin's usual texture: surely skin, surely not
_DARK, _DARKER = 0.85, 0.65  # of the skin's own luminance: surely skin, surely not
_SHAVEN, _BEARDED = 0.85, 0.65  # of the cheeks' luminance that the chin has
_BLACK = 16

_OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152),
    *(148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
_KEPT = (
    (70, 63, 105, 66, 107, 193, 245, 128, 120, 119, 118, 117, 111, 143, 156),  # left eye and brow
    (300, 293, 334, 296, 336, 417, 465, 357, 349, 348, 347, 346, 340, 372, 383),
    (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146),
    (98, 97, 2, 326, 327, 294, 278, 331, 1, 102, 48, 64),  # nostrils
)
_CHEEKS = (50, 101, 36, 205, 280, 330, 266, 425)
_JAW = (
    *(132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361),
    *(291, 164, 61),
)
_CHIN = (176, 148, 152, 377, 400, 313, 83)


class Touched(NamedTuple):
    """How far each face's touch-up has come, 0..1, by its number, and when (seconds)."""

    levels: dict[int, float]
    time: float


@dataclass(frozen=True, kw_only=True, eq=False)
class TouchUpOptions(FaceOptions):
    """`touch_up` is how much of it."""

    touch_up: Strength = "off"

    @property
    def looks(self) -> bool:
        return super().looks or self.touch_up != "off"


class TouchUpStage(PictureStage[Touched, TouchUpOptions]):
    """Changes the skin of every face in place; whoever comes into view gets it gradually."""

    name = "touch_up"
    kind = "painter"
    embellishes = True

    def wanted(self, options: TouchUpOptions) -> bool:
        return options.touch_up != "off"

    def step(
        self, state: Touched | None, work: FrameWork, options: TouchUpOptions
    ) -> tuple[Touched, FrameWork]:
        more = (work.time - state.time) / COMES_SECONDS if state else 0.0
        before = state.levels if state else {}
        levels = {}
        for face in work.faces or ():
            levels[face.id] = level = min(1.0, max(0.0, before.get(face.id, 0.0) + more))
            if level > 0 and options.touch_up != "off":
                touch_up(work.picture, face, options.touch_up, level)
        return Touched(levels, work.time), work


def touch_up(i420: np.ndarray, face: Face, strength: Strength, level: float = 1.0) -> None:
    """One face, in place, as far as `level` (0..1) says."""
    luma, *chroma = planes(i420)
    where = _region(face, luma.shape[1], luma.shape[0])
    if where is None:
        return
    rows, columns = where
    tall, wide = rows.stop - rows.start, columns.stop - columns.start
    size = (max(8, round(wide * TALL / tall)), TALL)
    half = (slice(rows.start // 2, rows.stop // 2), slice(columns.start // 2, columns.stop // 2))
    parts = [luma[where], *(plane[half] for plane in chroma)]
    small = [cv2.resize(part, size, interpolation=cv2.INTER_AREA) for part in parts]
    skin = level * _skin(face, small, (columns.start, rows.start), (size[0] / wide, TALL / tall))
    off = SHARE[strength] * skin * _blotches(small[0].astype(np.float32), EDGE[strength])
    _add(parts[0], off)
    reach = round(REACH * TALL) * 2 + 1
    weight = cv2.blur(skin, (reach, reach)) + 1e-3
    for part, plane in zip(parts[1:], small[1:], strict=True):
        colour = plane.astype(np.float32)
        even = cv2.blur(skin * colour, (reach, reach)) / weight
        _add(part, COLOUR_SHARE * SHARE[strength] * skin * (even - colour))


def _region(face: Face, width: int, height: int) -> tuple[slice, slice] | None:
    """Rows and columns around a face, even; None for one that is hardly in the picture."""
    left, top, right, bottom = face.box
    margin = _MARGIN * (bottom - top)
    begin_x, begin_y = (max(0, int(at - margin)) // 2 * 2 for at in (left, top))
    end_x = min(width, int(right + margin)) // 2 * 2
    end_y = min(height, int(bottom + margin)) // 2 * 2
    if end_x - begin_x < 32 or end_y - begin_y < 32:
        return None
    return slice(begin_y, end_y), slice(begin_x, end_x)


def _skin(
    face: Face, small: list[np.ndarray], corner: tuple[int, int], scale: tuple[float, float]
) -> np.ndarray:
    """Where skin is, float32 0..1 of the small picture's size."""
    y, u, v = small
    points = ((face.landmarks[:, :2] - corner) * scale).round().astype(np.int32)
    shape = cv2.fillPoly(np.zeros(y.shape, np.uint8), [points[list(_OVAL)]], 255)
    inner = cv2.erode(shape, np.ones((5, 5), np.uint8))
    for feature in _KEPT:
        hull = cv2.convexHull(points[list(feature)])
        cv2.fillConvexPoly(inner, hull, 0)
    inside = inner > 0
    if np.count_nonzero(inside) < 64:
        return np.zeros(y.shape, np.float32)
    own = [float(np.median(plane[inside][::4])) for plane in (y, u, v)]
    levels = np.arange(256, dtype=np.float32)
    bright = (levels - _BLACK) / max(own[0] - _BLACK, 1.0)
    alike = cv2.LUT(y, ((bright - _DARKER) / (_DARK - _DARKER)).clip(0, 1).astype(np.float32))
    for plane, median in zip((u, v), own[1:], strict=True):
        off = (_FAR - np.abs(levels - median)) / (_FAR - _NEAR)
        alike = alike * cv2.LUT(plane, off.clip(0, 1).astype(np.float32))
    rough = _roughness(y)
    usual = float(np.median(rough[inside][::4])) + 1.0
    alike = alike * ((_ROUGHER - rough / usual) / (_ROUGHER - _ROUGH)).clip(0, 1)
    feather = round(_FEATHER * TALL) * 2 + 1
    alike = alike * (1 - _beard(y, points, feather))
    alike = cv2.erode(cv2.blur(alike, (3, 3)), np.ones((3, 3), np.uint8))
    soft = cv2.blur(cv2.erode(inner, np.ones((feather, feather), np.uint8)), (feather, feather))
    return soft.astype(np.float32) * alike / 255


def _beard(y: np.ndarray, points: np.ndarray, feather: int) -> np.ndarray:
    """How surely there is a beard, float32 0..1: where jaws are, as far as the chin is darker than
    the cheeks."""
    cheeks, chin = (_mean(y, points[list(where)]) for where in (_CHEEKS, _CHIN))
    darker = (_SHAVEN - (chin - _BLACK) / max(cheeks - _BLACK, 1.0)) / (_SHAVEN - _BEARDED)
    jaw = cv2.fillConvexPoly(np.zeros(y.shape, np.uint8), cv2.convexHull(points[list(_JAW)]), 255)
    soft = cv2.blur(cv2.dilate(jaw, np.ones((feather, feather), np.uint8)), (feather, feather))
    return soft * np.float32(min(max(darker, 0.0), 1.0) / 255)


def _mean(y: np.ndarray, points: np.ndarray) -> float:
    """Of small squares around points."""
    height, width = y.shape
    at = points.clip((2, 2), (width - 3, height - 3))
    return float(np.mean([y[b - 2 : b + 3, a - 2 : a + 3].mean() for a, b in at]))


def _roughness(small: np.ndarray) -> np.ndarray:
    """The energy of fine texture around each pixel, float32: hair has more of it than skin."""
    values = small.astype(np.float32)
    fine = values - cv2.blur(values, (3, 3))
    return cv2.blur(fine * fine, (9, 9))


def _blotches(small: np.ndarray, edge: float) -> np.ndarray:
    """What has to be added to a picture for it to be smooth but for its edges, float32."""
    reach = round(REACH * TALL) * 2 + 1
    window = (reach, reach)
    mean = cv2.blur(small, window)
    varies = cv2.blur(small * small, window) - mean * mean
    keeps = varies / (varies + edge * edge)
    rest = mean * (1 - keeps)
    return cv2.blur(keeps, window) * small + cv2.blur(rest, window) - small


def _add(part: np.ndarray, small: np.ndarray) -> None:
    """Adds a small picture of differences to a part, in place."""
    off = cv2.resize(small, part.shape[::-1], interpolation=cv2.INTER_LINEAR)
    part[:] = cv2.add(part, off, dtype=cv2.CV_8U)
