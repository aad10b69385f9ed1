"""Which microphones there are, and what a person's choice among them means.

A choice is `auto` (the system's default microphone), a device's name or index, a media file looped
in real time, or `demo`.
"""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Sequence

from vcam.audio import portaudio
from vcam.audio.capture.contract import Microphone, MicrophoneChoice, MicrophoneError
from vcam.audio.system import MicrophoneInfo, SystemView
from vcam.chosen_file import chosen_file
from vcam.names import AUTO, DEMO, MICROPHONE_NAME, SPEAKER_NAME

MICROPHONES: dict[str, str] = {
    "pulse": "vcam.audio.capture.pulse:PulseMicrophone",
    "speaker": "vcam.audio.capture.pulse:PulseMicrophone",
    "cable": "vcam.audio.capture.portaudio:PortAudioMicrophone",
    "portaudio": "vcam.audio.capture.portaudio:PortAudioMicrophone",
    "file": "vcam.audio.capture.file:FileMicrophone",
    "demo": "vcam.audio.capture.demo:DemoMicrophone",
}
"""Every driver and where its class is; its libraries are loaded only where it is tried."""

PLATFORMS: dict[str, tuple[str, ...]] = {
    "linux": ("pulse", "portaudio"),
    "win32": ("portaudio",),
    "darwin": ("portaudio",),
}
"""The drivers of a platform's devices; the first that lists any is the one that counts."""


def resolve_speaker() -> MicrophoneChoice:
    """From what the sound is recorded that apps play into the Enhanced Speaker.

    Raises MicrophoneError where this system has none, or no cable for it.
    """
    if sys.platform == "linux":
        return MicrophoneChoice("speaker", "enhanced_speaker.monitor", SPEAKER_NAME)
    if sys.platform not in portaudio.SPEAKER_CABLES:
        raise MicrophoneError("publish.no_kind", name=SPEAKER_NAME, system=sys.platform)
    cable = portaudio.SPEAKER_CABLES[sys.platform]
    for device in portaudio.devices():
        if device["name"].startswith(cable) and device["max_input_channels"] > 0:
            return MicrophoneChoice("cable", device["name"], SPEAKER_NAME)
    raise MicrophoneError("speaker.no_cable", cable=cable)


def microphone_class(driver: str) -> type[Microphone]:
    """The class of one driver; KeyError for an unknown one."""
    found: type[Microphone] = pkgutil.resolve_name(MICROPHONES[driver])
    return found


def list_microphones() -> list[MicrophoneInfo]:
    """The microphones of this machine, asked anew; neither our own source nor monitors."""
    return list(look().microphones)


def look() -> SystemView:
    """The microphones of this machine, asked anew, with the driver that opens them."""
    drivers = PLATFORMS.get(sys.platform, ("portaudio",))
    for driver in drivers:
        present = microphone_class(driver).present()
        if present is not None:
            return SystemView(driver, tuple(present))
    return SystemView(drivers[-1], ())


def resolve_microphone(choice: str, view: SystemView | None = None) -> MicrophoneChoice:
    """What `choice` means now; `view` stands in for `look()`.

    Raises MicrophoneError when there is no such microphone or file, when it is not unambiguous,
    or when it is our own Enhanced Microphone.
    """
    if choice == DEMO:
        return MicrophoneChoice(DEMO, DEMO, "demo")
    if choice != AUTO and (path := chosen_file(choice)):
        return MicrophoneChoice("file", str(path), path.name)
    view = view or look()
    if choice == AUTO:
        info = auto_microphone(view.microphones)
        if info is None:
            raise MicrophoneError("microphone.none")
    else:
        info = named_microphone(choice, view.microphones, microphone_class(view.driver).own)
    return MicrophoneChoice(view.driver, info.name, info.label)


def auto_microphone(present: Sequence[MicrophoneInfo]) -> MicrophoneInfo | None:
    """The default one, else the first, else None."""
    return next((info for info in present if info.default), present[0] if present else None)


def named_microphone(
    choice: str, present: Sequence[MicrophoneInfo], own: Sequence[str] = ()
) -> MicrophoneInfo:
    """The microphone with this index, name or label, or the only one whose label contains it.

    Raises MicrophoneError naming what there is. `own` is what names of our own output begin with.
    """
    wanted = choice.casefold()
    if wanted.startswith(tuple(name.casefold() for name in (MICROPHONE_NAME, *own))):
        raise MicrophoneError("microphone.own", name=choice)
    for info in present:
        if wanted in (str(info.index), info.name.casefold(), info.label.casefold()):
            return info
    alike = [info for info in present if wanted in info.label.casefold()]
    if len(alike) == 1:
        return alike[0]
    there = ", ".join(f"{info.index}: {info.label}" for info in present) or "none"
    if alike:
        raise MicrophoneError("microphone.ambiguous", name=choice, names=there)
    raise MicrophoneError("microphone.unknown", name=choice, names=there)


def open_microphone(choice: MicrophoneChoice) -> Microphone:
    """Opens a resolved microphone. Raises MicrophoneError."""
    return microphone_class(choice.driver).open(choice)
