"""A level meter in dBFS."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vcam_ui import theme
from vcam_ui.words.language import tr

QUIETEST_DB = -60.0
LOUD_DB = -9.0
_SEGMENTS = 30
_FALL = 0.06
"""How far the bar may fall per reading, as a part of its length: speech stays readable."""


class LevelMeter(QWidget):
    """Shows an RMS level from -60 to 0 dBFS; rises at once, falls gently."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._level = 0.0
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def level(self) -> float:
        """The shown part of the bar, 0..1."""
        return self._level

    def show_level(self, db: float) -> None:
        """Takes a new reading in dBFS."""
        part = min(1.0, max(0.0, 1 - db / QUIETEST_DB))
        level = max(part, self._level - _FALL)
        if abs(level - self._level) > 1e-3:
            self._level = level
            self.setAccessibleDescription(tr("{db} decibels").format(db=round(db)))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        step = self.width() / _SEGMENTS
        for i in range(_SEGMENTS):
            lit = (i + 0.5) / _SEGMENTS <= self._level
            loud = QUIETEST_DB * (1 - (i + 0.5) / _SEGMENTS) > LOUD_DB
            color = (c.warning if loud else c.ok) if lit else c.sunken
            painter.setBrush(QColor(color))
            painter.drawRoundedRect(QRectF(i * step + 1, 2, step - 2, self.height() - 4), 2, 2)
