"""The few calls to Linux video devices that no library offers: struct layouts of videodev2.h."""

from __future__ import annotations

import errno
import fcntl
import os
import select
import struct
import sys
from pathlib import Path

assert sys.platform == "linux"

CAPTURE, OUTPUT = 0x1, 0x2
"""Capabilities: pictures can be read from the device, written to it."""

_QUERYCAP = 0x80685600
_ENUM_FMT = 0xC0405602
_S_PARM = 0xC0CC5616
_STREAMON = 0x40045612
_SUBSCRIBE_EVENT = 0x4020565A
_DQEVENT = 0x80885659
_BUFFER_CAPTURE, _BUFFER_OUTPUT = 1, 2
_SEND_INITIAL = 1
_CLIENT_USAGE = 0x10E00001  # V4L2_EVENT_PRI_CLIENT_USAGE of v4l2loopback 0.13 and later


def capabilities(device: Path) -> int:
    """What a device can do at this moment, as bits. Raises OSError."""
    handle = os.open(device, os.O_RDONLY | os.O_NONBLOCK)
    try:
        answer = bytearray(104)
        fcntl.ioctl(handle, _QUERYCAP, answer)
        either, this_node = struct.unpack_from("<II", answer, 84)
        return this_node if either & 0x80000000 else either
    finally:
        os.close(handle)


def formats(device: Path) -> list[str]:
    """What a device can capture now, by the four characters of each format. Raises OSError."""
    found: list[str] = []
    handle = os.open(device, os.O_RDONLY | os.O_NONBLOCK)
    try:
        while True:
            request = bytearray(64)
            struct.pack_into("<II", request, 0, len(found), _BUFFER_CAPTURE)
            try:
                fcntl.ioctl(handle, _ENUM_FMT, request)
            except OSError as error:
                if error.errno == errno.EINVAL:
                    return found
                raise
            found.append(request[44:48].decode("latin-1"))
    finally:
        os.close(handle)


def announce_rate(handle: int, fps: float) -> None:
    """Tells a loopback's readers the nominal frame rate. Raises OSError."""
    request = bytearray(204)
    struct.pack_into("<IIIII", request, 0, _BUFFER_OUTPUT, 0, 0, 1000, round(1000 * fps))
    fcntl.ioctl(handle, _S_PARM, request)


def start_output(handle: int) -> None:
    """Marks an open handle as a producer. Raises OSError."""
    fcntl.ioctl(handle, _STREAMON, struct.pack("i", _BUFFER_OUTPUT))


def subscribe_readers(handle: int) -> bool:
    """Asks a loopback to tell how many programs read from it; False where it cannot."""
    try:
        fcntl.ioctl(
            handle, _SUBSCRIBE_EVENT, struct.pack("8I", _CLIENT_USAGE, 0, _SEND_INITIAL, *[0] * 5)
        )
    except OSError:
        return False
    return True


def reader_count(handle: int) -> int | None:
    """The latest number that `subscribe_readers` brought; None when nothing is new."""
    poll = select.poll()
    poll.register(handle, select.POLLPRI)
    count = None
    while any(events & select.POLLPRI for _, events in poll.poll(0)):
        event = bytearray(136)
        try:
            fcntl.ioctl(handle, _DQEVENT, event)
        except OSError:
            break
        kind, number = struct.unpack_from("<I4xI", event)
        if kind == _CLIENT_USAGE:
            count = number
    return count
