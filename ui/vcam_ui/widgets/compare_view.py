"""The picture others see, with the camera's own picture beside it on demand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy

from vcam_ui import theme
from vcam_ui.words.language import tr

STEPS = 1000


class CompareView(QAbstractSlider):
    """Shows `after`; while comparing, `before` is shown left of a line that can be moved.

    It is a slider, so that arrow keys and screen readers can move the line too. While not
    comparing, `pointed` tells where it was clicked, as shares of the picture's width and height.
    """

    pointed = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self.setRange(0, STEPS)
        self.setValue(STEPS // 2)
        self.setSingleStep(STEPS // 50)
        self.setPageStep(STEPS // 5)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setAccessibleName(tr("Preview of what others see"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(160)
        self._before = QImage()
        self._after = QImage()
        self._comparing = False
        self._aspect = 16 / 9
        self._message = ""
        self._marks: Sequence[tuple[QRectF, bool]] = ()
        self.valueChanged.connect(lambda _: self.update())

    @property
    def comparing(self) -> bool:
        return self._comparing

    def compare(self, on: bool) -> None:
        """Shows or hides the line and what lies left of it."""
        self._comparing = on
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.SplitHCursor if on else Qt.CursorShape.ArrowCursor)
        self.update()

    def show_pictures(self, before: QImage, after: QImage) -> None:
        """The newest pair; both pictures have the same proportions."""
        self._before, self._after, self._message = before, after, ""
        self._aspect = after.width() / after.height()
        self.update()

    def mark(self, faces: Sequence[tuple[QRectF, bool]]) -> None:
        """Faces, as shares of the picture's width and height, and which of them to stress."""
        if faces != self._marks:
            self._marks = faces
            self.update()

    def show_message(self, text: str) -> None:
        """A sentence in place of a picture."""
        if text != self._message or not self._after.isNull():
            self._message = text
            self._before = self._after = QImage()
            self.update()

    def has_picture(self) -> bool:
        return not self._after.isNull()

    def sizeHint(self) -> QSize:
        return QSize(480, round(480 / self._aspect))

    def heightForWidth(self, width: int) -> int:
        return round(width / self._aspect)

    def picture_area(self) -> QRectF:
        """Where the picture lies inside the widget: whole, centred, in its own proportions."""
        width = min(self.width(), self.height() * self._aspect)
        height = width / self._aspect
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        area = self.picture_area()
        outline = QPainterPath()
        outline.addRoundedRect(area, 10, 10)
        painter.setClipPath(outline)
        painter.fillRect(area, QColor("#0E1114"))
        if self._after.isNull():
            painter.setPen(QColor("#C6CDD4"))
            inner = area.adjusted(16, 8, -16, -8)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(inner, int(flags), self._message)
        else:
            painter.drawImage(area, self._after)
            if self._comparing and not self._before.isNull():
                self._paint_before(painter, area)
            for face, stressed in self._marks:
                self._paint_mark(painter, area, face, stressed)
        if self.hasFocus():
            painter.setClipping(False)
            painter.setPen(QPen(QColor(theme.colors().accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 10, 10)

    @staticmethod
    def _paint_mark(painter: QPainter, area: QRectF, face: QRectF, stressed: bool) -> None:
        box = QRectF(
            area.left() + face.left() * area.width(),
            area.top() + face.top() * area.height(),
            face.width() * area.width(),
            face.height() * area.height(),
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for width, colour in ((4, QColor(14, 17, 20, 130)), (2, QColor(255, 255, 255, 150))):
            stress = width == 2 and stressed
            painter.setPen(QPen(QColor(theme.colors().accent) if stress else colour, width))
            painter.drawRoundedRect(box, 8, 8)

    def _paint_before(self, painter: QPainter, area: QRectF) -> None:
        x = area.left() + area.width() * self.value() / STEPS
        painter.save()
        painter.setClipRect(
            QRectF(area.left(), area.top(), x - area.left(), area.height()),
            Qt.ClipOperation.IntersectClip,
        )
        painter.drawImage(area, self._before)
        painter.restore()
        painter.setPen(QPen(QColor(255, 255, 255, 235), 2))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(255, 255, 255, 240))
        middle = QPointF(x, area.center().y())
        painter.drawEllipse(middle, 14, 14)
        painter.setPen(QPen(QColor("#20262C"), 2))
        for side in (-1, 1):
            tip = middle + QPointF(7 * side, 0)
            painter.drawLine(tip, tip + QPointF(-3.5 * side, -4))
            painter.drawLine(tip, tip + QPointF(-3.5 * side, 4))
        self._paint_tag(painter, area, tr("Before"), left=True)
        self._paint_tag(painter, area, tr("After"), left=False)

    def _paint_tag(self, painter: QPainter, area: QRectF, text: str, *, left: bool) -> None:
        width = painter.fontMetrics().horizontalAdvance(text) + 18
        height = painter.fontMetrics().height() + 6
        x = area.left() + 10 if left else area.right() - width - 10
        box = QRectF(x, area.top() + 10, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(14, 17, 20, 190))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setPen(QColor("#FFFFFF"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._follow(event)
        area = self.picture_area()
        if not self._comparing and event.button() == Qt.MouseButton.LeftButton:
            at = event.position() - area.topLeft()
            self.pointed.emit(at.x() / area.width(), at.y() / area.height())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._follow(event)

    def _follow(self, event: QMouseEvent) -> None:
        if self._comparing and event.buttons() & Qt.MouseButton.LeftButton:
            area = self.picture_area()
            self.setValue(round((event.position().x() - area.left()) / area.width() * STEPS))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()
