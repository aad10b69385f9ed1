"""What a user sees of the daemon that `vcam run` starts."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from vcam.schema.status import AudioStatus, RecordStatus, Status, VideoStatus


def has_screen() -> bool:
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class Screen:
    """A line for every change, and the tray."""

    def __init__(self, *, tell: bool, tray: bool) -> None:
        self._tell = tell
        self._wants_tray = tray
        self._tray: subprocess.Popen[bytes] | None = None
        self._told: dict[str, str] = {}

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
            self._line("picture", now.video)
            self._line("sound", now.audio)
            self._recording(now.record)
            for number, hint in enumerate(now.hints):
                self._once(f"hint {number}", str(hint))
        except BrokenPipeError:
            # Whoever read the lines has gone; the call goes on.
            self._tell = False
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _line(self, name: str, part: VideoStatus | AudioStatus) -> None:
        way = f", {part.source} → {part.sink}" if part.source and part.sink else ""
        reasons = ": " + " ".join(map(str, part.reasons)) if part.reasons else ""
        self._once(name, f"{name} {part.state}{way}{reasons}")

    def _recording(self, record: RecordStatus) -> None:
        if record.state != "off" or "recording" in self._told:
            reason = f": {record.reason}" if record.reason else ""
            self._once("recording", f"recording {record.state}, {record.file}{reason}")

    def _once(self, key: str, text: str) -> None:
        if self._told.get(key) != text:
            self._told[key] = text
            typer.echo(text)
