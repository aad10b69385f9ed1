"""The microphone's page: choose it, see that it is heard, and how much noise is taken away."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from vcam.schema.declaration import GROUPS
from vcam.schema.settings import SETTINGS
from vcam_ui import theme
from vcam_ui.link.link import DaemonLink
from vcam_ui.widgets.controls import Card, label, row, scrolled, set_tone
from vcam_ui.widgets.device_picker import DevicePicker
from vcam_ui.widgets.meter import LevelMeter
from vcam_ui.widgets.setting_controls import SettingChoice, setting_rows
from vcam_ui.windows.settings.hear_yourself import HearYourself
from vcam_ui.windows.settings.my_voice_row import MyVoiceRow
from vcam_ui.words.language import tr


class MicrophonePage(QWidget):
    def __init__(self, link: DaemonLink) -> None:
        super().__init__()
        self._link = link
        microphone = Card(tr(SETTINGS["microphone"].title))
        microphone.add_named(DevicePicker(link, "microphone"))
        microphone.add(Meters(link))
        voice = Card(tr(GROUPS["voice"]))
        self._lips_state = label(tone="muted", wrap=True)
        title = tr("Whose lips")
        self.lips = SettingChoice(link, title, whose_lips(link), other=tr("The face you chose"))
        lips_row = row(title, self.lips, tr("The preview marks whose voice is listened for."))
        voice.add(*setting_rows(link, "voice"), lips_row, self._lips_state, echo_row(link))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.trial = HearYourself(link)
        self.my_voice = MyVoiceRow(link)
        self.trial.recorded.connect(self.my_voice.offer)
        self.trial.add(self.my_voice)
        column.addWidget(scrolled(microphone, self.trial, voice))
        link.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        settings, status = self._link.settings, self._link.status
        if settings is None or status is None or settings.lips == "off" or not settings.denoise:
            self._lips_state.setText("")
        elif status.video.state != "live":
            self._lips_state.setText(tr("Waiting for the camera."))
        elif status.video.face:
            everyone = settings.face == "everyone" and len(status.video.faces) > 1
            number = sum(face.heard for face in status.video.faces)
            several = tr("{number} people are in view, and heard.").format(number=number)
            self._lips_state.setText(several if everyone else tr("Your face is in view."))
        else:
            self._lips_state.setText(tr("No face in view; the sound is cleaned without it."))
        self._lips_state.setVisible(bool(self._lips_state.text()))
        seen = status is not None and status.video.face and status.video.state == "live"
        set_tone(self._lips_state, "ok" if seen else "muted")
        self.lips.offer(whose_lips(self._link))


def whose_lips(link: DaemonLink) -> list[tuple[str, dict[str, Any]]]:
    """Whose the guard can go by; a face can also be clicked in the preview."""
    faces = link.status.video.faces if link.status else []
    several = sorted(faces, key=lambda face: face.left) if len(faces) > 1 else []
    return [
        (tr("The face in front"), {"face": "auto"}),
        (tr("Everyone on camera"), {"face": "everyone"}),
        *(
            (tr("Face {number} from the left").format(number=number), {"face": face.id})
            for number, face in enumerate(several, 1)
        ),
    ]


def echo_row(link: DaemonLink) -> QWidget:
    """The line of the echo canceller, which has three ways."""
    one = SETTINGS["echo"]
    title = tr(one.title)
    entries: list[tuple[str, dict[str, Any]]] = [
        (tr("Automatic"), {"echo": "auto"}),
        (tr("Always"), {"echo": "on"}),
        (tr("Never"), {"echo": "off"}),
    ]
    return row(title, SettingChoice(link, title, entries, other=""), tr(one.help))


class Meters(QWidget):
    """What goes into the noise suppression and what others hear, side by side in level."""

    def __init__(self, link: DaemonLink) -> None:
        super().__init__()
        self._link = link
        self.level_in = LevelMeter(tr("Level of your microphone"))
        self.level_out = LevelMeter(tr("Level that others hear"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.GAP * 2)
        grid.setVerticalSpacing(theme.GAP)
        for i, (text, meter) in enumerate(
            ((tr("Your microphone"), self.level_in), (tr("What others hear"), self.level_out))
        ):
            grid.addWidget(label(text, tone="muted"), i, 0)
            grid.addWidget(meter, i, 1)
        grid.setColumnStretch(1, 1)
        link.changed.connect(self._refresh)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._link.lively(self, True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._link.lively(self, False)

    def _refresh(self) -> None:
        status = self._link.status
        silence = -120.0
        self.level_in.show_level(status.audio.level_in_db if status else silence)
        self.level_out.show_level(status.audio.level_out_db if status else silence)
