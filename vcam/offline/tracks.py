"""The streams of a film on their way from one file to another: copied, seen, heard, redrawn.

A track takes the packets of its stream as they come and puts its own into the output. Times stay
as they are, whatever the frame rate does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, Protocol, cast

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream
from numpy.typing import NDArray

from vcam import lips
from vcam.errors import VcamError
from vcam.offline.enhance import ChannelEnhancer
from vcam.offline.media import even_size, quarter_turns, upright

_REMEMBERED = 900  # observations that are kept, half a minute
_SLACK = 0.01  # seconds by which the sound's time stamps may be wrong without being obeyed
_PATIENCE = 10.0  # seconds of sound that wait for a picture stored far behind
_SOUND_RATES = {"aac": (48_000, 44_100, 32_000, 24_000, 22_050, 16_000), "libopus": (48_000,)}
_LAYOUTS = ("mono", "stereo", "3.0", "quad", "5.0", "5.1", "6.1", "7.1")
_BITS = {"aac": 96_000, "libopus": 64_000}  # per channel and second
_DRAWN = {
    "libx264": {"crf": "20", "preset": "veryfast"},
    "libvpx-vp9": {"crf": "30", "b": "0", "deadline": "realtime", "cpu-used": "7", "row-mt": "1"},
}
_MATRIX_601, _LIMITED = 6, 1  # FFmpeg's numbers for what `vcam.video.effects` makes


class Track(Protocol):
    """What becomes of one stream."""

    def take(self, packet: Packet) -> None:
        """Takes one packet; an empty one says that the stream has ended."""


class Copied:
    """A stream that is not touched."""

    def __init__(self, stream: Stream, output: OutputContainer, begin: Fraction) -> None:
        self._out = output.add_stream_from_template(stream)
        self._output = output
        self._shift = round(begin / (stream.time_base or 1))

    def take(self, packet: Packet) -> None:
        if packet.size == 0:
            return
        if packet.pts is not None:
            packet.pts -= self._shift
        if packet.dts is not None:
            packet.dts -= self._shift
        packet.stream = self._out
        self._output.mux(packet)


class Mouth:
    """The lip observations of the last half minute, and how far the picture has come."""

    def __init__(self) -> None:
        self._ring = lips.ring_of([])
        self.reached = -np.inf

    def put(self, seen: lips.LipObservation) -> None:
        self._ring = np.concatenate([self._ring, lips.ring_of([seen])])[-_REMEMBERED:]
        self.reached = seen.time

    def at(self, time: float) -> lips.LipObservation | None:
        """What the microphone's side would have known at that moment of a call."""
        return lips.select(self._ring, time)


class Watched:
    """A picture that is copied or left out elsewhere, and looked at for the lips."""

    def __init__(self, see: Callable[[av.VideoFrame, float], None], then: Track) -> None:
        self._see, self._then = see, then
        self._whole = False

    def take(self, packet: Packet) -> None:
        for picture in cast(list[av.VideoFrame], packet.decode()):
            self._whole = whole(picture, self._whole)
            if picture.time is not None:
                self._see(picture, picture.time)
        self._then.take(packet)


class Drawn:
    """A picture that is drawn anew: `draw` gets BGR upright pictures and gives I420 ones.

    `draw` also gets the picture's time in seconds; `first` is the film's first picture. Odd sizes
    lose their last row or column.
    """

    def __init__(
        self,
        stream: VideoStream,
        output: OutputContainer,
        begin: Fraction,
        codec: str,
        first: av.VideoFrame,
        draw: Callable[[NDArray[np.uint8], float], NDArray[np.uint8]],
    ) -> None:
        self._stream, self._output, self._draw = stream, output, draw
        self._base = stream.time_base or Fraction(1, 90_000)
        self._shift = round(begin / self._base)
        self._out = cast(VideoStream, output.add_stream(codec, options=_DRAWN[codec]))
        self._out.pix_fmt = "yuv420p"
        self._out.codec_context.time_base = self._base
        if stream.guessed_rate:
            self._out.codec_context.framerate = stream.guessed_rate
        self._out.metadata.update(stream.metadata)
        context = self._out.codec_context
        context.width, context.height = even_size(first)
        aspect = stream.sample_aspect_ratio
        if aspect:
            turned = quarter_turns(first) % 2 == 1
            context.sample_aspect_ratio = 1 / aspect if turned else aspect
        context.color_primaries, context.color_trc = first.color_primaries, first.color_trc
        context.colorspace, context.color_range = _MATRIX_601, _LIMITED
        self._last: int | None = None
        self._whole = False
        stream.thread_type = "AUTO"

    def take(self, packet: Packet) -> None:
        for picture in cast(list[av.VideoFrame], packet.decode()):
            self._whole = whole(picture, self._whole)
            if picture.pts is None or (self._last is not None and picture.pts <= self._last):
                continue
            self._last = picture.pts
            frame = upright(picture)
            height, width = frame.shape[0] & ~1, frame.shape[1] & ~1
            drawn = self._draw(
                np.ascontiguousarray(frame[:height, :width]), float(picture.pts * self._base)
            )
            out = av.VideoFrame.from_ndarray(drawn, format="yuv420p")
            out.pts, out.time_base = picture.pts - self._shift, self._base
            out.duration = picture.duration
            out.colorspace, out.color_range = _MATRIX_601, _LIMITED
            out.color_primaries, out.color_trc = picture.color_primaries, picture.color_trc
            self._output.mux(self._out.encode(out))
        if packet.size == 0:
            self._output.mux(self._out.encode())


class Cleaned:
    """A sound track that goes through the enhancer, channel by channel.

    `mouth` is whose lips gate it; its sound waits until the picture has come as far.
    Holes in the recording become silence, so that sound and picture stay together.
    """

    def __init__(
        self,
        stream: AudioStream,
        output: OutputContainer,
        begin: Fraction,
        codec: str,
        channel: Callable[[int, Callable[[float], Any] | None], ChannelEnhancer],
        mouth: Mouth | None,
    ) -> None:
        self._output, self._begin, self._mouth = output, begin, mouth
        self._rate = stream.rate
        rates = _SOUND_RATES[codec]
        rate = self._rate if self._rate in rates else rates[0]
        self._out = cast(AudioStream, output.add_stream(codec, rate=rate))
        self._layout = _layout(stream)
        # Encoders know the speakers at the back, not those at the sides.
        self._out.layout = self._layout.removesuffix("(side)")
        self._out.bit_rate = _BITS[codec] * stream.channels
        self._out.metadata.update(stream.metadata)
        self._form = av.AudioResampler(format="fltp", layout=self._layout, rate=self._rate)
        seen = None if mouth is None else self._seen
        self._channels = [channel(self._rate, seen) for _ in range(stream.channels)]
        self._first: float | None = None
        self._taken = self._heard = self._put = 0  # samples: read, pushed, written
        self._waiting: deque[NDArray[np.float32]] = deque()

    def take(self, packet: Packet) -> None:
        for frame in cast(list[av.AudioFrame], packet.decode()):
            for part in self._form.resample(frame):
                for sound in self._placed(_floats(part), frame.time):
                    self._waiting.append(sound)
                    self._taken += sound.shape[1]
        self.go_on()
        if packet.size == 0:
            while self._waiting:
                self._push(self._waiting.popleft())
            if self._first is not None:
                self._write(np.stack([channel.finish() for channel in self._channels]))
            self._output.mux(self._out.encode())

    def go_on(self) -> None:
        """Enhances what the picture has caught up with."""
        while self._waiting:
            behind = (self._taken - self._heard) / self._rate
            end = self._heard + self._waiting[0].shape[1]
            reached = np.inf if self._mouth is None else self._mouth.reached
            if (self._first or 0.0) + end / self._rate > reached and behind < _PATIENCE:
                return
            self._push(self._waiting.popleft())

    def _placed(
        self, sound: NDArray[np.float32], time: float | None
    ) -> Iterator[NDArray[np.float32]]:
        """The sound with silence before it or its beginning cut off, as its time demands."""
        if self._first is None:
            self._first = time or 0.0
        elif time is not None:
            missing = round((time - self._first) * self._rate) - self._taken
            if missing > _SLACK * self._rate:
                for begin in range(0, missing, self._rate):
                    length = min(self._rate, missing - begin)
                    yield np.zeros((len(sound), length), np.float32)
            elif missing < -_SLACK * self._rate:
                sound = sound[:, -missing:]
        if sound.shape[1]:
            yield sound

    def _seen(self, time: float) -> lips.LipObservation | None:
        assert self._mouth is not None
        return self._mouth.at(time + (self._first or 0.0))

    def _push(self, sound: NDArray[np.float32]) -> None:
        self._heard += sound.shape[1]
        sound = np.nan_to_num(sound, nan=0.0, posinf=1.0, neginf=-1.0)
        parts = [channel.push(one) for channel, one in zip(self._channels, sound, strict=True)]
        self._write(np.stack(parts))

    def _write(self, sound: NDArray[np.float32]) -> None:
        sound = np.ascontiguousarray(sound[:, : self._taken - self._put])
        if not sound.shape[1]:
            return
        frame = av.AudioFrame.from_ndarray(sound, format="fltp", layout=self._layout)
        frame.rate, frame.time_base = self._rate, Fraction(1, self._rate)
        begin = round((self._first or 0.0) * self._rate - self._begin * self._rate)
        frame.pts = begin + self._put
        self._put += sound.shape[1]
        self._output.mux(self._out.encode(frame))


def _layout(stream: AudioStream) -> str:
    """The name of the channels' places; the usual one where the recording does not say."""
    name = stream.layout.name
    if not name.endswith("channels"):
        return name
    try:
        return _LAYOUTS[stream.channels - 1]
    except IndexError as error:
        raise VcamError(f"its sound has {stream.channels} channels; 8 can be written") from error


def _floats(part: av.AudioFrame) -> NDArray[np.float32]:
    """float32 ``(channels, samples)`` of a planar frame."""
    return part.to_ndarray().astype(np.float32, copy=False)


def whole(picture: av.VideoFrame, before: bool) -> bool:
    """Whether pictures have been whole. Raises VcamError for a broken one after a whole one: a
    film may well begin between two key frames."""
    if picture.is_corrupt and before:
        raise VcamError(f"its picture is damaged at {picture.time or 0:.1f} seconds")
    return before or not picture.is_corrupt
