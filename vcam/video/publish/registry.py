"""Which virtual cameras there are, and the best one that this machine allows now."""

from __future__ import annotations

import logging
import pkgutil
import sys

from vcam.names import CAMERA_NAME
from vcam.schema.reasons import Reason
from vcam.video.publish.contract import CameraPublisher, PublishError

log = logging.getLogger(__name__)

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


def publisher_class(kind: str) -> type[CameraPublisher]:
    """The class of one kind; KeyError for an unknown one."""
    found: type[CameraPublisher] = pkgutil.resolve_name(PUBLISHERS[kind])
    return found


def open_publisher(width: int, height: int, fps: float) -> CameraPublisher:
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
                why = error.reason
        log.info("%s: %s", kind, why)
        problem = problem or why
    preview = publisher_class("preview")()
    preview.problem = problem or no_kind()
    preview.open(width, height, fps)
    return preview


def no_kind() -> Reason:
    """What is said where this system has no kind at all."""
    return Reason.of("publish.no_kind", name=CAMERA_NAME, system=sys.platform)


def better_possible(publisher: CameraPublisher) -> bool:
    """True when a kind that more apps see than this one has become possible.

    Ask while nobody reads, or while the picture goes to the preview only.
    """
    for kind in PLATFORMS.get(sys.platform, ()):
        if kind == publisher.kind:
            return False
        if publisher_class(kind).obstacle() is None:
            return True
    return False
