"""The devices of ours on the Linux sound server: made by name, adopted after a crash, removed.

Of the Enhanced Microphone other clients see the source `enhanced_mic`, a remap of the monitor of
the null sink `enhanced_mic_sink`; browsers hide plain monitors. The Enhanced Speaker is the null
sink `enhanced_speaker`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from vcam.audio.linux import strays
from vcam.audio.linux.connection import ServerGone
from vcam.names import MICROPHONE_NAME, SPEAKER_NAME

if TYPE_CHECKING:
    from pulsectl import Pulse

SINK = "enhanced_mic_sink"
SOURCE = "enhanced_mic"
_FORM = "format=float32le rate=48000 channels=1 channel_map=mono"


@dataclass(frozen=True)
class OurDevice:
    """What we add to the server. `modules` are the names and arguments of what makes it, in their
    order; programs record from the `source` or, where that is None, play into the `sink`."""

    sink: str
    source: str | None
    modules: tuple[tuple[str, str], ...]


MICROPHONE = OurDevice(
    SINK,
    SOURCE,
    (
        (
            "module-null-sink",
            f"sink_name={SINK} {_FORM} "
            "sink_properties=\"device.description='Enhanced Microphone Feed'\"",
        ),
        (
            "module-remap-source",
            f"source_name={SOURCE} master={SINK}.monitor channels=1 channel_map=mono "
            f"source_properties=\"device.description='{MICROPHONE_NAME}'\"",
        ),
    ),
)
SPEAKER = OurDevice(
    "enhanced_speaker",
    None,
    (
        (
            "module-null-sink",
            f"sink_name=enhanced_speaker {_FORM} "
            f"sink_properties=\"device.description='{SPEAKER_NAME}'\"",
        ),
    ),
)
SINKS = (MICROPHONE.sink, SPEAKER.sink, strays.NOWHERE)
"""All sinks of ours."""

_NOTICED = 0.005  # of a volume

Presence = Literal["present", "absent", "inconsistent"]


def presence(device: OurDevice, sinks: Collection[str], sources: Collection[str]) -> Presence:
    """Whether it is among the names of the server's sinks and sources."""
    sink = device.sink in sinks
    source = device.source is None or device.source in sources
    if sink and source:
        return "present"
    return "inconsistent" if sink or source else "absent"


def ensure(pulse: Pulse, device: OurDevice) -> None:
    """Makes it exist: adopts it, repairs one part without the other, or creates it.

    Raises ServerGone when the server refuses.
    """
    sinks, sources = pulse.sink_list(), pulse.source_list()
    found = presence(device, [sink.name for sink in sinks], [source.name for source in sources])
    if found == "present":
        return
    if found == "inconsistent":
        remove(pulse, device)
    import pulsectl

    try:
        for module, argument in device.modules:
            _load(pulse, module, argument)
    except pulsectl.PulseError as error:
        raise ServerGone("server.not_made", error=error) from error


def remove(pulse: Pulse, device: OurDevice) -> None:
    """Removes it as far as modules of the server made it."""
    import pulsectl

    if device is MICROPHONE:
        strays.remove(pulse)
    for module in reversed(pulse.module_list()):
        words = (module.argument or "").split()
        if f"sink_name={device.sink}" in words or f"source_name={device.source}" in words:
            try:
                pulse.module_unload(module.index)
            except pulsectl.PulseOperationFailed:
                continue  # the remap goes by itself when its master does


def is_plain(sink: Any) -> bool:
    """Whether a sink passes on what it gets as it is."""
    return not sink.mute and abs(sink.volume.value_flat - 1.0) < _NOTICED


def make_plain(pulse: Pulse) -> None:
    """Puts the feed back to 100 %; what a person turns is the Enhanced Microphone itself."""
    for sink in pulse.sink_list():
        if sink.name == SINK:
            pulse.mute(sink, False)
            pulse.volume_set_all_chans(sink, 1.0)


def _load(pulse: Pulse, module: str, argument: str) -> None:
    import pulsectl

    if module == "module-null-sink":
        # Without `norewinds`, known since PulseAudio 15, an idle null sink works in lumps of two
        # seconds and a new reader waits that long for its first sound.
        try:
            pulse.module_load(module, f"norewinds=1 {argument}")
            return
        except pulsectl.PulseError:
            pass
    pulse.module_load(module, argument)
