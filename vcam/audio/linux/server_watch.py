"""Keeps a device of ours on the Linux sound server alive, and a view of the server current."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from vcam.audio.linux import our_devices, strays
from vcam.audio.linux.connection import ServerGone, connected
from vcam.audio.linux.our_devices import OurDevice
from vcam.audio.linux.server_view import ServerView, look
from vcam.audio.linux.told_latency import Told
from vcam.schema.reasons import Reason

if TYPE_CHECKING:
    from pulsectl import Pulse

_TIMEOUT = 4.0


class ServerWatch(Thread):
    """Keeps a device of ours alive and a view of the server current, by the server's own events.

    `view` is None while no server answers; `ever` tells that one did. `changed` is called from
    this thread after each new view. `latency` is how many seconds late the sound of our source is:
    who knows it sets it, and the server is told. `stop()` ends it and, when asked, removes the
    devices.
    """

    def __init__(self, changed: Callable[[], None], device: OurDevice) -> None:
        super().__init__(name="sound-server", daemon=True)
        self.view: ServerView | None = None
        self.why = Reason.of("server.no_answer")
        self.ever = False
        self.latency = 0.0
        self._changed = changed
        self._device = device
        self._stopping = Event()
        self._remove = False

    def run(self) -> None:
        pause = 0.2
        while not self._stopping.is_set():
            try:
                with connected() as pulse:
                    our_devices.ensure(pulse, self._device)
                    pause = 0.2
                    self._follow(pulse)
                    if self._remove:
                        our_devices.remove(pulse, self._device)
            except ServerGone as gone:
                self.why = gone.reason
            self.view = None
            self._changed()
            self._stopping.wait(pause)
            pause = min(pause * 1.5, 2.0)

    def stop(self, *, remove: bool) -> None:
        self._remove = remove
        self._stopping.set()
        if self.is_alive():
            self.join(timeout=_TIMEOUT)

    def _follow(self, pulse: Pulse) -> None:
        import pulsectl

        pending = [True]

        def heard(_event: Any) -> None:
            pending[0] = True
            raise pulsectl.PulseLoopStop

        pulse.event_mask_set("source", "sink", "source_output", "sink_input", "server")
        pulse.event_callback_set(heard)
        told = Told()
        while not self._stopping.is_set():
            if pending[0]:
                pending[0] = False
                view = look(pulse, self._device)
                if view.devices != "present":
                    our_devices.ensure(pulse, self._device)
                    view = look(pulse, self._device)
                if view.feed_touched:
                    our_devices.make_plain(pulse)
                if view.strays or view.kept_out:
                    strays.keep_out(pulse, view.strays, view.output.sink if view.output else None)
                if view != self.view:
                    self.view, self.ever = view, True
                    self._changed()
            told = told.then(self.view.node if self.view else None, self.latency)
            pulse.event_listen(timeout=0.25)
