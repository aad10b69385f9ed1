"""Files as camera, as microphone and as the background of a call: what each says, a line of JSON
for each file. Run as a program, so that a signal ends it and not the tests."""

import json
import sys
from pathlib import Path

import numpy as np

from vcam.audio.capture.contract import MicrophoneError
from vcam.audio.capture.registry import open_microphone, resolve_microphone
from vcam.video.capture.contract import CameraError, CaptureFormat
from vcam.video.capture.registry import open_camera, resolve_camera
from vcam.video.worker.background import BackgroundPicture


def as_camera(path: Path) -> str | None:
    try:
        camera = open_camera(resolve_camera(str(path)), CaptureFormat())
        try:
            for _ in range(3):
                shot = camera.read(0.1)
                assert shot is None or shot.decode().ndim == 3
        finally:
            camera.close()
    except CameraError as error:
        return str(error)
    return None


def as_microphone(path: Path) -> str | None:
    try:
        microphone = open_microphone(resolve_microphone(str(path)))
        try:
            assert np.isfinite(microphone.read().block).all()
        finally:
            microphone.close()
    except MicrophoneError as error:
        return str(error)
    return None


def as_background(path: Path) -> str | None:
    background = BackgroundPicture()
    shown = background.of(path, (64, 48))
    background.close()
    assert (shown is None) == (background.trouble is not None)
    return None if background.trouble is None else str(background.trouble)


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        said = {"camera": as_camera(path), "microphone": as_microphone(path)}
        print(json.dumps({"file": str(path), "background": as_background(path)} | said))
