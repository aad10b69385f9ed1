"""The card on which keys are chosen that work in every program."""

from __future__ import annotations

import shlex

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QKeySequenceEdit, QLineEdit, QVBoxLayout, QWidget

from vcam.schema.errors import VcamError
from vcam_ui import theme
from vcam_ui.hotkeys.contract import HELD, PRESET, says
from vcam_ui.hotkeys.shortcuts import Shortcuts
from vcam_ui.link.link import DaemonLink
from vcam_ui.widgets.controls import Card, Notice, command_line, label, row
from vcam_ui.words.language import tr
from vcam_ui.words.reasons import in_words

_PORTABLE = QKeySequence.SequenceFormat.PortableText


class ShortcutsCard(Card):
    def __init__(self, link: DaemonLink, shortcuts: Shortcuts) -> None:
        super().__init__(tr("Keyboard shortcuts"))
        self._shortcuts = shortcuts
        self._rows = QVBoxLayout()
        self._rows.setSpacing(theme.GAP)
        self.notice = Notice()
        self.editors: dict[str, KeysEditor] = {}
        self._lines: dict[str, QWidget] = {}
        shortcuts.refused.connect(self._refuse)
        note = tr("Bind these commands to keys in the keyboard settings of your desktop.")
        if shortcuts.possible:
            note = tr("They work while any program is in front.")
        self.add(label(note, tone="muted", wrap=True), self._rows, self.notice)
        link.presets_changed.connect(self._fill)
        self._fill()

    def _fill(self) -> None:
        """A line for each that there is by now and was not yet, none for presets that are gone."""
        names = [
            name for name in self._shortcuts.names if self._shortcuts.possible or name not in HELD
        ]
        for name in [*self._lines]:
            if name not in names:
                self._lines.pop(name).deleteLater()
                self.editors.pop(name, None)
        for name in names:
            if name not in self._lines:
                control = self._editor(name) if self._shortcuts.possible else _command(name)
                self._lines[name] = row(says(name), control)
                self._rows.addWidget(self._lines[name])

    def _editor(self, name: str) -> KeysEditor:
        editor = KeysEditor(self._shortcuts.chosen(name))
        editor.setAccessibleName(says(name))
        editor.setFixedWidth(150)
        editor.chosen.connect(lambda keys: self._choose(name, keys))
        self.editors[name] = editor
        return editor

    def _choose(self, name: str, keys: str) -> None:
        self.notice.tell("")
        try:
            self._shortcuts.choose(name, keys)
        except VcamError as error:
            self._refuse(in_words(error.reason))
        self.editors[name].show_keys(self._shortcuts.chosen(name))

    def _refuse(self, sentence: str) -> None:
        self.notice.tell(sentence, tone="warning")


class KeysEditor(QKeySequenceEdit):
    """`chosen` carries one combination, Qt's portable text, once it was typed; empty when it was
    cleared, by the button or by Backspace or Delete alone."""

    chosen = Signal(str)

    def __init__(self, keys: str) -> None:
        super().__init__()
        self._shown = ""
        self.show_keys(keys)
        self.setMaximumSequenceLength(1)
        self.setClearButtonEnabled(True)
        # While it is typed the sequence is empty too, which gives up nothing yet.
        self.findChildren(QLineEdit)[0].textEdited.connect(lambda _: self.chosen.emit(""))
        self.editingFinished.connect(self._on_finished)

    def show_keys(self, keys: str) -> None:
        self._shown = keys
        self.setKeySequence(QKeySequence(keys, _PORTABLE))
        self.setAccessibleDescription(keys)  # to screen readers it has no value of its own

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alone = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if alone and event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.chosen.emit("")
        else:
            super().keyPressEvent(event)

    def _on_finished(self) -> None:
        keys = self.keySequence().toString(_PORTABLE)
        if not keys:
            self.show_keys(self._shown)
        elif keys != self._shown:
            self.chosen.emit(keys)


def _command(name: str) -> QWidget:
    """What a key of the desktop's own can be bound to."""
    if name.startswith(PRESET):
        return command_line(shlex.join(["vcam", "preset", "use", name.removeprefix(PRESET)]))
    return command_line(f"vcam set {name}=toggle")
