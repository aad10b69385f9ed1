"""A recording's sound track as samples without a hole, whatever its packets and time stamps do."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple, cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.packet import Packet
from numpy.typing import NDArray

from vcam.media_file.channels import usual_order
from vcam.offline.timestamps import is_end, length_of
from vcam.schema.errors import VcamError

Sound = NDArray[np.float32]
"""float32 ``(channels, samples)``, full scale is ±1."""

_WINDOW = 1.0  # seconds that must agree that something is missing; less is jitter
_SLACK = 0.03  # seconds by which sound may be off its time, less than anybody sees
LAYOUTS = ("mono", "stereo", "3.0", "quad", "5.0", "5.1", "6.1", "7.1")
"""The usual layout of each number of channels."""


def is_heard(stream: AudioStream) -> bool:
    """Whether it can be decoded: its codec is known, and a packet told what the sound is like."""
    return bool(stream.codec_context and stream.rate)


class Lost(NamedTuple):
    """What cannot be decoded: its time and its length, seconds."""

    time: float
    length: float


def lost(packet: Packet) -> Lost:
    base = packet.time_base or 0
    return Lost(float((packet.pts or 0) * base), length_of(packet))


class SoundDecoder:
    """Decodes one stream that `is_heard`: at the rate and with the channels it has in the
    beginning, silence where it pauses, nothing heard twice.

    `begin` is the time of the first sample, seconds; None is the first frame's own. What cannot be
    decoded is passed over and becomes silence; `lost` tells of it.
    """

    def __init__(
        self,
        stream: AudioStream,
        begin: float | None = None,
        *,
        rate: int | None = None,
        layout: str | None = None,
    ) -> None:
        self._order = usual_order(stream)
        self.rate = rate or stream.rate
        self.layout = layout or layout_of(stream.layout)
        self.channels = len(av.AudioLayout(self.layout).channels)
        self.begin = begin
        self.taken = 0
        """Samples so far."""
        self.lost: list[Lost] = []
        self.forms: set[tuple[int, str]] = set()
        """Rates and layouts that came."""
        self._resampler: AudioResampler | None = None
        self._of: tuple[str, str, int] | None = None
        self._window: deque[tuple[float | None, Sound]] = deque()
        self._waiting = 0  # samples in the window

    def decode(self, packet: Packet) -> Iterator[Sound]:
        """The samples that are certain after a packet; an empty one is the end."""
        try:
            frames = cast(list[AudioFrame], packet.decode())
        except av.FFmpegError:
            frames = []
            self.lost.append(lost(packet))
        for frame in frames:
            for sound in self._converted(frame):
                self._hold(frame.time, sound)
        if packet.size == 0:
            for part in self._resampled(None):
                self._hold(None, part)
            self._resampler = self._of = None
        while self._window and (self._waiting > _WINDOW * self.rate or is_end(packet)):
            yield from self._next()

    def _converted(self, frame: AudioFrame) -> Iterator[Sound]:
        form = frame.format.name, frame.layout.name, frame.sample_rate
        if form != self._of:
            yield from self._resampled(None)
            # Packed: PyAV 18 reads past the end of a frame's 8 pointers to planes.
            self._resampler = AudioResampler("flt", self.layout, self.rate)
            self._of = form
            self.forms.add((frame.sample_rate, layout_of(frame.layout)))
        yield from self._resampled(frame)

    def _resampled(self, frame: AudioFrame | None) -> Iterator[Sound]:
        if self._resampler is None:
            return
        for part in self._resampler.resample(frame):
            sound = part.to_ndarray().reshape(-1, self.channels).T
            if self._order is not None:
                sound = sound[self._order]
            yield sound.astype(np.float32, copy=False)

    def _hold(self, time: float | None, sound: Sound) -> None:
        if self.begin is None:
            self.begin = time or 0.0
        self._window.append((time, sound))
        self._waiting += sound.shape[1]

    def _next(self) -> Iterator[Sound]:
        missing = self._missing()
        if missing > 0:
            for start in range(0, missing, self.rate):
                length = min(self.rate, missing - start)
                self.taken += length
                yield np.zeros((self.channels, length), np.float32)
        _, sound = self._window.popleft()
        self._waiting -= sound.shape[1]
        sound = sound[:, max(0, -missing) :]
        if sound.shape[1]:
            self.taken += sound.shape[1]
            yield sound

    def _missing(self) -> int:
        """Samples of silence before the window's first; negative are heard already."""
        assert self.begin is not None
        place = self.taken
        off = []
        for time, sound in self._window:
            if time is not None:
                off.append(round((time - self.begin) * self.rate) - place)
            place += sound.shape[1]
        slack = round(_SLACK * self.rate)
        if off and min(off) > slack:
            return min(off)
        return max(off) if off and max(off) < -slack else 0


def layout_of(layout: av.AudioLayout) -> str:
    """The name of the channels' places; the usual one where the recording does not say.

    Raises VcamError when there are more channels than any has, or none.
    """
    if not layout.name.endswith("channels"):
        return layout.name
    if not 1 <= layout.nb_channels <= len(LAYOUTS):
        raise VcamError("enhance.channels", channels=layout.nb_channels)
    return LAYOUTS[layout.nb_channels - 1]
