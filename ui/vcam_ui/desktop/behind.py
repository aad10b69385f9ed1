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
import threading

_NICENESS = 5
_FLAGS = 0
if sys.platform == "win32":
    _FLAGS = subprocess.CREATE_NO_WINDOW
_orders: queue.SimpleQueue[list[str]] = queue.SimpleQueue()


def step_back() -> None:
    """For the main thread, before it starts others."""
    threading.Thread(target=_start_processes, name="starter", daemon=True).start()
    if sys.platform == "linux":
        thread = threading.get_native_id()
        niceness = max(_NICENESS, os.getpriority(os.PRIO_PROCESS, thread))
        os.setpriority(os.PRIO_PROCESS, thread, niceness)


def start(words: list[str]) -> None:
    """Starts a program that outlives this one, at the priority this one began with."""
    _orders.put(words)


def _start_processes() -> None:
    running: list[subprocess.Popen[bytes]] = []
    while True:
        words = _orders.get()
        running = [process for process in running if process.poll() is None]
        null = subprocess.DEVNULL
        running.append(
            subprocess.Popen(
                words,
                stdin=null,
                stdout=null,
                stderr=null,
                start_new_session=True,
                creationflags=_FLAGS,
            )
        )
