"""Controls tied to a setting: they show what the daemon has, and send what a person changes."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QComboBox, QSizePolicy

from vcam_ui.link.link import DaemonLink
from vcam_ui.widgets.controls import Choice, PercentSlider, Switch


class SettingSwitch(Switch):
    """A setting with two values; `on` and `off` are what is sent."""

    def __init__(
        self, link: DaemonLink, key: str, name: str, *, on: Any = True, off: Any = False
    ) -> None:
        super().__init__(name)
        self._link, self._key, self._off = link, key, off
        self.clicked.connect(lambda checked: link.set(**{key: on if checked else off}))
        link.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        settings = self._link.settings
        self.setEnabled(settings is not None)
        if settings is not None:
            self.setChecked(getattr(settings, self._key) != self._off)


class SettingSlider(PercentSlider):
    """A setting from 0 to 100, sent while the hand moves; usable while `needs` holds."""

    def __init__(
        self, link: DaemonLink, key: str, name: str, *, needs: dict[str, Any] | None = None
    ) -> None:
        super().__init__(name)
        self._link, self._key, self._needs = link, key, needs or {}
        self.chosen.connect(lambda value: link.set(**{key: value}))
        link.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        settings = self._link.settings
        needs = self._needs.items()
        self.setEnabled(
            settings is not None and all(getattr(settings, key) == value for key, value in needs)
        )
        if settings is not None:
            self.show_value(getattr(settings, self._key))


class SettingChoice(Choice):
    """One of several named groups of settings; a group no entry matches is shown as `other`."""

    def __init__(
        self, link: DaemonLink, name: str, entries: list[tuple[str, dict[str, Any]]], other: str
    ) -> None:
        super().__init__()
        self._link, self._entries, self._other = link, entries, other
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for text, _ in entries:
            self.addItem(text)
        self.activated.connect(self._on_activated)
        link.changed.connect(self._refresh)
        self._refresh()

    def _on_activated(self, index: int) -> None:
        if index < len(self._entries):
            self._link.set(**self._entries[index][1])

    def _refresh(self) -> None:
        settings = self._link.settings
        self.setEnabled(settings is not None)
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
