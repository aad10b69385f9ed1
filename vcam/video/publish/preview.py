"""Where no virtual camera is possible: the picture is shown by the daemon's preview alone."""

from __future__ import annotations

import numpy as np

from vcam.names import PREVIEW_SINK
from vcam.schema.reasons import Reason
from vcam.video.publish.contract import CameraPublisher


class PreviewPublisher(CameraPublisher):
    """Takes the pictures and shows them nowhere; the preview mailbox is filled by the worker.

    It counts as read, because here the preview is the whole show.
    """

    kind = "preview"
    name = PREVIEW_SINK

    @classmethod
    def obstacle(cls) -> Reason | None:
        return None

    def open(self, width: int, height: int, fps: float) -> None:
        self._shape = (height * 3 // 2, width)

    def send(self, i420: np.ndarray) -> None:
        if i420.shape != self._shape:
            raise ValueError(f"the picture is {i420.shape}, not {self._shape}")

    def reader_present(self) -> bool:
        return True

    def readers(self) -> list[str]:
        return []

    def close(self) -> None:
        return
