"""The Linux sound server (PulseAudio, or PipeWire's pulse server): what is there, and the devices
of ours on it.

The server is asked each time, never remembered. Of the Enhanced Microphone other clients see the
source `enhanced_mic`, a remap of the monitor of the null sink `enhanced_mic_sink`; browsers hide
plain monitors. The Enhanced Speaker is the null sink `enhanced_speaker`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from vcam.audio.linux import strays
from vcam.audio.linux.defaults import Defaults, meant
from vcam.audio.linux.strays import Stray
from vcam.audio.linux.told_latency import Told, takes_latency
from vcam.audio.system import LoudspeakersInfo, MicrophoneInfo, Stream, SystemView
from vcam.names import MICROPHONE_NAME, SPEAKER_NAME
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason

if TYPE_CHECKING:
    from pulsectl import Pulse

SINK = "enhanced_mic_sink"
SOURCE = "enhanced_mic"
STREAMS: dict[Stream, str] = {"microphone": "vcam microphone", "reference": "vcam reference"}
"""What our capture streams are called on the server."""

LISTENED = "vcam enhanced listening"
"""What the stream is called that plays what came to the Enhanced Speaker."""

MONITOR = "vcam live monitor"
"""What the stream is called on which people hear themselves."""

_PURPOSES = {name: stream for stream, name in STREAMS.items()}

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
_OUR_SINKS = (MICROPHONE.sink, SPEAKER.sink, strays.NOWHERE)

_TIMEOUT = 4.0
_NOTICED = 0.005  # of a volume
_ON_THE_HEAD = ("headphone", "headset", "hands-free")  # device.form_factor

Presence = Literal["present", "absent", "inconsistent"]


class ServerGone(VcamError):
    """No sound server answers."""


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
        return self.name in (SOURCE, *(f"{sink}.monitor" for sink in _OUR_SINKS))


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


@contextmanager
def connected(patience: float | None = None) -> Iterator[Pulse]:
    """A connection to the server that is running; none is started for it.

    Raises ServerGone when none answers, within `patience` seconds if given, also half-way through.
    """
    try:
        import pulsectl
    except (ImportError, OSError) as error:
        raise ServerGone("server.no_library") from error
    pulse = pulsectl.Pulse("vcam", connect=False)
    try:
        pulse.connect(autospawn=False, timeout=patience)
        yield pulse
    except (pulsectl.PulseError, pulsectl.PulseDisconnected) as error:
        raise ServerGone("server.no_answer") from error
    finally:
        pulse.close()


def look(pulse: Pulse, device: OurDevice = MICROPHONE) -> ServerView:
    """Asks the server for everything the sound's path wants to know, with a device of ours."""
    info = pulse.server_info()
    listed = pulse.source_list()
    names = {source.index: source.name for source in listed}
    readers: list[str] = []
    recorded: set[tuple[Stream, str]] = set()
    for output in pulse.source_output_list():
        name = names.get(output.source)
        if _is_this_process(output):
            if name and output.name in _PURPOSES:
                recorded.add((_PURPOSES[output.name], name))
        elif name == device.source and not output.corked and not _is_meter(output):
            readers.append(_application(output))
    sink_list, inputs = pulse.sink_list(), pulse.sink_input_list()
    sinks = {sink.index: sink.name for sink in sink_list}
    played = [sinks.get(i.sink) for i in inputs if _is_enhanced(i)]
    playing = [i for i in inputs if not i.corked]
    if device.source is None:
        readers = [_application(i) for i in playing if sinks.get(i.sink) == device.sink]
    in_use = {sinks.get(i.sink) for i in playing}
    described = tuple(_described(source) for source in listed)
    microphones = [source.name for source in described if not (source.monitor or source.ours)]
    outputs = [sink for sink in sink_list if sink.name not in _OUR_SINKS]
    defaults = meant(
        Defaults(
            info.default_source_name if info.default_source_name in microphones else "",
            info.default_sink_name if info.default_sink_name not in _OUR_SINKS else "",
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
        devices=_presence(device.sink in sinks.values(), device.source in (None, *names.values())),
        loudspeakers=_loudspeakers(sink_list, in_use, main),
        output=_output(outputs, defaults.sink),
        node=ours.proplist.get("object.id") if ours and takes_latency(info.server_name) else None,
        muted=bool(ours and ours.mute),
        volume=round(ours.volume.value_flat, 2) if ours else 1.0,
        feed_touched=microphone and any(s.name == SINK and not _is_plain(s) for s in sink_list),
        strays=tuple(
            Stray(i.index, sinks[i.sink])
            for i in inputs
            if microphone and sinks.get(i.sink) in (SINK, strays.NOWHERE) and not _is_enhanced(i)
        ),
        kept_out=microphone and strays.NOWHERE in sinks.values(),
    )


def ensure_devices(pulse: Pulse, device: OurDevice = MICROPHONE) -> None:
    """Makes it exist: adopts it, repairs one part without the other, or creates it.

    Raises ServerGone when the server refuses.
    """
    view = look(pulse, device)
    if view.devices == "present":
        return
    if view.devices == "inconsistent":
        remove_devices(pulse, device)
    import pulsectl

    try:
        for module, argument in device.modules:
            _load(pulse, module, argument)
    except pulsectl.PulseError as error:
        raise ServerGone("server.not_made", error=error) from error


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


def remove_devices(pulse: Pulse, device: OurDevice = MICROPHONE) -> None:
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


def divert_recording(stream: Stream) -> None:
    """Moves a capture stream of this process to a source that always gives data, so that a read
    that waits for a dead device returns. libpulse's simple API offers no other way."""
    with connected() as pulse:
        names = {source.name: source.index for source in pulse.source_list()}
        for output in pulse.source_output_list():
            if _is_this_process(output) and output.name == STREAMS[stream]:
                ours = (f"{sink}.monitor" for sink in _OUR_SINKS)
                pulse.source_output_move(output.index, next(names[n] for n in ours if n in names))


class ServerWatch(Thread):
    """Keeps a device of ours alive and a view of the server current, by the server's own events.

    `view` is None while no server answers; `ever` tells that one did. `changed` is called from
    this thread after each new view. `latency` is how many seconds late the sound of our source is:
    who knows it sets it, and the server is told. `stop()` ends it and, when asked, removes the
    devices.
    """

    def __init__(self, changed: Callable[[], None], device: OurDevice = MICROPHONE) -> None:
        super().__init__(name="sound-server", daemon=True)
        self.view: ServerView | None = None
        self.why = Reason.of("server.no_answer")
        self.ever = False
        self.latency = 0.0
        self._changed = changed
        self._device = device
        self._stopping = Event()
        self._remove = False

    def run(self) -> None:
        pause = 0.2
        while not self._stopping.is_set():
            try:
                with connected() as pulse:
                    ensure_devices(pulse, self._device)
                    pause = 0.2
                    self._follow(pulse)
                    if self._remove:
                        remove_devices(pulse, self._device)
            except ServerGone as gone:
                self.why = gone.reason
            self.view = None
            self._changed()
            self._stopping.wait(pause)
            pause = min(pause * 1.5, 2.0)

    def stop(self, *, remove: bool) -> None:
        self._remove = remove
        self._stopping.set()
        if self.is_alive():
            self.join(timeout=_TIMEOUT)

    def _follow(self, pulse: Pulse) -> None:
        import pulsectl

        pending = [True]

        def heard(_event: Any) -> None:
            pending[0] = True
            raise pulsectl.PulseLoopStop

        pulse.event_mask_set("source", "sink", "source_output", "sink_input", "server")
        pulse.event_callback_set(heard)
        told = Told()
        while not self._stopping.is_set():
            if pending[0]:
                pending[0] = False
                view = look(pulse, self._device)
                if view.devices != "present":
                    ensure_devices(pulse, self._device)
                    view = look(pulse, self._device)
                if view.feed_touched:
                    _make_plain(pulse)
                if view.strays or view.kept_out:
                    strays.keep_out(pulse, view.strays, view.output.sink if view.output else None)
                if view != self.view:
                    self.view, self.ever = view, True
                    self._changed()
            told = told.then(self.view.node if self.view else None, self.latency)
            pulse.event_listen(timeout=0.25)


def server_view() -> ServerView:
    """One look over a connection of its own. Raises ServerGone."""
    with connected() as pulse:
        return look(pulse)


def channels(source: str) -> Channels:
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
        if sink.name not in _OUR_SINKS
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


def _is_plain(sink: Any) -> bool:
    return not sink.mute and abs(sink.volume.value_flat - 1.0) < _NOTICED


def _make_plain(pulse: Pulse) -> None:
    """Puts the feed back to 100 %; what a person turns is the Enhanced Microphone itself."""
    for sink in pulse.sink_list():
        if sink.name == SINK:
            pulse.mute(sink, False)
            pulse.volume_set_all_chans(sink, 1.0)


def _is_virtual(device: Any) -> bool:
    properties = device.proplist
    known = "device.bus" in properties or "alsa.card" in properties
    return not known and device.card in (None, 0xFFFFFFFF)


def _on_the_head(sink: Any) -> bool:
    """By the plug in use of a built-in card, and by what USB and Bluetooth devices say they are."""
    port = sink.port_active.name.lower() if sink.port_active else ""
    form = sink.proplist.get("device.form_factor", "")
    return "headphone" in port or "headset" in port or form in _ON_THE_HEAD


def _is_this_process(stream: Any) -> bool:
    return bool(stream.proplist.get("application.process.id") == str(os.getpid()))


def _is_enhanced(stream: Any) -> bool:
    """Whether it plays what this process made for others."""
    return _is_this_process(stream) and stream.name != MONITOR


def _presence(sink: bool, source: bool) -> Presence:
    if sink and source:
        return "present"
    return "inconsistent" if sink or source else "absent"


def _is_meter(output: Any) -> bool:
    """Volume controls hang a level meter on every source; nobody hears those. PulseAudio tells by
    how it resamples for them, PipeWire by a property; their names are translated."""
    return output.resample_method == "peaks" or output.proplist.get("stream.monitor") == "true"


def _application(output: Any) -> str:
    return output.proplist.get("application.name") or output.name or "an application"
