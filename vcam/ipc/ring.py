"""A ring: the last few timed values of one writer process, read in order by another.

Like a mailbox it is a memory-mapped file with numbered slots, so that the writer never
waits and a reader that is too slow loses the oldest values and nothing else.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from vcam.schema.errors import VcamError

_MAGIC = 0x3130_4C45_4552_5643
_HEADER = struct.Struct("@QQQQ")
_SLOT = struct.Struct("@QdQ")


class Entry(NamedTuple):
    """`number` counts the writes from 1, `time` is the capture time (monotonic seconds)."""

    number: int
    time: float
    value: bytes


class Ring:
    """`create` it once, `attach` from the other processes. One at a time writes, one reads."""

    def __init__(self, path: Path, memory: mmap.mmap) -> None:
        self.path = path
        self._memory = memory
        self._view = memoryview(memory)
        self._words = self._view[: _HEADER.size].cast("Q")
        self._slots, self.capacity = int(self._words[2]), int(self._words[3])

    @classmethod
    def create(cls, path: Path, *, slots: int, capacity: int) -> None:
        """Makes the file of an empty ring: `slots` values of up to `capacity` bytes each.

        Raises VcamError when there is no room for it.
        """
        try:
            with path.open("wb") as file:
                file.write(_HEADER.pack(_MAGIC, 0, slots, capacity))
                for _ in range(slots):  # written and not skipped, so that the room is really there
                    file.write(bytes(_stride(capacity)))
        except OSError as error:
            with suppress(OSError):  # Windows keeps a mapped file
                path.unlink(missing_ok=True)
            raise VcamError("memory.not_made", path=path, error=error.strerror) from error

    @classmethod
    def attach(cls, path: str | Path) -> Ring:
        """Opens a ring made by another process. Raises VcamError when there is none."""
        path = Path(path)
        try:
            with path.open("r+b") as file:
                memory = mmap.mmap(file.fileno(), 0)
            magic, _, slots, capacity = _HEADER.unpack_from(memory)
        except (OSError, ValueError, struct.error) as error:
            raise VcamError("memory.not_opened", path=path, error=error) from error
        if magic != _MAGIC or len(memory) != _HEADER.size + slots * _stride(capacity):
            raise VcamError("memory.no_ring", path=path)
        return cls(path, memory)

    @classmethod
    def lent(cls, path: str | None) -> Ring | None:
        """The ring of a recording; None for none, and when the recording has ended already."""
        try:
            return cls.attach(path) if path else None
        except VcamError:
            return None

    def write(self, time: float, value: memoryview | bytes) -> None:
        """Adds a value over the oldest one. Raises ValueError when it exceeds the capacity."""
        value = memoryview(value).cast("B")
        if len(value) > self.capacity:
            raise ValueError(f"{len(value)} bytes do not fit a ring of {self.capacity}")
        number = int(self._words[1]) + 1
        start = self._slot(number)
        data = start + _SLOT.size
        self._view[data : data + len(value)] = value
        _SLOT.pack_into(self._memory, start, number, time, len(value))
        self._words[1] = number

    def after(self, number: int) -> Iterator[Entry]:
        """The values after that number which are still there, oldest first.

        The newest one is left for the next call: by then it has settled in the memory of every
        processor, without a checksum over each picture.
        """
        settled = int(self._words[1]) - 1
        for wanted in range(max(number + 1, settled - self._slots + 3), settled + 1):
            start = self._slot(wanted)
            found, time, length = _SLOT.unpack_from(self._memory, start)
            data = start + _SLOT.size
            value = bytes(self._view[data : data + length])
            overtaken = int(self._words[1]) - wanted >= self._slots - 1
            if found == wanted and not overtaken:
                yield Entry(wanted, time, value)

    def _slot(self, number: int) -> int:
        return _HEADER.size + number % self._slots * _stride(self.capacity)


def _stride(capacity: int) -> int:
    return _SLOT.size + (capacity + 7) // 8 * 8
