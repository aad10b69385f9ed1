"""The windows step back behind the call, and daemons are started all the same at its priority.

On Linux a thread has a priority of its own, which the processes it starts inherit and cannot raise
again. So a thread that was there before starts the daemons. Other systems are left as they are, but
that on Windows no console is shared: whoever closes its window would end the daemon.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from typing import IO

_NICENESS = 5
_FLAGS = 0
if sys.platform == "win32":
    _FLAGS = subprocess.CREATE_NO_WINDOW
EARLY_S = 15.0
"""Who fails within so many seconds could not start."""

OnFailure = Callable[[str], None]
_orders: queue.SimpleQueue[tuple[list[str], OnFailure]] = queue.SimpleQueue()


def step_back() -> None:
    """For the main thread, before it starts others."""
    threading.Thread(target=_start_processes, name="starter", daemon=True).start()
    if sys.platform == "linux":
        thread = threading.get_native_id()
        niceness = max(_NICENESS, os.getpriority(os.PRIO_PROCESS, thread))
        os.setpriority(os.PRIO_PROCESS, thread, niceness)


def start(words: list[str], on_failure: OnFailure) -> None:
    """Starts a program that outlives this one, at the priority this one began with.

    `on_failure` is called, on another thread, with the last line of its errors where it fails
    within `EARLY_S`.
    """
    _orders.put((words, on_failure))


def _start_processes() -> None:
    while True:
        words, on_failure = _orders.get()
        null = subprocess.DEVNULL
        # A file, because a pipe would break under a program that outlives this one.
        errors = tempfile.TemporaryFile()
        try:
            process = subprocess.Popen(
                words,
                stdin=null,
                stdout=null,
                stderr=errors,
                start_new_session=True,
                creationflags=_FLAGS,
            )
        except OSError as error:
            on_failure(str(error))
            continue
        watch = threading.Thread(target=_watch, args=(process, errors, on_failure), daemon=True)
        watch.start()


def _watch(process: subprocess.Popen[bytes], errors: IO[bytes], on_failure: OnFailure) -> None:
    with errors:
        try:
            if process.wait(EARLY_S) != 0:
                errors.seek(0)
                lines = errors.read().decode(errors="replace").splitlines()
                on_failure(lines[-1] if lines else "")
            return
        except subprocess.TimeoutExpired:
            pass
    process.wait()
