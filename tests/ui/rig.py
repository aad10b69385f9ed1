"""What the windows' tests share."""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import (
    QBuffer,
    QIODevice,
    Qt,
)
from PySide6.QtGui import QColor, QImage, QImageWriter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QComboBox,
    QLabel,
    QScrollArea,
    QWidget,
)
from vcam_ui.hotkeys.contract import Combination, Hotkeys, refusal, shown
from vcam_ui.widgets.controls import ElidedLabel


def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Lets Qt work until the condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        QTest.qWait(5)


def jpeg(color: str) -> bytes:
    image = QImage(64, 36, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, b"jpeg").write(image)
    return bytes(buffer.data().data())


def picture(path: Path, width: int = 320, height: int = 180, color: str = "steelblue") -> Path:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    assert image.save(str(path))
    return path


def tab_order(window: QWidget) -> list[QWidget]:
    """What Tab reaches, from where it begins."""
    found: list[QWidget] = []
    widget = window.nextInFocusChain()
    while widget is not None and widget is not window:
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def cut_off(window: QWidget) -> list[str]:
    """Texts that do not fit their widget and widgets that stick out of the window."""
    found = []
    for area in window.findChildren(QScrollArea):
        inner = area.widget()
        if area.isVisible() and inner is not None and inner.width() > area.viewport().width():
            found.append(f"{inner.width()} wide in {area.viewport().width()}")
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        name = f"{type(widget).__name__} {widget.property('text') or ''}"
        if isinstance(widget, QLabel) and not isinstance(widget, ElidedLabel):
            if widget.wordWrap() and widget.height() < widget.heightForWidth(widget.width()):
                found.append(f"{name} is too low")
            if not widget.wordWrap() and widget.width() < widget.minimumSizeHint().width():
                found.append(f"{name} is too narrow")
        if isinstance(widget, QAbstractButton | QComboBox | QAbstractSlider):
            least = widget.minimumSizeHint()
            if widget.width() < least.width() or widget.height() < least.height():
                found.append(f"{name} is too small")
        left = widget.mapTo(window, widget.rect().topLeft()).x()
        if left < 0 or left + widget.width() > window.width():
            found.append(f"{name} sticks out")
    return found


class Keys(Hotkeys):
    """A desktop that gives the keys that are asked for, but for Ctrl+Alt+X."""

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[str, str] = {}

    def grab(self, wanted: dict[str, Combination]) -> None:
        self.given = {name: shown(keys) for name, keys in wanted.items() if keys.key != "X"}
        for keys in wanted.values():
            if keys.key == "X":
                self.refused.emit(refusal(shown(keys)))
