"""Keys that count while they are held: push-to-talk and push-to-mute."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from vcam.schema.held import HeldKey
from vcam_ui.hotkeys.contract import HELD
from vcam_ui.link.link import DaemonLink

_AGAIN_MS = 500
"""Well below the two seconds for which the daemon believes that a key is held."""


class Holding(QObject):
    """Tells the daemon of it, and again and again while it lasts."""

    def __init__(self, link: DaemonLink) -> None:
        super().__init__()
        self._link = link
        self._down: set[HeldKey] = set()
        self._again = QTimer(self, interval=_AGAIN_MS)
        self._again.timeout.connect(self._tell)

    def press(self, key: HeldKey) -> None:
        self._down.add(key)
        self._again.start()
        self._tell()

    def release(self, *keys: HeldKey) -> None:
        """Those that are not held stay so."""
        if self._down.isdisjoint(keys):
            return
        self._down.difference_update(keys)
        if not self._down:
            self._again.stop()
        self._tell()

    def release_all(self) -> None:
        self.release(*HELD)

    def _tell(self) -> None:
        """Of two the one that is silent counts."""
        self._link.hold("cough" if "cough" in self._down else "talk" if self._down else None)
