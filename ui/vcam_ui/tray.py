"""The tray icon and its menu: the true state at a glance, everything that matters in one click."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from vcam.schema.settings import SETTINGS
from vcam.schema.status import RecordStatus
from vcam_ui import icons, theme
from vcam_ui.desktop import pictures
from vcam_ui.link.link import DaemonLink
from vcam_ui.preset_menu import PresetMenu
from vcam_ui.widgets.gallery import is_picture
from vcam_ui.windows.enhance.job import EnhanceRunner
from vcam_ui.words.language import tr
from vcam_ui.words.presence import Presence, presence
from vcam_ui.words.reasons import in_words
from vcam_ui.words.record_news import clock

RECENT = 5
"""How many pictures the menu offers."""


class Tray(QObject):
    """What is wanted of the program comes as signals."""

    settings_wanted = Signal()
    picture_wanted = Signal()
    enhance_wanted = Signal()
    recordings_wanted = Signal()
    quit_wanted = Signal()

    def __init__(
        self, link: DaemonLink, enhancer: EnhanceRunner, *, where: Path | None = None
    ) -> None:
        super().__init__()
        self._link = link
        self._enhancer = enhancer
        self._where = where
        self._shown: Presence | None = None
        self._dark: bool | None = None
        self._was_alive = False
        self._told_unheard = False
        self._when_clicked: Callable[[], None] = self.settings_wanted.emit
        self.menu = QMenu()
        self._toggles: list[QAction] = []
        self.headline = self.menu.addAction("")
        self.headline.setEnabled(False)
        self.restart = self.menu.addAction(tr("Start the camera service"))
        self.restart.triggered.connect(link.start_daemon)
        self.menu.addSeparator()
        self.background = self.menu.addMenu(tr(SETTINGS["background"].title))
        self._backgrounds = QActionGroup(self)
        self.presets = PresetMenu(link, self.menu)
        self.brightness = self._toggle("brightness")
        self.denoise = self._toggle("denoise")
        self.lips = self._toggle("lips")
        self.speaker = self._toggle("speaker")
        self.menu.addSeparator()
        self.bypass = self._toggle("bypass")
        self.pause = self._toggle("pause")
        self.mute = self._toggle("mute")
        self.away = self._toggle("away")
        self.menu.addSeparator()
        self.record = self._toggle("record")
        self.recordings = self.menu.addAction(tr("Recordings…"))
        self.recordings.triggered.connect(self.recordings_wanted)
        self.enhance = self.menu.addAction("")
        self.enhance.triggered.connect(self.enhance_wanted)
        enhancer.changed.connect(self._show_enhancing)
        self._show_enhancing()
        self.menu.addSeparator()
        self.menu.addAction(tr("Settings…")).triggered.connect(self.settings_wanted)
        self.menu.addAction(tr("Quit")).triggered.connect(self.quit_wanted)
        self.menu.aboutToShow.connect(self._fill_backgrounds)
        self._fill_backgrounds()

        self.icon = QSystemTrayIcon()
        self.icon.setContextMenu(self.menu)
        if sys.platform != "darwin":  # there it is told when the menu opens, too
            self.icon.activated.connect(self._on_activated)
        self.icon.messageClicked.connect(lambda: self._when_clicked())
        link.changed.connect(self._refresh)
        self._refresh()

    @staticmethod
    def possible() -> bool:
        """Whether the desktop shows tray icons at present."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def tell(self, title: str, text: str, when_clicked: Callable[[], None]) -> None:
        """A notification of the desktop."""
        self._when_clicked = when_clicked
        self.icon.showMessage(title, text, icons.app_icon())

    def show(self) -> None:
        self.icon.show()

    def hide(self) -> None:
        self.icon.hide()

    def _toggle(self, key: str) -> QAction:
        off, on = SETTINGS[key].states or (False, True)
        action = self.menu.addAction(tr(SETTINGS[key].title))
        action.setCheckable(True)
        action.setData((key, off))
        self._toggles.append(action)
        action.triggered.connect(lambda yes: self._link.set(**{key: on if yes else off}))
        return action

    def _show_enhancing(self) -> None:
        percent = int(100 * self._enhancer.part)
        going_on = tr("Enhancing: {percent} %").format(percent=percent)
        self.enhance.setText(going_on if self._enhancer.busy else tr("Enhance a recording…"))

    def _fill_backgrounds(self) -> None:
        self.background.clear()
        for action in self._backgrounds.actions():
            self._backgrounds.removeAction(action)
        self._add_background("none", tr("None"))
        self._add_background("blur", tr("Blur"))
        self.background.addSeparator()
        settings = self._link.settings
        current = settings.background if settings else ""
        recent = pictures.collected(self._where)[:RECENT]
        if is_picture(current) and Path(current) not in recent:
            recent.insert(0, Path(current))
        if current.startswith("#"):
            self._add_background(current, tr("Colour {code}").format(code=current))
        for path in recent:
            self._add_background(str(path), path.stem[:40].replace("&", "&&"))
        self.background.addAction(tr("Choose a picture…")).triggered.connect(self.picture_wanted)
        self._mark_background()

    def _add_background(self, value: str, text: str) -> None:
        action = self.background.addAction(text)
        action.setCheckable(True)
        action.setData(value)
        self._backgrounds.addAction(action)
        action.triggered.connect(lambda: self._choose_background(value))

    def _choose_background(self, value: str) -> None:
        pictures.mark_used(Path(value))
        self._link.set(background=value)

    def _mark_background(self) -> None:
        settings = self._link.settings
        for action in self._backgrounds.actions():
            action.setChecked(settings is not None and action.data() == settings.background)

    def _refresh(self) -> None:
        settings, alive = self._link.settings, self._link.alive
        for action in self._toggles:
            key, off = action.data()
            action.setEnabled(settings is not None)
            action.setChecked(settings is not None and getattr(settings, key) != off)
        record = self._link.status.record if self._link.status else RecordStatus()
        going_on = tr("Recording: {time}").format(time=clock(record.seconds))
        recording = record.state == "recording"
        self.record.setText(going_on if recording else tr(SETTINGS["record"].title))
        self.background.setEnabled(settings is not None)
        self.restart.setVisible(not alive)
        self._mark_background()
        now = presence(self._link.status, settings)
        if now != self._shown or theme.is_dark() != self._dark:
            self._dark = theme.is_dark()
            self._shown = now
            self.headline.setText(now.headline.replace("&", "&&"))
            self.icon.setIcon(icons.tray_icon(now.look, on_dark=self._dark))
        tooltip = f"{now.tooltip}\n{going_on}" if recording else now.tooltip
        if tooltip != self.icon.toolTip():
            self.icon.setToolTip(tooltip)
        if self._was_alive and not alive:
            self.tell(
                tr("Enhanced Camera has stopped"),
                tr("Click to start it again."),
                self._link.start_daemon,
            )
        self._was_alive = alive
        self._tell_unheard()

    def _tell_unheard(self) -> None:
        """Once in each mute: who speaks in a call has no window of ours in sight."""
        settings, status = self._link.settings, self._link.status
        if settings is None or not (settings.mute or settings.away):
            self._told_unheard = False
            return
        hints = status.hints if status else []
        hint = next((hint for hint in hints if hint.key == "mute.unheard"), None)
        if hint is not None and not self._told_unheard:
            self._told_unheard = True
            self.tell(tr("Microphone muted"), in_words(hint), self.settings_wanted.emit)

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (
            QSystemTrayIcon.ActivationReason.Trigger,
            QSystemTrayIcon.ActivationReason.DoubleClick,
        ):
            self.settings_wanted.emit()
