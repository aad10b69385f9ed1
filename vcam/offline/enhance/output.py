"""Puts an enhanced film together: finished pictures and sound, and the streams that are copied.

Quick beside the making of them, and done from the beginning when it was interrupted.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Protocol, cast

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from vcam.audio.frames import RATE
from vcam.offline import media
from vcam.offline.enhance.resume import Work
from vcam.offline.enhance.tracks import Dress, layout_of
from vcam.offline.sound_file import unpacked
from vcam.video.i420 import LIMITED, MATRIX_601
from vcam.video.orientation import orientation

_SOUND_RATES = {"aac": (48_000, 44_100, 32_000, 24_000, 22_050, 16_000), "libopus": (48_000,)}
_BITS = {"aac": 96_000, "libopus": 64_000}  # per channel and second
# Without the macroblock tree, which reads memory that nobody wrote: the same film would not always
# become the same file.
_DRAWN = {
    "libx264": {"crf": "20", "preset": "veryfast", "mbtree": "0"},
    "libvpx-vp9": {"crf": "30", "b": "0", "deadline": "realtime", "cpu-used": "7", "row-mt": "1"},
}

Timed = tuple[float, Packet]
"""A packet for the film and its time in seconds."""


class Reel(Protocol):
    """One stream of the film; its making has opened it in the output."""

    def packets(self, work: Work) -> Iterator[Timed]:
        """All of it that the work has, in order of time."""


class Copied:
    """Streams that are not touched; they are read once more."""

    def __init__(self, source: Path, output: OutputContainer, begin: Fraction) -> None:
        self._source, self._output, self._begin = source, output, begin
        self._streams: dict[int, Stream] = {}

    def add(self, stream: Stream) -> None:
        self._streams[stream.index] = self._output.add_stream_from_template(stream)

    def packets(self, work: Work) -> Iterator[Timed]:
        if not self._streams:
            return
        reached = 0.0
        with media.opened(self._source) as container:
            streams = [stream for stream in container.streams if stream.index in self._streams]
            for packet in container.demux(streams):
                if packet.size == 0:
                    continue
                base = packet.time_base or Fraction(1)
                shift = round(self._begin / base)
                if packet.pts is not None:
                    packet.pts -= shift
                if packet.dts is not None:
                    packet.dts -= shift
                    reached = float(packet.dts * base)
                packet.stream = self._streams[packet.stream.index]
                yield reached, packet


class Encoded:
    """A picture that was drawn and encoded in sections."""

    def __init__(
        self,
        stream: VideoStream,
        output: OutputContainer,
        codec: str,
        dress: Dress,
    ) -> None:
        self._index = stream.index
        self._base = stream.time_base or Fraction(1, 90_000)
        self._out = cast(VideoStream, output.add_stream(codec))
        self._out.metadata.update(stream.metadata)
        self._out.codec_context.time_base = self._base
        dress(self._out.codec_context)

    def packets(self, work: Work) -> Iterator[Timed]:
        last: int | None = None
        for made in work.results(self._index):
            packet = Packet(made.data)
            # A section's first packets may claim to be decoded before the last one's end.
            last = made.dts if last is None else max(made.dts, last + 1)
            packet.pts, packet.dts, packet.duration = made.pts, last, made.duration
            packet.time_base, packet.is_keyframe = self._base, made.key
            packet.stream = self._out
            yield float(last * self._base), packet


class Sounded:
    """A sound track that was cleaned."""

    def __init__(self, stream: AudioStream, output: OutputContainer, codec: str) -> None:
        self._index = stream.index
        rates = _SOUND_RATES[codec]
        rate = stream.rate if stream.rate in rates else rates[0]
        self._out = cast(AudioStream, output.add_stream(codec, rate=rate))
        self._layout = layout_of(stream)
        # Encoders know the speakers at the back, not those at the sides.
        self._out.layout = self._layout.removesuffix("(side)")
        self._out.bit_rate = _BITS[codec] * stream.channels
        self._out.metadata.update(stream.metadata)

    def packets(self, work: Work) -> Iterator[Timed]:
        begin = next((made.pts for made in work.results(self._index)), 0)
        for sound in unpacked((made.data for made in work.results(self._index)), RATE):
            part = np.ascontiguousarray(sound.T)
            frame = av.AudioFrame.from_ndarray(part, format="fltp", layout=self._layout)
            frame.rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), begin
            begin += len(sound)
            yield from self._timed(self._out.encode(frame))
        yield from self._timed(self._out.encode(None))

    @staticmethod
    def _timed(packets: Sequence[Packet]) -> Iterator[Timed]:
        for packet in packets:
            yield float((packet.dts or 0) * (packet.time_base or 0)), packet


def assemble(
    reels: Sequence[Reel],
    work: Work,
    output: OutputContainer,
    report: Callable[[float], None],
) -> None:
    """Writes all reels into the output in order of time; `report` is told the seconds."""
    told = 0.0
    for time, packet in heapq.merge(*(r.packets(work) for r in reels), key=lambda timed: timed[0]):
        output.mux(packet)
        if time > told + 1:
            told = time
            report(told)


def dressed(
    codec: str,
    first: av.VideoFrame,
    size: tuple[int, int],
    rate: Fraction | None,
    aspect: Fraction | None,
) -> Dress:
    """For encoders of pictures like the film's first one, upright; `size` is width and height."""

    def dress(context: av.VideoCodecContext) -> None:
        context.options = _DRAWN[codec]
        context.pix_fmt = "yuv420p"
        if rate:
            context.framerate = rate
        context.width, context.height = size
        if aspect:
            turned = orientation(first).transposed
            context.sample_aspect_ratio = 1 / aspect if turned else aspect
        context.color_primaries, context.color_trc = first.color_primaries, first.color_trc
        context.colorspace, context.color_range = MATRIX_601, LIMITED

    return dress
