"""The call has the processor first: what else runs steps back behind it."""

from __future__ import annotations

import sys
from contextlib import suppress

import psutil


def step_back(niceness: int, pid: int | None = None) -> None:
    """Lowers the priority of a process, this one by default; the system may refuse.

    `niceness` is that of Unix, up to 19; on Windows there is one step.
    """
    below = psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else niceness
    with suppress(psutil.Error):
        psutil.Process(pid).nice(below)
