"""Person matting: frames in, mattes out, the previous matte as the next frame's prior.

The network (`models_onnx/portrait.md`) is a coarse segmentation followed by PointRend (Kirillov et
al., CVPR 2020) up to the resolution it works at; this module brings pictures of any size there
and the matte back.
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
SIDES = ("h", "w", "half_H", "half_W", "H", "W")  # the graph's names for its inputs' sizes
HOLD = 0.12  # how far a held alpha may be from the new one, as a share of the way to 0 and to 1

Shapes = tuple[int, ...]


@dataclass(frozen=True)
class PortraitState:
    """What one frame leaves to the next.

    size: (H, W) of the frame; prior: float32 (h, w) in [0, 1], the coarse matte; alpha: uint8, the
    matte at the working size.
    """

    size: tuple[int, int]
    prior: np.ndarray
    alpha: np.ndarray


@dataclass(frozen=True)
class Views:
    """One picture at the network's resolutions, uint8 BGR: coarse input, half and full."""

    small: np.ndarray
    half: np.ndarray
    full: np.ndarray


class Portrait:
    """The matting network behind frames of any size (160 x 120 to 4K)."""

    GRAPH: ClassVar = Graph(
        inputs={
            "small": ("h", "w", 3),
            "prior": ("h", "w"),
            "half": ("half_H", "half_W", 3),
            "frame": ("H", "W", 3),
            "counts": (2,),
        },
        outputs={"alpha": ("H", "W"), "coarse": ("h", "w")},
    )

    def __init__(self, model: Model):
        self.model = model
        self._fixed: dict[Shapes, Model] = {}

    def step(
        self, state: PortraitState | None, frame: np.ndarray, *, fine: bool = True
    ) -> tuple[PortraitState, np.ndarray]:
        """frame: uint8 (H, W, 3) BGR. Returns the next state and alpha, uint8 (H, W).

        Without a state, or when the size has changed, it starts anew. If not `fine`, persons are
        sought in a smaller picture, which takes less time; borders are as sharp.
        """
        size = frame.shape[:2]
        views = look(frame, area=COARSE_AREA if fine else BUSY_AREA)
        if state is None or state.size != size:
            unknown = np.full(views.small.shape[:2], UNKNOWN, np.float32)
            alpha, coarse = _run(self.model, views, unknown, TILES)
        else:
            prior = resized(state.prior, views.small.shape[:2])
            alpha, coarse = _run(self._for_stream(views), views, prior, TILES)
            alpha = hold(state.alpha, alpha)
        return PortraitState(size, coarse, alpha), resized(alpha, size)

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
        shape = views.small.shape[:2]
        known = np.full(shape, UNKNOWN, np.float32) if prior is None else resized(prior, shape)
        alpha, coarse = _run(self.model, views, known, STILL_TILES)
        mirrored = Views(*(cv2.flip(v, 1) for v in (views.small, views.half, views.full)))
        other, other_coarse = _run(self.model, mirrored, cv2.flip(known, 1), STILL_TILES)
        mean = cv2.addWeighted(alpha, 0.5, cv2.flip(other, 1), 0.5, 0)
        return mean, (coarse + cv2.flip(other_coarse, 1)) / 2

    def _for_stream(self, views: Views) -> Model:
        """The network made for the size of these views: a stream has one, on a busy machine two."""
        shapes: Shapes = (*views.small.shape[:2], *views.half.shape[:2], *views.full.shape[:2])
        if shapes not in self._fixed:
            if len(self._fixed) == 2:
                self._fixed.clear()
            self._fixed[shapes] = self.model.fixed(dict(zip(SIDES, shapes, strict=True)))
        return self._fixed[shapes]


def _run(
    model: Model, views: Views, prior: np.ndarray, tiles: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    out = model.run(
        {
            "small": views.small,
            "prior": prior,
            "half": views.half,
            "frame": views.full,
            "counts": np.array(tiles, np.int64),
        }
    )
    return out["alpha"], out["coarse"]


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
