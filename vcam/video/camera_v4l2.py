"""What Linux says about its cameras: names, which nodes give pictures, who holds one."""

from __future__ import annotations

import fcntl
import os
import struct
from pathlib import Path

from vcam.video.camera import CameraInfo, is_virtual_name

_CLASS = Path("/sys/class/video4linux")
_QUERYCAP = 0x80685600
_CAPABILITY = struct.Struct("16s32s32sIII12x")
_CAPTURE = 0x00000001 | 0x00001000  # single- and multi-planar VIDEO_CAPTURE
_OUTPUT = 0x00000002 | 0x00002000
_MEMORY_TO_MEMORY = 0x00008000 | 0x00004000


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


def holders(path: str) -> list[str]:
    """The names of the programs that have this device open, as far as we may look."""
    found = set()
    for process in Path("/proc").iterdir():
        if not process.name.isdigit() or int(process.name) == os.getpid():
            continue
        try:
            if any(os.readlink(handle) == path for handle in (process / "fd").iterdir()):
                found.add((process / "comm").read_text().strip())
        except OSError:
            continue
    return sorted(found)


def _describe(number: int) -> CameraInfo | None:
    node, path = _CLASS / f"video{number}", f"/dev/video{number}"
    try:
        name = (node / "name").read_text("utf-8", "replace").strip()
        virtual = "/devices/virtual/" in str(node.resolve())
    except OSError:
        return None
    capabilities = _capabilities(path)
    # A node that cannot be asked (no permission) is listed: opening it says why.
    if capabilities is not None and not virtual:
        if not capabilities & _CAPTURE or capabilities & _MEMORY_TO_MEMORY:
            return None
    # "Integrated Camera: Integrated C" is how the kernel shortens a name it repeats.
    head, _, tail = name.partition(": ")
    if tail and head.startswith(tail):
        name = head
    return CameraInfo(number, name, path, virtual=virtual or is_virtual_name(name))


def _capabilities(path: str) -> int | None:
    try:
        handle = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        answer = bytearray(_CAPABILITY.size)
        fcntl.ioctl(handle, _QUERYCAP, answer)
        *_, everything, of_node = _CAPABILITY.unpack(answer)
        return of_node or everything
    except OSError:
        return None
    finally:
        os.close(handle)
