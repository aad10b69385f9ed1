"""When pictures are shown whose file only says when they are decoded, as H.264 in AVI, and when
they are decoded whose file only says when they are shown, as in Matroska.

FFmpeg guesses the former for older codecs alone, so where there are B-pictures they are decoded
once for their order; and the latter for all but the first pictures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import cast

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vcam.media_file import open_input

_ORDERLESS = ("avi", "h264", "hevc")
"""FFmpeg's formats that know of decoding alone."""
_REORDERING = ("h264", "hevc")
"""Codecs whose order FFmpeg does not guess."""
_MOST = 16
"""Pictures that may be decoded before the first one is shown (H.264, A.4.2)."""


def shown_in_order(
    path: Path, container: InputContainer, packets: Iterable[Packet]
) -> Iterator[Packet]:
    """The packets of an open file, with times of showing where it has none."""
    if container.format.name not in _ORDERLESS:
        yield from packets
        return
    numbers: Counter[int] = Counter()
    for packet in packets:
        stream = packet.stream
        if packet.size and isinstance(stream, VideoStream):
            if stream.codec_context.has_b_frames:
                ranks, times, delay = _order(path, stream.index, path.stat().st_mtime_ns)
                number = numbers[stream.index]
                packet.pts, packet.dts = times[ranks.get(number, number)], times[number] - delay
                numbers[stream.index] += 1
            elif stream.codec_context.name in _REORDERING and packet.dts is not None:
                packet.pts = packet.dts  # FFmpeg has them shown one picture late
        yield packet


def decoded_in_order(packets: Iterable[Packet]) -> Iterator[Packet]:
    """The packets, with times of decoding for a stream's first pictures where it has them later."""
    lacking: dict[int, list[Packet]] = {}
    known: set[int] = set()
    waiting: list[Packet] = []
    for packet in packets:
        index, first = packet.stream_index, lacking.get(packet.stream_index, [])
        waiting.append(packet)
        if not isinstance(packet.stream, VideoStream) or index in known:
            pass
        elif packet.size and packet.dts is None and packet.pts is not None and len(first) < _MOST:
            lacking[index] = [*first, packet]
        else:
            _decoded_before(packet.dts, first)
            lacking.pop(index, None)
            known.add(index)
        if not lacking:
            yield from waiting
            waiting.clear()
    for first in lacking.values():
        _decoded_before(None, first)
    yield from waiting


def _decoded_before(time: int | None, pictures: list[Packet]) -> None:
    """`time` is that of the picture that follows; without one they are all that there are."""
    if time is None:
        time = min((cast(int, picture.pts) for picture in pictures), default=0)
    for picture in reversed(pictures):
        time -= max(1, picture.duration or 0)
        picture.dts = time


@lru_cache(maxsize=1)
def _order(path: Path, index: int, _changed: int) -> tuple[dict[int, int], list[int], int]:
    """The place in showing of every packet, the times of decoding, and by how much those are to
    come earlier, for no picture to be shown before it is decoded."""
    ranks: dict[int, int] = {}
    times: list[int] = []
    with open_input(path) as container:
        stream = cast(VideoStream, container.streams[index])
        stream.thread_type = "AUTO"
        stream.codec_context.copy_opaque = True
        for packet in container.demux(stream):
            if packet.size:
                packet.opaque = len(times)
                times.append(packet.dts if packet.dts is not None else (times or [0])[-1])
            with suppress(av.FFmpegError):
                for picture in cast(list[VideoFrame], packet.decode()):
                    ranks[cast(int, picture.opaque)] = len(ranks)
    late = [times[number] - times[rank] for number, rank in ranks.items()]
    return ranks, times, max(late, default=0)
