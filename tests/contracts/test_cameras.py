"""What the contract of a camera promises, asked of every driver there is.

A webcam is asked where the machine has one; `tests/devices` brings some.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.films import clip
from vcam.video.capture.contract import Camera, CameraChoice, CameraError, CaptureFormat
from vcam.video.capture.registry import (
    CAMERAS,
    LISTINGS,
    camera_class,
    list_cameras,
    open_camera,
    resolve_camera,
)

FORMAT = CaptureFormat(64, 48, 25)


@pytest.fixture(params=sorted(CAMERAS))
def camera(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Camera]:
    opened = open_camera(sample(request.param, tmp_path), FORMAT)
    yield opened
    opened.close()


def sample(driver: str, folder: Path) -> CameraChoice:
    """What a person chooses to get this driver: something that is made here, or a camera."""
    made = {"file": lambda: str(clip(folder / "film.mp4")), "demo": lambda: "demo"}
    try:
        choice = resolve_camera(made[driver]() if driver in made else "auto")
    except CameraError as error:
        pytest.skip(str(error))
    if choice.driver != driver:
        pytest.skip(f"nothing is here that the driver '{driver}' opens")
    return choice


def test_it_says_what_it_is_and_what_it_gives(camera: Camera) -> None:
    assert camera.label
    assert camera.width > 0 and camera.height > 0 and camera.fps > 0
    assert camera.dropped == 0


def test_pictures_are_bgr_of_the_size_it_told_and_never_old(camera: Camera) -> None:
    before = 0.0
    for _ in range(4):
        shot = camera.read(2.0)
        assert shot is not None
        assert before < shot.time <= time.monotonic()
        before = shot.time
        picture = shot.decode()
        assert (picture.shape, picture.dtype) == ((camera.height, camera.width, 3), np.uint8)


def test_whoever_is_late_gets_the_newest_and_the_others_count_as_dropped(camera: Camera) -> None:
    assert camera.read(2.0) is not None
    time.sleep(0.5)
    shot = camera.read(2.0)
    assert shot is not None and time.monotonic() - shot.time < 0.4
    assert camera.dropped > 0


def test_it_waits_no_longer_than_it_may(camera: Camera) -> None:
    # A busy machine may be away for a picture's time between two reads, but not every time.
    assert any(camera.read(0.0) is None for _ in range(100))


def test_closing_twice_is_nothing(camera: Camera) -> None:
    camera.close()
    camera.close()


@pytest.mark.parametrize("driver", sorted(set(CAMERAS) - {"demo"}))
def test_what_is_not_there_is_a_camera_error_of_one_sentence(driver: str, tmp_path: Path) -> None:
    choice = CameraChoice(driver, str(tmp_path / "nothing"), "nothing")
    with pytest.raises(CameraError) as raised:
        camera_class(driver).open(choice, FORMAT)
    assert str(raised.value).endswith(".") and "\n" not in str(raised.value)


def test_every_platform_lists_its_cameras_and_each_can_be_chosen() -> None:
    assert set(LISTINGS) == {"linux", "win32", "darwin"}
    for found in list_cameras():
        if not found.own:
            assert resolve_camera(str(found.index)).label == found.name
