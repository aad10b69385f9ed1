"""Whether the program on the disk is still the one that runs: a package may replace it."""

from __future__ import annotations

from pathlib import Path

import vcam

_LOOK_S = 10.0


class Program:
    """Asks the disk now and then; a program that is being replaced or gone counts as replaced.

    `file` is one that every version brings anew. It is told by its place on the disk as well as by
    its time, because packages carry the times of their making.
    """

    def __init__(self, file: Path = Path(vcam.__file__)) -> None:
        self._file = file
        self._mark = self._marked()
        self._looked = 0.0
        self.replaced = False

    def look(self, now: float) -> bool:
        """True when it has just been found replaced. `now` in monotonic seconds."""
        if self.replaced or now - self._looked < _LOOK_S:
            return False
        self._looked = now
        self.replaced = self._marked() != self._mark
        return self.replaced

    def _marked(self) -> tuple[int, int] | None:
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns
