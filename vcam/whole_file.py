"""Files that take their name when they are whole, and keep it when the power fails."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import IO


def settle(file: IO[bytes]) -> None:
    """What was written is on the disk. Raises OSError."""
    file.flush()
    os.fsync(file.fileno())


def put_in_place(part: Path, path: Path) -> None:
    """A finished file takes another name on the same disk, and may be relied on there. Raises
    OSError."""
    with open(part, "r+b") as file:
        settle(file)
    os.replace(part, path)
    with suppress(OSError):  # Windows opens no folders, and some drives keep none
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
