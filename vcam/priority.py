"""The call has the processor first: what else runs steps back behind it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress

import psutil

_FIFO_PRIORITY = 5


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


def step_forward(niceness: int, *, realtime: bool = False) -> None:
    """Asks for `realtime` priority, or else for a better `niceness` (-1 to -15); the system may
    refuse both. Users without a right of their own ask RealtimeKit for the niceness, as PipeWire
    does: its realtime priority ends a process that once computes for longer than 0.2 s.

    For every thread of this process: whichever holds the interpreter's lock holds up the others.
    """
    if sys.platform != "linux":
        return
    for thread in map(int, os.listdir("/proc/self/task")):
        if realtime and _made_real_time(thread):
            continue
        try:
            os.setpriority(os.PRIO_PROCESS, thread, niceness)
        except OSError:
            _ask_realtimekit(thread, niceness)


def _made_real_time(thread: int) -> bool:
    if sys.platform != "linux":
        return False
    try:
        os.sched_setscheduler(thread, os.SCHED_FIFO, os.sched_param(_FIFO_PRIORITY))
    except OSError:
        return False
    return True


def _ask_realtimekit(thread: int, niceness: int) -> None:
    name = "org.freedesktop.RealtimeKit1"
    call = ["busctl", "call", "--timeout=1", name, "/" + name.replace(".", "/"), name]
    call += ["MakeThreadHighPriorityWithPID", "tti", str(os.getpid()), str(thread)]
    with suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run([*call, "--", str(niceness)], capture_output=True, timeout=2, check=False)


def step_aside(niceness: int = 0) -> None:
    """Takes this thread, and those it starts, out of the real-time priority it was started with,
    and further back if its niceness is less than a `niceness` above 0."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        thread = threading.get_native_id()
        if niceness > max(0, os.getpriority(os.PRIO_PROCESS, thread)):
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, thread, niceness)
