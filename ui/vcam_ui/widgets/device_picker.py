"""A drop-down of cameras or microphones that follows what is plugged in, even while it is open."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy

from vcam.client import chosen_file
from vcam.schema.status import Status
from vcam_ui.link.link import DaemonLink
from vcam_ui.widgets.controls import Choice
from vcam_ui.words.language import tr

Kind = Literal["camera", "microphone"]

_GONE = ("unknown", "absent", "unplugged", "gone", "stand_in")
"""The reasons, after the kind and a dot, for which what was chosen gives nothing."""


class DevicePicker(Choice):
    """Shows the setting `kind` and changes it."""

    def __init__(self, link: DaemonLink, kind: Kind) -> None:
        super().__init__()
        self._link = link
        self._kind: Kind = kind
        self.setAccessibleName(tr("Camera") if kind == "camera" else tr("Microphone"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(14)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.activated.connect(self._on_activated)
        link.changed.connect(self._refresh)
        link.devices_changed.connect(self._refresh)
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._link.watch_devices(self, True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._link.watch_devices(self, False)

    def showPopup(self) -> None:
        self._link.watch_devices(self, True, closely=True)
        super().showPopup()

    def hidePopup(self) -> None:
        super().hidePopup()
        self._link.watch_devices(self, self.isVisible())

    def choices(self) -> list[tuple[str, str]]:
        """(value of the setting, name a person knows) of every entry there should be."""
        devices = self._link.devices
        found = []
        if devices is not None:
            found = devices.cameras if self._kind == "camera" else devices.microphones
        default = next((d.name for d in found if d.default), "")
        automatic = tr("Automatic ({name})").format(name=default) if default else tr("Automatic")
        entries = [("auto", automatic)]
        entries += [(device.choice, device.name) for device in found]
        entries.append(("demo", tr("Demo picture") if self._kind == "camera" else tr("Demo voice")))
        current = self._current()
        if current and current not in [value for value, _ in entries]:
            entries.insert(1, (current, self._called(current)))
        return entries

    def _called(self, choice: str) -> str:
        """What is chosen and not listed: a part of a name, a number, a file, or what is gone."""
        status = self._link.status or Status()
        side = status.video if self._kind == "camera" else status.audio
        keys = {reason.key for reason in side.reasons}
        if not keys.isdisjoint(f"{self._kind}.{what}" for what in _GONE):
            return tr("{name} (not connected)").format(name=choice)
        if file := chosen_file(choice):
            return file.name
        return side.source or choice

    def _current(self) -> str:
        settings = self._link.settings
        return str(getattr(settings, self._kind)) if settings is not None else ""

    def _refresh(self) -> None:
        # Entries are changed one by one, so that an open list stays open and keeps its place.
        self.setEnabled(self._link.settings is not None)
        wanted = self.choices()
        values = [value for value, _ in wanted]
        for i in reversed(range(self.count())):
            if self.itemData(i) not in values:
                self.removeItem(i)
        for i, (value, name) in enumerate(wanted):
            at = self.findData(value)
            if at < 0:
                self.insertItem(i, name, value)
                self.setItemData(i, name, Qt.ItemDataRole.ToolTipRole)
            elif self.itemText(at) != name:
                self.setItemText(at, name)
        if not self.view().isVisible():
            self.setCurrentIndex(self.findData(self._current()))

    def _on_activated(self, index: int) -> None:
        value = self.itemData(index)
        if value != self._current():
            self._link.set(**{self._kind: value})
