"""Keeps the Enhanced Camera open: opens it again when it breaks, and moves to a better kind."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from vcam.schema.reasons import Reason
from vcam.video.publish.contract import CameraPublisher, PublishError
from vcam.video.publish.registry import better_possible, open_publisher

_RETRY = 2.0  # seconds between two attempts
_LOOK = 3.0  # seconds between two looks for a better kind

Opener = Callable[[int, int, float], CameraPublisher]


class CameraSink:
    """The virtual camera as the worker sees it. `reason` says what is amiss, None when nothing."""

    def __init__(self, opener: Opener = open_publisher) -> None:
        self.reason: Reason | None = None
        self.publisher: CameraPublisher | None = None
        self._opener = opener
        self._size: tuple[int, int, int] | None = None
        self._retry = 0.0
        self._look = time.monotonic() + _LOOK

    @property
    def problem(self) -> Reason | None:
        """Why apps cannot see the picture, and the cure; None when they can."""
        return self.publisher.problem if self.publisher else None

    def tend(self, width: int, height: int, fps: int) -> None:
        """Makes what is open what is wanted. Cheap when nothing has changed."""
        now = time.monotonic()
        if self._size != (width, height, fps):
            self.close()
            self._size, self._retry = (width, height, fps), 0.0
        if self.publisher is not None and now >= self._look:
            self._look = now + _LOOK
            # A kind that apps hold is never taken away from them.
            if self.problem or not self.publisher.reader_present():
                if better_possible(self.publisher):
                    self.close()
        if self.publisher is None and now >= self._retry:
            self._retry = now + _RETRY
            try:
                self.publisher = self._opener(width, height, fps)
                self.reason = None
            except PublishError as error:
                self.reason = error.reason

    def send(self, i420: np.ndarray) -> bool:
        """Publishes a picture of the size last tended to; False when there is no camera now."""
        if self.publisher is None:
            return False
        try:
            self.publisher.send(i420)
        except PublishError as error:
            self.reason = error.reason
            self.close()
            return False
        return True

    def read(self) -> bool:
        """True while somebody takes the picture."""
        return self.publisher is not None and self.publisher.reader_present()

    def close(self) -> None:
        """Removes the virtual camera."""
        if self.publisher is not None:
            self.publisher.close()
            self.publisher = None
