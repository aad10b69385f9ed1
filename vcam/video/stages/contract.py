"""The contract of a stage: one thing that is seen in a frame, or done to it.

A stage is a class with a name, the options it obeys, a state that goes in and comes out as a value,
and a step. Which stages there are, and in which order, is in `vcam.video.stages.order`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic, Literal, TypeVar

import numpy as np

if TYPE_CHECKING:
    from vcam.video.stages.face import Face
    from vcam.video.stages.matte import Matte

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""

S = TypeVar("S")
OptionsT = TypeVar("OptionsT", contravariant=True)


@dataclass(frozen=True, kw_only=True, eq=False)
class FrameWork:
    """A frame on its way from stage to stage.

    Attributes:
        time: when it was captured, seconds.
        frame: BGR uint8 (H, W, 3) at the published size.
        source: the camera's picture before it came to that size, BGR uint8 of any size and shape.
        picture: the same as I420, uint8 (H*3//2, W), for painters to change in place or replace.
        faces: what the face network saw; None when none looked.
        matte: who is a person in it; None while nobody cut it out.
        inside: the numbers of the faces of those who are in; None for everyone.
        room_hidden: the picture shows nothing of the room any more. What paints the background
            says so, and nothing else.
    """

    time: float
    frame: np.ndarray
    source: np.ndarray
    picture: np.ndarray
    faces: Sequence[Face] | None = None
    matte: Matte | None = None
    inside: frozenset[int] | None = None
    room_hidden: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class SpareOptions:
    """`spare` is how much work is left out because the machine is busy, 0 to `MOST_SPARED`: from 1
    on what only embellishes, from 2 on every second look for faces, from 3 on every second look at
    the colours of the room, and the person is sought in a smaller picture."""

    spare: int = 0

    @property
    def networks(self) -> frozenset[str]:
        """Which of `PictureNetworks` run; what needs one adds it in its options."""
        return frozenset()

    @property
    def remembers(self) -> bool:
        """Whether a picture may depend on what was there long before. All else is forgotten within
        seconds, and a stage for which that is not so adds itself in its options."""
        return False


MOST_SPARED = 3


class PictureStage(ABC, Generic[S, OptionsT]):
    """A stage holds networks and constants; what one frame leaves to the next is a value. `S` is
    that value, `OptionsT` the options it obeys.

    A looker fills in what it sees and leaves `FrameWork.picture` alone. A framer, after all
    lookers, gives the painters another view of frame, picture, matte and faces. A painter changes
    the picture.
    """

    name: ClassVar[str]
    """Names its time and its state."""

    kind: ClassVar[Literal["looker", "framer", "painter"]]

    embellishes: ClassVar[bool] = False
    """Nobody is hurt where it is left out: a busy machine does so first."""

    failure: ClassVar[str] = "stage.failed"
    """The key of the sentence for a step that raised; its places are `name` and `error`."""

    @abstractmethod
    def wanted(self, options: OptionsT) -> bool:
        """Whether it runs with these options; a stage that does not run loses its state."""

    @abstractmethod
    def step(self, state: S | None, work: FrameWork, options: OptionsT) -> tuple[S, FrameWork]:
        """One frame; `state` is None for the first one and after a failure.

        Arrays of `work` are shared and not copied; only `picture` and the small one beside the
        matte may be written to. Whatever it raises leaves the stage out of this frame, and a
        VcamError is what people are told.
        """
