"""What a recording lies on, a disk or a network's drive, fails: the recording may well be whole."""

from __future__ import annotations

import errno
from pathlib import Path

_NAMES = (
    *("EIO", "EREMOTEIO", "ENODEV", "ENXIO", "ENOMEDIUM", "EBADF", "ESTALE", "ETIMEDOUT"),
    *("ECONNABORTED", "ECONNREFUSED", "ECONNRESET", "ENOTCONN", "ESHUTDOWN", "ENOLINK"),
    *("EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETRESET", "ENETUNREACH"),
)
_NUMBERS = {getattr(errno, name) for name in _NAMES if hasattr(errno, name)}
_CHUNK = 1 << 20  # bytes


def is_failure(error: Exception) -> bool:
    """Whether an error is of the system; all others say that the file is broken."""
    return getattr(error, "errno", None) in _NUMBERS


def read_on(path: Path, place: int = 0) -> None:
    """Reads a file to its end. Raises OSError where that fails: FFmpeg takes what it cannot read
    for the end of some files, and for a missing index."""
    with open(path, "rb") as file:
        file.seek(place)
        while file.read(_CHUNK):
            pass
