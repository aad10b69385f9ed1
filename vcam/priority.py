"""The call has the processor first: what else runs steps back behind it."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress

import psutil

_FIFO_PRIORITY = 5
_NICENESS = -11


def step_back(niceness: int, pid: int | None = None) -> None:
    """Lowers the priority of a process, this one by default; the system may refuse.

    `niceness` is that of Unix, up to 19; on Windows there is one step.
    """
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        if sys.platform == "win32":
            process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            process.nice(max(niceness, process.nice()))


def step_forward() -> None:
    """Asks for real-time priority, else a better niceness; the system may refuse both.

    For every thread of this process: whichever holds the interpreter's lock holds up the others.
    """
    if sys.platform != "linux":
        return
    for thread in map(int, os.listdir("/proc/self/task")):
        try:
            os.sched_setscheduler(thread, os.SCHED_FIFO, os.sched_param(_FIFO_PRIORITY))
        except OSError:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, thread, _NICENESS)


def step_aside(niceness: int = 0) -> None:
    """Takes this thread, and those it starts, out of the real-time priority it was started with,
    and further back if `niceness` is above 0."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
            if niceness > 0:
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)
