"""PortAudio, shared by the microphones and the virtual cables that go through it.

Its device list is frozen when it starts and it can only start anew while no stream is open.
"""

from __future__ import annotations

from typing import Any

from vcam.schema.errors import VcamError

CABLES = {"win32": "CABLE Input", "darwin": "BlackHole"}
"""The virtual cable vcam plays into, by platform: VB-Cable and BlackHole."""

CABLE_ENDS = ("CABLE Output", "BlackHole")
"""What apps record from to hear us; never an input of ours."""

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


def opened(stream: Any) -> None:
    """Notes an open stream."""
    _open.append(stream)


def close(stream: Any) -> None:
    """Closes a stream, whatever state it is in."""
    if stream in _open:
        _open.remove(stream)
    stream.close(ignore_errors=True)
