"""What a microphone is: whatever gives sound, as 10 ms blocks with their capture times."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Self

from vcam.audio.frames import Block
from vcam.audio.system import LoudspeakersInfo, MicrophoneInfo
from vcam.schema.errors import VcamError


class MicrophoneError(VcamError):
    """The microphone cannot be opened, or is gone."""


class Captured(NamedTuple):
    """A block float32 ``(480,)`` and when its first sample was captured (monotonic seconds)."""

    block: Block
    time: float


@dataclass(frozen=True)
class MicrophoneChoice:
    """What a choice turned out to be: which driver opens it, by which name, called what."""

    driver: str
    name: str
    label: str


class Microphone(ABC):
    """An open microphone at 48 kHz mono, whatever its own rate and channel count.

    `label` is what people call it; `dropped` counts blocks lost by the device or thrown away to
    keep the delay from building up. Used by one thread, except for `abort`.
    """

    own: ClassVar[tuple[str, ...]] = ()
    """What the names of our own output begin with, which is never an input."""

    label: str
    dropped: int = 0

    @classmethod
    def present(cls) -> list[MicrophoneInfo] | None:
        """The microphones that this driver opens, asked anew; neither our own output nor monitors.

        None where it cannot tell on this machine now; then the next driver is asked. Never raises.
        """
        return None

    @classmethod
    @abstractmethod
    def open(cls, choice: MicrophoneChoice) -> Self:
        """Opens a microphone. Raises MicrophoneError: absent, busy, not allowed, no sound in it."""

    @abstractmethod
    def read(self) -> Captured:
        """Waits for the next block; capture times rise by 10 ms but for blocks that were dropped.

        Raises MicrophoneError when the device is gone.
        """

    @abstractmethod
    def close(self) -> None:
        """Lets the device go. Never raises; twice is fine."""

    def abort(self) -> None:
        """Called from another thread: makes a `read` that hangs raise MicrophoneError."""
        return

    def open_reference(self, loudspeakers: LoudspeakersInfo) -> Microphone | None:
        """What the loudspeakers play, as a microphone of its own with the same clock.

        For stages that want a reference. None where the system does not tell. Called from another
        thread. Raises MicrophoneError.
        """
        return None
