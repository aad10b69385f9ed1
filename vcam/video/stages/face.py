"""The faces of a picture: who looks for them and who wants to know, and which of them is "me"."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from vcam.video.stages.contract import Box, FrameWork, PictureStage, SpareOptions

LANDMARKS = 468
Frame = NDArray[np.uint8]
Whose = Literal["auto", "everyone"]
Points = NDArray[np.float32]


@dataclass(frozen=True)
class Face:
    """One followed face.

    Attributes:
        id: stays with the face while it is followed, and over short losses.
        landmarks: float32 ``(468, 3)`` pixels of the frame; the third is depth, nearer is smaller.
        presence: the landmark net's logit that this is a whole face: about 25 for a clear one,
            15 with a hand before the mouth, negative without a face.
        me: True for the one face whose mouth counts.
    """

    id: int
    landmarks: Points
    presence: float
    me: bool = False

    @property
    def confidence(self) -> float:
        """Probability of a face."""
        return 1 / (1 + math.exp(-min(max(self.presence, -80.0), 80.0)))

    @property
    def box(self) -> Box:
        """Left, top, right, bottom in pixels."""
        return box_of(self.landmarks)


def choice(whose: int | Whose) -> int | Literal["auto"]:
    """Which face is "me" while the lips of these count."""
    return "auto" if whose == "everyone" else whose


def me(faces: Sequence[Face] | None) -> Face | None:
    """The face whose mouth counts, if it is there."""
    return next((face for face in faces or () if face.me), None)


def box_of(landmarks: Points) -> Box:
    """Left, top, right, bottom in pixels."""
    (left, top), (right, bottom) = landmarks[:, :2].min(0), landmarks[:, :2].max(0)
    return float(left), float(top), float(right), float(bottom)


S = TypeVar("S")


class FaceTracking(Protocol[S]):
    """See `vcam.video.stages.face_tracker.FaceTracker`."""

    def step(
        self,
        state: S | None,
        frame: Frame,
        face: int | Literal["auto"] = "auto",
        *,
        watchful: bool = False,
    ) -> tuple[S, Sequence[Face]]: ...


@dataclass(frozen=True, kw_only=True, eq=False)
class FaceOptions(SpareOptions):
    """`faces`: somebody wants to know the face's lips; `face` is the id of the one that counts."""

    faces: bool = False
    face: int | Literal["auto"] = "auto"

    @property
    def looks(self) -> bool:
        """Whether the face network runs; a stage that needs it adds itself in its options."""
        return self.faces

    @property
    def remembers(self) -> bool:
        return super().remembers or self.face != "auto"

    @property
    def watchful(self) -> bool:
        """Whether newcomers matter."""
        return False

    @property
    def networks(self) -> frozenset[str]:
        return super().networks | ({"face"} if self.looks else set())


_EVERY_SECOND = 2  # as `SpareOptions.spare` counts


@dataclass(frozen=True)
class Seen(Generic[S]):
    """The network's own state, what it saw, and whether that is of the frame before."""

    network: S
    faces: Sequence[Face]
    repeated: bool = False


class FaceStage(PictureStage[Seen[S], FaceOptions]):
    """Runs the face network. Where there is none, nobody looks, and that is no failure."""

    name = "face"
    kind = "looker"
    failure = "face.failed"

    def __init__(self, network: FaceTracking[S] | None) -> None:
        self._network = network

    def wanted(self, options: FaceOptions) -> bool:
        return options.looks and self._network is not None

    def step(
        self, state: Seen[S] | None, work: FrameWork, options: FaceOptions
    ) -> tuple[Seen[S], FrameWork]:
        assert self._network is not None
        if state and options.spare >= _EVERY_SECOND and not state.repeated:
            return replace(state, repeated=True), replace(work, faces=state.faces)
        before = state.network if state else None
        after, faces = self._network.step(
            before, work.frame, options.face, watchful=options.watchful
        )
        return Seen(after, faces), replace(work, faces=faces)
