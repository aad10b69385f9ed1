"""The first run: choose devices, see yourself, select Enhanced Camera in the call."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from vcam.client import CAMERA_NAME, MICROPHONE_NAME, PREVIEW_SINK
from vcam_ui import icons, theme
from vcam_ui.link.link import DaemonLink
from vcam_ui.widgets.controls import Card, Notice, button, label, scrolled
from vcam_ui.widgets.device_picker import DevicePicker
from vcam_ui.widgets.gallery import Gallery
from vcam_ui.widgets.preview import Preview
from vcam_ui.windows.settings.microphone_page import Meters
from vcam_ui.windows.settings.window import trouble
from vcam_ui.words.language import tr
from vcam_ui.words.presence import presence

STEPS = 3


class FirstRun(QWidget):
    """Three steps in one small window; `finished` comes once, also when it is closed early.

    `status_wanted` asks for the page that says how trouble is mended.
    """

    finished = Signal()
    status_wanted = Signal()

    def __init__(self, link: DaemonLink, *, address: str | None = None) -> None:
        super().__init__()
        self._link = link
        self.setWindowTitle(tr("Welcome"))
        self.setWindowIcon(icons.app_icon())
        self._steps = QStackedWidget()
        for step in (_devices(link), _see_yourself(link, address), _in_the_call()):
            self._steps.addWidget(step)
        self._title = label(kind="title", wrap=True)
        self._explained = label(tone="muted", wrap=True)
        self._dots = _Dots()
        self.back = button(tr("Back"), kind="quiet")
        self.back.clicked.connect(lambda: self.show_step(self.step - 1))
        self.next = button("", kind="primary")
        self.next.setDefault(True)
        self.next.clicked.connect(self._on_next)
        self._gone = Notice()
        self._gone.acted.connect(link.start_daemon)
        self._trouble = Notice()
        self._trouble.acted.connect(self.status_wanted)
        foot = QHBoxLayout()
        foot.addWidget(self._dots)
        foot.addStretch(1)
        foot.addWidget(self.back)
        foot.addWidget(self.next)
        column = QVBoxLayout(self)
        edge = theme.GAP * 3
        column.setContentsMargins(edge, edge - 6, edge, edge - 6)
        column.setSpacing(theme.GAP + 4)
        column.addWidget(self._title)
        column.addWidget(self._explained)
        column.addWidget(self._gone)
        column.addWidget(self._trouble)
        column.addWidget(self._steps, 1)
        column.addLayout(foot)
        self.setMinimumSize(480, 320)
        self.resize(600, 560)
        if (screen := self.screen()) is not None:
            room = screen.availableGeometry()
            self.resize(self.size().boundedTo(room.size() - theme.frame_allowance()))
        link.changed.connect(self._refresh)
        self._refresh()
        self.show_step(0)

    @property
    def step(self) -> int:
        return self._steps.currentIndex()

    def show_step(self, step: int) -> None:
        titles = (
            (tr("Choose your devices"), tr("Say something: the bar moves when you are heard.")),
            (tr("See yourself"), tr("This is what others will see. Choose what is behind you.")),
            (
                tr("Use it in your call"),
                tr("Every app lists it beside your other devices. Choose it once."),
            ),
        )
        self._steps.setCurrentIndex(step)
        self._title.setText(titles[step][0])
        self._explained.setText(titles[step][1])
        self._tell_trouble()
        self._dots.show_step(step)
        self.back.setVisible(step > 0)
        self.next.setText(tr("Done") if step == STEPS - 1 else tr("Next"))

    def _on_next(self) -> None:
        if self.step < STEPS - 1:
            self.show_step(self.step + 1)
        else:
            self.close()

    def _refresh(self) -> None:
        if self._link.alive:
            self._gone.tell("")
        elif self._link.starting:
            self._gone.tell(tr("The camera service is being started…"))
        else:
            self._gone.tell(
                tr("The camera service is not running."), tone="danger", action=tr("Start it")
            )

        self._tell_trouble()

    def _tell_trouble(self) -> None:
        """Before they are looked for in a call, that they are not there."""
        last, status = self.step == STEPS - 1, self._link.status
        text, tone = trouble(presence(status, self._link.settings), status)
        self._trouble.tell(text if last else "", tone=tone, action=tr("What to do"))
        nowhere = status is not None and status.video.sink == PREVIEW_SINK
        self._explained.setVisible(not (last and nowhere))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A step that has no controls is scrolled from the buttons beneath it."""
        super().keyPressEvent(event)
        if isinstance(step := self._steps.currentWidget(), QScrollArea):
            step.keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.finished.emit()


class _Dots(QWidget):
    """Which of the steps this is."""

    def __init__(self) -> None:
        super().__init__()
        self._step = 0
        self.setFixedSize(STEPS * 18, 12)

    def show_step(self, step: int) -> None:
        self._step = step
        self.setAccessibleName(tr("Step {n} of {all}").format(n=step + 1, all=STEPS))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for i in range(STEPS):
            painter.setBrush(QColor(c.accent if i == self._step else c.border))
            painter.drawEllipse(i * 18 + 2, 2, 8, 8)


def _devices(link: DaemonLink) -> QWidget:
    camera = Card(tr("Camera"))
    camera.add_named(DevicePicker(link, "camera"))
    microphone = Card(tr("Microphone"))
    microphone.add_named(DevicePicker(link, "microphone"))
    microphone.add(Meters(link))
    return scrolled(camera, microphone)


def _see_yourself(link: DaemonLink, address: str | None) -> QWidget:
    result = QWidget()
    gallery = Gallery(with_pictures=False)
    gallery.chosen.connect(lambda value: link.set(background=value))

    def refresh() -> None:
        gallery.setEnabled(link.settings is not None)
        if link.settings is not None:
            gallery.show_background(link.settings.background)

    link.changed.connect(refresh)
    refresh()
    gallery.setMaximumWidth(280)
    column = QVBoxLayout(result)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.GAP)
    column.addWidget(Preview(link, address=address), 1)
    column.addWidget(gallery)
    return result


def _in_the_call() -> QWidget:
    card = Card()
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.GAP * 3)
    grid.setVerticalSpacing(theme.GAP * 2)
    grid.setColumnStretch(1, 1)
    camera, microphone = CAMERA_NAME, MICROPHONE_NAME
    ways = (
        (
            "Zoom",
            tr("Click the arrow beside Video and beside Mute, then choose {camera} and {mic}."),
        ),
        (
            "Google Meet",
            tr("⋮ → Settings → Video and Audio, then choose {camera} and {mic}."),
        ),
        (
            "Microsoft Teams",
            tr("⋯ → Settings → Devices, then choose {camera} and {mic}."),
        ),
        (
            tr("Other apps"),
            tr("Look for the camera {camera} and the microphone {mic} in the app's settings."),
        ),
    )
    for i, (app, way) in enumerate(ways):
        grid.addWidget(label(app, kind="heading"), i, 0, Qt.AlignmentFlag.AlignTop)
        text = way.format(camera=f"<b>{camera}</b>", mic=f"<b>{microphone}</b>")
        grid.addWidget(label(text, wrap=True), i, 1)
    card.add(grid)
    tip = label(
        tr("Switch off the app's own blur and noise suppression: one is enough."),
        tone="muted",
        wrap=True,
    )
    return scrolled(card, tip)
