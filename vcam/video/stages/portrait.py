"""Person matting: frames in, mattes out, the previous matte as the next frame's prior.

The network (`models_onnx/portrait.md`) is a coarse segmentation followed by PointRend (Kirillov et
al., CVPR 2020) up to the resolution it works at; this module brings pictures of any size there
and the matte back. While little moves, the coarse half looks at every second frame; borders are
decided in each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from vcam.networks.graph import Graph
from vcam.networks.models import Model

COARSE_AREA = 224 * 384  # pixels of the coarse input; its shape follows the picture's
BUSY_AREA = 160 * 288  # the same on a busy machine: a fifth of the network's time less
COARSE_STEP = 32
STEP = 8  # the working picture's sides are multiples of this
WORK_SIDE = (640, 1280)  # least and greatest long side of the working picture
TILES = (400, 1000)  # 4 x 4 tiles decided per subdivision step, live, at most
# Coarse inputs of the passes over a still: small ones see persons, large ones their borders.
STILL_AREAS = (65_000, 45_000, COARSE_AREA, 150_000, 220_000, 300_000)
FINEST, BORDER = 3, 49  # the last passes that decide by the border, in a window of so many pixels
STILL_SIDE = (1024, 1280)
STILL_TILES = (6000, 20000)
UPSIDE_DOWN = 0.04  # how much surer a turned picture has to be
SURE = 200
UNKNOWN = 0.5
SIDES = ("h", "w", "half_h", "half_w", "half_H", "half_W", "H", "W")  # the graphs' free sizes
BLOCK = 16  # pixels of the coarse input
# Mean change (0..255) of a block up to which a frame is as the one before; on a busy machine.
STILL, BUSY_STILL = 12.0, 20.0
SETTLED = 0.002  # mean change from the prior up to which a coarse matte is at rest
HOLD = 0.12  # how far a held alpha may be from the new one, as a share of the way to 0 and to 1

Shapes = tuple[int, ...]


@dataclass(frozen=True)
class Crude:
    """What the coarse network made of one picture.

    small: uint8 (h, w, 3), that picture; matte: float32 (h, w) in [0, 1]; logits: the same before
    the sigmoid, float32 (1, 1, h, w); features: float32 (1, 16, h/2, w/2), for the point head;
    change: how far the matte is from its prior on average, 0 to 1.
    """

    small: np.ndarray
    matte: np.ndarray
    logits: np.ndarray
    features: np.ndarray
    change: float


@dataclass(frozen=True)
class PortraitState:
    """What one frame leaves to the next.

    size: (H, W) of the frame; crude: the coarse network's newest look; looked: it was at this
    frame; alpha: uint8, the matte at the working size.
    """

    size: tuple[int, int]
    crude: Crude
    looked: bool
    alpha: np.ndarray


@dataclass(frozen=True)
class Views:
    """One picture at the network's resolutions, uint8 BGR: coarse input, half and full."""

    small: np.ndarray
    half: np.ndarray
    full: np.ndarray


class Portrait:
    """The matting network behind frames of any size (160 x 120 to 4K)."""

    COARSE: ClassVar = Graph(
        inputs={"small": ("h", "w", 3), "prior": ("h", "w")},
        outputs={
            "coarse": ("h", "w"),
            "logits": (1, 1, "h", "w"),
            "features": (1, 16, "half_h", "half_w"),
        },
    )
    POINTS: ClassVar = Graph(
        inputs={
            "logits": (1, 1, "h", "w"),
            "features": (1, 16, "half_h", "half_w"),
            "half": ("half_H", "half_W", 3),
            "frame": ("H", "W", 3),
            "counts": (2,),
        },
        outputs={"alpha": ("H", "W")},
    )

    def __init__(self, coarse: Model, points: Model):
        self.coarse, self.points = coarse, points
        self._fixed: dict[Shapes, tuple[Model, Model]] = {}

    def step(
        self, state: PortraitState | None, frame: np.ndarray, *, fine: bool = True
    ) -> tuple[PortraitState, np.ndarray]:
        """frame: uint8 (H, W, 3) BGR. Returns the next state and alpha, uint8 (H, W).

        Without a state, or when the size has changed, it starts anew. If not `fine`, persons are
        sought in a smaller picture, and less often, which takes less time; borders are as sharp.
        """
        size = frame.shape[:2]
        views = look(frame, area=COARSE_AREA if fine else BUSY_AREA)
        if state is None or state.size != size:
            crude = _seek(self.coarse, views.small, None)
            alpha = _decide(self.points, crude, views, TILES)
            return PortraitState(size, crude, True, alpha), resized(alpha, size)
        coarse, points = self._for_stream(views)
        crude, looks = state.crude, True
        rests = crude.change < SETTLED or not fine
        if state.looked and rests and crude.small.shape == views.small.shape:
            looks = motion(crude.small, views.small) > (STILL if fine else BUSY_STILL)
        if looks:
            crude = _seek(coarse, views.small, crude.matte)
        alpha = hold(state.alpha, _decide(points, crude, views, TILES))
        return PortraitState(size, crude, looks, alpha), resized(alpha, size)

    def cutout(self, frame: np.ndarray) -> np.ndarray:
        """Alpha, uint8 (H, W), of a still: slower than `step`, and better.

        Each pass averages the picture and its mirror image, and gives the next pass its
        prior. The result is the mean of the passes, near the border of the finest ones. A picture
        that makes more sense upside down is cut out that way.
        """
        size = frame.shape[:2]
        first = self._both_ways(frame, STILL_AREAS[0], None)
        turned = self._both_ways(cv2.flip(frame, -1), STILL_AREAS[0], None)
        upside_down = certainty(turned[1]) > certainty(first[1]) + UPSIDE_DOWN
        if upside_down:
            frame, first = cv2.flip(frame, -1), turned
        alpha, coarse = first
        passes = [alpha]
        for area in STILL_AREAS[1:]:
            alpha, coarse = self._both_ways(frame, area, coarse)
            passes.append(alpha)
        whole = np.mean(passes, 0).round().astype(np.uint8)
        finest = np.mean(passes[-FINEST:], 0).round().astype(np.uint8)
        sides = cv2.morphologyEx(whole // 128, cv2.MORPH_GRADIENT, np.ones((BORDER, BORDER)))
        alpha = resized(without_doubts(np.where(sides, finest, whole)), size)
        return cv2.flip(alpha, -1) if upside_down else alpha

    def _both_ways(
        self, frame: np.ndarray, area: int, prior: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Working and coarse alpha, averaged over the picture and its mirror image."""
        longest = min(max(*frame.shape[:2], STILL_SIDE[0]), STILL_SIDE[1])
        views = look(frame, area=area, side=longest)
        mirrored = Views(*(cv2.flip(v, 1) for v in (views.small, views.half, views.full)))
        crude = _seek(self.coarse, views.small, prior)
        other = _seek(self.coarse, mirrored.small, None if prior is None else cv2.flip(prior, 1))
        alpha = _decide(self.points, crude, views, STILL_TILES)
        other_alpha = _decide(self.points, other, mirrored, STILL_TILES)
        mean = cv2.addWeighted(alpha, 0.5, cv2.flip(other_alpha, 1), 0.5, 0)
        return mean, (crude.matte + cv2.flip(other.matte, 1)) / 2

    def _for_stream(self, views: Views) -> tuple[Model, Model]:
        """The networks made for these views: a stream has one size, on a busy machine two."""
        h, w = views.small.shape[:2]
        shapes: Shapes = (h, w, h // 2, w // 2, *views.half.shape[:2], *views.full.shape[:2])
        if shapes not in self._fixed:
            if len(self._fixed) == 2:
                self._fixed.clear()
            sizes = dict(zip(SIDES, shapes, strict=True))
            self._fixed[shapes] = self.coarse.fixed(sizes), self.points.fixed(sizes)
        return self._fixed[shapes]


def _seek(coarse: Model, small: np.ndarray, prior: np.ndarray | None) -> Crude:
    """The coarse network's look at a picture; `prior` is a matte of any size, None for unknown."""
    shape = small.shape[:2]
    known = np.full(shape, UNKNOWN, np.float32) if prior is None else resized(prior, shape)
    out = coarse.run({"small": small, "prior": known})
    change = cv2.norm(out["coarse"], known, cv2.NORM_L1) / known.size
    return Crude(small, out["coarse"], out["logits"], out["features"], change)


def _decide(points: Model, crude: Crude, views: Views, tiles: tuple[int, int]) -> np.ndarray:
    out = points.run(
        {
            "logits": crude.logits,
            "features": crude.features,
            "half": views.half,
            "frame": views.full,
            "counts": np.array(tiles, np.int64),
        }
    )
    return out["alpha"]


def motion(one: np.ndarray, other: np.ndarray) -> float:
    """The largest mean change of a block between two coarse inputs, 0..255."""
    size = (one.shape[1] // BLOCK, one.shape[0] // BLOCK)
    change = cv2.resize(cv2.absdiff(one, other), size, interpolation=cv2.INTER_AREA)
    return float(change.mean(2).max())


def look(frame: np.ndarray, *, area: int = COARSE_AREA, side: int | None = None) -> Views:
    """Scales a picture for the network: about `area` pixels for the coarse input, a long side of
    `side` for the working picture (by default the frame's own, within WORK_SIDE)."""
    height, width = frame.shape[:2]
    longest = max(height, width)
    scale = (side or min(max(longest, WORK_SIDE[0]), WORK_SIDE[1])) / longest
    size = (multiple(height * scale, STEP), multiple(width * scale, STEP))
    full = np.ascontiguousarray(resized(frame, size))
    half = cv2.resize(full, (size[1] // 2, size[0] // 2), interpolation=cv2.INTER_AREA)
    unit = np.sqrt(area / (height * width))
    shape = (multiple(height * unit, COARSE_STEP), multiple(width * unit, COARSE_STEP))
    # Bilinear: it is never shrunk by much more than two, and averaging areas costs 0.6 ms more.
    small = cv2.resize(half, shape[::-1], interpolation=cv2.INTER_LINEAR)
    return Views(small, half, full)


def hold(before: np.ndarray, now: np.ndarray) -> np.ndarray:
    """Keeps in `now` the alpha before where it is near: noise does not move it, motion does.

    Both uint8 (H, W), a multiple of eight pixels. Near means within HOLD of the way to 0 below and
    to 1 above, so that 0 and 1 themselves are taken over at once and nothing of a person who
    leaves is held.
    """
    eights = now.reshape(-1).view(np.uint64)  # of eight pixels; most are all 0 or all 1
    soft = np.flatnonzero((eights != 0) & (eights != np.uint64(2**64 - 1)))
    new = eights[soft].view(np.uint8).astype(np.float32)
    old = before.reshape(-1).view(np.uint64)[soft].view(np.uint8)
    near = np.maximum(np.minimum(old, new + HOLD * new), new - HOLD * (255 - new))
    eights[soft] = (near + 0.5).astype(np.uint8).view(np.uint64)
    return now


def without_doubts(alpha: np.ndarray) -> np.ndarray:
    """Clears the regions of a matte that are nowhere sure to be a person."""
    _, labels = cv2.connectedComponents((alpha > 0).astype(np.uint8))
    sure = np.zeros(labels.max() + 1, np.uint8)
    sure[labels[alpha >= SURE]] = 255
    return cv2.bitwise_and(alpha, sure[labels])


def certainty(coarse: np.ndarray) -> float:
    """How far a coarse matte is from grey, on average: 0 for grey all over, 1 for 0s and 1s."""
    return float(np.abs(2 * coarse - 1).mean())


def multiple(length: float, step: int) -> int:
    return max(1, round(length / step)) * step


def resized(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The picture at `size` (H, W); areas are averaged when it shrinks."""
    if picture.shape[:2] == size:
        return picture
    shrinks = size[0] * size[1] < picture.shape[0] * picture.shape[1]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return cv2.resize(picture, size[::-1], interpolation=method)
