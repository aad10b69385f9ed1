"""The background: blurred or replaced, with clean borders, all in I420.

Everything after the matte works on the planes that are published (Y at full size, U and V at
half), so that the picture is converted once. Blur and border colours are computed on small
pictures, and only border pixels are blended in float.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from vcam.schema.errors import VcamError
from vcam.video.i420 import Planes, planes
from vcam.video.stages.contract import FrameWork, PictureStage
from vcam.video.stages.matte import QUARTER, MatteOptions, Reduced

LIGHT_WRAP = 0.18
_BLACK, _WHITE, _NO_COLOUR = 16, 235, 128  # BT.601 limited range
_EVERY_SECOND = 3  # as `SpareOptions.spare` counts
_ALL_ONE = np.uint64(2**64 - 1)  # eight pixels of 255


@dataclass(frozen=True, kw_only=True, eq=False)
class BackgroundOptions(MatteOptions):
    """`blur` is 0..1. `image` is the picture for the effect "image": I420 of the published size
    (`vcam.video.i420.cover`), None while it cannot be read. `dim` (−50..100 %; below 0 gives light)
    and `fade` (0..100 %) take light and colour from either, and from a room that is not hidden."""

    blur: float = 0.6
    image: np.ndarray | None = None
    dim: int = 0
    fade: int = 0

    @property
    def cuts_out(self) -> bool:
        return super().cuts_out or self.subdues

    @property
    def subdues(self) -> bool:
        return self.dim != 0 or self.fade != 0


@dataclass(frozen=True, eq=False)
class Looked:
    """What a busy machine goes by in the next frame too: the colours on both sides of the border,
    and the room out of focus where that is what is shown, I420."""

    colours: LocalColours
    soft: np.ndarray | None


class BackgroundStage(PictureStage[Looked | None, BackgroundOptions]):
    """Puts the person before another background. Without a matte it cannot, and says so."""

    name = "background"
    kind = "painter"
    failure = "background.failed"

    def wanted(self, options: BackgroundOptions) -> bool:
        return options.hides_room or options.subdues

    def step(
        self, state: Looked | None, work: FrameWork, options: BackgroundOptions
    ) -> tuple[Looked | None, FrameWork]:
        if work.matte is None:
            raise ValueError("no matte")
        reduced, spares = work.matte.reduced, options.spare >= _EVERY_SECOND
        kept = state if spares and state and _fits(state, work.picture, options) else None
        seen = kept or _look(reduced, options)
        shown = options.image if options.hides_room else work.picture
        background = shown if seen.soft is None else seen.soft
        if background is None:
            raise VcamError("background.not_shown")
        again = seen if spares and kept is None else None
        if again or seen.soft is None:
            background = background.copy()
        subdue(background, options.dim, options.fade)
        picture = composite(work.picture, work.matte.soft, background, reduced, seen.colours)
        return again, replace(work, picture=picture, room_hidden=options.hides_room)


def _look(reduced: Reduced, options: BackgroundOptions) -> Looked:
    blurs = options.effect == "blur"
    soft = blur_background(reduced, options.blur) if blurs else None
    return Looked(local_colours(reduced), soft)


def _fits(seen: Looked, picture: np.ndarray, options: BackgroundOptions) -> bool:
    if options.effect != "blur":
        return seen.soft is None
    return seen.soft is not None and seen.soft.shape == picture.shape


def subdue(i420: np.ndarray, dim: int, fade: int) -> None:
    """Takes `dim` % of the light, or gives as much, and `fade` % of the colour, in place."""
    luma, *chroma = planes(i420)
    levels = np.arange(256, dtype=np.float32)
    if dim > 0:
        cv2.LUT(luma, _levels(_BLACK, levels, 1 - dim / 100), dst=luma)
    elif dim:  # with a shoulder, so that nothing bright runs into white
        level = (levels - _BLACK).clip(0, _WHITE - _BLACK) / (_WHITE - _BLACK)
        brighter = _BLACK + (_WHITE - _BLACK) * (1 - (1 - level) ** (1 - dim / 100))
        cv2.LUT(luma, brighter.round().astype(np.uint8), dst=luma)
    kept = (1 - dim / 100) * (1 - fade / 100)
    if kept != 1:
        for plane in chroma:
            cv2.LUT(plane, _levels(_NO_COLOUR, levels, kept), dst=plane)


def _levels(around: int, levels: np.ndarray, part: float) -> np.ndarray:
    return (around + (levels - around) * part).round().clip(0, 255).astype(np.uint8)


@dataclass(frozen=True)
class LocalColours:
    """The person's and the room's colours as if each went on behind the border.

    Both are small planes Y, U, V, uint8, of one size.
    """

    person: Planes
    room: Planes


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
    scale = QUARTER
    while radius / scale > 5.5:
        scale *= 2
    small, matte = _smaller(reduced, scale // QUARTER)
    empty = 1 - cv2.dilate(matte, np.ones((3, 3), np.uint8))
    weight = empty * empty * empty * (small[0] + 12) / 255
    lens = _disc(radius / scale)
    soft = _fill(small, weight, lambda values: cv2.filter2D(values, -1, lens))
    out = np.empty((height * 3 // 2, width), np.uint8)
    for target, source in zip(planes(out), soft, strict=True):
        cv2.resize(source, target.shape[::-1], dst=target, interpolation=cv2.INTER_CUBIC)
    return out


def composite(
    i420: np.ndarray,
    alpha: np.ndarray,
    background: np.ndarray,
    reduced: Reduced,
    colours: LocalColours,
) -> np.ndarray:
    """Puts the person before another background, which is changed and returned; all I420, one size.

    `reduced` is of the same picture and matte, `colours` of these or of the frame before.

    In the border the person's own colour is recovered, F = P + a(I − aP − (1−a)R) with the local
    colours P and R, and takes a little of the new background's light, so that neither a rim of
    the old room nor a cut-out edge shows.
    """
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
