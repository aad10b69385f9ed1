"""The Enhanced Camera: where the enhanced picture goes so that other programs can see it."""

from __future__ import annotations

import importlib
import logging
import sys
from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from vcam.schema.errors import VcamError

LABEL = "Enhanced Camera"
"""What apps call the virtual camera, wherever the system lets us choose."""

log = logging.getLogger(__name__)


class PublishError(VcamError):
    """The virtual camera cannot be opened, or takes no pictures any more; open one anew."""


class Publisher(ABC):
    """A virtual camera of one kind. Used by one thread.

    `name` is what apps call it. `problem` is None for a camera that apps can see, and otherwise
    why there is none and what to install. Size, rate and format stay the same from `open` to
    `close`: readers do not survive a change.
    """

    kind: ClassVar[str]
    name: str = LABEL
    problem: str | None = None

    @classmethod
    @abstractmethod
    def obstacle(cls) -> str | None:
        """Why this kind is not possible on this machine now, as a sentence with the cure.

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


PUBLISHERS: dict[str, str] = {
    "v4l2loopback": "vcam.video.publish.v4l2loopback:LoopbackPublisher",
    "pipewire": "vcam.video.publish.pipewire.publisher:PipeWirePublisher",
    "unitycapture": "vcam.video.publish.pyvirtualcam:UnityCapturePublisher",
    "obs": "vcam.video.publish.pyvirtualcam:ObsPublisher",
    "preview": "vcam.video.publish.preview:PreviewPublisher",
}
"""Every kind and where its class is; a kind's libraries are loaded only where it is tried."""

PLATFORMS: dict[str, tuple[str, ...]] = {
    "linux": ("v4l2loopback", "pipewire"),
    "win32": ("unitycapture", "obs"),
    "darwin": ("obs",),
}
"""The kinds of a platform, the one that most apps see first; the preview is the last resort."""


def publisher_class(kind: str) -> type[Publisher]:
    """The class of one kind; KeyError for an unknown one."""
    module, name = PUBLISHERS[kind].split(":")
    return getattr(importlib.import_module(module), name)


def open_publisher(width: int, height: int, fps: float) -> Publisher:
    """The best virtual camera that this machine allows now, open.

    Never fails: where none is possible the preview is returned, its `problem` saying in one line
    what the best kind lacks.
    """
    problem = None
    for kind in PLATFORMS.get(sys.platform, ()):
        publisher = publisher_class(kind)()
        why = publisher.obstacle()
        if why is None:
            try:
                publisher.open(width, height, fps)
                return publisher
            except PublishError as error:
                publisher.close()
                why = str(error)
        log.info("%s: %s", kind, why)
        problem = problem or why
    preview = publisher_class("preview")()
    preview.problem = problem or f"There is no {LABEL} for this system ({sys.platform})."
    preview.open(width, height, fps)
    return preview


def better_possible(publisher: Publisher) -> bool:
    """True when a kind that more apps see than this one has become possible.

    Ask while nobody reads, or while the picture goes to the preview only.
    """
    for kind in PLATFORMS.get(sys.platform, ()):
        if kind == publisher.kind:
            return False
        if publisher_class(kind).obstacle() is None:
            return True
    return False
