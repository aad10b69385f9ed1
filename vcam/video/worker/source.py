"""Keeps the wanted camera open: opens it aside, notices its loss, returns to the preferred one."""

from __future__ import annotations

import logging
import threading

from vcam.names import AUTO, DEMO
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason, discreet, discreet_name
from vcam.video.capture.contract import Camera, CameraChoice, CameraError, CaptureFormat, Shot
from vcam.video.capture.registry import open_camera, resolve_camera

_RETRY = (0.3, 0.7, 1.0, 2.0)  # seconds between attempts, the last one for ever
_LOOK = 2.0  # seconds between two looks for a better camera than the stopgap

log = logging.getLogger(__name__)


class CameraSource:
    """The camera as the worker sees it: it may come and go, and never makes anybody wait.

    Opening and closing happen in a thread of its own, because a webcam takes up to seconds for
    either. `reason` says what is amiss, None when nothing is.
    """

    def __init__(self) -> None:
        self.reason: Reason | None = None
        self.reconnects = 0
        self._news = threading.Condition()
        self._wish: tuple[str, CaptureFormat, bool] | None = None
        self._camera: Camera | None = None
        self._retired: list[Camera] = []
        self._again = self._lost = self._ending = False
        self._dropped = 0
        self._thread = threading.Thread(target=self._tend, name="camera source", daemon=True)
        self._thread.start()

    @property
    def camera(self) -> Camera | None:
        """The open camera; None while there is none."""
        return self._camera

    @property
    def dropped(self) -> int:
        """Pictures nobody took in time, of all cameras so far."""
        open_now = self._camera
        return self._dropped + (open_now.dropped if open_now else 0)

    def want(self, choice: str | None, wanted: CaptureFormat, *, demo: bool = False) -> None:
        """Names the camera to keep open; None closes it. `demo`: it may stand in for `auto`."""
        wish = None if choice is None else (choice, wanted, demo)
        with self._news:
            if wish != self._wish:
                self._wish = wish
                self._again = True
                self._retire()
                self._news.notify()

    def reopen(self) -> None:
        """Opens the camera anew: after the machine slept, handles are not to be trusted."""
        with self._news:
            self._again = True
            self._retire()
            self._news.notify()

    def read(self, timeout: float) -> Shot | None:
        """The newest picture; None when there is none within `timeout` seconds."""
        open_now = self._camera
        if open_now is None:
            with self._news:
                if self._camera is None:
                    self._news.wait(timeout)
            return None
        try:
            return open_now.read(timeout)
        except CameraError as error:
            with self._news:
                if open_now is self._camera:
                    log.info("%s", discreet(error.reason))
                    self.reason, self._lost = error.reason, True
                    self._retire()
                    self._news.notify()
            return None

    def close(self) -> None:
        with self._news:
            self._wish, self._ending = None, True
            self._retire()
            self._news.notify()
        self._thread.join(3.0)

    def _retire(self) -> None:
        if self._camera is not None:
            self._dropped += self._camera.dropped
            self._retired.append(self._camera)
            self._camera = None

    def _tend(self) -> None:
        failures, stopgap, pause = 0, False, 0.0
        while True:
            with self._news:
                if not (self._again or self._ending or self._retired):
                    idle = self._wish is None or (self._camera is not None and not stopgap)
                    self._news.wait(None if idle else pause)
                if self._again:
                    failures, self._again = 0, False
                retired, self._retired = self._retired, []
                wish, present, ending = self._wish, self._camera, self._ending
            for old in retired:
                old.close()
            if ending:
                return
            if wish is None:
                self.reason, failures, stopgap = None, 0, False
                continue
            if present is not None and not stopgap:
                continue
            try:
                opened, trouble, stopgap = _open(wish, present)
            except Exception as error:
                # Drivers fail in many ways; whichever it is, the next attempt may succeed.
                self._refused(error)
                pause = _RETRY[min(failures, len(_RETRY) - 1)]
                failures += 1
                continue
            pause, failures = _LOOK, 0
            if opened is not None:
                self._install(opened, wish)
            self.reason = trouble

    def _refused(self, error: Exception) -> None:
        before = self.reason
        if isinstance(error, VcamError):
            self.reason = error.reason
        else:
            self.reason = Reason.of("camera.not_opened", error=error)
        if self.reason != before:
            log.info("%s", discreet(self.reason), exc_info=not isinstance(error, VcamError))

    def _install(self, opened: Camera, wish: tuple[str, CaptureFormat, bool]) -> None:
        with self._news:
            if self._wish != wish:
                self._retired.append(opened)
                return
            self._retire()
            log.info("%s is open", discreet_name(opened.label))
            self.reconnects += self._lost
            self._camera, self._lost = opened, False
            self._news.notify_all()


def _open(
    wish: tuple[str, CaptureFormat, bool], present: Camera | None
) -> tuple[Camera | None, Reason | None, bool]:
    """A camera better than `present` (None when there is none), what is amiss, is it a stopgap."""
    wanted_name, wanted, demo = wish
    trouble = None
    try:
        choice = resolve_camera(wanted_name)
    except CameraError as error:
        choice = _stopgap(wanted_name, error, demo)
        trouble = Reason.of("camera.stand_in", cause=error.reason, name=choice.label)
        if present is not None and present.label == choice.label:
            return None, trouble, True
    return open_camera(choice, wanted), trouble, trouble is not None


def _stopgap(wanted: str, error: CameraError, demo: bool) -> CameraChoice:
    if wanted != AUTO:
        try:
            return resolve_camera(AUTO)
        except CameraError:
            raise error from None
    if not demo:
        raise error
    return resolve_camera(DEMO)
