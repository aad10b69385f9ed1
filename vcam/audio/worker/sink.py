"""Keeps the Enhanced Microphone open, and moves to a better kind when one becomes possible."""

from __future__ import annotations

import time
from collections.abc import Callable

from vcam.audio.frames import Block
from vcam.audio.publish.contract import MicrophonePublisher, PublishError
from vcam.audio.publish.registry import better_possible, open_publisher
from vcam.audio.system import SystemView
from vcam.names import PREVIEW_SINK
from vcam.schema.reasons import Reason

_LOOK = 2.0  # seconds between two looks for a better kind

Opener = Callable[[Callable[[], None]], MicrophonePublisher]


class SoundSink:
    """The virtual microphone as the worker sees it. What only tells may be asked by any thread;
    the rest belongs to the sound's."""

    def __init__(self, changed: Callable[[], None], opener: Opener = open_publisher) -> None:
        """`changed` is called, from any thread, when readers come or go or the system changes."""
        self._changed = changed
        self._opener = opener
        self._publisher = opener(changed)
        self._xruns = 0
        self._look = time.monotonic() + _LOOK

    @property
    def problem(self) -> Reason | None:
        """Why apps do not see it now, and the cure; None when they do."""
        return self._publisher.problem

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

    def wake(self) -> None:
        """Gets ready, so that the next `send` need not wait. Raises PublishError."""
        self._publisher.wake()

    def send(self, block: Block) -> None:
        """Plays a block. Raises PublishError when that is not possible now; it rests then."""
        try:
            self._publisher.send(block)
        except PublishError:
            self._publisher.rest()
            raise

    def rest(self) -> None:
        """Stops playing; the device stays."""
        self._publisher.rest()

    def close(self, *, remove: bool) -> None:
        """Ends it, and takes the device away if wanted."""
        self._publisher.close(remove=remove)
