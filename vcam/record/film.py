"""The film that is being recorded: H.264 and AAC in an MP4 file that is whole at any moment.

It is written in fragments of about a second, each of them playable; a clean end turns the file
into an ordinary MP4 in place (FFmpeg's `hybrid_fragmented`).
"""

from __future__ import annotations

import io
import os
import threading
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from vcam.audio.frames import RATE, Block
from vcam.schema.errors import VcamError
from vcam.video.i420 import LIMITED, MATRIX_601

_CLOCK = 90_000
_SYNC = 2.0  # seconds between two orders to the disk to keep what it was given
# With the header written late it can tell that AAC begins with a frame of lead.
_MOVIE = {
    "movflags": "+hybrid_fragmented+delay_moov",
    "frag_duration": "1000000",
    "flush_packets": "1",
}
# One thread and no picture held back: a recording shares the processor with the call.
_PICTURE = {"preset": "veryfast", "crf": "21", "bf": "0", "rc-lookahead": "0", "threads": "1"}
_SOUND_BITS = 128_000


class FilmWriter:
    """`sound` and `picture` as they come, then `close`. Each raises VcamError when the disk or the
    folder does not take them; what was written until then can be opened. Where that is not one
    whole fragment, there is no file any more."""

    def __init__(self, path: Path, width: int, height: int, fps: int) -> None:
        self.path = path
        try:
            self._file = _File(path, "r+b")
            self._output = av.open(self._file, "w", format="mp4", options=_MOVIE)
        except (av.FFmpegError, OSError) as error:
            raise self._unwritable(error) from error
        keyframes = {"g": str(fps), "keyint_min": str(fps)}
        picture = self._output.add_stream("libx264", rate=fps, options={**_PICTURE, **keyframes})
        self._picture = cast(VideoStream, picture)
        self._picture.pix_fmt = "yuv420p"
        context = self._picture.codec_context
        context.width, context.height = width, height
        context.time_base = Fraction(1, _CLOCK)
        context.colorspace, context.color_range = MATRIX_601, LIMITED
        self._sound = cast(AudioStream, self._output.add_stream("aac", rate=RATE))
        self._sound.layout = "mono"
        self._sound.bit_rate = _SOUND_BITS
        self._shape = (height * 3 // 2, width)
        self._samples, self._last, self._whole = 0, -1, 0
        self._ended = threading.Event()
        threading.Thread(target=self._keep, name="disk", daemon=True).start()

    def sound(self, samples: Block) -> None:
        """float32 ``(n,)`` in [-1, 1], right after what came before."""
        if not len(samples):
            return
        frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        frame.rate, frame.time_base = RATE, Fraction(1, RATE)
        frame.pts = self._samples
        self._samples += len(samples)
        self._put(self._sound, frame)

    def picture(self, i420: bytes, time: float) -> None:
        """I420 of the film's size, shown from `time` on, in seconds from the film's begin."""
        frame = av.VideoFrame.from_ndarray(
            np.frombuffer(i420, np.uint8).reshape(self._shape), format="yuv420p"
        )
        self._last = max(self._last + 1, round(time * _CLOCK))
        frame.pts, frame.time_base = self._last, Fraction(1, _CLOCK)
        frame.colorspace, frame.color_range = MATRIX_601, LIMITED
        self._put(self._picture, frame)

    def close(self) -> None:
        """Makes an ordinary MP4 of it."""
        for stream in (self._picture, self._sound):
            self._put(stream, None)
        try:
            self._output.close()
            self._ended.set()
            os.fsync(self._file.fileno())
            self._file.close()
        except (av.FFmpegError, OSError) as error:
            raise self._given_up(error) from error

    def _put(self, stream: VideoStream | AudioStream, frame: Any) -> None:
        try:
            self._output.mux(stream.encode(frame))
            self._whole = self._file.tell()
        except (av.FFmpegError, OSError) as error:
            raise self._given_up(error) from error

    def _keep(self) -> None:
        while not self._ended.wait(_SYNC):
            try:
                os.fsync(self._file.fileno())
            except (OSError, ValueError):
                return  # the writer meets the same and says so

    def _given_up(self, error: Exception) -> VcamError:
        """Cuts off what is not whole, and keeps FFmpeg from writing more."""
        self._ended.set()
        with suppress(OSError):
            self._file.truncate(self._whole)
        self._file.close()
        if not _playable(self.path):
            self.path.unlink(missing_ok=True)
        return self._unwritable(error)

    def _unwritable(self, error: Exception) -> VcamError:
        reason = getattr(error, "strerror", None) or str(error)
        return VcamError("record.not_written", path=self.path, error=reason)


def _playable(path: Path) -> bool:
    try:
        with av.open(str(path)) as film:
            return next(film.decode(video=0), None) is not None
    except (av.FFmpegError, OSError, IndexError):  # IndexError: no stream
        return False


class _File(io.FileIO):
    """Unbuffered; a write that the disk takes in part goes on, so that its end is an error."""

    def write(self, data: Any) -> int:
        left = memoryview(data)
        while left:
            left = left[super().write(left) :]
        return len(data)
