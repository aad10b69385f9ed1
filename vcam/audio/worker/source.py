"""Keeps the wanted microphone open: notices its loss, makes do meanwhile, returns to it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Thread

from vcam.audio.capture.contract import Captured, Microphone, MicrophoneChoice, MicrophoneError
from vcam.audio.capture.registry import open_microphone, resolve_microphone
from vcam.audio.system import SystemView
from vcam.names import AUTO, DEMO
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason
from vcam.troubles import Troubles

_RETRY = (0.1, 2.0)  # seconds between attempts, first and longest
_SILENT = 1000  # blocks of digital silence: noise gates make some seconds of it between two words
_PLAYED = ("file", "speaker", "cable", DEMO)  # what is silent in these is meant to be

Opener = Callable[[MicrophoneChoice], Microphone]
Resolver = Callable[[str, SystemView | None], MicrophoneChoice]

log = logging.getLogger(__name__)


class SoundSource:
    """The microphone as the worker sees it: it may come and go, and be another one after a while.

    `read`, `rest` and `close` belong to the sound's thread; any may `reopen`, `abort` and ask. What
    is amiss is among the `troubles` as "microphone", "choice" and "silence".
    """

    def __init__(
        self,
        troubles: Troubles,
        view: Callable[[], SystemView | None],
        ready: Callable[[], None],
        opener: Opener = open_microphone,
        resolver: Resolver = resolve_microphone,
    ) -> None:
        """`view` tells what the sound system says without asking it; None asks. `ready` is called
        just before a microphone is opened."""
        self.reconnects = 0
        self.openings = 0
        self._troubles = troubles
        self._view = view
        self._ready = ready
        self._opener = opener
        self._resolver = resolver
        self._microphone: Microphone | None = None
        self._choice: MicrophoneChoice | None = None
        self._wanted = ""
        self._seen: SystemView | None = None
        self._again = self._lost = False
        self._next_try, self._pause = 0.0, _RETRY[0]
        self._silent = 0
        self._told: str | None = None
        self._dropped = 0

    @property
    def label(self) -> str | None:
        """What people call the microphone that is open; None while none is."""
        choice = self._choice
        return choice.label if choice else None

    @property
    def microphone(self) -> Microphone | None:
        """The one that is open."""
        return self._microphone

    @property
    def dropped(self) -> int:
        """Blocks that devices lost or that were thrown away, of all microphones so far."""
        device = self._microphone
        return self._dropped + (device.dropped if device else 0)

    @property
    def pause(self) -> float:
        """Seconds until `read` may have a microphone again."""
        return max(0.0, self._next_try - time.monotonic())

    def read(self, wanted: str, *, demo: bool) -> Captured | None:
        """The next block of the `wanted` microphone, or of one that stands in for it.

        None while there is none; ask again after `pause`. With `demo` it may stand in for `auto`.
        `openings` counts on when a block is of another stream than the last one.
        """
        if self._outdated(wanted):
            self._lost = True
            self._release()
            if self._seen is None:
                return None  # who does not tell of new devices lists them while nothing is open
        if self._microphone is None and not self._open(wanted, demo):
            return None
        assert self._microphone is not None
        try:
            captured = self._microphone.read()
        except Exception as error:
            self._failed(error)
            return None
        self._pause = _RETRY[0]
        self._troubles.clear("microphone")
        self._silent = 0 if captured.block.any() else self._silent + 1
        self._tell(self._silence())
        return captured

    def reopen(self) -> None:
        """Opens the microphone anew: after the machine slept, handles are not to be trusted."""
        self._again = True

    def abort(self) -> None:
        """Frees a `read` that hangs."""
        if (device := self._microphone) is not None:
            Thread(target=device.abort, daemon=True).start()

    def rest(self) -> None:
        """Lets the microphone go; there is nothing amiss without one."""
        self._release()
        self._troubles.clear("microphone")

    close = rest

    def _open(self, wanted: str, demo: bool) -> bool:
        if self.pause > 0:
            return False
        self._wanted, self._again = wanted, False
        try:
            self._choice = self._resolve(wanted, demo)
            self._ready()
            self._microphone = self._opener(self._choice)
        except Exception as error:
            self._failed(error)
            return False
        self.openings += 1
        self.reconnects += self._lost
        self._lost = False
        return True

    def _resolve(self, wanted: str, demo: bool) -> MicrophoneChoice:
        """The wanted microphone, or one to make do with until it is there."""
        self._seen = self._view()
        try:
            choice = self._resolver(wanted, self._seen)
        except MicrophoneError as error:
            if wanted != AUTO:
                try:
                    choice = self._resolver(AUTO, self._seen)
                except MicrophoneError:
                    raise error from None
                reason = Reason.of("microphone.stand_in", cause=error.reason, name=choice.label)
                self._troubles.put("choice", reason)
                return choice
            if not demo:
                raise
            choice = self._resolver(DEMO, None)
        self._troubles.clear("choice")
        return choice

    def _silence(self) -> str | None:
        """Why nobody can hear the user although the microphone works: a reason's key."""
        choice, view = self._choice, self._seen
        assert choice is not None
        if view is not None and view.muted(choice.driver, choice.name):
            return "microphone.muted"
        if self._silent >= _SILENT and choice.driver not in _PLAYED:
            return "microphone.only_silence"
        return None

    def _tell(self, silence: str | None) -> None:
        if silence != self._told:
            self._told = silence
            reason = Reason.of(silence, name=self.label) if silence else None
            self._troubles.put("silence", reason)

    def _outdated(self, wanted: str) -> bool:
        """Whether another microphone should be open than the one that is."""
        if self._microphone is None or self._choice is None:
            return False
        if self._again or wanted != self._wanted:
            return True
        view, choice = self._view(), self._choice
        if view is None or view is self._seen:
            return False
        self._seen = view
        try:
            best = self._resolver(wanted, view)
        except MicrophoneError:
            best = choice
        return (best.driver, best.name) != (choice.driver, choice.name) or (
            choice.driver == view.driver and view.diverted("microphone", choice.name)
        )

    def _failed(self, error: Exception) -> None:
        """Drivers fail in many ways; whichever it is, the next attempt may succeed."""
        if isinstance(error, VcamError):
            reason = error.reason
        else:
            log.info("the microphone fails", exc_info=error)
            reason = Reason.of("microphone.not_opened", name=self._wanted, error=error)
        self._troubles.put("microphone", reason)
        self._lost = self._lost or self._microphone is not None
        self._release()
        self._next_try = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, _RETRY[1])

    def _release(self) -> None:
        device, self._microphone, self._choice = self._microphone, None, None
        self._silent = 0
        self._tell(None)
        if device is not None:
            self._dropped += device.dropped
            device.close()
