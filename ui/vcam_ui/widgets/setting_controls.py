"""Controls tied to a setting: they show what its holder has, and send what a person changes.

What a setting is called, what it may be and when it counts is in its declaration.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from vcam.schema.declaration import Declared, Group
from vcam.schema.settings import SETTINGS
from vcam_ui.link.holder import SettingsHolder
from vcam_ui.widgets.controls import Choice, Slider, Switch, row, slider_row
from vcam_ui.words.language import tr


class SettingSwitch(Switch):
    """A setting that is on or off."""

    def __init__(self, holder: SettingsHolder, key: str) -> None:
        one = SETTINGS[key]
        super().__init__(tr(one.title))
        self._holder, self._declared = holder, one
        off, on = one.states or (False, True)
        self._off = off
        self.clicked.connect(lambda checked: holder.set(**{key: on if checked else off}))
        holder.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        settings = self._holder.settings
        self.setEnabled(settings is not None and self._declared.counts(settings))
        if settings is not None:
            self.setChecked(getattr(settings, self._declared.key) != self._off)


class SettingSlider(Slider):
    """A number, sent while the hand moves."""

    def __init__(self, holder: SettingsHolder, key: str) -> None:
        one = SETTINGS[key]
        super().__init__(tr(one.title), one.low or 0, one.high or 100, one.unit)
        self._holder, self._declared = holder, one
        self.chosen.connect(lambda value: holder.set(**{key: value}))
        holder.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        settings = self._holder.settings
        self.setEnabled(settings is not None and self._declared.counts(settings))
        if settings is not None:
            self.show_value(getattr(settings, self._declared.key))


def setting_row(holder: SettingsHolder, key: str) -> QWidget:
    """The line of a setting that is on or off, a number, or one of several words."""
    one = SETTINGS[key]
    if one.states is not None:
        return row(tr(one.title), SettingSwitch(holder, key), tr(one.help))
    if one.names:
        entries = [(tr(name), {key: value}) for value, name in one.names.items()]
        choice = SettingChoice(holder, tr(one.title), entries, other="")
        return row(tr(one.title), choice, tr(one.help))
    return slider_row(tr(one.title), SettingSlider(holder, key), tr(one.help))


def setting_rows(
    holder: SettingsHolder, group: Group, among: Mapping[str, Declared] = SETTINGS
) -> list[QWidget]:
    """The lines of a group, but for what needs a control of its own."""
    return [
        setting_row(holder, one.key)
        for one in among.values()
        if one.group == group and (one.states is not None or one.type is int or one.names)
    ]


class SettingChoice(Choice):
    """One of several named groups of settings; a group no entry matches is shown as `other`."""

    def __init__(
        self,
        holder: SettingsHolder,
        name: str,
        entries: list[tuple[str, dict[str, Any]]],
        other: str,
    ) -> None:
        super().__init__()
        self._holder, self._entries, self._other = holder, entries, other
        self._declared = [SETTINGS[key] for key in entries[0][1]]
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        # Qt counts in capital letters.
        self.setMinimumContentsLength(min(12, round(0.85 * max(len(text) for text, _ in entries))))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.addItems([text for text, _ in entries])
        self.activated.connect(self._on_activated)
        holder.changed.connect(self._refresh)
        self._refresh()

    def offer(self, entries: list[tuple[str, dict[str, Any]]]) -> None:
        """Has these entries from now on; an open list stays as it is."""
        if entries != self._entries and not self.view().isVisible():
            self._entries = entries
            self.clear()
            self.addItems([text for text, _ in entries])
            self._refresh()

    def _on_activated(self, index: int) -> None:
        if index < len(self._entries):
            self._holder.set(**self._entries[index][1])

    def _refresh(self) -> None:
        settings = self._holder.settings
        self.setEnabled(
            settings is not None and all(one.counts(settings) for one in self._declared)
        )
        if settings is None or self.view().isVisible():
            return
        for i, (_, values) in enumerate(self._entries):
            if all(getattr(settings, key) == value for key, value in values.items()):
                if self.count() > len(self._entries):
                    self.removeItem(len(self._entries))
                self.setCurrentIndex(i)
                return
        if self.count() == len(self._entries):
            self.addItem("")
        self.setItemText(len(self._entries), self._other.format(**settings.model_dump()))
        self.setCurrentIndex(len(self._entries))
