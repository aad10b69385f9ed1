"""Runs inside the guest: a webcam that gives JPEG (a loopback fed by ffmpeg) and one that is
pulled out (vivid)."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from vcam.video.capture.contract import Camera, CameraChoice, CameraError, CaptureFormat
from vcam.video.capture.registry import list_cameras, open_camera, resolve_camera
from vcam.video.linux import v4l2

JPEG, PLAIN = "Test Webcam", "vivid-000-vid-cap"
VIVID = Path("/sys/bus/platform/drivers/vivid")
WANTED = CaptureFormat(640, 360, 10)


@pytest.fixture
def opened() -> Iterator[list[Camera]]:
    cameras: list[Camera] = []
    yield cameras
    for each in cameras:
        each.close()


def open_named(name: str, wanted: CaptureFormat = WANTED) -> Camera:
    return open_camera(resolve_camera(name), wanted)


def test_cameras_are_listed_by_name() -> None:
    found = {info.name: info for info in list_cameras()}
    assert set(found) == {JPEG, PLAIN}
    assert found[JPEG].virtual and not found[PLAIN].virtual
    assert {"YUYV", "GREY"} <= set(v4l2.formats(Path(found[PLAIN].path)))
    assert not found[PLAIN].infrared
    assert resolve_camera("auto").label == PLAIN


def test_jpeg_is_decoded_and_the_newest_picture_wins(opened: list[Camera]) -> None:
    opened.append(open_named(JPEG, CaptureFormat(640, 480, 10)))
    webcam = opened[0]
    assert (webcam.width, webcam.height) == (640, 480)
    before = 0.0
    for _ in range(5):
        shot = webcam.read(5)
        assert shot is not None and shot.time > before
        before = shot.time
        picture = shot.decode()
        assert picture.shape == (480, 640, 3) and picture.std() > 20
        time.sleep(0.35)
    assert webcam.dropped >= 4
    shot = webcam.read(5)
    assert shot is not None and time.monotonic() - shot.time < 0.3


def test_a_busy_camera_names_who_has_it(opened: list[Camera]) -> None:
    opened.append(open_named(PLAIN))
    assert opened[0].read(5) is not None
    other = (
        "from vcam.video.capture.contract import CaptureFormat as f; "
        "from vcam.video.capture import registry as r; "
        "r.open_camera(r.resolve_camera('vivid'), f())"
    )
    done = subprocess.run([sys.executable, "-c", other], capture_output=True, text=True)
    assert "is in use by" in done.stderr.strip().splitlines()[-1]


def test_a_camera_is_pulled_out_and_comes_back(opened: list[Camera]) -> None:
    opened.append(open_named(PLAIN))
    assert opened[0].read(5) is not None
    path = resolve_camera(PLAIN).name
    (VIVID / "unbind").write_text("vivid.0")
    with pytest.raises(CameraError, match="was unplugged"):
        while True:
            opened[0].read(1)
    with pytest.raises(CameraError, match="is not there"):
        open_camera(CameraChoice("device", path, PLAIN), WANTED)
    with pytest.raises(CameraError, match="No camera was found"):
        resolve_camera("auto")
    (VIVID / "bind").write_text("vivid.0")
    time.sleep(1)
    opened.append(open_named(PLAIN))
    shot = opened[1].read(5)
    assert shot is not None and isinstance(shot.decode(), np.ndarray)
