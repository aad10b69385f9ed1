"""What is changed in the running daemon, or, while there is none, in the files that it reads."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from vcam.schema.errors import VcamError

if TYPE_CHECKING:
    from vcam.control import Client

_BEGINS_S = 10.0
"""For which a daemon that has begun may not answer yet."""

_AGAIN_S = 0.1

T = TypeVar("T")


def in_daemon_or_files(daemon: Callable[[Client], T], files: Callable[[], T]) -> T:
    """What `daemon` makes of the connection; without a daemon what `files` does, while none can
    begin and no other command changes them. Raises VcamError."""
    from vcam.control import Client, NotRunning
    from vcam.ipc.runtime import Taken, runtime_dir, without_daemon

    end = time.monotonic() + _BEGINS_S
    while True:
        try:
            with Client() as client:
                return daemon(client)
        except NotRunning:
            pass
        try:
            with without_daemon(runtime_dir()):
                return files()
        except Taken as error:
            if time.monotonic() > end:
                raise VcamError("control.silent") from error
        time.sleep(_AGAIN_S)
