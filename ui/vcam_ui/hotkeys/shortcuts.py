"""The keys a person chose for every program: kept, asked for, obeyed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from vcam.schema.errors import VcamError
from vcam_ui.desktop.preferences import Preferences
from vcam_ui.hotkeys.contract import (
    HELD,
    KEYS,
    PRESET,
    Combination,
    Hotkeys,
    says,
    shown,
)
from vcam_ui.hotkeys.holding import Holding
from vcam_ui.link.link import DaemonLink


class Shortcuts(QObject):
    """`refused` carries a sentence; the keys chosen stay chosen."""

    refused = Signal(str)

    def __init__(self, link: DaemonLink, preferences: Preferences, hotkeys: Hotkeys | None) -> None:
        super().__init__()
        self._link, self._preferences, self._hotkeys = link, preferences, hotkeys
        self._holding = Holding(link)
        if hotkeys is not None:
            hotkeys.pressed.connect(self._press)
            hotkeys.released.connect(self._release)
            hotkeys.refused.connect(self.refused)
            link.presets_changed.connect(self._grab)
            self._grab()

    @property
    def names(self) -> tuple[str, ...]:
        """All that can have a key: `KEYS`, and the presets once they are known."""
        presets = self._link.presets
        return (*KEYS, *(PRESET + name for name in (presets.names if presets else ())))

    @property
    def possible(self) -> bool:
        """Whether this desktop gives keys to programs."""
        return self._hotkeys is not None

    def chosen(self, name: str) -> str:
        """Qt's portable text for one of `names`; empty when there is none."""
        return self._preferences.hotkey(name)

    def choose(self, name: str, text: str) -> None:
        """Keeps and asks for other keys; empty gives them up.

        Raises VcamError for unfit ones and for those that another name has.
        """
        if text:
            wanted = Combination.parse(text)
            for other, combination in self._combinations().items():
                if combination == wanted and other != name:
                    raise VcamError("keys.taken", keys=shown(wanted), what=says(other))
        self._preferences.set_hotkey(name, text)
        self._grab()

    def close(self) -> None:
        self._holding.release_all()
        if self._hotkeys is not None:
            self._hotkeys.close()
            self._hotkeys = None  # presets that go with the daemon ask for no keys any more

    def _grab(self) -> None:
        if self._hotkeys is None:
            return
        self._holding.release_all()
        self._hotkeys.grab(self._combinations())

    def _combinations(self) -> dict[str, Combination]:
        found = {}
        for name in self.names:
            try:
                found[name] = Combination.parse(self.chosen(name))
            except VcamError:
                continue  # none chosen
        return found

    def _press(self, name: str) -> None:
        if name in HELD:
            self._holding.press(name)
        elif name.startswith(PRESET):
            presets = self._link.presets
            values = presets.values(name.removeprefix(PRESET)) if presets else None
            self._link.set(**(values or {}))
        elif (settings := self._link.settings) is not None:
            self._link.set(**{name: not getattr(settings, name)})

    def _release(self, name: str) -> None:
        if name in HELD:
            self._holding.release(name)
