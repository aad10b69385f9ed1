"""What asks a process to end: a command says a sentence, a worker leaves it to the daemon."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

ASKED_TO_END: tuple[signal.Signals, ...] = (signal.SIGINT, signal.SIGTERM)
"""Ctrl-C; `systemctl stop` and `timeout`; a closed terminal, where the system tells of it."""
if sys.platform != "win32":
    ASKED_TO_END += (signal.SIGHUP,)


def leave_the_end_to_the_daemon() -> None:
    """For the daemon's processes: a terminal and systemd ask the whole group at once, and who died
    of that would leave its virtual devices and its recording behind. What was held back since the
    process was started is forgotten."""
    for number in ASKED_TO_END:
        signal.signal(number, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKED_TO_END)


@contextmanager
def held_back() -> Iterator[None]:
    """For starting a process that leaves the end to the daemon: until it comes to say so, which
    takes seconds on a busy machine, what asks it to end waits."""
    if sys.platform == "win32":
        yield
        return
    from multiprocessing import resource_tracker  # commands do without it

    resource_tracker.ensure_running()  # it lets signals through when it starts by itself
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ASKED_TO_END)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def asked_to_end(stop: Callable[[], None]) -> Iterator[None]:
    """For the daemon: what asks it to end calls `stop`; what nohup ignores stays ignored. Signals
    reach the main thread alone, so that another does without."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, frame: FrameType | None) -> None:
        stop()

    obeyed = [n for n in ASKED_TO_END if signal.getsignal(n) is not signal.SIG_IGN]
    before = {number: signal.signal(number, handle) for number in obeyed}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def stoppable() -> Iterator[None]:
    """What is asked to end within is unwound as by KeyboardInterrupt, and then the process is gone,
    with 128 + the signal's number. The second time it is asked, it is not unwound either."""
    asked: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        if len(asked) > 1:
            os._exit(128 + number)
        raise KeyboardInterrupt

    earlier = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except BaseException:
        # Of any kind: a library that is interrupted while it is loaded makes an ImportError of it.
        if not asked:
            raise
        print("vcam: Stopped; the same command takes it up again.", file=sys.stderr, flush=True)
        # A network may still be at work in a thread, and nobody waits for it.
        os._exit(128 + asked[0])
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
