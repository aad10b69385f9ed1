"""PortAudio, shared by the microphones and the virtual cables that go through it.

Its device list is frozen when it starts and it can only start anew while no stream is open. Each
start numbers the devices anew.
"""

from __future__ import annotations

import sys
from typing import Any, Literal

from vcam.schema.errors import VcamError

CABLES = {"win32": "CABLE Input", "darwin": "BlackHole"}
"""The virtual cable vcam plays into, by platform: VB-Cable and BlackHole."""

SPEAKER_CABLES = {"win32": "CABLE-A", "darwin": "BlackHole 16ch"}
"""The cable that is the Enhanced Speaker: apps play into it, and it is recorded."""

CABLE_ENDS = ("CABLE Output", "CABLE-A Output", "BlackHole")
"""What apps record from to hear us, and we to hear apps; never a microphone."""

MONITOR = "[Loopback]"
"""What the names of WASAPI's monitors end with, in a PortAudio newer than sounddevice's today."""

_API = {"win32": "Windows WASAPI"}
"""The host API that is used, where it is not the system's default one. Windows lists every device
once for each: MME cuts names off, and MME and DirectSound have one more that stands for whatever is
the default."""

_open: list[Any] = []


def library() -> Any:
    """The `sounddevice` module. Raises VcamError when the PortAudio library is missing."""
    try:
        import sounddevice
    except OSError as error:
        raise VcamError("portaudio.missing") from error
    return sounddevice


def devices() -> list[dict[str, Any]]:
    """Those of one host API, as `sounddevice.query_devices` describes them; none without
    PortAudio."""
    try:
        sounddevice = library()
    except VcamError:
        return []
    if not _open:
        sounddevice._terminate()
        sounddevice._initialize()
    listed = sounddevice.query_devices()
    api = _api(sounddevice) if listed else None
    return [device for device in listed if device["hostapi"] == api]


def default(direction: Literal["input", "output"]) -> int:
    """The number of the system's default device, where there are `devices`; -1 for none."""
    sounddevice = library()
    return int(sounddevice.query_hostapis(_api(sounddevice))[f"default_{direction}_device"])


def extra_settings() -> Any:
    """What a stream has to be opened with: WASAPI takes other channels and rates than the device's
    own only when it is asked to convert."""
    return library().WasapiSettings(auto_convert=True) if sys.platform == "win32" else None


def start(stream: Any) -> None:
    """Starts a stream, which is open until `close`; one that cannot be started is closed. Raises
    PortAudioError."""
    _open.append(stream)
    try:
        stream.start()
    except Exception:
        close(stream)
        raise


def close(stream: Any) -> None:
    """Closes a stream, whatever state it is in."""
    if stream in _open:
        _open.remove(stream)
    stream.close(ignore_errors=True)


def _api(sounddevice: Any) -> int:
    if (wanted := _API.get(sys.platform)) is None:
        return int(sounddevice.default.hostapi)
    names = [api["name"] for api in sounddevice.query_hostapis()]
    return names.index(wanted) if wanted in names else -1
