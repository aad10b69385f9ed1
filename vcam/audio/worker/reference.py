"""Listens to the loudspeakers while a call wants to know what they play, and follows the system to
others."""

from __future__ import annotations

import logging
import time
from threading import Thread

from vcam.audio.capture.contract import Microphone
from vcam.audio.frames import Block
from vcam.audio.system import LoudspeakersInfo, SystemView
from vcam.audio.worker.reference_track import ReferenceTrack

_RETRY = 2.0  # seconds

log = logging.getLogger(__name__)


class Reference:
    """`tend`, `at` and `close` belong to the sound's thread, which no device here holds up.

    What cannot be heard is no trouble of a call: it goes on without a reference.
    """

    def __init__(self) -> None:
        self._reader: _Reader | None = None
        self._next_try = 0.0

    def tend(
        self, microphone: Microphone | None, view: SystemView | None, *, headphones: bool
    ) -> None:
        """Listens to what the `view` says is played on; to `headphones` only where that is wanted.

        `microphone` opens it; without one nothing is listened to. Cheap when nothing has changed.
        """
        wanted = view.loudspeakers if view and microphone else None
        if wanted and wanted.headphones and not headphones:
            wanted = None
        if (reader := self._reader) is not None:
            moved = view is not None and view.diverted("reference", reader.loudspeakers.name)
            if wanted != reader.loudspeakers or reader.failed or moved:
                self.close()
        if wanted is None or microphone is None or self._reader is not None:
            return
        if (now := time.monotonic()) >= self._next_try:
            self._next_try = now + _RETRY
            self._reader = _Reader(microphone, wanted)
            self._reader.start()

    def at(self, moment: float) -> Block | None:
        """What was played in the 10 ms after `moment` (monotonic seconds), as far as is known."""
        return self._reader.track.at(moment) if self._reader else None

    def close(self) -> None:
        """Listens no more."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.ended = True


class _Reader(Thread):
    """Reads until it is `ended` or has `failed`. Nobody waits for it: a device may give nothing."""

    def __init__(self, microphone: Microphone, loudspeakers: LoudspeakersInfo) -> None:
        super().__init__(name="reference", daemon=True)
        self.loudspeakers = loudspeakers
        self.track = ReferenceTrack()
        self.ended = self.failed = False
        self._microphone = microphone

    def run(self) -> None:
        device: Microphone | None = None
        try:
            device = self._microphone.open_reference(self.loudspeakers)
            while device is not None and not self.ended:
                self.track.put(device.read())
        except Exception as error:  # drivers fail in many ways
            log.info("the reference is gone: %s", type(error).__name__)
            self.failed = True
        finally:
            if device is not None:
                device.close()
