"""Keeps the Enhanced Microphone open: plays again after a failure, and moves to a better kind."""

from __future__ import annotations

import time
from collections.abc import Callable

from vcam.audio.frames import Block
from vcam.audio.publish.contract import MicrophonePublisher, PublishError
from vcam.audio.publish.registry import better_possible, open_publisher
from vcam.audio.system import SystemView
from vcam.names import PREVIEW_SINK
from vcam.schema.reasons import Reason
from vcam.troubles import Troubles

_RETRY = (0.1, 2.0)  # seconds between attempts, first and longest
_LOOK = 2.0  # seconds between two looks for a better kind

Opener = Callable[[Callable[[], None]], MicrophonePublisher]


class SoundSink:
    """The virtual microphone as the worker sees it.

    `tend`, `restart`, `send`, `tell` and `rest` belong to the sound's thread; any may ask. Why it
    takes no sound is among the `troubles` as "sink".
    """

    def __init__(
        self, troubles: Troubles, changed: Callable[[], None], opener: Opener = open_publisher
    ) -> None:
        """`changed` is called, from any thread, when readers come or go or the system changes."""
        self._troubles = troubles
        self._changed = changed
        self._opener = opener
        self._publisher = opener(changed)
        self._xruns = 0
        self._look = time.monotonic() + _LOOK
        self._next_try, self._pause = 0.0, _RETRY[0]

    @property
    def problem(self) -> Reason | None:
        """Why apps do not see it now, and the cure; None when they do."""
        return self._publisher.problem

    @property
    def muffled(self) -> Reason | None:
        """Why the system lets programs hear less than is sent, or nothing."""
        return self._publisher.muffled

    @property
    def kept_out(self) -> Reason | None:
        """Why what other programs play is silenced now."""
        return self._publisher.kept_out

    @property
    def lost(self) -> bool:
        """True while it is away for now."""
        return self._publisher.lost

    @property
    def name(self) -> str:
        """What apps call it, or the preview's name while nobody sees it."""
        return PREVIEW_SINK if self.problem else self._publisher.name

    @property
    def system(self) -> SystemView | None:
        """The sound system's microphones, where it tells of changes."""
        return self._publisher.system

    @property
    def delay(self) -> float:
        """Seconds from `send` to the reader."""
        return self._publisher.delay

    @property
    def xruns(self) -> int:
        """Gaps that readers heard, of all kinds so far."""
        return self._xruns + self._publisher.xruns

    def reader_present(self) -> bool:
        return self._publisher.reader_present()

    def readers(self) -> list[str]:
        return self._publisher.readers() or []

    def tend(self) -> None:
        """Opens a better kind where none was possible. Cheap when nothing has changed."""
        now = time.monotonic()
        if self._publisher.kind != PREVIEW_SINK or now < self._look:
            return
        self._look = now + _LOOK
        if better_possible(self._publisher):
            before, self._publisher = self._publisher, self._opener(self._changed)
            self._xruns += before.xruns
            before.close()

    def restart(self) -> None:
        """Forgets what was played and gets ready, so that the next `send` need not wait."""
        self._publisher.rest()
        try:
            self._publisher.wake()
        except PublishError as error:
            self._failed(error.reason)

    def send(self, block: Block) -> bool:
        """Plays a block; False when that is not possible now."""
        if time.monotonic() < self._next_try:
            return False
        try:
            self._publisher.send(block)
        except PublishError as error:
            self._failed(error.reason)
            return False
        self._pause = _RETRY[0]
        self._troubles.clear("sink")
        return True

    def tell(self, latency: float) -> None:
        """Says how many seconds late the sound is, to programs that want to know."""
        self._publisher.tell(latency)

    def rest(self) -> None:
        """Stops playing; the device stays."""
        self._publisher.rest()
        self._troubles.clear("sink")

    def close(self, *, remove: bool) -> None:
        """Ends it, and takes the device away if wanted."""
        self._publisher.close(remove=remove)

    def _failed(self, reason: Reason) -> None:
        self._publisher.rest()
        self._troubles.put("sink", reason)
        self._next_try = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, _RETRY[1])
