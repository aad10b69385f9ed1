"""What has changed since the last status, in a line each."""

from __future__ import annotations

from vcam.schema.status import FloorStatus, RecordStatus, Status

ADDRESS = "page.only"
"""The key of the hint that has the preview page's address."""


class News:
    """`private`: told to the user alone, with a recording's file and the preview page's address,
    which is its key."""

    def __init__(self, *, private: bool) -> None:
        self._private = private
        self._told: dict[str, str] = {}

    def since_last(self, now: Status) -> list[str]:
        """The lines that are new in this status."""
        lines = {"picture": _floor("picture", now.video), "sound": _floor("sound", now.audio)}
        if now.record.state != "off" or "recording" in self._told:
            lines["recording"] = self._recording(now.record)
        hints = [hint for hint in now.hints if self._private or hint.key != ADDRESS]
        lines |= {f"hint {number}": str(hint) for number, hint in enumerate(hints)}
        new = [line for key, line in lines.items() if self._told.get(key) != line]
        self._told |= lines
        return new

    def _recording(self, record: RecordStatus) -> str:
        file = f", {record.file}" if self._private else ""
        reason = f": {record.reason}" if record.reason else ""
        return f"recording {record.state}{file}{reason}"


def _floor(name: str, part: FloorStatus) -> str:
    way = f", {part.source} → {part.sink}" if part.source and part.sink else ""
    reasons = ": " + " ".join(map(str, part.reasons)) if part.reasons else ""
    return f"{name} {part.state}{way}{reasons}"
