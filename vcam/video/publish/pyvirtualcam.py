"""The Enhanced Camera on Windows and macOS, through pyvirtualcam. Not yet run on either."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import numpy as np

from vcam.names import CAMERA_NAME
from vcam.schema.reasons import Reason
from vcam.video.publish.contract import CameraPublisher, PublishError

_VIDEO_INPUT_DEVICES = r"SOFTWARE\Classes\CLSID\{860BB310-5D01-11d0-BD3B-00A0C911CE86}\Instance"


class PyvirtualcamPublisher(CameraPublisher):
    """A camera that another program's installer put there. It does not tell who reads it."""

    cure: ClassVar[Reason]

    def __init__(self) -> None:
        self._camera: object | None = None

    @classmethod
    def obstacle(cls) -> Reason | None:
        if _camera_installed(cls.name):
            return None
        return Reason.of("virtualcam.none", name=cls.name, cause=cls.cure)

    def open(self, width: int, height: int, fps: float) -> None:
        import pyvirtualcam

        try:
            self._camera = pyvirtualcam.Camera(
                width=width,
                height=height,
                fps=fps,
                fmt=pyvirtualcam.PixelFormat.I420,
                device=self.name,
                backend=self.kind,
            )
        except (KeyError, RuntimeError) as error:
            raise PublishError(
                "virtualcam.not_opened", name=self.name, error=error, cause=self.cure
            ) from error
        self._shape = (height * 3 // 2, width)

    def send(self, i420: np.ndarray) -> None:
        import pyvirtualcam

        if not isinstance(self._camera, pyvirtualcam.Camera):
            raise PublishError("virtualcam.closed", name=self.name)
        if i420.shape != self._shape:
            raise ValueError(f"the picture is {i420.shape}, not {self._shape}")
        try:
            self._camera.send(i420)
        except RuntimeError as error:  # the backend's; it tells no more
            raise PublishError("virtualcam.closed", name=self.name) from error

    def reader_present(self) -> bool:
        return True

    def readers(self) -> list[str]:
        return []

    def close(self) -> None:
        import pyvirtualcam

        camera, self._camera = self._camera, None
        if isinstance(camera, pyvirtualcam.Camera):
            camera.close()


class UnityCapturePublisher(PyvirtualcamPublisher):
    """UnityCapture (Windows), registered under our name: the only kind there that bears it."""

    kind = "unitycapture"
    name = CAMERA_NAME
    cure = Reason.of("virtualcam.install_unity")


class ObsPublisher(PyvirtualcamPublisher):
    """The camera of OBS Studio (Windows, macOS); apps show it under OBS's name."""

    kind = "obs"
    name = "OBS Virtual Camera"
    cure = Reason.of("virtualcam.install_obs")


def _camera_installed(name: str) -> bool:
    if sys.platform == "win32":
        return name in _friendly_names()
    if sys.platform == "darwin":
        return Path("/Applications/OBS.app").is_dir()
    return False


def _friendly_names() -> set[str]:
    names: set[str] = set()
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _VIDEO_INPUT_DEVICES) as devices:
                for index in range(winreg.QueryInfoKey(devices)[0]):
                    with winreg.OpenKey(devices, winreg.EnumKey(devices, index)) as device:
                        with suppress(OSError):  # one without a name
                            names.add(winreg.QueryValueEx(device, "FriendlyName")[0])
        except OSError:
            pass  # no such cameras at all
    return names
