"""The line on which the user's voice is learned and forgotten."""

from __future__ import annotations

from array import array

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from vcam.schema.reasons import Reason
from vcam.schema.settings import SETTINGS
from vcam_ui import theme
from vcam_ui.link.link import DaemonLink
from vcam_ui.link.voice_lesson import VoiceLesson
from vcam_ui.widgets.controls import button, label, row
from vcam_ui.words.language import tr
from vcam_ui.words.reasons import in_words

_FROM_LIPS = ("voices.learning", "voices.learned")


class MyVoiceRow(QWidget):
    def __init__(self, link: DaemonLink) -> None:
        super().__init__()
        self._link = link
        self._samples: array[int] | None = None
        self._wrong = ""
        self._lesson = VoiceLesson(self)
        self._lesson.learned.connect(self._on_learned)
        self._lesson.failed.connect(self._on_failed)
        self.learn, self.forget = button(tr("This is my voice")), button(tr("Forget"))
        self.learn.clicked.connect(self._begin)
        self.forget.clicked.connect(lambda: link.set(my_voice="", voices="everyone"))
        self.said = label(tone="muted", wrap=True)
        buttons = QWidget()
        beside = QHBoxLayout(buttons)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(theme.GAP)
        beside.addWidget(self.forget)
        beside.addWidget(self.learn)
        one = SETTINGS["my_voice"]
        for control in (self.learn, self.forget):
            control.setAccessibleDescription(tr(one.help))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(row(tr(one.title), buttons, tr(one.help)))
        column.addWidget(self.said)
        link.changed.connect(self._refresh)
        self._refresh()

    def offer(self, samples: array[int]) -> None:
        """What was just recorded, 16 bits at 48 kHz."""
        self._samples, self._wrong = samples, ""
        self._refresh()

    def _begin(self) -> None:
        assert self._samples is not None
        self._wrong = ""
        self._lesson.begin(self._samples)
        self._refresh()

    def _on_learned(self, voice: str) -> None:
        self._link.set(my_voice=voice, voices="me")
        self._refresh()

    def _on_failed(self, why: str) -> None:
        self._wrong = why
        self._refresh()

    def _refresh(self) -> None:
        settings = self._link.settings
        known = settings is not None and bool(settings.my_voice)
        self.learn.setEnabled(
            settings is not None and self._samples is not None and not self._lesson.busy
        )
        self.forget.setVisible(known)
        if self._wrong:
            said = self._wrong
        elif self._lesson.busy:
            said = tr("Listening to it…")
        elif known and settings is not None and settings.voices == "me":
            said = tr("Your voice is known, and others are lowered.")
        elif known:
            said = tr("Your voice is known, but everyone is heard.")
        elif (lips := self._from_lips()) is not None:
            said = in_words(lips)
        else:
            said = tr("Record ten seconds above in which only you speak.")
        self.said.setText(said)

    def _from_lips(self) -> Reason | None:
        """How far the lips have taught the voice in this call."""
        status = self._link.status
        reasons = status.audio.reasons if status is not None else []
        return next((one for one in reasons if one.key in _FROM_LIPS), None)
