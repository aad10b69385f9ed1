"""The preview: fetched at a calm rate while it can be seen, and not at all while it cannot."""

from __future__ import annotations

import base64
import time
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QHideEvent, QImage, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from vcam.schema.reasons import Reason
from vcam_ui import icons, theme
from vcam_ui.link.channel import Channel
from vcam_ui.link.link import DaemonLink
from vcam_ui.widgets.compare_view import CompareView
from vcam_ui.widgets.controls import ElidedLabel, button
from vcam_ui.words.language import tr
from vcam_ui.words.reasons import in_words

SPACING_S = 1 / 15
"""The least time between two pictures: at most 15 a second."""

WAIT_S = 2.0


class Preview(QWidget):
    """A compare view with its button. It has a connection of its own and closes it when hidden."""

    def __init__(self, link: DaemonLink, *, address: str | None = None) -> None:
        super().__init__()
        self._link = link
        self.view = CompareView()
        self.compare_button = button(tr("Compare"), kind="quiet")
        self.compare_button.setCheckable(True)
        self.compare_button.setToolTip(tr("Shows the camera's own picture beside the enhanced one"))
        self.compare_button.toggled.connect(self.view.compare)
        self.view.pointed.connect(self._choose)
        self._bar = QHBoxLayout()
        self._bar.setSpacing(theme.GAP)
        caption = ElidedLabel()
        caption.setText(tr("What others see"))
        caption.setProperty("tone", "muted")
        self._bar.addWidget(caption, 1)
        self._bar.addWidget(self.compare_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(self.view)
        column.addLayout(self._bar)
        column.addStretch(1)
        self.pictures = 0
        self._sequence = 0
        self._asked_at = 0.0
        self._channel = Channel(self, address=address)
        self._channel.opened.connect(self._ask)
        self._channel.lost.connect(self._on_lost)
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._ask)
        self._link.changed.connect(self._explain)
        self._link.changed.connect(self._mark)
        self._draw_icon()
        self._explain()

    @property
    def fetching(self) -> bool:
        """Whether pictures are asked for at present."""
        return self._channel.is_open

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.window().installEventFilter(self)
        self._follow_visibility()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._follow_visibility()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowStateChange:
            self._follow_visibility()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As wide as there is room and never higher than the room, the button right beneath."""
        room = self.height() - self.compare_button.sizeHint().height() - theme.GAP
        self.view.setFixedHeight(max(90, min(self.view.heightForWidth(self.width()), room)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_channel"):
            self._draw_icon()

    def _follow_visibility(self) -> None:
        minimized = bool(self.window().windowState() & Qt.WindowState.WindowMinimized)
        if self.isVisible() and not minimized:
            if not self._channel.is_open:
                self._channel.open()
        else:
            self._pause.stop()
            self._channel.close()

    def _ask(self) -> None:
        if self._channel.is_open and not self._channel.unanswered:
            self._asked_at = time.monotonic()
            params = {"after": self._sequence, "wait_s": WAIT_S}
            self._channel.call("preview", params, self._on_preview, self._on_refused)

    def _on_preview(self, result: dict[str, Any] | None) -> None:
        if result is not None:
            self._sequence = result["sequence"]
            before = QImage()
            if self.view.comparing:
                before = QImage.fromData(base64.b64decode(result["before"]))
            after = QImage.fromData(base64.b64decode(result["after"]))
            if not after.isNull():
                self.pictures += 1
                self.view.show_pictures(before, after)
                self._fit()
        rest = SPACING_S - (time.monotonic() - self._asked_at)
        self._pause.start(max(0, round(rest * 1000)))

    def _on_refused(self, reason: Reason) -> None:
        self.view.show_message(in_words(reason))
        self._pause.start(1000)

    def _on_lost(self) -> None:
        self._sequence = 0
        self.view.show_message(tr("The camera service is not running"))

    def _choose(self, x: float, y: float) -> None:
        """Whose face is clicked among several is in alone."""
        settings, status = self._link.settings, self._link.status
        if settings is None or status is None:
            return
        faces = status.video.faces
        if len(faces) < 2 and settings.people == "everyone":
            return
        for face in faces:
            if face.left <= x <= face.right and face.top <= y <= face.bottom:
                self._link.set(people="me", face=face.id)

    def _mark(self) -> None:
        """Of several faces, shows whose lips are listened to."""
        faces = self._link.status.video.faces if self._link.status else []
        marks = [
            (QRectF(one.left, one.top, one.right - one.left, one.bottom - one.top), one.heard)
            for one in faces
        ]
        self.view.mark(marks if len(marks) > 1 else [])

    def _explain(self) -> None:
        if not self._link.alive:
            self.view.show_message(tr("The camera service is not running"))
        elif not self.view.has_picture():
            self.view.show_message(tr("The camera is starting…"))

    def _draw_icon(self) -> None:
        self.compare_button.setIcon(icons.icon("compare", theme.colors().text))
