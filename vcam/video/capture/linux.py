"""What Linux says about its cameras: names, and which nodes give pictures."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from vcam.video.capture.contract import CameraInfo, is_virtual_name
from vcam.video.linux import v4l2

assert sys.platform == "linux"

_CLASS = Path("/sys/class/video4linux")
_GREY = {
    "GREY", "Y04 ", "Y06 ", "Y8I ", "Y10 ", "Y10B", "Y10P", "Y12 ", "Y12I", "Y12P", "Y14 ", "Y16 ",
    "Z16 ", "INVI", "INZI", "INRI",
}  # fmt: skip
_INFRARED = re.compile(r"\bIR\b|infrared", re.IGNORECASE)
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
    infrared = bool(_INFRARED.search(name)) or (not virtual and _only_grey(Path(path)))
    return CameraInfo(number, name, path, virtual, _marks(node), infrared)


def _only_grey(device: Path) -> bool:
    """Whether it gives brightness or depth alone, as a camera for logging in by face does."""
    try:
        formats = v4l2.formats(device)
    except OSError:
        return False
    return bool(formats) and _GREY.issuperset(formats)


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
