"""A mailbox: the newest value of one writer process, read by others without locks.

It is a memory-mapped file with two slots and a sequence number. The writer fills the slot that is
not current and then advances the number, so a writer killed at any instant leaves the last whole
value readable. A checksum over each slot rejects a value that changed while it was copied, on
every processor's memory model. (A file rather than `multiprocessing.shared_memory`, whose resource
tracker in Python 3.11 removes segments that other processes still use.)
"""

from __future__ import annotations

import mmap
import os
import struct
import tempfile
import time
import zlib
from contextlib import suppress
from pathlib import Path

from vcam.schema.errors import VcamError

_MAGIC = 0x31304452414F4256
_HEADER = struct.Struct("@QQQ")
_SLOT = struct.Struct("@QII")
_ATTEMPTS = 20


class Mailbox:
    """The newest value of one writer. `create` it once, `attach` from the other processes.

    Exactly one process at a time may `write`; any number may `read`.
    """

    def __init__(self, path: Path, memory: mmap.mmap) -> None:
        self.path = path
        self._memory = memory
        self._view = memoryview(memory)
        self._words = self._view[: _HEADER.size].cast("Q")
        self.capacity = int(self._words[2])

    @classmethod
    def create(cls, path: str | Path, capacity: int) -> Mailbox:
        """Makes an empty mailbox for values of up to `capacity` bytes, in place of an older one.

        Raises VcamError when there is no room for it.
        """
        path = Path(path)
        stride = _stride(capacity)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(handle, "r+b") as file:
                file.write(_HEADER.pack(_MAGIC, 0, capacity) + bytes(2 * stride))
                file.flush()
            os.replace(temporary, path)
        except OSError as error:
            with suppress(OSError):
                Path(temporary).unlink(missing_ok=True)
            raise VcamError("memory.not_made", path=path, error=error.strerror) from error
        return cls.attach(path)

    @classmethod
    def attach(cls, path: str | Path) -> Mailbox:
        """Opens a mailbox made by another process. Raises VcamError when there is none."""
        path = Path(path)
        try:
            with open(path, "r+b") as file:
                memory = mmap.mmap(file.fileno(), 0)
        except (OSError, ValueError) as error:
            raise VcamError("memory.not_opened", path=path, error=error) from error
        if len(memory) < _HEADER.size:
            raise VcamError("memory.no_mailbox", path=path)
        magic, _, capacity = _HEADER.unpack_from(memory)
        if magic != _MAGIC or len(memory) != _HEADER.size + 2 * _stride(capacity):
            memory.close()
            raise VcamError("memory.no_mailbox", path=path)
        return cls(path, memory)

    @property
    def sequence(self) -> int:
        """How many values have been written; 0 while the mailbox is empty."""
        return int(self._words[1])

    def write(self, value: bytes | bytearray | memoryview) -> None:
        """Makes `value` the newest. Raises ValueError when it exceeds the capacity."""
        value = memoryview(value).cast("B")
        if len(value) > self.capacity:
            raise ValueError(f"{len(value)} bytes do not fit a mailbox of {self.capacity}")
        sequence = self.sequence + 1
        start = self._slot(sequence)
        data = start + _SLOT.size
        self._view[data : data + len(value)] = value
        _SLOT.pack_into(self._memory, start, sequence, len(value), zlib.crc32(value))
        self._words[1] = sequence

    def read(self) -> bytes | None:
        """The newest whole value; None while there is none."""
        for _ in range(_ATTEMPTS):
            sequence = self.sequence
            if sequence == 0:
                return None
            start = self._slot(sequence)
            written, length, checksum = _SLOT.unpack_from(self._memory, start)
            if written == sequence and length <= self.capacity:
                data = start + _SLOT.size
                value = bytes(self._view[data : data + length])
                if zlib.crc32(value) == checksum:
                    return value
            time.sleep(0)
        return None

    def close(self) -> None:
        """Lets go of the memory; the mailbox itself stays for the others."""
        self._words.release()
        self._view.release()
        self._memory.close()

    def remove(self) -> None:
        """Closes the mailbox and deletes its file; whoever is attached keeps what they have."""
        self.close()
        with suppress(OSError):  # Windows keeps a mapped file
            self.path.unlink(missing_ok=True)

    def __enter__(self) -> Mailbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _slot(self, sequence: int) -> int:
        return _HEADER.size + (sequence % 2) * _stride(self.capacity)


def _stride(capacity: int) -> int:
    return _SLOT.size + (capacity + 7) // 8 * 8
