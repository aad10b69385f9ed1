"""The streams of a film that are worked on: seen, heard, redrawn.

A track takes the packets of its stream as they come and has results to give from time to time.
Times stay as they are, whatever the frame rate does. A track that goes on where another one stopped
gets the same packets from the beginning and passes over what is done.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, NamedTuple, Protocol, cast

import av
import numpy as np
from av.audio.stream import AudioStream
from av.codec.context import Flags
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream
from numpy.typing import NDArray

from vcam import lips
from vcam.audio.frames import RATE
from vcam.offline.enhance.resume import Result
from vcam.offline.enhance.sound import ChannelEnhancer, ChannelState
from vcam.offline.media import upright
from vcam.offline.sound_file import packed
from vcam.schema.errors import VcamError
from vcam.video.i420 import LIMITED, MATRIX_601

_REMEMBERED = 900  # observations that are kept, half a minute
_SLACK = 0.01  # seconds by which the sound's time stamps may be wrong without being obeyed
_PATIENCE = 10.0  # seconds of sound that wait for a picture stored far behind
_LAYOUTS = ("mono", "stereo", "3.0", "quad", "5.0", "5.1", "6.1", "7.1")
_SECTION = 10  # seconds of pictures that are encoded together, and lost when the job is killed


class Track(Protocol):
    """What becomes of one stream."""

    def take(self, packet: Packet) -> None:
        """Takes one packet; an empty one says that the stream has ended."""

    def settled(self) -> tuple[Any, list[Result]]:
        """The state to go on from, and the results up to there that were not given yet."""

    def go_on(self, state: Any) -> None:
        """Takes up what another track's `settled` gave, before the first packet."""


class Mouth:
    """The lip observations of the last half minute, and how far the picture has come."""

    def __init__(self) -> None:
        self.ring = lips.ring_of([])

    @property
    def reached(self) -> float:
        return float(self.ring["time"][-1]) if len(self.ring) else -np.inf

    def put(self, seen: lips.LipObservation) -> None:
        if seen.time > self.reached:  # pictures may be seen again after a stop
            self.ring = np.concatenate([self.ring, lips.ring_of([seen])])[-_REMEMBERED:]

    def at(self, time: float) -> lips.LipObservation | None:
        return lips.select(self.ring, time, lips.LOOKAHEAD)


class Place(NamedTuple):
    """How far pictures have been seen: the last one's time stamp, whether one was whole, and how
    many packets come before the key frame that the next one needs."""

    last: int | None = None
    whole: bool = False
    key: int = 0


class Pictures:
    """The pictures of a stream in order, each with the place before it."""

    def __init__(self, stream: VideoStream) -> None:
        stream.thread_type = "AUTO"
        self.place = self._from = Place()
        self._packets = 0
        self._keys: deque[tuple[int, int]] = deque()

    def go_on(self, place: Place) -> None:
        self.place = self._from = place

    def of(self, packet: Packet) -> Iterator[tuple[Place, av.VideoFrame]]:
        if packet.size:
            if packet.is_keyframe and packet.pts is not None:
                self._keys.append((packet.pts, self._packets))
            self._packets += 1
            if self._packets <= self._from.key:
                return
        for picture in cast(list[av.VideoFrame], packet.decode()):
            last = self.place.last
            if picture.pts is None or (last is not None and picture.pts <= last):
                continue
            whole = _whole(picture, self.place.whole)
            yield self.place, picture
            self.place = Place(picture.pts, whole, self._key(picture.pts))

    def _key(self, pts: int) -> int:
        while len(self._keys) > 1 and self._keys[1][0] <= pts:
            self._keys.popleft()
        return self._keys[0][1] if self._keys and self._keys[0][0] <= pts else 0


See = Callable[[Any, av.VideoFrame, float], Any]
"""State, picture and its time in seconds → the next state."""


class Watched:
    """A picture that is looked at for the lips; what becomes of it is another's business."""

    def __init__(self, stream: VideoStream, see: See) -> None:
        self._pictures, self._see = Pictures(stream), see
        self._state: Any = None

    def take(self, packet: Packet) -> None:
        for _, picture in self._pictures.of(packet):
            if picture.time is not None:
                self._state = self._see(self._state, picture, picture.time)

    def settled(self) -> tuple[Any, list[Result]]:
        return (self._pictures.place, self._state), []

    def go_on(self, state: Any) -> None:
        place, self._state = state
        self._pictures.go_on(place)


Draw = Callable[[Any, NDArray[np.uint8], float], tuple[Any, NDArray[np.uint8]]]
"""State, BGR upright picture and its time in seconds → the next state and an I420 picture."""
Dress = Callable[[VideoCodecContext], None]
"""Gives an encoder the options and the looks of a film."""


class Drawn:
    """A picture that is drawn anew and encoded, section by section."""

    def __init__(
        self, stream: VideoStream, begin: Fraction, codec: str, dress: Dress, draw: Draw
    ) -> None:
        self._pictures, self._codec, self._dress, self._draw = Pictures(stream), codec, dress, draw
        self._base = stream.time_base or Fraction(1, 90_000)
        self._shift = round(begin / self._base)
        self._encoder: VideoCodecContext | None = None
        self._section: int | None = None
        self._state: Any = None
        self._settled: tuple[Place, Any] = (Place(), None)
        self._results: list[Result] = []
        self._encoded: list[Result] = []

    def take(self, packet: Packet) -> None:
        for place, picture in self._pictures.of(packet):
            assert picture.pts is not None
            section = int((picture.pts - self._shift) * self._base / _SECTION)
            if self._encoder is None or section != self._section:
                self._settle(place)
                self._encoder, self._section = self._start(), section
            time = float(picture.pts * self._base)
            self._state, drawn = self._draw(self._state, upright(picture), time)
            out = av.VideoFrame.from_ndarray(drawn, format="yuv420p")
            out.pts, out.time_base = picture.pts - self._shift, self._base
            out.duration = picture.duration
            out.colorspace, out.color_range = MATRIX_601, LIMITED
            out.color_primaries, out.color_trc = picture.color_primaries, picture.color_trc
            self._encode(out)
        if packet.size == 0:
            self._settle(self._pictures.place)

    def settled(self) -> tuple[Any, list[Result]]:
        results, self._results = self._results, []
        return self._settled, results

    def go_on(self, state: Any) -> None:
        self._settled = place, self._state = state
        self._pictures.go_on(place)

    def _settle(self, place: Place) -> None:
        """Closes the section; from here a job can go on."""
        self._encode(None)
        self._encoder = None
        self._results += self._encoded
        self._encoded = []
        self._settled = place, self._state

    def _start(self) -> VideoCodecContext:
        encoder = cast(VideoCodecContext, av.CodecContext.create(self._codec, "w"))
        encoder.flags |= Flags.global_header.value
        encoder.time_base = self._base
        self._dress(encoder)
        return encoder

    def _encode(self, picture: av.VideoFrame | None) -> None:
        if self._encoder is None:
            return
        for packet in self._encoder.encode(picture):
            assert packet.pts is not None
            dts = packet.pts if packet.dts is None else packet.dts
            self._encoded.append(
                Result(packet.pts, dts, packet.duration or 0, packet.is_keyframe, bytes(packet))
            )


class Placed:
    """Puts pieces of sound where their times say: silence into holes, nothing heard twice.

    `begin` is the time of the first sample, seconds; None is the first piece's own.
    """

    def __init__(self, rate: int, begin: float | None = None) -> None:
        self._rate = rate
        self.begin = begin
        self.taken = 0
        """Samples so far."""

    def of(self, sound: NDArray[np.float32], time: float | None) -> Iterator[NDArray[np.float32]]:
        """float32 ``(channels, samples)`` at a time in seconds, None being at once."""
        if self.begin is None:
            self.begin = time or 0.0
        if time is not None:
            missing = round((time - self.begin) * self._rate) - self.taken
            if missing > _SLACK * self._rate:
                for start in range(0, missing, self._rate):
                    length = min(self._rate, missing - start)
                    self.taken += length
                    yield np.zeros((len(sound), length), np.float32)
            elif missing < -_SLACK * self._rate:
                sound = sound[:, -missing:]
        if sound.shape[1]:
            self.taken += sound.shape[1]
            yield sound


class Cleaned:
    """A sound track that goes through the enhancer, channel by channel. Its results are FLAC at
    48 kHz, their times in samples from the film's beginning.

    `mouth` is whose lips gate it; its sound waits until the picture has come as far.
    Holes in the recording become silence, so that sound and picture stay together.
    """

    def __init__(
        self,
        stream: AudioStream,
        begin: Fraction,
        channel: Callable[[int, Callable[[float], Any] | None], ChannelEnhancer],
        mouth: Mouth | None,
    ) -> None:
        self._begin, self._mouth = begin, mouth
        self._rate = stream.rate
        self._form = av.AudioResampler(format="fltp", layout=layout_of(stream), rate=self._rate)
        seen = None if mouth is None else self._seen
        self._channels = [channel(self._rate, seen) for _ in range(stream.channels)]
        self._placed = Placed(self._rate)
        self._heard = 0  # samples of the recording that went on
        self._put = 0  # samples at 48 kHz that came out
        self._waiting: deque[NDArray[np.float32]] = deque()
        self._made: list[NDArray[np.float32]] = []

    def take(self, packet: Packet) -> None:
        for frame in cast(list[av.AudioFrame], packet.decode()):
            for part in self._form.resample(frame):
                self._waiting.extend(self._placed.of(_floats(part), frame.time))
        self.go_through()
        if packet.size == 0:
            while self._waiting:
                self._push(self._waiting.popleft())
            if self._placed.begin is not None:
                rest = np.stack([channel.finish() for channel in self._channels])
                self._give(rest[:, : round(self._placed.taken * RATE / self._rate) - self._put])

    def go_through(self) -> None:
        """Enhances what the picture has caught up with."""
        while self._waiting:
            behind = (self._placed.taken - self._heard) / self._rate
            end = self._heard + self._waiting[0].shape[1]
            reached = np.inf if self._mouth is None else self._mouth.reached - lips.LOOKAHEAD
            if (self._placed.begin or 0.0) + end / self._rate > reached and behind < _PATIENCE:
                return
            self._push(self._waiting.popleft())

    def settled(self) -> tuple[Any, list[Result]]:
        results = []
        if self._made:
            sound = np.concatenate(self._made, axis=1)
            begin = round(((self._placed.begin or 0.0) - float(self._begin)) * RATE)
            begin += self._put - sound.shape[1]
            data = packed(sound.T, RATE, "PCM_16")
            results.append(Result(begin, begin, sound.shape[1], True, data))
            self._made = []
        return ([channel.state for channel in self._channels], self._put), results

    def go_on(self, state: Any) -> None:
        channels: list[ChannelState]
        channels, self._put = state
        for channel, its in zip(self._channels, channels, strict=True):
            channel.go_on(its)

    def _seen(self, time: float) -> lips.LipObservation | None:
        assert self._mouth is not None
        return self._mouth.at(time + (self._placed.begin or 0.0))

    def _push(self, sound: NDArray[np.float32]) -> None:
        self._heard += sound.shape[1]
        sound = np.nan_to_num(sound, nan=0.0, posinf=1.0, neginf=-1.0)
        parts = [channel.push(one) for channel, one in zip(self._channels, sound, strict=True)]
        self._give(np.stack(parts))

    def _give(self, sound: NDArray[np.float32]) -> None:
        if sound.shape[1]:
            self._made.append(sound)
            self._put += sound.shape[1]


def layout_of(stream: AudioStream) -> str:
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


def _whole(picture: av.VideoFrame, before: bool) -> bool:
    """Whether pictures have been whole. Raises VcamError for a broken one after a whole one: a
    film may well begin between two key frames."""
    if picture.is_corrupt and before:
        raise VcamError(f"its picture is damaged at {picture.time or 0:.1f} seconds")
    return before or not picture.is_corrupt
