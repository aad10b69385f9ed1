"""The camera's page: see yourself, choose the camera, the background and the light."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from vcam.schema.declaration import GROUPS
from vcam.schema.settings import SETTINGS
from vcam_ui import theme
from vcam_ui.link.link import DaemonLink
from vcam_ui.widgets.controls import Card, Notice, scrolled
from vcam_ui.widgets.device_picker import DevicePicker
from vcam_ui.widgets.gallery import Gallery
from vcam_ui.widgets.preview import Preview
from vcam_ui.widgets.setting_controls import setting_row, setting_rows
from vcam_ui.words.language import tr

_CONTROLS_WIDTH = 348
_PREVIEW_WIDTH = 220
"""Less only where the controls need the room."""


class CameraPage(QWidget):
    """The preview stays in sight while the controls beside (or, in a tall window, below) scroll."""

    def __init__(
        self, link: DaemonLink, *, pictures: Path | None = None, address: str | None = None
    ) -> None:
        super().__init__()
        self._link = link
        self.preview = Preview(link, address=address)
        self.gallery = Gallery(pictures)
        self.gallery.chosen.connect(lambda value: link.set(background=value))
        self.refusal = Notice()
        self._refused: list[str] = []
        self.gallery.refused.connect(self._on_refused)
        self.gallery.chosen.connect(self._on_chosen)

        camera = Card(tr(SETTINGS["camera"].title))
        camera.add_named(DevicePicker(link, "camera"))
        camera.add(setting_row(link, "turn"))
        background = Card(tr(GROUPS["background"]))
        background.add(self.gallery, self.refusal, *setting_rows(link, "background"))
        picture = Card(tr(GROUPS["picture"]))
        picture.add(*setting_rows(link, "picture"))
        self._controls = scrolled(camera, background, picture)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(theme.GAP * 2)
        self._layout.addWidget(self.preview, 1)
        self._layout.addWidget(self._controls)
        link.changed.connect(self._refresh)
        self._refresh()

    def _on_refused(self, text: str) -> None:
        if text not in self._refused:
            self._refused.append(text)
        self.refusal.tell("\n".join(self._refused), tone="warning")

    def _on_chosen(self, _: str) -> None:
        """What was refused beside it stays told until the next choice."""
        self.refusal.tell("\n".join(self._refused), tone="warning")
        self._refused = []

    def _refresh(self) -> None:
        settings = self._link.settings
        self.gallery.setEnabled(settings is not None)
        if settings is not None:
            self.gallery.show_background(settings.background)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - theme.GAP * 2
        content, bar = self._controls.widget(), self._controls.verticalScrollBar()
        assert content is not None
        least = content.minimumSizeHint().width() + bar.sizeHint().width()
        fits = least + self.preview.minimumSizeHint().width() <= room
        if fits and self.width() > self.height() * 1.15:
            self._layout.setDirection(QBoxLayout.Direction.LeftToRight)
            wanted = min(_CONTROLS_WIDTH, room - _PREVIEW_WIDTH)
            self._controls.setFixedWidth(max(least, wanted))
            self.preview.setMaximumHeight(16777215)
        else:
            self._layout.setDirection(QBoxLayout.Direction.TopToBottom)
            self._controls.setMinimumWidth(0)
            self._controls.setMaximumWidth(16777215)
            self.preview.setMaximumHeight(max(180, self.height() * 45 // 100))
