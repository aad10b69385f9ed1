"""Which programs hold a Linux device open: found in /proc, watched with inotify."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

assert sys.platform == "linux"

_PROC = Path("/proc")
_IN_OPEN, _IN_CLOSE = 0x20, 0x18
_SETTLE = 0.15  # seconds a program must hold on: listing the cameras opens each for a moment
_DISTRUST = 3.0  # seconds after which we look again without having been called


@dataclass(frozen=True)
class Holder:
    """A process that has the device open.

    `writes_only`: opened without the right to read. `mapped`: the device's buffers are in its
    memory, which is how nearly every program takes pictures.
    """

    pid: int
    name: str
    writes_only: bool
    mapped: bool


def holders(device: Path) -> list[Holder]:
    """The processes that have `device` open, as far as this user may look; never raises."""
    wanted = str(device)
    found = []
    for pid in _names(_PROC):
        if not pid.isdigit():
            continue
        process = _PROC / pid
        handles = [h for h in _names(process / "fd") if _link(process / "fd" / h) == wanted]
        if handles:
            modes = [_access_mode(process / "fdinfo" / h) for h in handles]
            found.append(
                Holder(
                    pid=int(pid),
                    name=_text(process / "comm").strip() or f"process {pid}",
                    writes_only=all(m == os.O_WRONLY for m in modes),
                    mapped=f" {wanted}\n" in _text(process / "maps"),
                )
            )
    return found


class ReaderWatch:
    """The programs, other than this one, that take pictures from a device.

    Reading all of /proc is slow, so it is done when somebody opened or closed the device, and
    every few seconds in case the notice got lost: the notices only say when to look, because
    counting them drifts.
    """

    def __init__(self, device: Path) -> None:
        self._device = device
        self._since: dict[int, float] = {}
        self._found: list[Holder] = []
        self._looked = -_DISTRUST
        self._notices = _watch(device)

    def readers(self) -> list[str]:
        """Their names, now."""
        now = time.monotonic()
        waiting = any(not h.mapped and now - self._since[h.pid] < 2 * _SETTLE for h in self._found)
        called = self._notices is not None and _drain(self._notices)
        if called or now - self._looked > (_SETTLE if waiting else _DISTRUST):
            self._look(now)
        return sorted(
            h.name for h in self._found if h.mapped or now - self._since[h.pid] >= _SETTLE
        )

    def close(self) -> None:
        if self._notices is not None:
            os.close(self._notices)
            self._notices = None

    def _look(self, now: float) -> None:
        self._found = [
            h for h in holders(self._device) if h.pid != os.getpid() and not h.writes_only
        ]
        self._since = {h.pid: self._since.get(h.pid, now) for h in self._found}
        self._looked = now


def _watch(device: Path) -> int | None:
    libc = ctypes.CDLL(None, use_errno=True)
    handle = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    if handle < 0:
        return None
    if libc.inotify_add_watch(handle, os.fsencode(device), _IN_OPEN | _IN_CLOSE) < 0:
        os.close(handle)
        return None
    return handle


def _drain(handle: int) -> bool:
    try:
        return bool(os.read(handle, 1 << 16))
    except BlockingIOError:
        return False


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _link(path: Path) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _access_mode(path: Path) -> int:
    for line in _text(path).splitlines():
        if line.startswith("flags:"):
            return int(line.split()[1], 8) & os.O_ACCMODE
    return os.O_RDWR
