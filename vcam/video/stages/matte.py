"""Who is a person in the frame: the matte, brought to the form in which painters use it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, Literal, Protocol, TypeVar

import cv2
import numpy as np

from vcam.schema.errors import VcamError
from vcam.video.i420 import Planes, planes
from vcam.video.stages.contract import FrameWork, PictureStage
from vcam.video.stages.face import FaceOptions
from vcam.video.stages.people import People, PeopleState, select

Effect = Literal["none", "blur", "image"]

S = TypeVar("S")
QUARTER = 4
_COARSER = 3  # as `SpareOptions.spare` counts


class Matting(Protocol[S]):
    """A matte network: see `vcam.video.stages.portrait.Portrait`."""

    def step(
        self, state: S | None, frame: np.ndarray, *, fine: bool = True
    ) -> tuple[S, np.ndarray]: ...


@dataclass(frozen=True)
class Reduced:
    """A picture and its matte at a quarter of `size` (height, width), all uint8.

    `half` is the matte at half the size, as the planes of colour have it.
    """

    size: tuple[int, int]
    planes: Planes
    matte: np.ndarray
    half: np.ndarray


@dataclass(frozen=True, eq=False)
class Matte:
    """`alpha` is what the network said, `soft` the same with soft borders, both uint8 (H, W);
    `reduced` is the small picture and the small matte."""

    alpha: np.ndarray
    soft: np.ndarray
    reduced: Reduced


@dataclass(frozen=True, kw_only=True, eq=False)
class MatteOptions(FaceOptions):
    """`effect` is the background's; `feather` is the width of soft borders in pixels of a 720 pixel
    high picture. `people` says who of several is not room."""

    effect: Effect = "blur"
    feather: int = 2
    people: People = "everyone"

    @property
    def looks(self) -> bool:
        return super().looks or self.watchful

    @property
    def watchful(self) -> bool:
        return self.cuts_out and self.people != "everyone"

    @property
    def remembers(self) -> bool:
        return super().remembers or (self.cuts_out and self.people != "everyone")

    @property
    def hides_room(self) -> bool:
        return self.effect != "none"

    @property
    def cuts_out(self) -> bool:
        """Whether the matte network runs; a stage that needs it adds itself in its options."""
        return self.hides_room

    @property
    def networks(self) -> frozenset[str]:
        return super().networks | ({"portrait"} if self.cuts_out else set())


@dataclass(frozen=True, eq=False)
class Cut(Generic[S]):
    """The network's own state, and what is known of the persons where they are told apart."""

    network: S
    people: PeopleState | None


class MatteStage(PictureStage[Cut[S], MatteOptions]):
    """Runs the matte network while person and background are treated apart. Who is not in is room:
    where that cannot be told, there is no matte."""

    name = "matte"
    kind = "looker"
    failure = "portrait.failed"

    def __init__(self, network: Matting[S] | None) -> None:
        self._network = network

    def wanted(self, options: MatteOptions) -> bool:
        return options.cuts_out

    def step(
        self, state: Cut[S] | None, work: FrameWork, options: MatteOptions
    ) -> tuple[Cut[S], FrameWork]:
        if self._network is None:
            raise VcamError("portrait.none")
        fine = options.spare < _COARSER
        before = state.network if state else None
        network, alpha = self._network.step(before, work.frame, fine=fine)
        height, width = work.frame.shape[:2]
        if alpha.shape != (height, width) or alpha.dtype != np.uint8:
            raise ValueError(f"a matte of {alpha.shape} {alpha.dtype}")
        known, inside = None, None
        if options.people != "everyone":
            known, alpha, inside = select(
                state.people if state else None,
                alpha,
                work.picture,
                work.faces or (),
                options.people,
                options.face,
                work.time,
            )
        soft = feather(alpha, round(options.feather * height / 720))
        matte = Matte(alpha, soft, reduce(work.picture, soft))
        return Cut(network, known), replace(work, matte=matte, inside=inside)


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
    size = (-(-width // QUARTER), -(-height // QUARTER))
    luma, *chroma = planes(i420)
    # Two halvings: OpenCV has a fast way for exactly 2, and none for 4.
    luma, alpha = (cv2.resize(plane, half, interpolation=cv2.INTER_AREA) for plane in (luma, alpha))
    y, matte, u, v = (
        cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in (luma, alpha, *chroma)
    )
    return Reduced((height, width), (y, u, v), matte, alpha)
