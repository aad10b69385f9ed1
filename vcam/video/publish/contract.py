"""The contract of a virtual camera: where the enhanced picture goes so that apps can see it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from vcam.names import CAMERA_NAME
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason


class PublishError(VcamError):
    """The virtual camera cannot be opened, or takes no pictures any more; open one anew."""


class CameraPublisher(ABC):
    """A virtual camera of one kind. Used by one thread.

    `name` is what apps call it. `problem` is None for a camera that apps can see, and otherwise
    why there is none and what to install. Size, rate and format stay the same from `open` to
    `close`: readers do not survive a change.
    """

    kind: ClassVar[str]
    name: str = CAMERA_NAME
    problem: Reason | None = None

    @classmethod
    @abstractmethod
    def obstacle(cls) -> Reason | None:
        """Why this kind is not possible on this machine now, with the cure.

        None when nothing is known to stand in the way. Asks the machine each time; cheap enough
        to be asked every few seconds. Never raises.
        """

    @abstractmethod
    def open(self, width: int, height: int, fps: float) -> None:
        """Makes the camera visible to apps. `width` and `height` are even, in pixels.

        A camera that a crash left behind is adopted. Raises PublishError when it is absent, in an
        inconsistent state, or taken by another program, each with what to do.
        """

    @abstractmethod
    def send(self, i420: np.ndarray) -> None:
        """Shows one picture: I420 uint8 (height*3//2, width), C-contiguous. Does not wait.

        While asleep, send the standby card about once a second so that apps keep the camera in
        their lists. Raises PublishError when the device is gone (then `close`, and
        `open_publisher` again), ValueError for a picture of another size.
        """

    @abstractmethod
    def reader_present(self) -> bool:
        """True while a program takes the picture; also where the system does not tell.

        Cheap enough to be asked for every frame. Never raises.
        """

    @abstractmethod
    def readers(self) -> list[str]:
        """The names of those programs as far as they are known. Never raises."""

    @abstractmethod
    def close(self) -> None:
        """Withdraws the picture and what `open` made. Never raises; twice is fine."""
