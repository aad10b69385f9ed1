"""What a person chose for recordings, before it is carried out."""

from __future__ import annotations

from typing import Any

from vcam.schema.recordings import for_recordings
from vcam.schema.reference import shown
from vcam.schema.settings import Settings
from vcam_ui.link.holder import SettingsHolder


class Plan(SettingsHolder):
    """The settings for recordings; those that were not chosen follow the others."""

    settings: Settings

    def __init__(self) -> None:
        super().__init__()
        self._chosen: dict[str, Any] = {}
        self.settings = for_recordings()

    def set(self, **changes: Any) -> None:
        self._chosen |= changes
        self.settings = for_recordings(**self._chosen)
        self.changed.emit()

    def words(self) -> list[str]:
        """What was chosen, as options of `vcam enhance`."""
        return [
            word
            for key, value in self._chosen.items()
            for word in ("--set", f"{key}={shown(value)}")
        ]
