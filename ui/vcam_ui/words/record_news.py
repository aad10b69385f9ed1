"""What is worth telling about recordings: where one is, why it ended by itself or stands still."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from vcam.schema.reasons import Reason
from vcam.schema.status import RecordStatus
from vcam_ui.link.link import DaemonLink
from vcam_ui.words.language import tr
from vcam_ui.words.reasons import in_words


class RecordNews(QObject):
    """`told` carries a title and a sentence once for every recording that ends or stands still."""

    told = Signal(str, str)

    def __init__(self, link: DaemonLink) -> None:
        super().__init__(link)
        self._link = link
        self._before = RecordStatus()
        link.changed.connect(self._look)

    def _look(self) -> None:
        if self._link.status is None:
            return
        before, self._before = self._before, self._link.status.record
        now = self._before
        if now.state == "recording" and now.reason and not before.reason:
            self.told.emit(tr("The recording stands still"), in_words(now.reason))
        if before.state not in ("recording", "finishing") or now.state not in ("off", "failed"):
            return
        if now.file is None and now.reason is None:  # another daemon's
            now = now.model_copy(update={"state": "failed", "reason": Reason.of("record.ended")})
        if now.state == "failed":
            self.told.emit(tr("The recording has ended"), in_words(now.reason))
        else:
            name = Path(now.file or "").name
            self.told.emit(tr("The recording is saved"), name)


def clock(seconds: float) -> str:
    """`3:07` or `1:02:03`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
