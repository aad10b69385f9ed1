"""The pictures of a film one by one, as they are shown, from wherever a job goes on."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, cast

import av
import numpy as np
from av.packet import Packet
from av.video.stream import VideoStream

from vcam.offline import media
from vcam.offline.sound_track import Lost, lost
from vcam.offline.timestamps import demuxed

FACES_WIDTH = 1280
"""Pixels of a picture that is looked at for faces, at most; more does not show more of a mouth."""


class DecodePosition(NamedTuple):
    """How far pictures have been decoded: the last one's time stamp, whether one was whole, and how
    many packets come before the key frame that the next one needs."""

    last: int | None = None
    whole: bool = False
    key: int = 0


_RESIZED = ("vp8", "vp9", "av1", "h264", "hevc")
"""Codecs of calls, whose pictures change their size with the network. FFmpeg's one reader of WebM
and Matroska, which browsers write, has both names."""

END = DecodePosition(1 << 62, True, 1 << 62)
"""After the last picture of any film."""


class PictureDecoder:
    """The pictures of a stream in order, each with the position before it.

    A broken one after a whole one is passed over, so that the picture before it stays; a film may
    well begin between two key frames.
    """

    def __init__(self, stream: VideoStream) -> None:
        stream.thread_type = "AUTO"
        self._base = stream.time_base or Fraction(1, 90_000)
        self._length = float(1 / (stream.average_rate or 25))
        self.position = self._from = DecodePosition()
        self.lost: list[Lost] = []
        self._shown = self._length  # how long the last picture is, seconds
        self._packets = 0
        self._keys: deque[tuple[int, int]] = deque()

    @property
    def reached(self) -> float:
        """The end of the last picture."""
        last = self.position.last
        return -np.inf if last is None else float(last * self._base) + self._shown

    def restore(self, position: DecodePosition) -> None:
        self.position = self._from = position

    def of(self, packet: Packet) -> Iterator[tuple[DecodePosition, av.VideoFrame]]:
        if packet.size:
            if packet.is_keyframe and packet.pts is not None:
                self._keys.append((packet.pts, self._packets))
            self._packets += 1
            if self._packets <= self._from.key:
                return
        try:
            pictures = cast(list[av.VideoFrame], packet.decode())
        except av.FFmpegError:
            self.lost.append(lost(packet))
            return
        for picture in pictures:
            last = self.position.last
            picture.pts = picture.dts if picture.pts is None else picture.pts
            seen = self._from.last
            if picture.pts is None or (seen is not None and picture.pts <= seen):
                continue
            if picture.is_corrupt and self.position.whole:
                self.lost.append(Lost(picture.time or 0.0, self._length))
                continue
            if last is not None and picture.pts <= last:
                picture.pts = last + 1  # in its place, whatever its time stamp says
            yield self.position, picture
            self._shown = float((picture.duration or 0) * self._base) or self._length
            whole = self.position.whole or not picture.is_corrupt
            self.position = DecodePosition(picture.pts, whole, self._key(picture.pts))

    def _key(self, pts: int) -> int:
        while len(self._keys) > 1 and self._keys[1][0] <= pts:
            self._keys.popleft()
        return self._keys[0][1] if self._keys and self._keys[0][0] <= pts else 0


def key_pictures(source: Path, stream: VideoStream) -> Iterator[av.VideoFrame]:
    """Those of a browser's recording, each of which may have another size than the one before.
    Raises VcamError where the film cannot be opened."""
    with media.opened(source) as container:
        codec = stream.codec_context.codec.canonical_name
        if codec not in _RESIZED or "webm" not in container.format.name:
            return
        pictures = container.streams[stream.index]
        pictures.codec_context.thread_type = "AUTO"
        for packet in demuxed(source, container, [pictures]):
            if packet.is_keyframe or not packet.size:
                with suppress(av.FFmpegError):  # what is damaged is found again
                    yield from cast(list[av.VideoFrame], packet.decode())


def position_at(source: Path, index: int, start: int) -> DecodePosition:
    """Where a decoder goes on that is to give a stream's pictures from a time stamp on. Raises
    VcamError where the film cannot be opened."""
    with media.opened(source) as container:
        stream = container.streams[index]
        key = 0
        packets = (one for one in demuxed(source, container, [stream]) if one.size)
        for number, packet in enumerate(packets):
            if packet.dts is not None and packet.dts >= start:
                break
            if packet.is_keyframe and packet.pts is not None and packet.pts <= start:
                key = number
    return DecodePosition(start - 1, True, key)
