"""What is on the Linux sound server: asked each time, never remembered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from vcam.audio.linux import our_devices, strays
from vcam.audio.linux.connection import ServerGone, connected
from vcam.audio.linux.defaults import Defaults, meant
from vcam.audio.linux.our_devices import (
    MICROPHONE,
    SINK,
    SOURCE,
    OurDevice,
    Presence,
    is_plain,
    presence,
)
from vcam.audio.linux.our_streams import LISTENED, PURPOSES, is_enhanced, is_ours
from vcam.audio.linux.strays import Stray
from vcam.audio.linux.told_latency import takes_latency
from vcam.audio.system import LoudspeakersInfo, MicrophoneInfo, Stream, SystemView

if TYPE_CHECKING:
    from pulsectl import Pulse

_ON_THE_HEAD = ("headphone", "headset", "hands-free")  # device.form_factor


@dataclass(frozen=True)
class Source:
    """A source of sound of the server. `virtual` ones come from software, not from a device."""

    name: str
    label: str
    monitor: bool
    virtual: bool
    muted: bool = False

    @property
    def ours(self) -> bool:
        return self.name in (SOURCE, *(f"{sink}.monitor" for sink in our_devices.SINKS))


class Channels(NamedTuple):
    """The channels of a source: the server's numbers of their positions, and their names."""

    numbers: tuple[int, ...]
    positions: tuple[str, ...]


class Output(NamedTuple):
    """What the system plays on: the name of a sink, and what people call it."""

    sink: str
    label: str


@dataclass(frozen=True)
class ServerView:
    """The server at one moment.

    `devices` tells of the one of ours that was asked for, `readers` are the programs that use it
    now. `default_source` and `output` are what the system records from and plays on, the devices
    before ours where ours have taken their place. `recorded` are this process's capture streams
    with the source each is connected to, `played` is its sink; the server moves streams to others
    when a device goes, even to the loudspeakers. `loudspeakers` is the sink that programs play on
    now, the default one first. `node` is PipeWire's number of our source, None where it takes no
    latency. `muted` and `volume` (1.0 is 100 %) are the system's for our source, and `feed_touched`
    tells that it does not pass on what feeds it as it is. `strays` play into the feed, or would if
    they were not `kept_out` for want of an output.
    """

    server: str
    sources: tuple[Source, ...]
    default_source: str
    readers: tuple[str, ...]
    recorded: frozenset[tuple[Stream, str]]
    played: str | None
    devices: Presence
    loudspeakers: LoudspeakersInfo | None = None
    output: Output | None = None
    node: str | None = None
    muted: bool = False
    volume: float = 1.0
    feed_touched: bool = False
    strays: tuple[Stray, ...] = ()
    kept_out: bool = False

    @cached_property
    def system(self) -> SystemView:
        """The same without the server's own notions: hardware first, ours and monitors left out."""
        usable = [source for source in self.sources if not (source.monitor or source.ours)]
        usable.sort(key=lambda source: source.virtual)
        microphones = tuple(
            MicrophoneInfo(
                i, source.name, source.label, source.name == self.default_source, source.muted
            )
            for i, source in enumerate(usable)
        )
        return SystemView("pulse", microphones, self.recorded, self.loudspeakers)


def look(pulse: Pulse, device: OurDevice = MICROPHONE) -> ServerView:
    """Asks the server for everything the sound's path wants to know, with a device of ours."""
    info = pulse.server_info()
    listed = pulse.source_list()
    names = {source.index: source.name for source in listed}
    readers: list[str] = []
    recorded: set[tuple[Stream, str]] = set()
    for output in pulse.source_output_list():
        name = names.get(output.source)
        if is_ours(output):
            if name and output.name in PURPOSES:
                recorded.add((PURPOSES[output.name], name))
        elif name == device.source and not output.corked and not _is_meter(output):
            readers.append(_application(output))
    sink_list, inputs = pulse.sink_list(), pulse.sink_input_list()
    sinks = {sink.index: sink.name for sink in sink_list}
    played = [sinks.get(i.sink) for i in inputs if is_enhanced(i)]
    playing = [i for i in inputs if not i.corked]
    if device.source is None:
        readers = [_application(i) for i in playing if sinks.get(i.sink) == device.sink]
    in_use = {sinks.get(i.sink) for i in playing}
    described = tuple(_described(source) for source in listed)
    microphones = [source.name for source in described if not (source.monitor or source.ours)]
    outputs = [sink for sink in sink_list if sink.name not in our_devices.SINKS]
    defaults = meant(
        Defaults(
            info.default_source_name if info.default_source_name in microphones else "",
            info.default_sink_name if info.default_sink_name not in our_devices.SINKS else "",
        )
    )
    microphone = device is MICROPHONE
    ours = next((s for s in listed if s.name == device.source), None)
    main = {info.default_sink_name, *(sinks.get(i.sink) for i in playing if i.name == LISTENED)}
    return ServerView(
        server=info.server_name,
        sources=described,
        default_source=defaults.source,
        readers=tuple(dict.fromkeys(readers)),
        recorded=frozenset(recorded),
        played=played[0] if played else None,
        devices=presence(device, sinks.values(), names.values()),
        loudspeakers=_loudspeakers(sink_list, in_use, main),
        output=_output(outputs, defaults.sink),
        node=ours.proplist.get("object.id") if ours and takes_latency(info.server_name) else None,
        muted=bool(ours and ours.mute),
        volume=round(ours.volume.value_flat, 2) if ours else 1.0,
        feed_touched=microphone and any(s.name == SINK and not is_plain(s) for s in sink_list),
        strays=tuple(
            Stray(i.index, sinks[i.sink])
            for i in inputs
            if microphone and sinks.get(i.sink) in (SINK, strays.NOWHERE) and not is_enhanced(i)
        ),
        kept_out=microphone and strays.NOWHERE in sinks.values(),
    )


def server_view() -> ServerView:
    """One look over a connection of its own. Raises ServerGone."""
    with connected() as pulse:
        return look(pulse)


def channels_of(source: str) -> Channels:
    """Those of the source of this name. Raises ServerGone, also where there is no such source."""
    import pulsectl

    with connected() as pulse:
        try:
            found = pulse.get_source_by_name(source)
        except pulsectl.PulseIndexError as error:
            raise ServerGone("server.no_answer") from error
    return Channels(tuple(found.channel_list_raw), tuple(found.channel_list))


def _described(source: Any) -> Source:
    return Source(
        name=source.name,
        label=source.description or source.name,
        monitor=source.monitor_of_sink_name is not None or source.name.endswith(".monitor"),
        virtual=_is_virtual(source),
        muted=bool(source.mute),
    )


def _loudspeakers(
    sinks: list[Any], in_use: set[str | None], main: set[str | None]
) -> LoudspeakersInfo | None:
    """A `main` sink, the default one or where we play ourselves, or the hardware that is in use in
    its place.

    Other sinks of software are none: what others feed a microphone with goes through such.
    """
    usable = [
        sink
        for sink in sinks
        if sink.name not in our_devices.SINKS
        and (sink.name in main or (sink.name in in_use and not _is_virtual(sink)))
    ]
    if not usable:
        return None
    best = min(usable, key=lambda sink: (sink.name not in in_use, sink.name not in main))
    label = best.description or best.name
    return LoudspeakersInfo(best.monitor_source_name, label, _on_the_head(best))


def _output(sinks: list[Any], wanted: str) -> Output | None:
    """The `wanted` one or, where that is gone, another, hardware first."""
    if not sinks:
        return None
    best = min(sinks, key=lambda sink: (sink.name != wanted, _is_virtual(sink)))
    return Output(best.name, best.description or best.name)


def _is_virtual(device: Any) -> bool:
    properties = device.proplist
    known = "device.bus" in properties or "alsa.card" in properties
    return not known and device.card in (None, 0xFFFFFFFF)


def _on_the_head(sink: Any) -> bool:
    """By the plug in use of a built-in card, and by what USB and Bluetooth devices say they are."""
    port = sink.port_active.name.lower() if sink.port_active else ""
    form = sink.proplist.get("device.form_factor", "")
    return "headphone" in port or "headset" in port or form in _ON_THE_HEAD


def _is_meter(output: Any) -> bool:
    """Volume controls hang a level meter on every source; nobody hears those. PulseAudio tells by
    how it resamples for them, PipeWire by a property; their names are translated."""
    return output.resample_method == "peaks" or output.proplist.get("stream.monitor") == "true"


def _application(output: Any) -> str:
    return output.proplist.get("application.name") or output.name or "an application"
