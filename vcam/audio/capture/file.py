"""A media file as microphone, looped in real time.

Where the file is at a moment is told by `vcam.media_loop`, so that its picture, chosen as camera,
is in step.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Self

import av
import numpy as np

from vcam.audio.capture.contract import (
    Captured,
    Microphone,
    MicrophoneChoice,
    MicrophoneError,
)
from vcam.audio.capture.pace import Pace
from vcam.audio.frames import HOP, RATE, Block
from vcam.media_file import open_input
from vcam.media_file.channels import usual_order
from vcam.media_loop import media_loop


class FileMicrophone(Microphone):
    """Any file with a sound track that FFmpeg reads; mixed down to mono."""

    def __init__(self, path: Path) -> None:
        self.label = path.name
        self._path = path
        self._total = _length(path)
        self._pace = Pace()
        self._chunks = self._endless(self._pace.block * HOP % self._total)
        self._left = np.zeros(0, np.float32)

    @classmethod
    def open(cls, choice: MicrophoneChoice) -> Self:
        return cls(Path(choice.name))

    def read(self) -> Captured:
        if missed := self._pace.missed():
            self._take(missed * HOP)
            self.dropped += missed
        block = self._take(HOP)
        return Captured(block, self._pace.wait())

    def close(self) -> None:
        self._chunks.close()

    def _take(self, samples: int) -> Block:
        parts, have = [self._left], len(self._left)
        while have < samples:
            parts.append(next(self._chunks))
            have += len(parts[-1])
        whole = np.concatenate(parts)
        self._left = whole[samples:]
        return whole[:samples]

    def _endless(self, position: int) -> Generator[Block, None, None]:
        while True:
            for chunk in _decoded(self._path, position):
                chunk = chunk[: self._total - position]
                position += len(chunk)
                yield chunk
            if position < self._total:
                yield np.zeros(self._total - position, np.float32)
            position = 0


def _length(path: Path) -> int:
    """The duration in samples at 48 kHz."""
    try:
        with open_input(path) as container:
            if not container.streams.audio:
                raise MicrophoneError("microphone.file_silent", path=path)
            if loop := media_loop(container):
                return round(loop.length * RATE)
        return max(HOP, sum(len(chunk) for chunk in _decoded(path, 0)))
    except (av.FFmpegError, OSError) as error:
        raise _unreadable(path) from error


def _decoded(path: Path, position: int) -> Iterator[Block]:
    """The sound from sample `position` to the end, 48 kHz mono float32."""
    try:
        with open_input(path) as container:
            stream = container.streams.audio[0]
            if not stream.codec_context:
                raise _unreadable(path)
            usual_order(stream)  # any does, mixed down
            loop = media_loop(container)
            begin = loop.start if loop else 0.0
            if position:
                container.seek(int((begin + position / RATE) * av.time_base))
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            skip: int | None = None
            for frame in container.decode(stream):
                if skip is None:
                    skip = position - round(((frame.time or 0.0) - begin) * RATE)
                    if skip < 0:
                        yield np.zeros(-skip, np.float32)
                for part in resampler.resample(frame):
                    samples = part.to_ndarray().reshape(-1).astype(np.float32, copy=False)
                    if skip > 0:
                        samples, skip = samples[skip:], max(0, skip - len(samples))
                    yield samples
            for part in resampler.resample(None):
                yield part.to_ndarray().reshape(-1).astype(np.float32, copy=False)
    except (av.FFmpegError, OSError, IndexError) as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> MicrophoneError:
    return MicrophoneError("microphone.file_unreadable", path=path)
