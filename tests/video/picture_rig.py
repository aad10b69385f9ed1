"""A picture loop with a real source and the real networks; only the virtual camera is ours."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from vcam.daemon.protocol import (
    LIPS_CAPACITY,
    PREVIEW_CAPACITY,
    NewSettings,
    PictureStart,
)
from vcam.ipc.mailbox import Mailbox
from vcam.schema.reasons import Reason
from vcam.schema.settings import Settings
from vcam.video.i420 import planes
from vcam.video.publish.contract import CameraPublisher, PublishError
from vcam.video.stages.standby import standby_card
from vcam.video.worker.loop import VideoLoop

WIDTH, HEIGHT = 320, 180
CARD = standby_card(WIDTH, HEIGHT)


class Recorder(CameraPublisher):
    """A virtual camera that keeps what it is sent. `read` says whether somebody looks."""

    kind = "v4l2loopback"

    def __init__(self) -> None:
        self.sent: list[tuple[float, np.ndarray]] = []
        self.read, self.opened, self.closed, self.broken = True, 0, 0, False

    @classmethod
    def obstacle(cls) -> Reason | None:
        return None

    def open(self, width: int, height: int, fps: float) -> None:
        self.opened += 1
        self.broken = False

    def send(self, i420: np.ndarray) -> None:
        if self.broken:
            raise PublishError("virtualcam.closed", name="The device")
        self.sent.append((time.monotonic(), i420.copy()))

    def reader_present(self) -> bool:
        return self.read

    def readers(self) -> list[str]:
        return ["zoom"] if self.read else []

    def close(self) -> None:
        self.closed += 1


class Rig:
    def __init__(self, folder: Path, camera: str | None, **settings: object) -> None:
        self.recorder = Recorder()
        self.lips = Mailbox.create(folder / "lips", LIPS_CAPACITY)
        self.preview = Mailbox.create(folder / "preview", PREVIEW_CAPACITY)
        self.settings = Settings(**{"width": WIDTH, "height": HEIGHT, **settings})
        start = PictureStart(
            settings=self.settings,
            camera=camera,
            lips_mailbox=str(self.lips.path),
            preview_mailbox=str(self.preview.path),
        )
        self.loop = VideoLoop(start, self._open)

    def _open(self, width: int, height: int, fps: float) -> Recorder:
        self.recorder.open(width, height, fps)
        return self.recorder

    def set(self, **changes: object) -> None:
        self.settings = self.settings.model_copy(update=changes)
        self.loop.tell(NewSettings(self.settings))

    def until(self, done: Callable[[], bool], seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, self.loop.status()
            time.sleep(self.loop.step())

    def frames(self, more: int) -> None:
        goal = self.loop.status().frames + more
        self.until(lambda: self.loop.status().frames >= goal)

    @property
    def pictures(self) -> list[np.ndarray]:
        return [picture for _, picture in self.recorder.sent]


def sharpness(picture: np.ndarray) -> float:
    """Detail in the books on the demo's shelf, which only the raw room shows."""
    books = planes(picture)[0][25:140, 235:300]
    return float(cv2.Laplacian(books, cv2.CV_32F).var())
