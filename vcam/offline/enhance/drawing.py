"""A film's picture that is drawn anew and encoded, section by section.

Where a span ends, what draws the next one has been at work for one section already, and in its
last seconds one picture fades into the other: whatever an effect remembers, no seam is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from fractions import Fraction
from math import ceil
from typing import Any, NamedTuple, Protocol, cast

import av
import cv2
import numpy as np
from av.codec.context import Flags
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream
from numpy.typing import NDArray

from vcam.lips import LipObservation
from vcam.offline.enhance.pictures import DecodePosition, PictureDecoder
from vcam.offline.enhance.resume import Result
from vcam.offline.enhance.spans import SECTION, WHOLE, share_of_next
from vcam.offline.enhance.tracks import LipTrack
from vcam.video.colours import meant
from vcam.video.i420 import LIMITED, MATRIX_601

EncoderSetup = Callable[[VideoCodecContext], None]
"""Gives an encoder the options and the looks of a film."""


class Draw(Protocol):
    """What becomes of pictures."""

    def upright(self, picture: av.VideoFrame) -> NDArray[np.uint8]:
        """BGR, of the size in which it is drawn."""

    def step(
        self, state: Any, frame: NDArray[np.uint8], time: float
    ) -> tuple[Any, NDArray[np.uint8], Sequence[LipObservation]]:
        """State, that picture and its time in seconds → the next state, an I420 picture, and the
        lips where they are looked for."""


class Stand(NamedTuple):
    """From where a picture is gone on with: what has been decoded, and the states of the span and
    of the one after it."""

    position: DecodePosition = DecodePosition()
    state: Any = None
    next: Any = None


class VideoProcessor:
    """See `tracks.StreamProcessor`. `begins` are the seconds at which the film's other spans begin;
    the lips are put into `mouth`."""

    def __init__(
        self,
        stream: VideoStream,
        begin: Fraction,
        codec: str,
        setup: EncoderSetup,
        draw: Draw,
        begins: Collection[int] = (),
        mouth: LipTrack | None = None,
    ) -> None:
        self._pictures, self._draw = PictureDecoder(stream), draw
        self._codec, self._setup = codec, setup
        self._begins, self.mouth = begins, mouth
        self.lost = self._pictures.lost
        self._base = stream.time_base or Fraction(1, 90_000)
        self._shift = round(begin / self._base)
        self._encoder: VideoCodecContext | None = None
        self._length = 0  # of a picture of unknown length
        self._section: int | None = None
        self._state: Any = None
        self._next: Any = None
        self._settled = Stand()
        self._results: list[Result] = []
        self._encoded: list[Result] = []
        self.span = WHOLE
        """What is encoded; what comes before it is drawn, so that the state is as in one run."""

    @property
    def done(self) -> bool:
        return self._section is not None and self._section * SECTION >= self.span.end

    def stamp(self, seconds: int) -> int:
        """The first time stamp of the stream that is so far from the film's beginning."""
        return self._shift + ceil(seconds / self._base)

    def take(self, packet: Packet) -> None:
        if self.done:
            return
        for position, picture in self._pictures.of(packet):
            assert picture.pts is not None
            section = int((picture.pts - self._shift) * self._base / SECTION)
            wanted = self.span.holds(section * SECTION)
            if section != self._section or (wanted and self._encoder is None):
                self._begin(section)
                self._settle(position)
                self._encoder = self._start() if wanted else None
            drawn = self._drawn(picture, section, wanted)
            if not wanted:
                continue
            out = av.VideoFrame.from_ndarray(drawn, format="yuv420p")
            out.pts, out.time_base = picture.pts - self._shift, self._base
            out.duration = picture.duration or self._length
            out.colorspace, out.color_range = MATRIX_601, LIMITED
            out.color_primaries, out.color_trc = meant(picture)
            self._encode(out)
        if packet.size == 0:
            self._settle(self._pictures.position)

    @property
    def reached(self) -> float:
        return self._pictures.reached

    def checkpoint(self) -> tuple[Any, list[Result]]:
        results, self._results = self._results, []
        return self._settled, results

    def restore(self, state: Any) -> None:
        self._settled = state
        position, self._state, self._next = self._settled
        self._pictures.restore(position)

    def _drawn(self, picture: av.VideoFrame, section: int, wanted: bool) -> NDArray[np.uint8]:
        assert picture.pts is not None
        frame, time = self._draw.upright(picture), float(picture.pts * self._base)
        self._state, drawn, seen = self._draw.step(self._state, frame, time)
        if wanted and seen and self.mouth is not None:
            self.mouth.put(seen)
        end = (section + 1) * SECTION
        if wanted and end in self._begins:
            self._next, after, _ = self._draw.step(self._next, frame, time)
            share = share_of_next(float((picture.pts - self._shift) * self._base), end)
            if share:
                drawn = cv2.addWeighted(drawn, 1 - share, after, share, 0).astype(np.uint8)
        return drawn

    def _begin(self, section: int) -> None:
        """Another section, and maybe another span."""
        before = section if self._section is None else self._section
        passed = (one for one in self._begins if one > self.span.begin)
        if any(before * SECTION < one <= section * SECTION for one in passed):
            self._state, self._next = self._next, None
        self._section = section

    def _settle(self, position: DecodePosition) -> None:
        """Closes the section; from here a job can go on."""
        self._encode(None)
        self._encoder = None
        self._results += self._encoded
        self._encoded = []
        self._settled = Stand(position, self._state, self._next)

    def _start(self) -> VideoCodecContext:
        encoder = cast(VideoCodecContext, av.CodecContext.create(self._codec, "w"))
        encoder.flags |= Flags.global_header.value | Flags.frame_duration.value
        encoder.time_base = self._base
        self._setup(encoder)
        if encoder.framerate:
            self._length = round(1 / (encoder.framerate * self._base))
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
