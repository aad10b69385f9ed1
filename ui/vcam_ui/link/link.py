"""What the windows know of the daemon, kept true: status, settings, devices."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from vcam.client import Devices
from vcam.schema.held import HeldKey
from vcam.schema.presets import Presets, PresetsChange
from vcam.schema.reasons import Reason
from vcam.schema.settings import Settings
from vcam.schema.status import Status
from vcam_ui.desktop import behind
from vcam_ui.link.channel import Channel
from vcam_ui.link.holder import SettingsHolder
from vcam_ui.words.language import tr
from vcam_ui.words.reasons import in_words

CALM_MS = 1000
LIVELY_MS = 120
DEVICES_MS = 10_000
OPEN_DEVICES_MS = 2000
"""While a list of them is open."""

DEVICES_PATIENCE_S = 30.0
"""Drivers take their time to be listed."""

AWAKE_MS = 2500
"""Below the few seconds for which the daemon keeps its devices awake after a look at them."""

log = logging.getLogger(__name__)


class DaemonLink(SettingsHolder):
    """The daemon as seen from the windows.

    `changed` tells that status or settings are new, or that the daemon came or went. `status`,
    `settings`, `presets` and `devices` are None until the daemon told them and again when it is
    gone. A change made here is shown at once and taken back when the daemon refuses it.
    """

    devices_changed = Signal()
    presets_changed = Signal()
    said = Signal(str)
    """A sentence for the user: a refused change, or why the daemon could not be started."""
    _not_started = Signal(str)

    def __init__(self, parent: QObject | None = None, *, address: str | None = None) -> None:
        super().__init__(parent)
        self.status: Status | None = None
        self.settings: Settings | None = None
        self.presets: Presets | None = None
        self.devices: Devices | None = None
        self._quick = Channel(self, address=address)
        self._slow = Channel(self, address=address, patience_s=DEVICES_PATIENCE_S)
        self._unsent: dict[str, Any] = {}
        self._in_flight: dict[str, Any] = {}
        self._lively: set[QObject] = set()
        self._watching_devices: set[QObject] = set()
        self._quick.opened.connect(self._poll)
        self._quick.opened.connect(self.ask_presets)
        self._quick.lost.connect(self._on_lost)
        self._poll_timer = QTimer(self, interval=CALM_MS)
        self._poll_timer.timeout.connect(self._poll)
        self._devices_timer = QTimer(self, interval=DEVICES_MS)
        self._devices_timer.timeout.connect(self._ask_devices)
        self._awake_timer = QTimer(self, interval=AWAKE_MS)
        self._awake_timer.timeout.connect(self._keep_awake)
        self.starting = False
        """Whether a daemon was started that does not answer yet."""
        self._starting_timer = QTimer(self, singleShot=True, interval=int(1000 * behind.EARLY_S))
        self._starting_timer.timeout.connect(self._give_up_starting)
        self._not_started.connect(self._on_not_started)
        self._slow.opened.connect(self._ask_devices)
        self._quick.opened.connect(self._keep_awake)

    @property
    def alive(self) -> bool:
        """Whether the daemon answers."""
        return self.status is not None

    @property
    def unsettled(self) -> bool:
        """Whether a change has not been confirmed yet."""
        return bool(self._unsent or self._in_flight)

    def open(self) -> None:
        self._quick.open()
        self._slow.open()
        self._poll_timer.start()

    def close(self) -> None:
        self._poll_timer.stop()
        self._devices_timer.stop()
        self._awake_timer.stop()
        self._quick.close()
        self._slow.close()

    def lively(self, who: QObject, on: bool) -> None:
        """While anybody wants it, the devices are awake and the status fit for level meters."""
        (self._lively.add if on else self._lively.discard)(who)
        self._poll_timer.setInterval(LIVELY_MS if self._lively else CALM_MS)
        if not self._lively:
            self._awake_timer.stop()
        elif not self._awake_timer.isActive():
            self._awake_timer.start()
            self._keep_awake()

    def watch_devices(self, who: QObject, on: bool, *, closely: bool = False) -> None:
        """While anybody wants it, the list of devices follows what is plugged in."""
        self._devices_timer.setInterval(OPEN_DEVICES_MS if closely else DEVICES_MS)
        (self._watching_devices.add if on else self._watching_devices.discard)(who)
        if not self._watching_devices:
            self._devices_timer.stop()
        elif closely or not self._devices_timer.isActive():
            self._devices_timer.start()
            self._ask_devices()

    def set(self, **changes: Any) -> None:
        """Changes settings; of several changes in quick succession the last one counts."""
        if self.settings is None:
            return
        self._unsent.update(changes)
        self.settings = self.settings.model_copy(update=changes)
        self.changed.emit()
        self._send()

    def hold(self, key: HeldKey | None) -> None:
        """Says that a key is held, which counts for two seconds, or that none is."""
        self._quick.call("hold", {"key": key})
        if key != (self.status.held if self.status else None):
            self._poll()

    def try_out(self, then: Callable[[str], None]) -> None:
        """Begins a trial of the microphone; `then` gets the folder in which it will be."""
        self._quick.call("trial", None, then, self._refuse)

    def ask_presets(self) -> None:
        """They may have been changed from elsewhere; `presets_changed` tells of it."""
        self._quick.call("presets", None, self._on_presets)

    def change_presets(self, change: PresetsChange) -> None:
        self._quick.call("change_presets", change.model_dump(), self._on_presets, self._refuse)

    def stop_daemon(self) -> None:
        self._quick.call("stop")

    def start_daemon(self) -> None:
        """Starts a daemon of its own life: it outlives the windows."""
        log.info("starting the daemon")
        self.starting = True
        self._starting_timer.start()
        self.changed.emit()
        behind.start([sys.executable, "-m", "vcam", "run", "--headless"], self._not_started.emit)

    def _on_not_started(self, line: str) -> None:
        self._give_up_starting()
        if not self.alive:
            log.info("the daemon could not be started")
            reason = line.removeprefix("vcam: ") or tr("`vcam run` in a terminal says why.")
            said = tr("The camera service could not be started: {reason}")
            self.said.emit(said.format(reason=reason))

    def _give_up_starting(self) -> None:
        self._starting_timer.stop()
        self.starting = False
        self.changed.emit()

    def _send(self) -> None:
        if not self._unsent or self._in_flight:
            return
        self._in_flight, self._unsent = self._unsent, {}
        self._quick.call("set", self._in_flight, self._on_set, self._on_refused)

    def _on_set(self, result: dict[str, Any]) -> None:
        self._in_flight = {}
        self._take_settings(result["settings"])
        self._send()

    def _on_refused(self, reason: Reason) -> None:
        self._in_flight = {}
        self._quick.call("settings", None, self._take_settings)
        self._refuse(reason)
        self._send()

    def _refuse(self, reason: Reason) -> None:
        self.said.emit(in_words(reason))

    def _on_presets(self, result: dict[str, Any]) -> None:
        presets = Presets.model_validate(result)
        if presets != self.presets:
            self.presets = presets
            self.presets_changed.emit()

    def _poll(self) -> None:
        if self._quick.unanswered <= 1:
            self._quick.call("settings", None, self._take_settings)
            self._quick.call("status", None, self._on_status)

    def _take_settings(self, result: dict[str, Any]) -> None:
        # What the daemon says is older than a change that is still on its way.
        newest = {**self._in_flight, **self._unsent}
        settings = Settings.told(result).model_copy(update=newest)
        if settings != self.settings:
            self.settings = settings
            self.changed.emit()

    def _on_status(self, result: dict[str, Any]) -> None:
        came = self.status is None
        self.starting = False
        self.status = Status.model_validate(result)
        if came and self._watching_devices:
            self._ask_devices()
        self.changed.emit()

    def _on_lost(self) -> None:
        self._unsent, self._in_flight = {}, {}
        if self.status is not None or self.settings is not None:
            log.info("the daemon is gone")
            self.status = self.settings = self.presets = self.devices = None
            self.changed.emit()
            self.devices_changed.emit()
            self.presets_changed.emit()

    def _keep_awake(self) -> None:
        if self._lively:
            self._quick.call("preview", {"wait_s": 0})

    def _ask_devices(self) -> None:
        if self._watching_devices and not self._slow.unanswered:
            self._slow.call("devices", None, self._on_devices)

    def _on_devices(self, result: dict[str, Any]) -> None:
        devices = Devices.model_validate(result)
        if devices != self.devices:
            self.devices = devices
            self.devices_changed.emit()
