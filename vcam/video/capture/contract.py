"""The contract of a camera: whatever gives pictures, newest first, with their capture times.

A source gives what it has; the pipeline brings it to the published size.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from vcam.names import CAMERA_NAME
from vcam.schema.errors import VcamError

_VIRTUAL_NAMES = (
    "obs virtual camera",
    "obs-camera",
    "unity video capture",
    "dummy video device",
    "snap camera",
    "manycam",
    "xsplit vcam",
    "nvidia broadcast",
    "mmhmm",
    "screen capture",
    "capture screen",
)


class CameraError(VcamError):
    """The camera cannot be opened, or is gone."""


class Shot(NamedTuple):
    """A captured picture: when (monotonic seconds), and how to get at it.

    `decode` gives BGR uint8 (H, W, 3) and costs what decoding costs, so that a picture nobody
    needs costs nothing. It raises CameraError when the picture is broken.
    """

    time: float
    decode: Callable[[], np.ndarray]


@dataclass(frozen=True)
class CameraInfo:
    """A camera a person can choose by `index` or `name`; `path` is its device file, if any.

    `virtual` cameras are other programs' outputs: never chosen unless named. `marks` tell it from
    others of its name, also after a restart, the best first: its serial number, where it is
    plugged in. An `infrared` one is chosen by itself only where there is no other.
    """

    index: int
    name: str
    path: str = ""
    virtual: bool = False
    marks: tuple[str, ...] = ()
    infrared: bool = False

    @property
    def own(self) -> bool:
        return self.name.startswith(CAMERA_NAME)


@dataclass(frozen=True)
class CaptureFormat:
    """The size and rate to ask a device for; it may give others."""

    width: int = 1280
    height: int = 720
    fps: int = 30


@dataclass(frozen=True)
class CameraChoice:
    """What a choice turned out to be: which driver opens it, by which name, called what."""

    driver: str
    name: str
    label: str


class Camera(ABC):
    """An open camera.

    `label` is what people call it; `width`, `height` and `fps` are what it really gives.
    `dropped` counts pictures that were never asked for in time.
    """

    label: str
    width: int
    height: int
    fps: float
    dropped: int = 0

    @classmethod
    @abstractmethod
    def open(cls, choice: CameraChoice, wanted: CaptureFormat) -> Self:
        """Opens what `choice` names. Raises CameraError: absent, busy, not allowed, not a video."""

    @abstractmethod
    def read(self, timeout: float) -> Shot | None:
        """Waits for a picture newer than the last one; None after `timeout` seconds.

        Never gives an old picture when there is a newer one. Raises CameraError when the camera
        is gone, at most two seconds after its last picture.
        """

    @abstractmethod
    def close(self) -> None:
        """Lets the camera go: its light is off afterwards. Never raises."""


def is_virtual_name(name: str) -> bool:
    """True for names that only other programs' virtual cameras have."""
    return any(known in name.casefold() for known in _VIRTUAL_NAMES)
