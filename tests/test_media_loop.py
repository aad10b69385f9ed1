"""One file as camera and as microphone: the picture and the sound are in step."""

import time
from pathlib import Path

import numpy as np
import pytest

from tests.flash_and_click import RATE, film
from vcam.audio.capture.file import FileMicrophone
from vcam.video.capture.file import FileCamera

LENGTH = 0.48


def apart(moment: float, other: float) -> float:
    """How far two moments are apart within the loop."""
    return (moment - other + LENGTH / 2) % LENGTH - LENGTH / 2


def flashes(camera: FileCamera, seconds: float) -> list[float]:
    end, found = time.monotonic() + seconds, []
    while time.monotonic() < end:
        shot = camera.read(0.2)
        if shot is not None and shot.decode().mean() > 128:
            found.append(shot.time)
    return found


def clicks(microphone: FileMicrophone, seconds: float) -> list[float]:
    end = time.monotonic() + seconds
    found: list[float] = []
    while time.monotonic() < end:
        block, captured = microphone.read()
        loud = np.flatnonzero(np.abs(block) > 0.1)
        if len(loud) and (not found or captured - found[-1] > 0.1):
            found.append(captured + loud[0] / RATE)
    return found


@pytest.mark.long
@pytest.mark.parametrize("container", ["mkv", "mov"])
def test_the_flash_and_the_click_of_a_film_are_captured_together(
    tmp_path: Path, container: str
) -> None:
    path = film(tmp_path / f"film.{container}", at=0.24, length=LENGTH)
    seen = flashes(FileCamera(path), 1.1)
    heard = clicks(FileMicrophone(path), 1.1)
    assert len(seen) >= 2 and len(heard) >= 2
    offsets = [apart(moment, seen[0]) for moment in seen + heard]
    assert np.abs(offsets).max() < 0.002


@pytest.mark.long
def test_a_film_joined_again_after_a_pause_is_where_the_clock_says(tmp_path: Path) -> None:
    camera = FileCamera(film(tmp_path / "film.mkv", at=0.24, length=LENGTH))
    first = flashes(camera, 0.55)
    time.sleep(1.2)
    again = flashes(camera, 0.55)
    camera.close()
    assert abs(apart(again[0], first[0])) < 0.002
