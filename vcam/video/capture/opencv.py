"""A webcam through OpenCV: V4L2 on Linux; DirectShow and AVFoundation not yet run."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import Self

import cv2
import numpy as np

from vcam.quietly import quietly
from vcam.schema.reasons import Reason
from vcam.video.capture.contract import (
    Camera,
    CameraChoice,
    CameraError,
    CameraInfo,
    CaptureFormat,
    Shot,
    is_virtual_name,
)

GONE_AFTER = 2.0  # seconds without a picture
FIRST_PICTURE = 6.0  # some webcams take long to wake
_VANISHING = 1.0
_API = {"linux": cv2.CAP_V4L2, "darwin": cv2.CAP_AVFOUNDATION, "win32": cv2.CAP_DSHOW}
_FFMPEG_NAMES = {"darwin": "avfoundation", "win32": "dshow"}
_MJPG = cv2.VideoWriter.fourcc(*"MJPG")


class OpenCvCamera(Camera):
    """A webcam. A thread of its own keeps only the newest picture, undecoded where it is JPEG."""

    def __init__(self, device: str, label: str, wanted: CaptureFormat) -> None:
        self.label = label
        self._device = device
        self._news = threading.Condition()
        self._newest: tuple[float, np.ndarray] | None = None
        self._last_time = 0.0
        self._fault: Reason | None = None
        self._closing = False
        self._capture = self._open(wanted)
        self.width = int(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH))
        self.height = int(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        self.fps = float(self._capture.get(cv2.CAP_PROP_FPS)) or float(wanted.fps)
        self._thread = threading.Thread(target=self._grab, name="camera", daemon=True)
        self._thread.start()
        with self._news:
            self._news.wait_for(lambda: self._newest or self._fault, FIRST_PICTURE)
            if self._newest is None:
                self._closing = True
                raise CameraError(self._fault or self._why_no_picture())

    @classmethod
    def open(cls, choice: CameraChoice, wanted: CaptureFormat) -> Self:
        return cls(choice.name, choice.label, wanted)

    def read(self, timeout: float) -> Shot | None:
        deadline = time.monotonic() + timeout
        with self._news:
            while self._newest is None:
                now = time.monotonic()
                if self._fault or now - self._last_time > GONE_AFTER:
                    raise CameraError(self._fault or self._stopped())
                if now >= deadline:
                    return None
                self._news.wait(min(deadline - now, 0.25))
            captured, raw = self._newest
            self._newest = None
        return Shot(captured, lambda: self._decode(raw))

    def close(self) -> None:
        with self._news:
            self._closing = True
        self._thread.join(GONE_AFTER)

    def _open(self, wanted: CaptureFormat) -> cv2.VideoCapture:
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        if sys.platform == "linux":
            if not os.path.exists(self._device):
                raise CameraError("camera.absent", name=self.label)
            if not os.access(self._device, os.R_OK | os.W_OK):
                raise CameraError("camera.not_allowed", name=self.label)
            target: str | int = self._device
        else:
            target = int(self._device)
        capture = cv2.VideoCapture(target, _API.get(sys.platform, cv2.CAP_ANY))
        if not capture.isOpened():
            capture.release()
            raise CameraError(self._why_no_picture())
        properties = [
            (cv2.CAP_PROP_FOURCC, _MJPG),
            (cv2.CAP_PROP_FRAME_WIDTH, wanted.width),
            (cv2.CAP_PROP_FRAME_HEIGHT, wanted.height),
            (cv2.CAP_PROP_FPS, wanted.fps),
        ]
        if sys.platform == "win32":  # DirectShow begins anew with each, and forgets the FOURCC
            properties.reverse()
        for key, value in properties:
            capture.set(key, value)
        # Undecoded JPEG: a picture that is dropped has then cost nothing.
        if sys.platform == "linux" and int(capture.get(cv2.CAP_PROP_FOURCC)) == _MJPG:
            capture.set(cv2.CAP_PROP_CONVERT_RGB, 0)
        return capture

    def _grab(self) -> None:
        try:
            while not self._closing:
                if not self._capture.grab():
                    raise CameraError(self._stopped())
                captured = self._captured_at()
                given, raw = self._capture.retrieve()
                if not given:
                    continue
                if sys.platform == "win32":  # DirectShow waits for the picture only now
                    captured = self._captured_at()
                with self._news:
                    if self._newest is not None:
                        self.dropped += 1
                    self._newest, self._last_time = (captured, raw), time.monotonic()
                    self._news.notify()
        except (CameraError, cv2.error) as error:
            with self._news:
                self._fault = error.reason if isinstance(error, CameraError) else self._stopped()
                self._news.notify()
        finally:
            self._capture.release()

    def _captured_at(self) -> float:
        """The driver's own time stamp where it has one on our clock, else now."""
        now = time.monotonic()
        stamp = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        return stamp if 0 <= now - stamp < 0.5 else now

    def _decode(self, raw: np.ndarray) -> np.ndarray:
        picture = decoded(raw)
        if picture is None:
            raise CameraError("camera.broken_picture", name=self.label)
        return picture

    def _why_no_picture(self) -> Reason:
        if sys.platform == "linux":
            from vcam.video.linux.holders import holders

            found = holders(Path(self._device))
            others = sorted({holder.name for holder in found if holder.pid != os.getpid()})
            if others:
                return Reason.of("camera.in_use", name=self.label, others=", ".join(others))
        return Reason.of("camera.no_picture", name=self.label)

    def _stopped(self) -> Reason:
        if sys.platform == "linux" and _vanishes(Path(self._device)):
            return Reason.of("camera.unplugged", name=self.label)
        return Reason.of("camera.stopped", name=self.label)


def decoded(raw: np.ndarray) -> np.ndarray | None:
    """What a driver gave, BGR uint8 (H, W, 3) or the bytes of a JPEG, as BGR; None when broken."""
    if raw.ndim == 3 and raw.shape[2] == 3:
        return raw
    try:
        with quietly():
            return cv2.imdecode(raw.reshape(-1), cv2.IMREAD_COLOR)
    except cv2.error:  # nothing at all, or more pixels than the decoder takes
        return None


def list_by_ffmpeg() -> list[CameraInfo]:
    """The cameras of Windows, in the order in which OpenCV counts them, and those of macOS.

    Not yet run on either.
    """
    import av
    import av.device

    try:
        found = av.device.enumerate_input_devices(_FFMPEG_NAMES.get(sys.platform, ""))
    except (ValueError, av.FFmpegError):
        return []
    names = [device.description or device.name for device in found if _gives_video(device)]
    return [CameraInfo(i, name, virtual=is_virtual_name(name)) for i, name in enumerate(names)]


def _gives_video(device: object) -> bool:
    kinds = getattr(device, "media_types", None)
    return kinds is None or "video" in kinds


def _vanishes(device: Path) -> bool:
    """An unplugged camera fails a moment before the system takes its file away."""
    end = time.monotonic() + _VANISHING
    while device.exists() and time.monotonic() < end:
        time.sleep(0.02)
    return not device.exists()
