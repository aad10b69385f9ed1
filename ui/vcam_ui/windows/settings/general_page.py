"""The general page: quality, start with the desktop, language, rules of presets, keys."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vcam.schema.declaration import GROUPS
from vcam.schema.errors import VcamError
from vcam_ui.desktop import autostart
from vcam_ui.desktop.preferences import LANGUAGES, Preferences
from vcam_ui.hotkeys.shortcuts import Shortcuts
from vcam_ui.link.link import DaemonLink
from vcam_ui.widgets.controls import Card, Choice, Notice, Switch, button, label, row, scrolled
from vcam_ui.widgets.setting_controls import SettingChoice
from vcam_ui.windows.settings.presets_card import PresetsCard
from vcam_ui.windows.settings.shortcuts_card import ShortcutsCard
from vcam_ui.words.language import tr
from vcam_ui.words.reasons import in_words


class GeneralPage(QWidget):
    """`language_chosen` carries a code of LANGUAGES; the others ask for a window."""

    language_chosen = Signal(str)
    first_steps_wanted = Signal()
    recordings_wanted = Signal()
    enhance_wanted = Signal()

    def __init__(self, link: DaemonLink, preferences: Preferences, shortcuts: Shortcuts) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(
            scrolled(
                _quality(link),
                self._recordings(),
                self._start(preferences),
                PresetsCard(link),
                ShortcutsCard(link, shortcuts),
            )
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Once the page is there, for systemd may keep one waiting.
        QTimer.singleShot(0, self, self._ask_autostart)

    def _ask_autostart(self) -> None:
        self.autostart.setChecked(autostart.enabled())

    def _recordings(self) -> Card:
        card = Card(tr("Recordings"))
        show = button(tr("Show"))
        show.setAccessibleName(tr("Show the recordings"))
        show.clicked.connect(self.recordings_wanted)
        choose = button(tr("Choose…"))
        choose.setAccessibleName(tr("Enhance a recording"))
        choose.clicked.connect(self.enhance_wanted)
        card.add(
            row(tr("Your recordings"), show, tr("Play, search and enhance them.")),
            row(
                tr("Enhance a recording"),
                choose,
                tr("Cleans up the sound and the picture of files you have."),
            ),
        )
        return card

    def _start(self, preferences: Preferences) -> Card:
        card = Card(tr("This program"))
        self.autostart = Switch(tr("Start with the desktop"))
        self.autostart.clicked.connect(self._on_autostart)
        self._refusal = Notice()
        self.language = Choice()
        for code, name in LANGUAGES.items():
            self.language.addItem(name or tr("The system's language"), code)
        self.language.setCurrentIndex(self.language.findData(preferences.language))
        self.language.activated.connect(
            lambda index: self.language_chosen.emit(self.language.itemData(index))
        )
        self.language.setAccessibleName(tr("Language"))
        steps = button(tr("Show"))
        steps.setAccessibleName(tr("Show the first steps"))
        steps.clicked.connect(self.first_steps_wanted)
        card.add(
            row(
                tr("Start with the desktop"),
                self.autostart,
                tr("The camera and the microphone are there before your first call."),
            ),
            self._refusal,
            row(tr("Language"), self.language),
            row(tr("First steps"), steps, tr("Choosing devices, and how to use them in a call.")),
        )
        return card

    def _on_autostart(self, on: bool) -> None:
        try:
            autostart.enable(on)
            self._refusal.tell("")
        except VcamError as error:
            self._refusal.tell(in_words(error.reason), tone="warning")
        self._ask_autostart()


def _quality(link: DaemonLink) -> Card:
    card = Card(tr(GROUPS["quality"]))
    sizes = [
        (tr("Saves power: 640 × 360, 15 a second"), 640, 360, 15),
        (tr("Balanced: 1280 × 720, 30 a second"), 1280, 720, 30),
        (tr("Sharp: 1920 × 1080, 30 a second"), 1920, 1080, 30),
    ]
    choice = SettingChoice(
        link,
        tr(GROUPS["quality"]),
        [(text, {"width": w, "height": h, "fps": fps}) for text, w, h, fps in sizes],
        other=tr("{width} × {height}, {fps} a second"),
    )
    note = tr("A call that is running may have to select the camera again after a change.")
    choice.setAccessibleDescription(note)
    card.add_named(choice)
    card.add(label(note, tone="muted", wrap=True))
    return card
