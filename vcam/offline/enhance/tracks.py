"""The streams of a film that are worked on: seen and heard; `drawing` has what is redrawn.

A processor takes the packets of its stream as they come and has results to give from time to time.
Times stay as they are, whatever the frame rate does. A processor that goes on where another one
stopped gets the same packets from the beginning and passes over what is done.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple, Protocol

import av
import numpy as np
from av.audio.stream import AudioStream
from av.packet import Packet
from av.video.stream import VideoStream
from numpy.typing import NDArray

from vcam import lips
from vcam.audio.frames import RATE
from vcam.offline.enhance.pictures import PictureDecoder
from vcam.offline.enhance.resume import Result
from vcam.offline.enhance.sound import ChannelEnhancer, ChannelState
from vcam.offline.sound_file import packed
from vcam.offline.sound_track import Lost, Sound, SoundDecoder
from vcam.offline.timestamps import is_end

_REMEMBERED = 2700  # observations that are kept, half a minute of three faces
_PATIENCE = 10.0  # seconds of sound that wait for a picture stored far behind


class StreamProcessor(Protocol):
    """What becomes of one stream."""

    lost: list[Lost]
    """What could not be decoded."""

    def take(self, packet: Packet) -> None:
        """Takes one packet; an empty one says that the stream has ended."""

    def checkpoint(self) -> tuple[Any, list[Result]]:
        """The state to go on from, and the results up to there that were not given yet."""

    def restore(self, state: Any) -> None:
        """Takes up what another processor's `checkpoint` gave, before the first packet."""

    @property
    def reached(self) -> float:
        """The time up to which there is something, seconds."""

    @property
    def done(self) -> bool:
        """Whether nothing is made of what still comes."""


class LipTrack:
    """The lip observations of the last half minute, or all of them, and how far the picture has
    come."""

    def __init__(self) -> None:
        self.ring = lips.ring_of([])
        self.remembers_all = False

    @property
    def reached(self) -> float:
        return float(self.ring["time"][-1]) if len(self.ring) else -np.inf

    def put(self, seen: Sequence[lips.LipObservation]) -> None:
        if seen[0].time > self.reached:  # pictures may be seen again after a stop
            self.add(lips.ring_of(seen))

    def add(self, later: NDArray[np.void]) -> None:
        kept = self.ring if self.remembers_all else self.ring[1 - _REMEMBERED :]
        self.ring = np.concatenate([kept, later])

    def at(self, time: float) -> tuple[lips.LipObservation, ...]:
        return lips.select(self.ring, time, lips.LOOKAHEAD)


See = Callable[[Any, av.VideoFrame, float], Any]
"""State, picture and its time in seconds → the next state."""


class LipObserver:
    """A picture that is looked at for the lips; what becomes of it is another's business."""

    done = False

    def __init__(self, stream: VideoStream, see: See) -> None:
        self._pictures, self._see = PictureDecoder(stream), see
        self.lost = self._pictures.lost
        self._state: Any = None

    def take(self, packet: Packet) -> None:
        for _, picture in self._pictures.of(packet):
            if picture.time is not None:
                self._state = self._see(self._state, picture, picture.time)

    @property
    def reached(self) -> float:
        return self._pictures.reached

    def checkpoint(self) -> tuple[Any, list[Result]]:
        return (self._pictures.position, self._state), []

    def restore(self, state: Any) -> None:
        position, self._state = state
        self._pictures.restore(position)


class KnownLips(NamedTuple):
    """The lips of a picture that was looked at before, for `vcam.lips.select`: in `pieces` in order
    of time, at the film's seconds; what of it could not be decoded, and how far it was."""

    pieces: Iterator[NDArray[np.void]]
    lost: list[Lost]
    reached: float


class LipReader:
    """A picture whose lips are known."""

    done = False

    def __init__(self, stream: VideoStream, known: KnownLips, mouth: LipTrack) -> None:
        self._base = stream.time_base or Fraction(1, 90_000)
        self._seen, self._mouth = known.pieces, mouth
        self.lost, self.reached = known.lost, known.reached

    def take(self, packet: Packet) -> None:
        until = np.inf if packet.dts is None else float(packet.dts * self._base)
        while self._mouth.reached < until and (piece := next(self._seen, None)) is not None:
            if piece["time"][-1] > self._mouth.reached:  # else it was read before a stop
                self._mouth.add(piece)

    def checkpoint(self) -> tuple[Any, list[Result]]:
        return None, []

    def restore(self, state: Any) -> None:
        """`LipTrack` knows how far it was."""


class AudioProcessor:
    """A sound track that goes through the enhancer, channel by channel. Its results are FLAC at
    48 kHz, their times in samples from the film's beginning.

    `mouth` is whose lips gate it; its sound waits until the picture has come as far. `scale` is
    what the sound is divided by, also in the results.
    """

    done = False
    scale = 1.0

    def __init__(
        self,
        stream: AudioStream,
        begin: Fraction,
        channel: Callable[[int, Callable[[float], Any] | None], ChannelEnhancer],
        mouth: LipTrack | None,
    ) -> None:
        self._begin, self._mouth = begin, mouth
        self._decoder = SoundDecoder(stream)
        self._rate = self._decoder.rate
        self.lost = self._decoder.lost
        seen = None if mouth is None else self._seen
        self._channels = [channel(self._rate, seen) for _ in range(self._decoder.channels)]
        self._heard = 0  # samples of the recording that went on
        self._put = 0  # samples at 48 kHz that came out
        self._waiting: deque[Sound] = deque()
        self._made: list[Sound] = []
        self.peaks = (0.0, 0.0)
        """The largest sample that went in and that came out."""

    @property
    def reached(self) -> float:
        return (self._decoder.begin or 0.0) + self._decoder.taken / self._rate

    def take(self, packet: Packet) -> None:
        self._waiting.extend(self._decoder.decode(packet))
        self.go_through()
        if is_end(packet):
            while self._waiting:
                self._push(self._waiting.popleft())
            if self._decoder.begin is not None:
                rest = np.stack([channel.finish() for channel in self._channels])
                self._give(rest[:, : round(self._decoder.taken * RATE / self._rate) - self._put])

    def go_through(self) -> None:
        """Enhances what the picture has caught up with."""
        while self._waiting:
            behind = (self._decoder.taken - self._heard) / self._rate
            end = self._heard + self._waiting[0].shape[1]
            reached = np.inf if self._mouth is None else self._mouth.reached - lips.LOOKAHEAD
            if (self._decoder.begin or 0.0) + end / self._rate > reached and behind < _PATIENCE:
                return
            self._push(self._waiting.popleft())

    def checkpoint(self) -> tuple[Any, list[Result]]:
        results = []
        if self._made:
            sound = np.concatenate(self._made, axis=1)
            begin = round(((self._decoder.begin or 0.0) - float(self._begin)) * RATE)
            begin += self._put - sound.shape[1]
            data = packed(sound.T, RATE, "PCM_16" if self.scale == 1.0 else "PCM_24")
            results.append(Result(begin, begin, sound.shape[1], True, data))
            self._made = []
        return ([channel.state for channel in self._channels], self._put, self.peaks), results

    def restore(self, state: Any) -> None:
        channels: list[ChannelState]
        channels, self._put, self.peaks = state
        for channel, its in zip(self._channels, channels, strict=True):
            channel.go_on(its)

    def _seen(self, time: float) -> tuple[lips.LipObservation, ...]:
        assert self._mouth is not None
        return self._mouth.at(time + (self._decoder.begin or 0.0))

    def _push(self, sound: Sound) -> None:
        self._heard += sound.shape[1]
        sound = np.nan_to_num(sound / np.float32(self.scale), nan=0.0, posinf=1.0, neginf=-1.0)
        self.peaks = max(self.peaks[0], peak_of(sound) * self.scale), self.peaks[1]
        parts = [channel.push(one) for channel, one in zip(self._channels, sound, strict=True)]
        self._give(np.stack(parts))

    def _give(self, sound: Sound) -> None:
        if sound.shape[1]:
            self._made.append(sound)
            self._put += sound.shape[1]
            self.peaks = self.peaks[0], max(self.peaks[1], peak_of(sound) * self.scale)


def peak_of(sound: Sound) -> float:
    return float(np.abs(sound).max(initial=0.0))
