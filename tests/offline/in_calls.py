"""Files as camera, as microphone and as the background of a call: what each says, a line of JSON
for each file. Run as a program, so that a signal ends it and not the tests."""

import json
import sys
from pathlib import Path

import numpy as np

from vcam.audio.capture.contract import MicrophoneError
from vcam.audio.capture.registry import open_microphone, resolve_microphone
from vcam.moving_picture import MovingPicture, moves
from vcam.picture_file import read_picture
from vcam.schema.errors import VcamError
from vcam.video.capture.contract import CameraError, CaptureFormat
from vcam.video.capture.registry import open_camera, resolve_camera


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
    try:
        if moves(path):
            MovingPicture(path, (64, 48)).fill()
        else:
            read_picture(path)
    except VcamError as error:
        return str(error)
    return None


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        said = {"camera": as_camera(path), "microphone": as_microphone(path)}
        print(json.dumps({"file": str(path), "background": as_background(path)} | said))
