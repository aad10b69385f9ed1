"""The card on which keys are chosen that work in every program."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QKeySequenceEdit, QWidget

from vcam.schema.errors import VcamError
from vcam_ui.hotkeys.contract import KEYS, TURNED, says
from vcam_ui.hotkeys.shortcuts import Shortcuts
from vcam_ui.widgets.controls import Card, Notice, command_line, label, row
from vcam_ui.words.language import tr
from vcam_ui.words.reasons import in_words

_PORTABLE = QKeySequence.SequenceFormat.PortableText


class ShortcutsCard(Card):
    def __init__(self, shortcuts: Shortcuts) -> None:
        super().__init__(tr("Keyboard shortcuts"))
        self._shortcuts = shortcuts
        self.notice = Notice()
        self.editors: dict[str, QKeySequenceEdit] = {}
        shortcuts.refused.connect(self._refuse)
        note = tr("Bind these commands to keys in the keyboard settings of your desktop.")
        if shortcuts.possible:
            note = tr("They work while any program is in front.")
        self.add(label(note, tone="muted", wrap=True))
        for name in KEYS if shortcuts.possible else TURNED:
            control: QWidget = command_line(f"vcam set {name}=toggle")
            if shortcuts.possible:
                control = self._editor(name, says(name))
            self.add(row(says(name), control))
        self.add(self.notice)

    def _editor(self, name: str, text: str) -> QKeySequenceEdit:
        editor = QKeySequenceEdit(QKeySequence(self._shortcuts.chosen(name), _PORTABLE))
        editor.setMaximumSequenceLength(1)
        editor.setClearButtonEnabled(True)
        editor.setAccessibleName(text)
        editor.setFixedWidth(150)
        editor.keySequenceChanged.connect(lambda keys: self._choose(name, keys))
        self.editors[name] = editor
        return editor

    def _choose(self, name: str, keys: QKeySequence) -> None:
        self.notice.tell("")
        try:
            self._shortcuts.choose(name, keys.toString(_PORTABLE))
        except VcamError as error:
            self._refuse(in_words(error.reason))

    def _refuse(self, sentence: str) -> None:
        self.notice.tell(sentence, tone="warning")
