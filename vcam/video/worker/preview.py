"""Fills the preview mailbox: small pictures of before and after, only while somebody looks."""

from __future__ import annotations

import time

import cv2
import numpy as np

from vcam.daemon.protocol import PreviewPictures
from vcam.ipc.mailbox import Mailbox
from vcam.video.i420 import planes, to_bgr

INTERVAL = 1 / 15
WIDTH = 640
_QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 80]


class PreviewWriter:
    """Writes at most every `INTERVAL` seconds, and nothing unless `wanted`."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.wanted = False
        self._mailbox = mailbox
        self._next = 0.0

    def show(self, before: np.ndarray | None, after: np.ndarray, captured: float) -> None:
        """`before` is BGR uint8 (H, W, 3) or None when there is none, `after` I420."""
        now = time.monotonic()
        if not self.wanted or now < self._next:
            return
        self._next = max(now, self._next + INTERVAL)
        published = to_bgr(_small_i420(after))
        camera = published if before is None else _small(before)
        value = PreviewPictures(captured, _jpeg(camera), _jpeg(published)).pack()
        if len(value) <= self._mailbox.capacity:
            self._mailbox.write(value)


def _small(frame: np.ndarray) -> np.ndarray:
    scale = WIDTH / max(frame.shape[1], WIDTH)
    return cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _small_i420(i420: np.ndarray) -> np.ndarray:
    height, width = i420.shape[0] * 2 // 3, i420.shape[1]
    if width <= WIDTH:
        return i420
    height, width = round(height * WIDTH / width / 4) * 4, WIDTH
    out = np.empty((height * 3 // 2, width), np.uint8)
    for target, source in zip(planes(out), planes(i420), strict=True):
        cv2.resize(source, target.shape[::-1], dst=target, interpolation=cv2.INTER_AREA)
    return out


def _jpeg(picture: np.ndarray) -> bytes:
    return cv2.imencode(".jpg", picture, _QUALITY)[1].tobytes()
