"""What the Enhanced Microphone is: where enhanced sound goes so that other programs record it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

from vcam.audio.frames import Block
from vcam.audio.system import SystemView
from vcam.names import MICROPHONE_NAME
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason


class PublishError(VcamError):
    """The virtual microphone does not take sound now; try again."""


class MicrophonePublisher(ABC):
    """A virtual microphone of one kind. Used by one thread.

    `name` is what apps call it. `delay` is how long sound takes from `send` to the reader, in
    seconds. `xruns` counts the gaps a reader heard.
    """

    kind: ClassVar[str]
    name: str = MICROPHONE_NAME
    delay: float = 0.0
    xruns: int = 0

    def __init__(self, changed: Callable[[], None]) -> None:
        """`changed` is called, from any thread, when readers come or go or the system changes."""
        self._changed = changed

    @classmethod
    @abstractmethod
    def obstacle(cls) -> Reason | None:
        """Why this kind is not possible on this machine now, with the cure.

        None when nothing is known to stand in the way. Asks the machine each time; cheap enough
        to be asked every few seconds. Never raises.
        """

    @property
    def problem(self) -> Reason | None:
        """Why apps do not see it now and what to do about it; None when they do."""
        return None

    @property
    def muffled(self) -> Reason | None:
        """Why the system lets programs hear less than is sent, or nothing."""
        return None

    @property
    def kept_out(self) -> Reason | None:
        """Why what other programs play is silenced now, so that it does not come into it."""
        return None

    @property
    def lost(self) -> bool:
        """True while it is away for now; it comes back by itself."""
        return False

    @property
    def system(self) -> SystemView | None:
        """The microphones of the same sound system, where that tells of its changes.

        The same object until something has changed. Never asks the system.
        """
        return None

    @abstractmethod
    def open(self) -> None:
        """Makes the microphone visible to apps, at once or as soon as its system allows.

        One that a crash left behind is adopted. Raises PublishError.
        """

    @abstractmethod
    def wake(self) -> None:
        """Gets ready to play, so that the next `send` need not wait. Raises PublishError."""

    @abstractmethod
    def send(self, block: Block) -> None:
        """Plays one block, float32 ``(480,)`` in [-1, 1] at 48 kHz.

        Raises PublishError when the device is gone; then `rest`, and try again.
        """

    def tell(self, latency: float) -> None:
        """Says how many seconds late its sound is, to programs that record it and want to know.

        Does nothing where a system has no way to tell. Cheap enough for every block.
        """
        return

    @abstractmethod
    def rest(self) -> None:
        """Stops playing; the device stays, and `send` plays again. Never raises; twice is fine."""

    @abstractmethod
    def readers(self) -> list[str] | None:
        """The names of the programs that record from it now; None where the system does not tell.

        Cheap enough to be asked for every block. Never raises.
        """

    def reader_present(self) -> bool:
        """True while a program records from it; also where the system does not tell."""
        readers = self.readers()
        return readers is None or bool(readers)

    @abstractmethod
    def close(self, *, remove: bool = True) -> None:
        """Stops, and withdraws what `open` made unless a successor is to adopt it.

        Never raises; twice is fine.
        """
