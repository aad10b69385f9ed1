"""The call has the processor first: what else runs steps back behind it."""

from __future__ import annotations

import sys
from contextlib import suppress

import psutil


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
