"""The tray's menu of presets: choose one, keep what is set now, forget one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog, QMenu, QMessageBox

from vcam.schema.presets import PresetsChange, Values, snapshot
from vcam.schema.settings import Settings
from vcam_ui import icons
from vcam_ui.link.link import DaemonLink
from vcam_ui.words.language import tr
from vcam_ui.words.presets import rule_said, said


class PresetMenu(QObject):
    """A submenu of `parent`; the one whose settings are all in force is ticked."""

    def __init__(self, link: DaemonLink, parent: QMenu) -> None:
        super().__init__(parent)
        self._link = link
        self.menu = parent.addMenu(tr("Presets"))
        self.menu.aboutToShow.connect(link.ask_presets)
        link.presets_changed.connect(self._fill)
        link.changed.connect(self._mark)
        self._fill()

    def _fill(self) -> None:
        self.menu.clear()
        presets = self._link.presets
        self.menu.setEnabled(presets is not None)
        if presets is None:
            return
        for name in presets.names:
            action = self.menu.addAction(said(name).replace("&", "&&"))
            action.setCheckable(True)
            action.setData(name)
            action.triggered.connect(lambda _=False, name=name: self._use(name))
        self.menu.addSeparator()
        self.menu.addAction(tr("Keep what is set now…")).triggered.connect(self._ask_name)
        if presets.saved:
            forget = self.menu.addMenu(tr("Forget"))
            for name in presets.saved:
                action = forget.addAction(said(name).replace("&", "&&"))
                action.triggered.connect(lambda _=False, name=name: self._ask_forget(name))
        self._mark()

    def _mark(self) -> None:
        presets, settings = self._link.presets, self._link.settings
        for action in self.menu.actions():
            if presets is not None and settings is not None and action.isCheckable():
                action.setChecked(_in_force(presets.values(action.data()) or {}, settings))

    def _use(self, name: str) -> None:
        presets = self._link.presets
        if presets is not None:
            self._link.set(**(presets.values(name) or {}))
        self._mark()

    def _ask_name(self) -> None:
        name, sure = QInputDialog.getText(None, tr("Presets"), tr("Name of the preset:"))
        name = name.strip()
        if not sure or not name:
            return
        if self._link.presets is not None and name in self._link.presets.names:
            question = tr("There is a preset {name} already. Replace it?").format(name=said(name))
            self._ask(question, tr("Replace"), lambda: self.save(name))
        else:
            self.save(name)

    def _ask_forget(self, name: str) -> None:
        rules = self._link.presets.rules if self._link.presets is not None else ()
        question = [tr("Forget the preset {name}?").format(name=said(name))]
        if its := [rule_said(rule) for rule in rules if rule.preset == name]:
            question += ["", tr("What chooses it by itself goes with it:"), *its]
        self._ask("\n".join(question), tr("Forget"), lambda: self.forget(name))

    def _ask(self, text: str, action: str, then: Callable[[], None]) -> None:
        icon, role = QMessageBox.Icon.Question, QMessageBox.ButtonRole.DestructiveRole
        question = QMessageBox(icon, tr("Presets"), text, QMessageBox.StandardButton.Cancel)
        question.setWindowIcon(icons.app_icon())
        question.addButton(action, role).clicked.connect(then)
        self._question = question
        question.setDefaultButton(QMessageBox.StandardButton.Cancel)
        question.open()

    def save(self, name: str) -> None:
        """Keeps what is set now."""
        if (settings := self._link.settings) is not None:
            self._link.change_presets(PresetsChange(save={name: snapshot(settings)}))

    def forget(self, name: str) -> None:
        self._link.change_presets(PresetsChange(forget=(name,)))


def _in_force(values: Values, settings: Settings) -> bool:
    return all(getattr(settings, key) == value for key, value in values.items())
