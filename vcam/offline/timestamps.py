"""Time stamps that begin anew in the middle of a recording go on instead, as players have it.

Transport streams start another clock at a new programme or a join, and files that were put one
behind the other (WebM of a browser, Ogg) begin at 0 again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from pathlib import Path

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard, Stream
from av.video.stream import VideoStream

from vcam.media_file import is_isom, open_input
from vcam.media_file.failures import is_failure, read_on
from vcam.media_file.pieces import pieces
from vcam.offline.reordering import decoded_in_order, shown_in_order

_BACK = 0.5  # seconds back that are a new beginning and no jitter
_AHEAD = 10.0  # seconds; FFmpeg's dts_delta_threshold
_AGREED = 2.0  # seconds after which a stream that has not begun anew has ended
_RESTLESS = ("mpegts", "mpeg", "ogg", "flv", "rm", "asf")
"""FFmpeg's formats whose clock may jump ahead without anything missing."""


@dataclass
class _Clock:
    """A stream's: seconds as they are written, and what is added to them."""

    last: float
    end: float
    shift: Fraction = Fraction(0)
    patience: float = _BACK
    """How far back is jitter."""

    @property
    def shown(self) -> float:
        return self.end + float(self.shift)


def demuxed(path: Path, container: InputContainer, streams: Iterable[Stream]) -> Iterator[Packet]:
    """The packets of an open file's streams, their times right; at last an empty one of each.

    Of a file that is several ones, those of all; an empty one that is not the last says that
    another decoder goes on, see `is_end`. Raises av.FFmpegError or OSError where nothing is found,
    or where the system cannot read on.
    """
    yield from _continuous(_of_all_pieces(path, container, list(streams)))


def is_end(packet: Packet) -> bool:
    """Whether it is the empty one that is the last of its stream."""
    return packet.size == 0 and packet.opaque is None


def length_of(packet: Packet) -> float:
    """Seconds; 0 where they are not known. FFmpeg takes what an Ogg's last page leaves out of more
    than its last packet for 32 bits without a sign."""
    ticks = packet.duration or 0
    return float(ticks * (packet.time_base or 0)) if ticks < 1 << 31 else 0.0


def end_of(packet: Packet) -> float | None:
    """Seconds; None where the time is not known."""
    if packet.pts is None or packet.time_base is None:
        return None
    stream = packet.stream
    rate = stream.average_rate if isinstance(stream, VideoStream) else None
    length = length_of(packet) or (float(1 / rate) if rate else 0.0)
    return float(packet.pts * packet.time_base) + length


def _of_all_pieces(
    path: Path, container: InputContainer, streams: list[Stream]
) -> Iterator[InputContainer | Packet]:
    """Each container, and after it its packets."""
    count = len(pieces(path))
    yield container
    known = _known(container, streams, path if count == 1 else None)
    packets = decoded_in_order(shown_in_order(path, container, known))
    yield from (_going_on(packet, count > 1) for packet in packets)
    kinds = {stream.index: stream.type for stream in streams}
    for piece in range(1, count):
        # Not closed here: packets that are kept still need it.
        other = open_input(path, piece)
        same = [one for one in other.streams if kinds.get(one.index) == one.type]
        yield other
        packets = decoded_in_order(_known(other, same))
        yield from (_going_on(packet, piece < count - 1) for packet in packets)


def _known(
    container: InputContainer, streams: list[Stream], path: Path | None = None
) -> Iterator[Packet]:
    """The packets of streams, at last an empty one of each; it is marked as corrupt where nothing
    more could be found before the end. `path` is that of a file which FFmpeg reads by itself."""
    whole = _last_whole(container)
    if whole:
        for stream in set(container.streams) - set(streams):
            stream.discard = Discard.all
    places: dict[int, int] = {}
    broken = False
    while True:
        ends: list[Packet] = []
        try:
            # PyAV fails at the end where other streams came up on the way, after it ended these.
            with suppress(IndexError):
                for packet in container.demux(streams):
                    if packet.size:
                        places[packet.stream_index] = packet.pos or 0
                        yield packet
                    else:
                        ends.append(packet)
        except (av.FFmpegError, OSError) as error:
            if not places or is_failure(error):
                raise
            ends, broken = [_end(stream) for stream in streams], True
        over = [
            stream
            for stream in container.streams
            if stream.discard != Discard.all
            and places.get(stream.index, -1) >= whole.get(stream.index, inf)
        ]
        if broken or not over:
            break
        for stream in over:
            stream.discard = Discard.all
    if path is not None and places:
        read_on(path, max(places.values()))
    for packet in ends:
        packet.is_corrupt = broken
        yield packet


def _last_whole(container: InputContainer) -> dict[int, int]:
    """Of an MP4 that was cut off, where the last packet of each stream lies that is all there.
    FFmpeg ends with the first one that is missing, though others may come before the file's end."""
    if not is_isom(container):
        return {}
    indices = {stream.index: stream.index_entries for stream in container.streams}
    ends = [entries[-1].pos + entries[-1].size for entries in indices.values() if len(entries)]
    if max(ends, default=0) <= container.size:
        return {}
    return {
        index: max((one.pos for one in entries if one.pos + one.size <= container.size), default=-1)
        for index, entries in indices.items()
    }


def _end(stream: Stream) -> Packet:
    packet = Packet()
    packet.stream = stream
    return packet


def _going_on(packet: Packet, more: bool) -> Packet:
    if packet.size == 0 and more:
        # One of its own: PyAV 18 forgets an object with the first of the packets that have it.
        packet.opaque = object()
    return packet


def _continuous(packets: Iterable[InputContainer | Packet]) -> Iterator[Packet]:
    """The packets of containers in their order, their times made to go on.

    All streams are shifted alike, so that sound and picture stay together; none overlaps what it
    had before. Those of one stream stay in their order.
    """
    believed = 0.0
    clocks: dict[int, _Clock] = {}
    newest = Fraction(0)
    held: list[Packet] = []  # of streams that have begun anew, until it is known when
    begun: dict[int, float] = {}
    reached = 0.0

    def settle() -> Iterator[Packet]:
        nonlocal newest
        newest = Fraction(max(clocks[i].shown - time for i, time in begun.items()))
        newest = newest.limit_denominator(1_000_000)
        for index, time in begun.items():
            clocks[index] = _Clock(time, time, newest)
        begun.clear()
        for packet in held:
            yield _placed(packet, clocks, newest)
        held.clear()

    for packet in packets:
        if isinstance(packet, InputContainer):
            believed = _believed_until(packet)
            for clock in clocks.values():
                clock.patience = 0.0
            continue
        index, time = packet.stream_index, _time(packet)
        if packet.size == 0:
            yield from settle() if held else ()
            yield packet
        elif index in begun:
            held.append(packet)
            reached = max(reached, time or 0.0)
            if reached - min(begun.values()) > _AGREED:
                yield from settle()
        elif time is None or (known := clocks.get(index)) is None:
            if time is not None and packet.stream.type in ("audio", "video"):
                clocks[index] = _Clock(time, time, newest)
            yield _placed(packet, clocks, newest)
        elif not _jumps(known, time, believed):
            yield _placed(packet, clocks, newest)
        elif known.shift != newest and abs(time + float(newest) - known.shown) < _AHEAD:
            clocks[index] = _Clock(time, time, newest)  # later than the others
            yield _placed(packet, clocks, newest)
        else:
            begun[index], reached = time, max(time, reached if begun else time)
            held.append(packet)
            if all(i in begun for i, one in clocks.items() if one.shown > known.shown - _AHEAD):
                yield from settle()
    yield from settle() if held else ()


def _jumps(clock: _Clock, time: float, believed: float) -> bool:
    ahead = time - clock.end
    return time <= clock.last - clock.patience or (ahead > _AHEAD and time + clock.shift > believed)


def _placed(packet: Packet, clocks: dict[int, _Clock], newest: Fraction) -> Packet:
    clock, time = clocks.get(packet.stream_index), _time(packet)
    shift = newest if clock is None else clock.shift
    if clock is not None:
        clock.patience = _BACK
    if clock is not None and time is not None:
        length = length_of(packet)
        clock.end = max(clock.end, time + (length or max(0.0, time - clock.last)))
        clock.last = time
    if shift and packet.time_base:
        ticks = round(shift / packet.time_base)
        packet.pts = None if packet.pts is None else packet.pts + ticks
        packet.dts = None if packet.dts is None else packet.dts + ticks
    return packet


def _time(packet: Packet) -> float | None:
    """Seconds, of decoding where that is known."""
    ticks = packet.pts if packet.dts is None else packet.dts
    return None if ticks is None or not packet.time_base else float(ticks * packet.time_base)


def _believed_until(container: InputContainer) -> float:
    """Seconds up to which time may jump ahead, because something pauses."""
    if container.format.name in _RESTLESS:
        return 0.0
    if container.duration is None:
        return 24 * 3600.0
    return ((container.start_time or 0) + container.duration) / 1_000_000 + 1
