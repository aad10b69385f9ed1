"""Picture and sound leave in step, as applications get them from the real daemon."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tests.devices.running_daemon import RunningDaemon
from tests.devices.sound_server import PipeWire, running
from tests.devices.step_probe import offsets
from tests.flash_and_click import film

WIDTH, HEIGHT = 640, 360
PERIOD = 1.0


@pytest.fixture
def server() -> Iterator[PipeWire]:
    with running(PipeWire, "gst-launch-1.0") as server:
        yield server


def test_a_flash_and_a_click_captured_together_leave_together(server: PipeWire) -> None:
    path = film(
        server.folder / "film.mkv", at=PERIOD / 2, length=PERIOD, fps=30, size=(WIDTH, HEIGHT)
    )
    settings: dict[str, object] = {
        "width": WIDTH,
        "height": HEIGHT,
        "denoise": False,
        "brightness": False,
    }
    words = ("--camera", str(path), "--microphone", str(path))
    with RunningDaemon(server.environment, *words, settings=settings) as daemon:
        # Who records before the microphone is there gets another one, and stays with it.
        daemon.wait_for(lambda s: s.video.sink == "Enhanced Camera" and s.audio.state == "standby")
        found = offsets(server.environment, 16, period=PERIOD)
        for _ in range(2):  # where the machine stands still for moments, the server itself jumps
            if in_step(found):
                break
            found = offsets(server.environment, 16, period=PERIOD)
        assert in_step(found), found


def in_step(found: list[tuple[float, float]]) -> bool:
    """The first seconds are needed to learn the picture's delay."""
    later = [offset for moment, offset in found if moment > 5]
    return len(later) >= 5 and bool(abs(np.median(later)) <= 0.020)
