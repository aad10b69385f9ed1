"""The per-user runtime folder (control socket, lock, mailboxes) and the lock of the one daemon."""

from __future__ import annotations

import os
import stat
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import platformdirs

from vcam.schema.errors import VcamError

_LOCK = "daemon.lock"

_COMMAND_S = 5.0
"""For which a command may have the lock."""

_AGAIN_S = 0.05


def runtime_dir() -> Path:
    """Creates the folder (mode 0700) if need be and returns it.

    On Linux it is `$XDG_RUNTIME_DIR/vcam`, which is memory and not disk on every desktop.
    Raises VcamError when it belongs to somebody else, is a link, or cannot be made.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            path = platformdirs.user_runtime_path() / "vcam"
    except OSError as error:
        why = str(error).partition(";")[0]  # it goes on with the same advice
        raise VcamError("folder.none", error=why) from error
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_foreign(path.parent)  # before root leaves a folder that its user cannot use
        path.mkdir(mode=0o700, exist_ok=True)
        _refuse_foreign(path)
        if sys.platform != "win32":
            path.chmod(0o700)
    except OSError as error:
        raise VcamError("folder.unusable", folder=path, error=error.strerror) from error
    return path


def _refuse_foreign(folder: Path) -> None:
    if sys.platform == "win32":
        return
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise VcamError("folder.not_yours", folder=folder)


class Taken(VcamError):
    """Another process has the lock; `holder` is the daemon's id, None for a command."""

    def __init__(self, holder: str | None) -> None:
        super().__init__("daemon.running", pid=holder or "unknown")
        self.holder = holder


class DaemonLock:
    """Held by the one running daemon of this user; the system frees it when the daemon dies.

    Raises Taken, or VcamError where the folder's disk knows no locks or is full.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _LOCK
        self._file = _locked_by_daemon(folder)
        try:
            self._file.write(f"{os.getpid()}\n".encode())
            self._file.flush()
        except OSError as error:
            self._file.close()
            raise VcamError("folder.unusable", folder=folder, error=error.strerror) from error

    @property
    def lost(self) -> bool:
        """Whether another daemon would not find it: its folder was removed, as at a logout."""
        try:
            return not os.path.samestat(os.stat(self._path), os.fstat(self._file.fileno()))
        except FileNotFoundError:
            return True
        except OSError:
            return False

    def release(self) -> None:
        """Frees the lock. The file stays: removing it would let two daemons hold two locks."""
        self._file.truncate(0)
        self._file.close()

    def __enter__(self) -> DaemonLock:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


@contextmanager
def without_daemon(folder: Path) -> Iterator[None]:
    """For a command that does the daemon's work: no daemon begins within, and no other such
    command. Raises Taken, and VcamError as the lock does."""
    file = _locked(folder)
    try:
        yield
    finally:
        file.close()


def _locked_by_daemon(folder: Path) -> BinaryIO:
    """After a command that has the lock just now."""
    end = time.monotonic() + _COMMAND_S
    while True:
        try:
            return _locked(folder)
        except Taken as taken:
            if taken.holder is not None or time.monotonic() > end:
                raise
        time.sleep(_AGAIN_S)


def _locked(folder: Path) -> BinaryIO:
    """The lock's file, empty."""
    try:
        file: BinaryIO = open(folder / _LOCK, "a+b", 0)
    except OSError as error:
        raise VcamError("folder.unusable", folder=folder, error=error.strerror) from error
    try:
        lock_file(file)
        file.truncate(0)
    except (BlockingIOError, PermissionError) as error:
        file.seek(0)
        holder = file.read(20).decode("ascii", "replace").strip()
        file.close()
        raise Taken(holder or None) from error
    except OSError as error:
        file.close()
        raise VcamError("folder.unusable", folder=folder, error=error.strerror) from error
    return file


if sys.platform == "win32":
    import msvcrt

    # Not yet run. Far behind the content, because a locked range cannot be read by others.
    def lock_file(file: BinaryIO) -> None:
        """Raises PermissionError when another process holds the lock, OSError when the place of
        the file knows no locks."""
        file.seek(1 << 20)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def lock_file(file: BinaryIO) -> None:
        """Raises BlockingIOError when another process holds the lock, OSError when the place of
        the file knows no locks."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
