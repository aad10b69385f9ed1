"""The strip above every page: how things stand, and the switches that matter in a hurry."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from vcam.schema.settings import SETTINGS
from vcam.schema.status import RecordStatus
from vcam_ui import icons, theme
from vcam_ui.link.link import DaemonLink
from vcam_ui.widgets.controls import ElidedLabel, button
from vcam_ui.words.language import tr
from vcam_ui.words.presence import Presence, presence
from vcam_ui.words.record_news import clock

_SIGN = 36


class Header(QWidget):
    def __init__(self, link: DaemonLink) -> None:
        super().__init__()
        self._link = link
        self._sign = QLabel()
        self._sign.setFixedSize(_SIGN, _SIGN)
        self._headline = ElidedLabel()
        self._headline.setProperty("kind", "title")
        self._who = ElidedLabel()
        self._who.setProperty("tone", "muted")
        self.bypass = self._toggle("bypass")
        self.pause = self._toggle("pause")
        self.mute = self._toggle("mute")
        self.away = self._toggle("away")
        self.record = self._toggle("record")
        self._icons = {
            self.bypass: "bypass",
            self.pause: "pause",
            self.mute: "mute",
            self.away: "away",
            self.record: "record",
        }
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self._headline)
        texts.addWidget(self._who)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.GAP)
        line.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addSpacing(4)
        line.addLayout(texts, 1)
        for toggle in self._icons:
            line.addWidget(toggle)
        self._shown: Presence | None = None
        link.changed.connect(self._refresh)
        self._refresh()

    def _toggle(self, key: str) -> QPushButton:
        text, tip = tr(SETTINGS[key].title), tr(SETTINGS[key].help)
        result = button(text)
        result.setCheckable(True)
        result.setAccessibleName(text)
        result.setToolTip(tr("{title}: {text}").format(title=text, text=tip))
        result.setProperty("setting", key)
        result.clicked.connect(lambda on: self._link.set(**{key: on}))
        return result

    def _refresh(self) -> None:
        settings = self._link.settings
        for toggle in self._icons:
            toggle.setEnabled(settings is not None)
            on = settings is not None and getattr(settings, toggle.property("setting"))
            toggle.setChecked(on)
        now = presence(self._link.status, settings)
        if now != self._shown:
            self._shown = now
            self._headline.setText(now.headline)
            self._who.setText(f"{now.camera}  ·  {now.microphone}")
            self._draw()
        self._name()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._name()

    def _name(self) -> None:
        """The switches' names where there is room beside the headline; a recording's length in
        place of its own."""
        for toggle in self._icons:
            toggle.setText(toggle.accessibleName())
        record = self._link.status.record if self._link.status else RecordStatus()
        if record.state == "recording":
            self.record.setText(clock(record.seconds))
        headline = self._headline.fontMetrics().horizontalAdvance(self._headline.text())
        named = sum(toggle.sizeHint().width() + theme.GAP for toggle in self._icons)
        if _SIGN + 2 * theme.GAP + headline + named > self.width():
            for toggle in self._icons:
                toggle.setText("")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_shown"):
            self._draw()

    def _draw(self) -> None:
        look = self._shown.look if self._shown else "failed"
        pixmap = icons.tray_icon(look, on_dark=theme.is_dark()).pixmap(_SIGN, _SIGN)
        self._sign.setPixmap(pixmap)
        for toggle, name in self._icons.items():
            toggle.setIcon(icons.icon(name, theme.colors().text))
