"""The per-user runtime folder (control socket, lock, mailboxes) and the lock of the one daemon."""

from __future__ import annotations

import os
import stat
import sys
import warnings
from pathlib import Path
from typing import BinaryIO

import platformdirs

from vcam.schema.errors import VcamError


def runtime_dir() -> Path:
    """Creates the folder (mode 0700) if need be and returns it.

    On Linux it is `$XDG_RUNTIME_DIR/vcam`, which is memory and not disk on every desktop.
    Raises VcamError when it belongs to somebody else, is a link, or cannot be made.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = platformdirs.user_runtime_path() / "vcam"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
        if sys.platform == "win32":
            return path
        for folder in (path.parent, path):
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
                raise VcamError("folder.not_yours", folder=folder)
        path.chmod(0o700)
    except OSError as error:
        raise VcamError("folder.unusable", folder=path, error=error.strerror) from error
    return path


class DaemonLock:
    """Held by the one running daemon of this user; the system frees it when the daemon dies.

    Raises VcamError: it is taken, and by which process, or the folder's disk knows no locks.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._file: BinaryIO = open(folder / "daemon.lock", "a+b")
        except OSError as error:
            raise VcamError("folder.unusable", folder=folder, error=error.strerror) from error
        try:
            lock_file(self._file)
        except (BlockingIOError, PermissionError) as error:
            self._file.seek(0)
            holder = self._file.read(20).decode("ascii", "replace").strip() or "unknown"
            self._file.close()
            raise VcamError("daemon.running", pid=holder) from error
        except OSError as error:
            self._file.close()
            raise VcamError("folder.unusable", folder=folder, error=error.strerror) from error
        self._file.truncate(0)
        self._file.write(f"{os.getpid()}\n".encode())
        self._file.flush()

    def release(self) -> None:
        """Frees the lock. The file stays: removing it would let two daemons hold two locks."""
        self._file.truncate(0)
        self._file.close()

    def __enter__(self) -> DaemonLock:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


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
