"""What Linux says about its cameras: names, and which nodes give pictures."""

from __future__ import annotations

import sys
from pathlib import Path

from vcam.video.capture.contract import CameraInfo, is_virtual_name
from vcam.video.linux import v4l2

assert sys.platform == "linux"

_CLASS = Path("/sys/class/video4linux")
_CAPTURE_PLANES = 0x1000
_MEMORY_TO_MEMORY = 0x8000 | 0x4000


def list_v4l2() -> list[CameraInfo]:
    """The capture devices by number; a webcam's metadata nodes are left out."""
    if not _CLASS.is_dir():
        return []
    numbers = sorted(
        int(node.name.removeprefix("video"))
        for node in _CLASS.iterdir()
        if node.name.startswith("video") and node.name[5:].isdigit()
    )
    return [info for number in numbers if (info := _describe(number)) is not None]


def _describe(number: int) -> CameraInfo | None:
    node, path = _CLASS / f"video{number}", f"/dev/video{number}"
    try:
        name = (node / "name").read_text("utf-8", "replace").strip()
        virtual = "/devices/virtual/" in str(node.resolve())
    except OSError:
        return None
    try:
        abilities = v4l2.capabilities(Path(path))
    except OSError:
        abilities = v4l2.CAPTURE  # not allowed to ask: it is listed, and opening it says why
    takes_pictures = abilities & (v4l2.CAPTURE | _CAPTURE_PLANES)
    if not virtual and (not takes_pictures or abilities & _MEMORY_TO_MEMORY):
        return None
    # "Integrated Camera: Integrated C" is how the kernel shortens a name it repeats.
    head, _, tail = name.partition(": ")
    if tail and head.startswith(tail):
        name = head
    virtual = virtual or is_virtual_name(name)
    return CameraInfo(number, name, path, virtual=virtual, marks=_marks(node))


def _marks(node: Path) -> tuple[str, ...]:
    """Serial number, port and interface of a USB camera, the bus's name for another one.

    The interface tells a laptop's infrared camera from the other one in the same housing.
    """
    device = (node / "device").resolve()
    if not device.is_dir():
        return ()
    if not (device / "bInterfaceNumber").is_file():
        return (device.name,)
    try:
        serial = (device.parent / "serial").read_text("utf-8", "replace").strip()
    except OSError:
        serial = ""
    return tuple(filter(None, (serial, device.parent.name, device.name)))
