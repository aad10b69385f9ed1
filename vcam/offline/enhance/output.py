"""Puts an enhanced film together: finished pictures and sound, and the streams that are copied.

Quick beside the making of them, and done from the beginning when it was interrupted.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Protocol, cast

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from vcam.audio.frames import RATE
from vcam.offline import media
from vcam.offline.enhance.drawing import EncoderSetup
from vcam.offline.enhance.remux import Timed, describe
from vcam.offline.enhance.resume import Work
from vcam.offline.enhance.sound import NOTICED, headroom
from vcam.offline.enhance.tracks import peak_of
from vcam.offline.sound_file import Samples, unpacked
from vcam.offline.sound_track import LAYOUTS, Sound
from vcam.offline.timestamps import demuxed
from vcam.video.colours import meant
from vcam.video.i420 import LIMITED, MATRIX_601
from vcam.video.orientation import orientation

_SOUND_CODECS = {"webm": "libopus", "avi": "pcm_s16le", "asf": "wmav2"}
"""By FFmpeg's names of the kinds of film; AAC in the others."""
_SOUND_RATES = {
    "aac": (48_000, 44_100, 32_000, 24_000, 22_050, 16_000),
    "libopus": (48_000,),
    "pcm_s16le": (48_000, 44_100, 32_000, 22_050, 16_000),
    "wmav2": (48_000, 44_100, 32_000, 22_050, 16_000),
}
_BITS = {  # per channel and second
    "aac": 96_000,
    "libopus": 64_000,
    "pcm_s16le": 768_000,
    "wmav2": 96_000,
}
# Without the macroblock tree, which reads memory that nobody wrote: the same film would not always
# become the same file.
_ENCODERS = {
    "libx264": {"crf": "20", "preset": "veryfast", "mbtree": "0"},
    "libvpx-vp9": {"crf": "30", "b": "0", "deadline": "realtime", "cpu-used": "7", "row-mt": "1"},
}
_COUNTED = 300  # pictures that tell how many come in a second
_FASTEST = 240.0  # pictures a second


class MuxInput(Protocol):
    """Streams of the film; the output has them from the making of this."""

    def packets(self) -> Iterator[Timed]:
        """All that the work has, in order of time."""


class VideoOutput:
    """A picture that was drawn and encoded in sections."""

    def __init__(
        self,
        stream: VideoStream,
        output: OutputContainer,
        work: Work,
        codec: str,
        setup: EncoderSetup,
    ) -> None:
        self._index, self._work = stream.index, work
        self._base = stream.time_base or Fraction(1, 90_000)
        self._out = cast(VideoStream, output.add_stream(codec))
        describe(self._out, stream)
        self._out.codec_context.time_base = self._base
        setup(self._out.codec_context)

    def packets(self) -> Iterator[Timed]:
        last: int | None = None
        for made in self._work.results(self._index):
            packet = Packet(made.data)
            # A section's first packets may claim to be decoded before the last one's end.
            last = made.dts if last is None else max(made.dts, last + 1)
            packet.pts, packet.dts, packet.duration = made.pts, last, made.duration
            packet.time_base, packet.is_keyframe = self._base, made.key
            packet.stream = self._out
            yield float(last * self._base), packet


class MadeSound(Protocol):
    """A sound track at 48 kHz."""

    @property
    def begin(self) -> int:
        """The number of its first sample, from the film's beginning."""

    def pieces(self) -> Iterator[Samples]:
        """All of it, ``(samples, channels)``."""


class CleanedSound:
    """A sound track of the film that went through the enhancer, divided by `scale`. What would be
    above full scale is made quieter as a whole: FFmpeg's AAC would squeeze it window by window, the
    others clip it. `lowered` says that this can be heard; many films are a little above it."""

    scale = 1.0
    lowered = False

    def __init__(self, work: Work, index: int, rate: int) -> None:
        """`rate` is the recording's."""
        self._work, self._index, self._rate = work, index, rate

    @property
    def begin(self) -> int:
        return next((made.pts for made in self._work.results(self._index)), 0)

    def pieces(self) -> Iterator[Samples]:
        if self.scale == 1.0:
            return self._kept()
        peak = self.scale * max(map(peak_of, self._kept()), default=0.0)
        above = headroom(peak, self._rate) if peak > 1.0 else 1.0
        self.lowered = above > NOTICED
        return (sound * np.float32(self.scale / above) for sound in self._kept())

    def _kept(self) -> Iterator[Samples]:
        return unpacked((made.data for made in self._work.results(self._index)), RATE)


class AudioOutput:
    """A sound track that was made, with this rate and layout where the film can have them.
    `stream` is what it is in the film."""

    def __init__(self, output: OutputContainer, made: MadeSound, rate: int, layout: str) -> None:
        self._made = made
        channels = len(av.AudioLayout(layout).channels)
        codec = _SOUND_CODECS.get(output.format.name, "aac")
        if codec == "wmav2" and channels > 2:  # it knows no surround
            codec = "aac"
        rates = _SOUND_RATES[codec]
        rate = rate if rate in rates else rates[0]
        self._layout, self._places = _encodable(codec, layout, rate)
        self.stream = cast(AudioStream, output.add_stream(codec, rate=rate))
        self.stream.layout = self._layout
        self.stream.bit_rate = _BITS[codec] * channels

    def packets(self) -> Iterator[Timed]:
        begin = self._made.begin
        for sound in self._made.pieces():
            frame = _frame(sound.T, self._layout, self._places)
            frame.rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), begin
            begin += len(sound)
            yield from self._timed(self.stream.encode(frame))
        yield from self._timed(self.stream.encode(None))

    @staticmethod
    def _timed(packets: Sequence[Packet]) -> Iterator[Timed]:
        for packet in packets:
            yield float((packet.dts or 0) * (packet.time_base or 0)), packet


def assemble(
    inputs: Sequence[MuxInput],
    output: OutputContainer,
    report: Callable[[float], None],
) -> None:
    """Writes all inputs into the output in order of time; `report` is told the seconds."""
    told = 0.0
    for time, packet in heapq.merge(*(one.packets() for one in inputs), key=lambda timed: timed[0]):
        output.mux(packet)
        if time > told + 1:
            told = time
            report(told)


def encoder_setup(
    codec: str,
    first: av.VideoFrame,
    size: tuple[int, int],
    rate: Fraction | None,
    aspect: Fraction | None,
) -> EncoderSetup:
    """For encoders of pictures like the film's first one, upright; `size` is width and height."""

    def setup(context: av.VideoCodecContext) -> None:
        context.options = _ENCODERS[codec]
        context.pix_fmt = "yuv420p"
        if rate:
            context.framerate = rate
        context.width, context.height = size
        if aspect:
            turned = orientation(first).transposed
            context.sample_aspect_ratio = 1 / aspect if turned else aspect
        context.color_primaries, context.color_trc = meant(first)
        context.colorspace, context.color_range = MATRIX_601, LIMITED

    return setup


def real_rate(source: Path, stream: VideoStream) -> Fraction | None:
    """Pictures a second, counted: browsers' recordings claim 1000, and the level that an encoder
    chooses for those is more than most players decode."""
    with media.opened(source) as container:
        packets = demuxed(source, container, [container.streams[stream.index]])
        times = [
            packet.pts * (packet.time_base or 0)
            for packet in islice(packets, _COUNTED)
            if packet.pts is not None
        ]
    length = max(times) - min(times) if times else 0
    if not length:
        return stream.guessed_rate
    return Fraction(min(_FASTEST, (len(times) - 1) / length)).limit_denominator(1001)


def _frame(sound: Sound, layout: str, places: Sequence[int]) -> av.AudioFrame:
    """A packed frame: PyAV 18 crashes on one with eight planes."""
    placed = np.zeros((sound.shape[1], len(av.AudioLayout(layout).channels)), np.float32)
    placed[:, list(places)] = sound.T
    return av.AudioFrame.from_ndarray(placed.reshape(1, -1), format="flt", layout=layout)


def _encodable(codec: str, layout: str, rate: int) -> tuple[str, list[int]]:
    """The layout in which an encoder takes the sound, and the place of each channel there.

    A layout it does not know goes into the smallest one that has all its speakers, or else as many.
    """
    own = _speakers(layout)
    # Encoders know the speakers at the back, not those at the sides.
    for name in (layout.removesuffix("(side)"), layout):
        if _opens(codec, name, rate):
            return name, list(range(len(own)))
    known = [name for name in LAYOUTS if _opens(codec, name, rate)]
    for name in known:
        speakers = _speakers(name)
        if set(own) <= set(speakers):
            return name, [speakers.index(one) for one in own]
    same = next(name for name in known if len(_speakers(name)) >= len(own))
    return same, list(range(len(own)))


def _speakers(layout: str) -> list[str]:
    return [channel.name for channel in av.AudioLayout(layout).channels]


def _opens(codec: str, layout: str, rate: int) -> bool:
    context = cast(AudioCodecContext, av.CodecContext.create(codec, "w"))
    context.layout, context.rate, context.bit_rate = layout, rate, _BITS[codec]
    try:
        context.format = context.codec.audio_formats[0]  # type: ignore[index]
        context.open()
    except (av.FFmpegError, ValueError):
        return False
    return True
