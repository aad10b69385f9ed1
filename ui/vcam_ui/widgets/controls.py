"""The small parts windows are made of: switches, rows, cards, notices."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)

from vcam_ui import icons, theme
from vcam_ui.words.language import tr


class Switch(QAbstractButton):
    """An on/off switch; the state is told by the knob's place as well as by colour."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(44, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(4, 4, 36, 20)
        on = self.isChecked()
        if not self.isEnabled():
            painter.setOpacity(0.45)
        painter.setPen(QPen(QColor(c.accent if on else c.muted), 1.5))
        painter.setBrush(QColor(c.accent if on else c.surface))
        painter.drawRoundedRect(track, 10, 10)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(c.on_accent if on else c.muted))
        painter.drawEllipse(QRectF(23 if on else 7, 7, 14, 14))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(c.accent), 2))
            painter.drawRoundedRect(QRectF(1, 1, 42, 26), 13, 13)


class Slider(QSlider):
    """A number of a `unit`; `chosen` is sent only when a person moves it."""

    chosen = Signal(int)

    def __init__(self, name: str, low: int, high: int, unit: str) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.unit = unit
        self.setRange(low, high)
        self.setSingleStep(max(1, (high - low) // 20))
        self.setPageStep(max(1, (high - low) // 10))
        self.setAccessibleName(name)
        self.setMinimumWidth(96)
        self._told = False
        self.valueChanged.connect(self._tell)

    def show_value(self, value: int) -> None:
        """Takes the daemon's value, unless a hand is on the slider."""
        if not self.isSliderDown() and value != self.value():
            self._told = True
            self.setValue(value)
            self._told = False

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # it scrolls the page

    def _tell(self, value: int) -> None:
        if not self._told:
            self.chosen.emit(value)


class Choice(QComboBox):
    """A drop-down whose open list looks like the rest and follows when its entries change."""

    def __init__(self) -> None:
        super().__init__()
        # The style's own delegate draws the list as a menu and leaves the style sheet aside.
        self.setItemDelegate(QStyledItemDelegate(self))
        for change in (self.model().rowsInserted, self.model().rowsRemoved):
            change.connect(self._fit)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # it scrolls the page

    def _fit(self) -> None:
        if self.view().isVisible():
            QComboBox.showPopup(self)


class ElidedLabel(QLabel):
    """One line that gives way: what does not fit is cut with an ellipsis, the whole is a tip."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter), shown)
        self.setToolTip(self.text() if shown != self.text() else "")


def label(text: str = "", *, kind: str = "", tone: str = "", wrap: bool = False) -> QLabel:
    """A text; kinds and tones are those of the style sheet."""
    result = QLabel(text)
    if kind:
        result.setProperty("kind", kind)
    if tone:
        result.setProperty("tone", tone)
    if wrap:
        result.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        result.setSizePolicy(policy)
        result.setMinimumWidth(64)
    return result


def set_tone(widget: QWidget, tone: str) -> None:
    """Changes a widget's tone and has the style sheet look again."""
    if widget.property("tone") != tone:
        widget.setProperty("tone", tone)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def button(text: str, *, kind: str = "") -> QPushButton:
    result = QPushButton(text)
    result.setCursor(Qt.CursorShape.PointingHandCursor)
    if kind:
        result.setProperty("kind", kind)
    return result


def row(title: str, control: QWidget, note: str = "") -> QWidget:
    """A setting's line: what it is at the left, its control at the right, a note beneath."""
    result = QWidget()
    texts = QVBoxLayout()
    texts.setSpacing(2)
    name = label(title.replace("&", "&&"), wrap=True)  # one alone would name a key
    name.setBuddy(control)
    texts.addWidget(name)
    if note:
        texts.addWidget(label(note, tone="muted", wrap=True))
        control.setAccessibleDescription(note)
    line = QHBoxLayout(result)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(theme.GAP * 2)
    line.addLayout(texts, 1)
    line.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
    return result


def come_before(control: QWidget, *others: QWidget) -> None:
    """Has Tab reach `others`, in this order, right before a control that was made earlier."""
    before = control.previousInFocusChain()
    while before is not None and before.focusPolicy() == Qt.FocusPolicy.NoFocus:
        before = before.previousInFocusChain()
    assert before is not None, "the chain is a circle"
    for one in others:
        QWidget.setTabOrder(before, one)
        before = one


def slider_row(title: str, slider: Slider, note: str = "") -> QWidget:
    """A slider under its title, its value at the right; the note is a tip."""
    result = QWidget()
    result.setToolTip(note)
    slider.setAccessibleDescription(note)
    value = label(f"{slider.value()} {slider.unit}", tone="muted")
    slider.valueChanged.connect(lambda now: value.setText(f"{now} {slider.unit}"))
    name = label(title)
    name.setBuddy(slider)
    grid = QGridLayout(result)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(2)
    grid.addWidget(name, 0, 0)
    grid.addWidget(value, 0, 1, Qt.AlignmentFlag.AlignRight)
    grid.addWidget(slider, 1, 0, 1, 2)
    grid.setColumnStretch(0, 1)
    return result


class Card(QFrame):
    """A framed group of rows under a heading."""

    def __init__(self, heading: str = "") -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.column = QVBoxLayout(self)
        margin = theme.GAP * 2
        self.column.setContentsMargins(margin, margin - 2, margin, margin)
        self.column.setSpacing(theme.GAP + 4)
        self._heading = label(heading, kind="heading")
        if heading:
            self.column.addWidget(self._heading)

    def add(self, *items: QWidget | QLayout) -> None:
        for item in items:
            if isinstance(item, QLayout):
                self.column.addLayout(item)
            else:
                self.column.addWidget(item)

    def add_named(self, control: QWidget) -> None:
        """A control whose name is the heading: screen readers on Linux take a drop-down's name from
        its label alone."""
        self._heading.setBuddy(control)
        self.add(control)


class Notice(QFrame):
    """One sentence that matters now, with at most one thing to do about it; hidden when empty."""

    acted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "notice")
        self._icon = QLabel()
        self._icon.setFixedSize(20, 20)
        self._text = label(wrap=True)
        self._action = button("")
        self._action.clicked.connect(self.acted)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.GAP * 2 - 4, theme.GAP, theme.GAP, theme.GAP)
        line.setSpacing(theme.GAP + 2)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self._text, 1)
        line.addWidget(self._action)
        self._told = ("", "", "")
        self.hide()

    def text(self) -> str:
        return self._text.text()

    def tell(self, text: str, *, tone: str = "", action: str = "") -> None:
        """Shows `text`; an empty text hides the notice. Tones: none, warning, danger."""
        if (text, tone, action) == self._told:
            return
        self._told = (text, tone, action)
        self._text.setText(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        set_tone(self, tone)
        self._draw_icon()
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icon()

    def _draw_icon(self) -> None:
        c = theme.colors()
        color = {"warning": c.warning, "danger": c.danger}.get(self._told[1], c.accent)
        self._icon.setPixmap(icons.icon("warning", color).pixmap(20, 20))


def scrolled(*cards: QWidget) -> QScrollArea:
    """Cards under each other in an area that scrolls when they need more room."""
    content = QWidget()
    column = QVBoxLayout(content)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.GAP * 2)
    for card in cards:
        column.addWidget(card)
    column.addStretch(1)
    area = QScrollArea()
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def command_line(command: str, *, wrapped: bool = False) -> QWidget:
    """A command with a button that copies it."""
    result = QWidget()
    text = label(command, kind="code", wrap=wrapped)
    text.setTextInteractionFlags(text.textInteractionFlags().TextSelectableByMouse)
    copy = button(tr("Copy"))
    copy.setAccessibleName(tr("Copy {command}").format(command=command))
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(command))
    line = QHBoxLayout(result)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(theme.GAP)
    line.addWidget(text, 1)
    line.addWidget(copy)
    return result
