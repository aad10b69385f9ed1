"""The microphone's page: choose it, see that it is heard, and how much noise is taken away."""

from __future__ import annotations

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from vcam_ui import theme
from vcam_ui.link.link import DaemonLink
from vcam_ui.widgets.controls import Card, label, row, scrolled, set_tone, slider_row
from vcam_ui.widgets.device_picker import DevicePicker
from vcam_ui.widgets.meter import LevelMeter
from vcam_ui.widgets.setting_controls import SettingSlider, SettingSwitch
from vcam_ui.words.language import tr


class MicrophonePage(QWidget):
    def __init__(self, link: DaemonLink) -> None:
        super().__init__()
        self._link = link
        microphone = Card(tr("Microphone"))
        microphone.add(DevicePicker(link, "microphone"), Meters(link))
        noise = Card(tr("Noise suppression"))
        noise.add(
            row(
                tr("Take background noise away"),
                SettingSwitch(link, "denoise", tr("Noise suppression")),
                tr("Fans, keyboards and streets fade; your voice stays."),
            ),
            slider_row(
                tr("Strength"),
                SettingSlider(link, "strength", tr("Strength"), needs={"denoise": True}),
            ),
        )
        lips = Card(tr("Lip guard"))
        self._lips_state = label(tone="muted", wrap=True)
        lips.add(
            row(
                tr("Watch my lips"),
                SettingSwitch(link, "lips", tr("Lip guard"), on="auto", off="off"),
                tr(
                    "While the camera sees your mouth, voices that are not yours are held back. "
                    "Nothing is stored."
                ),
            ),
            self._lips_state,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scrolled(microphone, noise, lips))
        link.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        settings, status = self._link.settings, self._link.status
        if settings is None or status is None or settings.lips == "off" or not settings.denoise:
            self._lips_state.setText("")
        elif status.video.state != "live":
            self._lips_state.setText(tr("Waiting for the camera."))
        elif status.video.face:
            self._lips_state.setText(tr("Your face is in view."))
        else:
            self._lips_state.setText(tr("No face in view; the sound is cleaned without it."))
        self._lips_state.setVisible(bool(self._lips_state.text()))
        seen = status is not None and status.video.face and status.video.state == "live"
        set_tone(self._lips_state, "ok" if seen else "muted")


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
