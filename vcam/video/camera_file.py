"""A media file as a camera: its pictures in real time, from the start again at the end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame

from vcam.video.camera import Camera, CameraError, Shot


class FileCamera(Camera):
    """A video file, looped. Pictures that are already late when their turn comes are dropped."""

    def __init__(self, path: Path) -> None:
        self.label = path.name
        self._path = path
        try:
            self._container = av.open(str(path))
            self._stream = self._container.streams.video[0]
            self._stream.thread_type = "AUTO"
            self.fps = float(self._stream.average_rate or 25)
            self._frames = self._decoded()
            first = next(self._frames)
        except (av.FFmpegError, OSError, IndexError, StopIteration) as error:
            raise CameraError(
                f"'{path}' has no video that can be played; choose another file."
            ) from error
        self.height, self.width = _bgr(first).shape[:2]
        self._waiting: VideoFrame | None = first
        self._start = self._last = first.time or 0.0
        self._origin = time.monotonic()

    def read(self, timeout: float) -> Shot | None:
        deadline = time.monotonic() + timeout
        while True:
            if self._waiting is None:
                self._waiting = self._next()
            due = self._origin + self._last - self._start
            now = time.monotonic()
            if now > due + 1:  # the machine slept or nobody asked: go on from here
                self._origin += now - due
                due = now
            elif now > due + 1 / self.fps:
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
            raise CameraError(f"'{self._path}' has a broken picture ({error}).") from error

    def _next(self) -> VideoFrame:
        try:
            frame = next(self._frames, None)
            if frame is None:
                self._container.seek(0)
                self._frames = self._decoded()
                frame = next(self._frames)
                self._origin += self._last - self._start + 1 / self.fps
                self._last = self._start
        except (av.FFmpegError, OSError, StopIteration) as error:
            raise CameraError(f"'{self._path}' cannot be read any more ({error}).") from error
        self._last = self._last + 1 / self.fps if frame.time is None else frame.time
        return frame

    def _decoded(self) -> Iterator[VideoFrame]:
        return self._container.decode(self._stream)


def _bgr(frame: VideoFrame) -> np.ndarray:
    picture = frame.to_ndarray(format="bgr24")
    turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(picture, turns)) if turns else picture
