"""What a user sees of the daemon that `vcam run` starts."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import typer

from vcam.news import News

if TYPE_CHECKING:
    from vcam.schema.status import Status


def has_screen() -> bool:
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class Screen:
    """A line for every change, and the tray.

    Only a terminal is told what is the user's alone: lines in a file or a journal stay, and others
    may read them.
    """

    def __init__(self, *, tell: bool, tray: bool) -> None:
        self._tell = tell
        self._wants_tray = tray
        self._tray: subprocess.Popen[bytes] | None = None
        self._news = News(private=bool(sys.stdout and sys.stdout.isatty()))

    def show(self, now: Status) -> None:
        if self._tell:
            self._print(now)
        if self._wants_tray and self._tray is None and now.video.state not in ("off", "starting"):
            # Not earlier: the first picture comes sooner with the processor to itself.
            self._tray = subprocess.Popen(
                [sys.executable, "-m", "vcam", "tray"], stdout=subprocess.DEVNULL
            )

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, *_: object) -> None:
        if self._tray is not None:
            self._tray.terminate()
            self._tray.wait()

    def _print(self, now: Status) -> None:
        try:
            for line in self._news.since_last(now):
                typer.echo(line)
        except BrokenPipeError:
            # Whoever read the lines has gone; the call goes on.
            self._tell = False
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
