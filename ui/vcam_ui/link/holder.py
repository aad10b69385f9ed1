"""Who has settings that a person may change: the daemon, or a plan that is not carried out yet."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from vcam.schema.settings import Settings


class SettingsHolder(QObject):
    """`settings` is None while nobody knows them; `changed` tells that they are others."""

    changed = Signal()
    settings: Settings | None = None

    def set(self, **changes: Any) -> None:
        """Changes settings by name."""
        raise NotImplementedError
