"""A media file as a camera: its pictures in real time, again and again.

Which picture is due at a moment is told by `vcam.media_loop`, so that the sound of the same file,
chosen as microphone, is in step.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Self

import av
import numpy as np
from av.video.frame import VideoFrame

from vcam.media_file import open_input
from vcam.media_loop import media_loop
from vcam.video.capture.contract import Camera, CameraChoice, CameraError, CaptureFormat, Shot
from vcam.video.colours import to_bgr
from vcam.video.orientation import orientation

_BEHIND = 1.0  # seconds; the machine slept or nobody asked
_BROKEN = (av.FFmpegError, OSError, IndexError, ValueError, StopIteration)
_PATIENCE = 2.0  # seconds to decode what lies between a key frame and the place to go to


class FileCamera(Camera):
    """A video file, looped. Pictures that are already late when their turn comes are dropped."""

    def __init__(self, path: Path) -> None:
        self.label = path.name
        self._path = path
        try:
            self._container = open_input(path)
            self._stream = self._container.streams.video[0]
            self._stream.thread_type = "AUTO"
            self.fps = float(self._stream.average_rate or 25)
            self._loop = media_loop(self._container)
            self._begin = self._loop.start if self._loop else 0.0
            self._frames = self._decoded()
            self._round = time.monotonic()  # when this round of the loop began
            self._place = -1 / self.fps
            first = self._next()
            self.height, self.width = _bgr(first).shape[:2]
            self._waiting: VideoFrame | None = first
            if self._loop:
                self._waiting = self._go_to(time.monotonic())
        except _BROKEN as error:
            raise CameraError("camera.file_unplayable", path=path) from error

    @classmethod
    def open(cls, choice: CameraChoice, wanted: CaptureFormat) -> Self:
        return cls(Path(choice.name))

    def read(self, timeout: float) -> Shot | None:
        deadline = time.monotonic() + timeout
        while True:
            if self._waiting is None:
                self._waiting = self._next_of_many()
            due = self._round + self._place
            now = time.monotonic()
            if now > due + 1 / self.fps:
                self._waiting = None
                self.dropped += 1
                continue
            time.sleep(max(0.0, min(due, deadline) - now))
            if due > deadline:
                return None
            picture, self._waiting = self._waiting, None
            return Shot(due, partial(self._picture, picture))

    def close(self) -> None:
        self._container.close()

    def _picture(self, frame: VideoFrame) -> np.ndarray:
        try:
            return _bgr(frame)
        except (av.FFmpegError, ValueError) as error:
            raise CameraError("camera.file_broken_picture", path=self._path, error=error) from error

    def _next_of_many(self) -> VideoFrame:
        try:
            now = time.monotonic()
            if now > self._round + self._place + _BEHIND:
                return self._go_to(now)
            return self._next()
        except _BROKEN as error:
            raise CameraError("camera.file_unreadable", path=self._path, error=error) from error

    def _go_to(self, now: float) -> VideoFrame:
        """The picture that is due now."""
        place = self._loop.place(now) if self._loop else 0.0
        self._round = now - place
        self._rewind(place)
        frame = self._next()
        while (late := time.monotonic() - self._round - self._place) > 1 / self.fps:
            if time.monotonic() > now + _PATIENCE:
                self._round += late  # it cannot be decoded in real time
            frame = self._next()
        return frame

    def _next(self) -> VideoFrame:
        frame = next(self._frames, None)
        if frame is None or (self._loop and self._time_of(frame) >= self._loop.length):
            self._round += self._loop.length if self._loop else self._place + 1 / self.fps
            self._rewind(0.0)
            frame = next(self._frames)
        self._place = self._time_of(frame)
        return frame

    def _rewind(self, place: float) -> None:
        self._container.seek(round((self._begin + place) * av.time_base))
        self._frames = self._decoded()
        self._place = place - 1 / self.fps

    def _time_of(self, frame: VideoFrame) -> float:
        return self._place + 1 / self.fps if frame.time is None else frame.time - self._begin

    def _decoded(self) -> Iterator[VideoFrame]:
        return self._container.decode(self._stream)


def _bgr(frame: VideoFrame) -> np.ndarray:
    return orientation(frame).upright(to_bgr(frame))
