"""The sound system at one moment, in no system's own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Stream = Literal["microphone", "reference"]
"""What one of our capture streams is for: see `vcam.audio.capture.contract.Microphone`."""


@dataclass(frozen=True)
class MicrophoneInfo:
    """A microphone a person can choose: by `index`, `name`, `label` or a part of the label.

    `muted` is the system's own switch, as far as it tells.
    """

    index: int
    name: str
    label: str
    default: bool = False
    muted: bool = False


@dataclass(frozen=True)
class LoudspeakersInfo:
    """What the system plays on. `name` is what opens it for listening; `headphones` are those that
    no microphone hears, as far as the system tells."""

    name: str
    label: str
    headphones: bool = False


@dataclass(frozen=True)
class SystemView:
    """What a sound system that tells of its changes has told last.

    `driver` (of `vcam.audio.capture.registry.MICROPHONES`) is what opens the `microphones`:
    those of devices first, neither our own nor monitors among them. `recorded` are our capture
    streams and the names of what they record: a system moves them when a device goes, even to the
    loudspeakers. `loudspeakers` are those that play now, or would.
    """

    driver: str
    microphones: tuple[MicrophoneInfo, ...]
    recorded: frozenset[tuple[Stream, str]] = frozenset()
    loudspeakers: LoudspeakersInfo | None = None

    def muted(self, driver: str, name: str) -> bool:
        """Whether the system has muted this microphone."""
        return driver == self.driver and any(
            info.muted for info in self.microphones if info.name == name
        )

    def diverted(self, stream: Stream, name: str) -> bool:
        """Whether the stream, opened for the microphone `name`, records something else by now."""
        return any(one == stream and heard != name for one, heard in self.recorded)
