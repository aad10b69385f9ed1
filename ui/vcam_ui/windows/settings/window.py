"""The settings window: a header, pages, and notices that matter now."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from vcam.client import PREVIEW_SINK
from vcam.schema.reasons import Reason
from vcam.schema.status import Status
from vcam_ui import icons, theme
from vcam_ui.desktop.preferences import Preferences
from vcam_ui.hotkeys.shortcuts import Shortcuts
from vcam_ui.link.link import DaemonLink
from vcam_ui.link.set_up import SetUp
from vcam_ui.widgets.controls import Notice
from vcam_ui.windows.settings.camera_page import CameraPage
from vcam_ui.windows.settings.general_page import GeneralPage
from vcam_ui.windows.settings.header import Header
from vcam_ui.windows.settings.microphone_page import MicrophonePage
from vcam_ui.windows.settings.status_page import StatusPage
from vcam_ui.words.language import tr
from vcam_ui.words.presence import Presence, presence
from vcam_ui.words.presets import told
from vcam_ui.words.reasons import in_words

Page = Literal["camera", "microphone", "general", "status"]
PAGES: tuple[Page, ...] = ("camera", "microphone", "general", "status")

_SAID_MS = 8000
_RAIL_WIDTH = 108


class SettingsWindow(QWidget):
    """`notice` tells about the program as a whole, for example that there is no tray."""

    closed = Signal()

    def __init__(
        self,
        link: DaemonLink,
        preferences: Preferences,
        shortcuts: Shortcuts,
        set_up: SetUp,
        *,
        pictures: Path | None = None,
        address: str | None = None,
    ) -> None:
        super().__init__()
        self._link = link
        self._preferences = preferences
        self.setWindowTitle(tr("Settings"))
        self.setWindowIcon(icons.app_icon())
        self.camera = CameraPage(link, pictures=pictures, address=address)
        self.microphone = MicrophonePage(link)
        self.general = GeneralPage(link, preferences, shortcuts)
        self.status = StatusPage(link, set_up)
        self._pages = QStackedWidget()
        for page in (self.camera, self.microphone, self.general, self.status):
            self._pages.addWidget(page)

        self.gone = Notice()
        self.gone.acted.connect(link.start_daemon)
        self.notice = Notice()
        self.trouble = Notice()
        self.trouble.acted.connect(lambda: self.show_page("status"))
        self.hint = Notice()
        self.said = Notice()
        link.said.connect(self.say)

        edge = theme.GAP * 2
        right = QVBoxLayout()
        right.setContentsMargins(0, edge - 4, edge, edge)
        right.setSpacing(theme.GAP + 4)
        right.addWidget(Header(link))
        for notice in (self.gone, self.trouble, self.notice, self.hint, self.said):
            right.addWidget(notice)
        right.addWidget(self._pages, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.GAP)
        whole.addWidget(self._rail())
        whole.addLayout(right, 1)

        QShortcut(QKeySequence.StandardKey.Close, self, self.close)
        for i in range(len(PAGES)):
            QShortcut(QKeySequence(f"Alt+{i + 1}"), self, lambda i=i: self.show_page(PAGES[i]))
        self.setMinimumSize(560, 320)
        if not self.restoreGeometry(preferences.window_geometry):
            self.resize(self._first_size())
        link.changed.connect(self._refresh)
        self._pages.currentChanged.connect(self._refresh)
        self._refresh()

    @property
    def page(self) -> Page:
        return PAGES[self._pages.currentIndex()]

    def show_page(self, page: Page) -> None:
        index = PAGES.index(page)
        self._pages.setCurrentIndex(index)
        self._buttons[index].setChecked(True)

    def bring_up(self) -> None:
        """Shows the window in front of the others."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        if self.focusWidget() is None:
            self.setFocus()  # nothing is chosen yet, so that no control looks as if it were
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._preferences.window_geometry = self.saveGeometry()
        super().closeEvent(event)
        self.closed.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_buttons"):
            self._draw_icons()

    def _rail(self) -> QWidget:
        rail = QWidget()
        rail.setMinimumWidth(_RAIL_WIDTH)
        rail.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(rail)
        column.setContentsMargins(theme.GAP, theme.GAP + 4, theme.GAP, theme.GAP)
        column.setSpacing(4)
        titles = (tr("Camera"), tr("Microphone"), tr("General"), tr("Status"))
        group = QButtonGroup(self)
        self._buttons: list[QToolButton] = []
        for i, title in enumerate(titles):
            button = QToolButton()
            button.setProperty("kind", "page")
            button.setText(title)
            button.setAccessibleName(title)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setIconSize(QSize(24, 24))
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            group.addButton(button, i)
            column.addWidget(button)
            self._buttons.append(button)
        group.idToggled.connect(lambda i, on: self._pages.setCurrentIndex(i) if on else None)
        self._buttons[0].setChecked(True)
        column.addStretch(1)
        self._draw_icons()
        return rail

    def _draw_icons(self) -> None:
        for button, page in zip(self._buttons, PAGES, strict=True):
            button.setIcon(icons.icon(page, theme.colors().accent))

    def _first_size(self) -> QSize:
        wanted = QSize(1000, 620)
        screen = self.screen()
        room = screen.availableGeometry().size() - theme.frame_allowance() if screen else wanted
        return wanted.boundedTo(room)

    def _refresh(self) -> None:
        if self._link.alive:
            self.gone.tell("")
        elif self._link.starting:
            self.gone.tell(tr("The camera service is being started…"))
        else:
            self.gone.tell(
                tr("The camera service is not running, so calls see no picture from here."),
                tone="danger",
                action=tr("Start it"),
            )
        now = presence(self._link.status, self._link.settings)
        self._tell_trouble(now)
        status = self._link.status
        hints: list[Reason] = []
        if status is not None:
            # That there is no virtual camera is said above.
            above = status.video.sink_problem
            hints = [hint for hint in status.hints if hint != above and hint.key != "page.only"]
            hints += [told(status.preset)] if status.preset else []
        self.hint.tell(in_words(hints[0]) if hints else "")

    def _tell_trouble(self, now: Presence) -> None:
        """The status page has the way out, and says it itself."""
        text, tone = trouble(now, self._link.status)
        self.trouble.tell(text if self.page != "status" else "", tone=tone, action=tr("What to do"))

    def say(self, text: str, tone: str = "warning") -> None:
        """Shows a sentence for a few seconds."""
        self.said.tell(text, tone=tone)
        QTimer.singleShot(_SAID_MS, self, lambda: self._unsay(text))

    def _unsay(self, text: str) -> None:
        if self.said.text() == text:
            self.said.tell("")


def trouble(now: Presence, status: Status | None) -> tuple[str, str]:
    """Why the look is what it is, and the tone of a notice that says so; empty when all is well."""
    if not now.reason and status is not None and status.video.sink == PREVIEW_SINK:
        text = tr("Calls cannot select the Enhanced Camera yet: something has to be installed.")
        return text, ""
    return now.reason, "danger" if now.look == "failed" else "warning"
