"""When pictures are shown whose file only says when they are decoded: H.264 in AVI.

FFmpeg guesses those times for older codecs alone, so where there are B-pictures they are decoded
once for their order.
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
