"""The card of rules by which presets come into force by themselves."""

from __future__ import annotations

from pydantic import ValidationError
from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QPushButton, QVBoxLayout

from vcam.schema.presets import PresetsChange, Rule
from vcam_ui import theme
from vcam_ui.link.link import DaemonLink
from vcam_ui.widgets.controls import (
    Card,
    Choice,
    Notice,
    Switch,
    button,
    come_before,
    label,
    row,
)
from vcam_ui.words.language import tr
from vcam_ui.words.presets import rule_said, said

_PROGRAMS = ("zoom", "teams", "firefox", "chrome", "obs", "discord")
_WIDTH = 190


class PresetsCard(Card):
    """Shows the rules of the daemon, takes one away and adds one."""

    def __init__(self, link: DaemonLink) -> None:
        super().__init__(tr("Presets by themselves"))
        self._link = link
        self._adding: Rule | None = None
        self._rules = QVBoxLayout()
        self._rules.setSpacing(theme.GAP)
        self._removing: list[QPushButton] = []
        self.preset = Choice()
        self.program = self._line(tr("for example {name}").format(name="zoom"))
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.program.setCompleter(completer)
        self.microphone = self._line(tr("any"))
        self.between = self._line("22:00-07:00")
        self.battery = Switch(tr("While this computer runs on its battery"))
        self.notice = Notice()
        self.add_rule = button(tr("Add this rule"))
        self.add_rule.clicked.connect(self._add)
        note = tr("While all of a rule holds, its preset is in force; then all is as it was.")
        self.add(label(note, tone="muted", wrap=True), self._rules)
        for title, control in (
            (tr("Preset"), self.preset),
            (tr("While this program uses the camera or the microphone"), self.program),
            (tr("While this microphone is heard"), self.microphone),
            (tr("At this time of day"), self.between),
        ):
            control.setFixedWidth(_WIDTH)
            control.setAccessibleName(title)
            self.add(row(title, control))
        self.add(row(self.battery.accessibleName(), self.battery), self.notice)
        self.column.addWidget(self.add_rule, 0, Qt.AlignmentFlag.AlignLeft)
        link.presets_changed.connect(self._refresh)
        link.changed.connect(self._suggest)
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._link.ask_presets()

    def _line(self, example: str) -> QLineEdit:
        line = QLineEdit()
        line.setPlaceholderText(example)
        line.setClearButtonEnabled(True)
        line.returnPressed.connect(self._add)
        return line

    def _refresh(self) -> None:
        focused = [one is self.window().focusWidget() for one in self._removing]
        while (item := self._rules.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._removing = []
        presets = self._link.presets
        self.setEnabled(presets is not None)
        if presets is None:
            return
        for rule in presets.rules:
            remove = button(tr("Remove"))
            text = rule_said(rule)
            remove.setAccessibleName(tr("Remove {name}").format(name=text))
            remove.clicked.connect(lambda _=False, rule=rule: self._remove(rule))
            self._rules.addWidget(row(text, remove))
            self._removing.append(remove)
        come_before(self.preset, *self._removing)
        if any(focused):
            [*self._removing[focused.index(True) :], self.preset][0].setFocus()
        chosen = self.preset.currentData()
        self.preset.clear()
        for name in presets.names:
            self.preset.addItem(said(name), name)
        self.preset.setCurrentIndex(max(0, self.preset.findData(chosen)))
        self._clear_added()

    def _suggest(self) -> None:
        """The programs that are there come first."""
        status = self._link.status
        readers = {*status.video.readers, *status.audio.readers} if status else set()
        names = [*sorted(readers), *_PROGRAMS]
        if names != self._names.stringList():
            self._names.setStringList(names)

    def _add(self) -> None:
        try:
            rule = Rule(
                preset=self.preset.currentData(),
                program=self.program.text().strip(),
                microphone=self.microphone.text().strip(),
                between=self.between.text().strip(),
                battery=self.battery.isChecked(),
            )
        except ValidationError:
            wrong = self.between.text().strip()
            self.notice.tell(
                tr("{text} is no time of day like 22:00-07:00.").format(text=wrong)
                if wrong
                else tr("Name a program, a microphone or a time of day, or choose the battery."),
                tone="warning",
            )
            return
        self.notice.tell("")
        self._adding = rule
        self._link.change_presets(PresetsChange(add=(rule,)))
        self._clear_added()

    def _clear_added(self) -> None:
        """Empties the lines once the daemon has the rule in them; it may refuse it."""
        presets = self._link.presets
        if presets is None or self._adding not in presets.rules:
            return
        self._adding = None
        for line in (self.program, self.microphone, self.between):
            line.clear()
        self.battery.setChecked(False)

    def _remove(self, rule: Rule) -> None:
        self._link.change_presets(PresetsChange(drop=(rule,)))
