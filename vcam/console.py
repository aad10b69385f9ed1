"""What a user sees of the daemon that `vcam run` starts."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import suppress
from io import FileIO
from queue import Empty, Queue
from typing import TYPE_CHECKING

from vcam.news import News

if TYPE_CHECKING:
    from vcam.schema.status import Status


_WAITING = 64  # statuses that are not told yet; with more the oldest is left out
_LAST_LINES_S = 1.0


def has_screen() -> bool:
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class Screen:
    """A line for every change, and the tray.

    A thread of its own prints, because a terminal that is stopped, as by Ctrl-S, holds up whoever
    writes to it. One that is gone or full is told nothing more; the call goes on. Only a terminal
    is told what is the user's alone: lines in a file or a journal stay, and others may read them.
    """

    def __init__(self, *, tell: bool, tray: bool) -> None:
        self._teller = _Teller() if tell and sys.stdout else None
        self._wants_tray = tray
        self._tray: subprocess.Popen[bytes] | None = None

    def show(self, now: Status) -> None:
        if self._teller is not None:
            self._teller.tell(now)
        if self._wants_tray and self._tray is None and now.video.state not in ("off", "starting"):
            # Not earlier: the first picture comes sooner with the processor to itself.
            self._tray = subprocess.Popen(
                [sys.executable, "-m", "vcam", "tray"], stdout=subprocess.DEVNULL
            )

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, *_: object) -> None:
        if self._teller is not None:
            self._teller.end()
        if self._tray is not None:
            self._tray.terminate()
            self._tray.wait()


class _Teller:
    """`tell` and `end` belong to one thread, and neither waits for the terminal."""

    def __init__(self) -> None:
        self._statuses: Queue[Status | None] = Queue(_WAITING)
        self._thread = threading.Thread(target=self._run, name="terminal", daemon=True)
        self._thread.start()

    def tell(self, now: Status | None) -> None:
        if self._statuses.full():
            with suppress(Empty):
                self._statuses.get_nowait()
        self._statuses.put_nowait(now)

    def end(self) -> None:
        self.tell(None)
        self._thread.join(_LAST_LINES_S)

    def _run(self) -> None:
        news = News(private=sys.stdout.isatty())
        # Not through sys.stdout, which Python's end would wait for.
        with suppress(OSError), open(sys.stdout.fileno(), "wb", 0, closefd=False) as terminal:
            while (now := self._statuses.get()) is not None:
                for line in news.since_last(now):
                    _print(line, terminal)


def _print(line: str, terminal: FileIO) -> None:
    left = (line + os.linesep).encode(sys.stdout.encoding, "replace")
    while left:
        written = terminal.write(left)
        if written is None:  # it waits for nobody, and takes nothing now
            return
        left = left[written:]
