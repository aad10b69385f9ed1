"""The per-user runtime folder: control socket, lock and boards live here, for this user alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import platformdirs

from vcam.errors import VcamError


def runtime_dir() -> Path:
    """Creates the folder (mode 0700) if need be and returns it.

    On Linux it is `$XDG_RUNTIME_DIR/vcam`, which is memory and not disk on every desktop.
    Raises VcamError when it belongs to somebody else, is a link, or cannot be made.
    """
    path = platformdirs.user_runtime_path() / "vcam"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
        if os.name == "nt":
            return path
        for folder in (path.parent, path):
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
                raise VcamError(
                    f"The folder {folder} does not belong to you; set XDG_RUNTIME_DIR to a "
                    "folder of yours."
                )
        path.chmod(0o700)
    except OSError as error:
        raise VcamError(
            f"The folder {path} cannot be used ({error.strerror}); set XDG_RUNTIME_DIR to a "
            "folder of yours."
        ) from error
    return path
