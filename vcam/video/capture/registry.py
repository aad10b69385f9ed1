"""Which cameras there are, and what a person's choice among them means.

A choice is `auto` (the first real camera), a device's name or index, a media file looped in real
time, or `demo`.
"""

from __future__ import annotations

import pkgutil
import sys

from vcam.chosen_file import chosen_file
from vcam.names import AUTO, CAMERA_NAME, DEMO
from vcam.video.capture.contract import (
    Camera,
    CameraChoice,
    CameraError,
    CameraInfo,
    CaptureFormat,
)

CAMERAS: dict[str, str] = {
    "device": "vcam.video.capture.opencv:OpenCvCamera",
    "file": "vcam.video.capture.file:FileCamera",
    "demo": "vcam.video.capture.demo:DemoCamera",
}
"""Every driver and where its class is; its libraries are loaded only where it is opened."""

LISTINGS: dict[str, str] = {
    "linux": "vcam.video.capture.linux:list_v4l2",
    "win32": "vcam.video.capture.opencv:list_by_ffmpeg",
    "darwin": "vcam.video.capture.macos:list_avfoundation",
}
"""What lists a platform's cameras."""


def list_cameras() -> list[CameraInfo]:
    """The cameras of this machine, asked anew; empty when there is none."""
    listing = LISTINGS.get(sys.platform)
    return pkgutil.resolve_name(listing)() if listing else []


def choices(present: list[CameraInfo]) -> list[tuple[str, str]]:
    """What chooses each camera, and what people call it: its name, and for another one of the same
    name `NAME @ MARK` and `NAME (2)`."""
    found = []
    for i, info in enumerate(present):
        twins = [other for other in present if other.name == info.name]
        number = [other.name for other in present[: i + 1]].count(info.name)
        title = info.name if number == 1 else f"{info.name} ({number})"
        found.append((_marked(info, twins) if len(twins) > 1 else info.name, title))
    return found


def resolve_camera(choice: str, present: list[CameraInfo] | None = None) -> CameraChoice:
    """What `choice` means now; `present` stands in for `list_cameras()`.

    Raises CameraError when there is no such camera or file, when it is not unambiguous, or when
    it is our own Enhanced Camera.
    """
    if choice == DEMO:
        return CameraChoice(DEMO, DEMO, "demo")
    if present is None:
        present = list_cameras()
    if choice == AUTO:
        real = [info for info in present if not (info.virtual or info.own)]
        if not real:
            raise CameraError("camera.none")
        return _device(min(real, key=lambda info: info.infrared))
    if path := chosen_file(choice):
        return CameraChoice("file", str(path), path.name)
    return _device(named_camera(choice, present))


def named_camera(choice: str, present: list[CameraInfo]) -> CameraInfo:
    """The camera with this index, name, path or mark, or the only one whose name contains it.

    Raises CameraError naming what there is.
    """
    wanted = choice.casefold()
    exact = [info for info in present if wanted in map(str.casefold, _names(info))]
    alike = exact or [info for info in present if wanted in info.name.casefold()]
    if wanted == CAMERA_NAME.casefold() or (alike and all(info.own for info in alike)):
        raise CameraError("camera.own", name=choice)
    alike = [info for info in alike if not info.own]
    if len(alike) == 1 or exact:
        return alike[0]
    there = ", ".join(f"{info.index}: {info.name}" for info in present if not info.own) or "none"
    if alike:
        raise CameraError("camera.ambiguous", name=choice, names=there)
    raise CameraError("camera.unknown", name=choice, names=there)


def camera_class(driver: str) -> type[Camera]:
    """The class of one driver; KeyError for an unknown one."""
    found: type[Camera] = pkgutil.resolve_name(CAMERAS[driver])
    return found


def open_camera(choice: CameraChoice, wanted: CaptureFormat) -> Camera:
    """Opens a resolved camera. Raises CameraError: absent, busy, not allowed, not a video."""
    return camera_class(choice.driver).open(choice, wanted)


def _names(info: CameraInfo) -> list[str]:
    marked = [f"{info.name} @ {mark}" for mark in (*info.marks, info.path or str(info.index))]
    return [str(info.index), info.name, info.path, *marked]


def _marked(info: CameraInfo, twins: list[CameraInfo]) -> str:
    """By the first mark that no twin has; the path, which may be another's tomorrow, if need be."""
    others = {mark for twin in twins if twin is not info for mark in twin.marks}
    own = [mark for mark in info.marks if mark not in others]
    return f"{info.name} @ {(*own, info.path or str(info.index))[0]}"


def _device(info: CameraInfo) -> CameraChoice:
    return CameraChoice("device", info.path or str(info.index), info.name)
