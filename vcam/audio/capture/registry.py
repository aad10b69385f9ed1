"""The microphone: whatever gives sound, as 10 ms blocks with their capture times.

A source is `auto` (the system's default hardware microphone), a device's name or index, a media
file looped in real time, or `demo`. Devices of any rate and channel count come out as 48 kHz mono.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vcam.audio.frames import Block
from vcam.schema.errors import VcamError

if TYPE_CHECKING:
    from vcam.audio.linux.pulse_server import ServerView

AUTO = "auto"
DEMO = "demo"


class MicrophoneError(VcamError):
    """The microphone cannot be opened, or is gone."""


class Captured(NamedTuple):
    """A block float32 ``(480,)`` and when its first sample was captured (monotonic seconds)."""

    block: Block
    time: float


@dataclass(frozen=True)
class MicrophoneInfo:
    """A microphone a person can choose: by `index`, `name`, `label` or a part of the label."""

    index: int
    name: str
    label: str
    default: bool = False


@dataclass(frozen=True)
class Choice:
    """What a choice turned out to be: which driver opens it, by which name, called what."""

    driver: str
    name: str
    label: str


class Microphone(ABC):
    """An open microphone at 48 kHz mono.

    `label` is what people call it; `dropped` counts blocks lost by the device or thrown away to
    keep the delay from building up.
    """

    label: str
    dropped: int = 0

    @abstractmethod
    def read(self) -> Captured:
        """Waits for the next block. Raises MicrophoneError when the device is gone."""

    @abstractmethod
    def close(self) -> None:
        """Lets the device go. Never raises."""

    def abort(self) -> None:
        """Called from another thread: makes a `read` that hangs raise MicrophoneError."""
        return


def list_microphones() -> list[MicrophoneInfo]:
    """The microphones of this machine; neither our own source nor monitors are among them."""
    return _system()[1]


def resolve(choice: str) -> Choice:
    """What `choice` means now.

    Raises MicrophoneError when there is no such microphone or file, when it is not unambiguous,
    or when it is our own Enhanced Microphone.
    """
    if choice == DEMO:
        return Choice(DEMO, DEMO, "demo")
    driver, present = _system()
    if choice == AUTO:
        info = pick_auto(present)
        if info is None:
            raise MicrophoneError(
                "No microphone was found; plug one in, or choose a file or 'demo' with "
                "--microphone."
            )
        return Choice(driver, info.name, info.label)
    path = Path(choice).expanduser()
    if path.is_file():
        return Choice("file", str(path), path.name)
    info = pick_named(choice, present)
    return Choice(driver, info.name, info.label)


def pick_auto(present: list[MicrophoneInfo]) -> MicrophoneInfo | None:
    """The default one, else the first, else None."""
    return next((info for info in present if info.default), present[0] if present else None)


def pick_named(choice: str, present: list[MicrophoneInfo]) -> MicrophoneInfo:
    """The microphone with this index, name or label, or the only one whose label contains it.

    Raises MicrophoneError naming what there is.
    """
    from vcam.audio.linux import pulse_server

    wanted = choice.casefold()
    if wanted in (name.casefold() for name in (pulse_server.LABEL, pulse_server.SOURCE)) or (
        wanted.startswith(pulse_server.SINK)
    ):
        raise MicrophoneError(
            f"'{choice}' is vcam's own output and cannot be its input; choose the microphone you "
            "speak into."
        )
    for info in present:
        if wanted in (str(info.index), info.name.casefold(), info.label.casefold()):
            return info
    alike = [info for info in present if wanted in info.label.casefold()]
    if len(alike) == 1:
        return alike[0]
    there = ", ".join(f"{info.index}: {info.label}" for info in present) or "none"
    if alike:
        raise MicrophoneError(f"'{choice}' fits several microphones; there are: {there}.")
    raise MicrophoneError(
        f"There is no microphone or sound file '{choice}'; microphones here: {there}."
    )


def open_microphone(choice: Choice) -> Microphone:
    """Opens a resolved microphone. Raises MicrophoneError."""
    return _DRIVERS[choice.driver](choice)


def _pulse(choice: Choice) -> Microphone:
    from vcam.audio.capture.pulse import PulseMicrophone

    return PulseMicrophone(choice.name, choice.label)


def _portaudio(choice: Choice) -> Microphone:
    from vcam.audio.capture.portaudio import PortAudioMicrophone

    return PortAudioMicrophone(choice.name, choice.label)


def _file(choice: Choice) -> Microphone:
    from vcam.audio.capture.file import FileMicrophone

    return FileMicrophone(Path(choice.name))


def _demo(choice: Choice) -> Microphone:
    from vcam.audio.capture.demo import DemoMicrophone

    return DemoMicrophone()


_DRIVERS: dict[str, Callable[[Choice], Microphone]] = {
    "pulse": _pulse,
    "portaudio": _portaudio,
    "file": _file,
    DEMO: _demo,
}


def _system() -> tuple[str, list[MicrophoneInfo]]:
    """The driver for this machine's devices, and the devices."""
    if sys.platform == "linux":
        from vcam.audio.linux import pulse_server

        try:
            return "pulse", choices(pulse_server.server_view())
        except pulse_server.ServerGone:
            pass
    from vcam.audio.capture import portaudio as microphone_portaudio

    return "portaudio", microphone_portaudio.list_inputs()


def choices(view: ServerView) -> list[MicrophoneInfo]:
    """The microphones of a sound server's view, hardware first."""
    usable = [source for source in view.sources if not (source.monitor or source.ours)]
    usable.sort(key=lambda source: source.virtual)
    return [
        MicrophoneInfo(i, source.name, source.label, source.name == view.default_source)
        for i, source in enumerate(usable)
    ]
