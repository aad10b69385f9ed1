"""PortAudio, shared by the microphones and the virtual cables that go through it.

Its device list is frozen when it starts and it can only start anew while no stream is open. Each
start numbers the devices anew.
"""

from __future__ import annotations

from typing import Any

from vcam.schema.errors import VcamError

CABLES = {"win32": "CABLE Input", "darwin": "BlackHole"}
"""The virtual cable vcam plays into, by platform: VB-Cable and BlackHole."""

SPEAKER_CABLES = {"win32": "CABLE-A", "darwin": "BlackHole 16ch"}
"""The cable that is the Enhanced Speaker: apps play into it, and it is recorded."""

CABLE_ENDS = ("CABLE Output", "CABLE-A Output", "BlackHole")
"""What apps record from to hear us, and we to hear apps; never a microphone."""

_open: list[Any] = []


def library() -> Any:
    """The `sounddevice` module. Raises VcamError when the PortAudio library is missing."""
    try:
        import sounddevice
    except OSError as error:
        raise VcamError("portaudio.missing") from error
    return sounddevice


def devices() -> list[dict[str, Any]]:
    """All devices, as `sounddevice.query_devices` describes them; none without PortAudio."""
    try:
        sounddevice = library()
    except VcamError:
        return []
    if not _open:
        sounddevice._terminate()
        sounddevice._initialize()
    return list(sounddevice.query_devices())


def index_of(name: str, channels: str) -> int | None:
    """The number of the first device whose name begins so and that has such `channels`, of
    `max_input_channels` and `max_output_channels`."""
    for index, device in enumerate(devices()):
        if device["name"].startswith(name) and device[channels] > 0:
            return index
    return None


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
