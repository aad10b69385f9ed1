"""A spectrogram in the windows' colours, with a line where it is being played."""

from __future__ import annotations

import base64

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy

from vcam.schema.trial import Side
from vcam_ui import theme

STEPS = 1000
_HEIGHT = 84
_INK = ("#0B1118", "#12324A", "#0F6E76", "#5BC489", "#F4E27A")
"""From silence to loud; a picture of sound is dark in both schemes, as everywhere."""


class Spectrogram(QAbstractSlider):
    """`sought` carries the place that was clicked or moved to by keys, 0 to 1.

    It is a slider, so that arrow keys and screen readers can move the place too.
    """

    sought = Signal(float)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setRange(0, STEPS)
        self.setSingleStep(STEPS // 20)
        self.setPageStep(STEPS // 5)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.actionTriggered.connect(lambda _: self.sought.emit(self.sliderPosition() / STEPS))
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(120)
        self._image = QImage()
        self._chosen = True

    def show_side(self, side: Side | None) -> None:
        self._image = QImage() if side is None else _image(side)
        self.update()

    def show_place(self, place: float, *, chosen: bool) -> None:
        """Where it is played, 0 to 1, and whether this is the side that is heard."""
        self.setValue(round(place * STEPS))
        self._chosen = chosen
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, _HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.sought.emit(min(1.0, max(0.0, event.position().x() / max(1, self.width()))))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # it scrolls the page

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(self.rect(), QColor(_INK[0]))
        if not self._image.isNull():
            painter.setOpacity(1.0 if self._chosen else 0.55)
            painter.drawImage(QRectF(self.rect()), self._image)
            painter.setOpacity(1.0)
            if self._chosen and self.value() > 0:
                x = self.value() / STEPS * self.width()
                painter.fillRect(QRectF(x, 0, 2, self.height()), "#FFFFFF")
        painter.restore()
        if self.hasFocus() or (self._chosen and not self._image.isNull()):
            painter.setPen(QPen(QColor(theme.colors().accent), 2 if self.hasFocus() else 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(outline)


def _image(side: Side) -> QImage:
    data = base64.b64decode(side.spectrogram)
    image = QImage(data, side.width, side.height, side.width, QImage.Format.Format_Indexed8)
    image.setColorTable([_ink(level / 255).rgb() for level in range(256)])
    return image.copy()  # which owns its bytes


def _ink(level: float) -> QColor:
    below = min(int(level * (len(_INK) - 1)), len(_INK) - 2)
    part = level * (len(_INK) - 1) - below
    low, high = QColor(_INK[below]), QColor(_INK[below + 1])

    def between(one: int, other: int) -> int:
        return round(one + (other - one) * part)

    return QColor(
        between(low.red(), high.red()),
        between(low.green(), high.green()),
        between(low.blue(), high.blue()),
    )
