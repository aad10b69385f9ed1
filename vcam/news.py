"""What has changed since the last status, in a line each."""

from __future__ import annotations

from vcam.schema.reasons import Reason, discreet, discreet_name
from vcam.schema.status import FloorStatus, RecordStatus, Status

ADDRESS = "page.only"
"""The key of the hint that has the preview page's address."""


class News:
    """`private`: told to the user alone, with names of files and the preview page's address, which
    is its key."""

    def __init__(self, *, private: bool) -> None:
        self._private = private
        self._told: dict[str, str] = {}

    def since_last(self, now: Status) -> list[str]:
        """The lines that are new in this status."""
        floors: dict[str, FloorStatus] = {"picture": now.video, "sound": now.audio}
        lines = {name: self._floor(name, part) for name, part in floors.items()}
        if now.speaker.state != "off" or "speaker" in self._told:
            lines["speaker"] = self._floor("speaker", now.speaker)
        if now.record.state != "off" or "recording" in self._told:
            lines["recording"] = self._recording(now.record)
        hints = [hint for hint in now.hints if self._private or hint.key != ADDRESS]
        lines |= {f"hint {number}": self._said(hint) for number, hint in enumerate(hints)}
        new = [line for key, line in lines.items() if self._told.get(key) != line]
        self._told |= lines
        return new

    def _recording(self, record: RecordStatus) -> str:
        file = f", {record.file}" if self._private else ""
        reason = f": {self._said(record.reason)}" if record.reason else ""
        return f"recording {record.state}{file}{reason}"

    def _floor(self, name: str, part: FloorStatus) -> str:
        source = part.source if self._private or not part.source else discreet_name(part.source)
        way = f", {source} → {part.sink}" if source and part.sink else ""
        reasons = ": " + " ".join(map(self._said, part.reasons)) if part.reasons else ""
        return f"{name} {part.state}{way}{reasons}"

    def _said(self, reason: Reason) -> str:
        return str(reason if self._private else discreet(reason))
