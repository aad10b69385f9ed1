"""The camera: whatever gives pictures, newest first, with their capture times.

A source is `auto` (the first real camera), a device's name or index, a media file looped in real
time, or `demo`. A source gives what it has; the pipeline brings it to the published size.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vcam.schema.errors import VcamError

AUTO = "auto"
DEMO = "demo"
OWN_NAME = "Enhanced Camera"
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

    `virtual` cameras are other programs' outputs: never chosen unless named.
    """

    index: int
    name: str
    path: str = ""
    virtual: bool = False

    @property
    def own(self) -> bool:
        return self.name.startswith(OWN_NAME)


@dataclass(frozen=True)
class Wanted:
    """The size and rate to ask a device for; it may give others."""

    width: int = 1280
    height: int = 720
    fps: int = 30


@dataclass(frozen=True)
class Choice:
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

    @abstractmethod
    def read(self, timeout: float) -> Shot | None:
        """Waits for a picture newer than the last one; None after `timeout` seconds.

        Never gives an old picture when there is a newer one. Raises CameraError when the camera
        is gone, at most two seconds after its last picture.
        """

    @abstractmethod
    def close(self) -> None:
        """Lets the camera go: its light is off afterwards. Never raises."""


def list_cameras() -> list[CameraInfo]:
    """The cameras of this machine, asked anew; empty when there is none."""
    if sys.platform == "linux":
        from vcam.video.capture.linux import list_v4l2

        return list_v4l2()
    from vcam.video.capture.opencv import list_by_ffmpeg

    return list_by_ffmpeg()


def resolve(choice: str, present: list[CameraInfo] | None = None) -> Choice:
    """What `choice` means now; `present` stands in for `list_cameras()`.

    Raises CameraError when there is no such camera or file, when it is not unambiguous, or when
    it is our own Enhanced Camera.
    """
    if choice == DEMO:
        return Choice(DEMO, DEMO, "demo")
    if present is None:
        present = list_cameras()
    if choice == AUTO:
        real = [info for info in present if not (info.virtual or info.own)]
        if not real:
            raise CameraError(
                "No camera was found; plug one in, or choose a file or 'demo' with --camera."
            )
        return _device(real[0])
    path = Path(choice).expanduser()
    if path.is_file():
        return Choice("file", str(path), path.name)
    return _device(pick_named(choice, present))


def pick_named(choice: str, present: list[CameraInfo]) -> CameraInfo:
    """The camera with this index, name or path, or the only one whose name contains it.

    Raises CameraError naming what there is.
    """
    wanted = choice.casefold()
    exact = [i for i in present if wanted in (str(i.index), i.name.casefold(), i.path.casefold())]
    alike = exact or [info for info in present if wanted in info.name.casefold()]
    if wanted == OWN_NAME.casefold() or (alike and all(info.own for info in alike)):
        raise CameraError(
            f"'{choice}' is vcam's own output and cannot be its input; choose the camera that "
            "looks at you."
        )
    alike = [info for info in alike if not info.own]
    if len(alike) == 1 or exact:
        return alike[0]
    there = ", ".join(f"{info.index}: {info.name}" for info in present if not info.own) or "none"
    if alike:
        raise CameraError(f"'{choice}' fits several cameras; there are: {there}.")
    raise CameraError(f"There is no camera or video file '{choice}'; cameras here: {there}.")


def open_camera(choice: Choice, wanted: Wanted) -> Camera:
    """Opens a resolved camera. Raises CameraError: absent, busy, not allowed, not a video."""
    return _DRIVERS[choice.driver](choice, wanted)


def is_virtual_name(name: str) -> bool:
    """True for names that only other programs' virtual cameras have."""
    return any(known in name.casefold() for known in _VIRTUAL_NAMES)


def _device(info: CameraInfo) -> Choice:
    return Choice("device", info.path or str(info.index), info.name)


def _open_device(choice: Choice, wanted: Wanted) -> Camera:
    from vcam.video.capture.opencv import OpenCvCamera

    return OpenCvCamera(choice.name, choice.label, wanted)


def _open_file(choice: Choice, wanted: Wanted) -> Camera:
    from vcam.video.capture.file import FileCamera

    return FileCamera(Path(choice.name))


def _open_demo(choice: Choice, wanted: Wanted) -> Camera:
    from vcam.video.capture.demo import DemoCamera

    return DemoCamera(wanted)


_DRIVERS: dict[str, Callable[[Choice, Wanted], Camera]] = {
    "device": _open_device,
    "file": _open_file,
    DEMO: _open_demo,
}
