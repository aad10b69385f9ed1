"""Runs inside the guest: a webcam (vivid) through the daemon into v4l2loopback, read by programs.

The webcam shows plain red, the background is green, the matte a disc in the middle. So a
red corner is a raw picture, and a red disc on green is the enhanced one.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from tests.devices.running_daemon import RunningDaemon
from vcam.video.linux import v4l2
from vcam.video.linux.holders import holders
from vcam.video.publish.contract import PublishError
from vcam.video.publish.v4l2loopback import LoopbackPublisher, loopback_state

WIDTH, HEIGHT, FPS = 320, 180, 5
SMALL = (36, 64)  # what the recordings are scaled to
LOOPBACK, WEBCAM = Path("/dev/video10"), "vivid-000-vid-cap"
VIVID = Path("/sys/bus/platform/drivers/vivid")
SETTINGS = {
    "width": WIDTH,
    "height": HEIGHT,
    "fps": FPS,
    "background": "#00dc00",
    "brightness": False,
    "lips": "off",
}
PATIENCE = 240.0


def sh(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"


def load_loopback(label: str = "Enhanced Camera", exclusive: int = 1) -> None:
    sh("modprobe", "-r", "v4l2loopback")
    sh(
        *("modprobe", "v4l2loopback", "devices=1", "video_nr=10", f"card_label={label}"),
        *(f"exclusive_caps={exclusive}", "max_buffers=2"),
    )
    until(LOOPBACK.exists, "the loopback's device")


def until(condition: object, why: str, seconds: float = PATIENCE) -> None:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {why}"
        time.sleep(0.1)


def webcam() -> Path | None:
    """The webcam's device; it may get another number each time it is plugged in."""
    for name in Path("/sys/class/video4linux").glob("*/name"):
        if name.read_text().strip() == WEBCAM:
            return Path("/dev") / name.parent.name
    return None


def webcam_is_open() -> bool:
    device = webcam()
    return device is not None and bool(holders(device))


def show_red() -> None:
    until(webcam, "the webcam is plugged in")
    # 7 is 100 % red; no text upon it.
    sh("v4l2-ctl", "-d", str(webcam()), "-c", "test_pattern=7,osd_text_mode=2")


class Recording:
    """ffmpeg reading the Enhanced Camera, every frame kept in small."""

    all: ClassVar[list[Recording]] = []

    def __init__(self, folder: Path) -> None:
        self.file = folder / f"{len(self.all)}.rgb"
        self.all.append(self)
        scale = f"scale={SMALL[1]}:{SMALL[0]}:flags=neighbor"
        self.process = subprocess.Popen(
            ["ffmpeg", "-nostdin", "-loglevel", "error", "-f", "v4l2", "-i", str(LOOPBACK)]
            + ["-vf", scale, "-fps_mode", "passthrough", "-flush_packets", "1"]
            + ["-f", "rawvideo", "-pix_fmt", "rgb24", str(self.file)],
        )

    def frames(self) -> np.ndarray:
        data = np.fromfile(self.file, np.uint8) if self.file.exists() else np.empty(0, np.uint8)
        size = SMALL[0] * SMALL[1] * 3
        return data[: len(data) // size * size].reshape(-1, *SMALL, 3).astype(int)

    def wait_for_the_enhanced_picture(self) -> None:
        """A new one, from now on."""
        seen = len(self.frames())
        until(
            lambda: any(is_enhanced(frame) for frame in self.frames()[seen:]),
            f"an enhanced picture; ffmpeg ended: {self.process.poll()}",
        )

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(60)


def red(pixels: np.ndarray) -> np.ndarray:
    return (pixels[..., 0] > 130) & (pixels[..., 1] < 100)


def green(pixels: np.ndarray) -> np.ndarray:
    return (pixels[..., 1] > 130) & (pixels[..., 0] < 100)


def corners(frame: np.ndarray) -> np.ndarray:
    parts = [
        frame[y, x] for y in (slice(0, 8), slice(-8, None)) for x in (slice(9), slice(-9, None))
    ]
    return np.concatenate([part.reshape(-1, 3) for part in parts])


def is_enhanced(frame: np.ndarray) -> bool:
    middle = frame[15:21, 28:36].reshape(-1, 3)
    return bool(green(corners(frame)).all() and red(middle).all())


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Shows where the time goes, for when it runs out."""
    print(f"at {time.monotonic():.0f} s", flush=True)
    yield
    print(f"until {time.monotonic():.0f} s", flush=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("camera")


@pytest.fixture(scope="module")
def environment(folder: Path) -> dict[str, str]:
    run = folder / "run"
    run.mkdir(mode=0o700)
    return {
        **os.environ,
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(run),
        "XDG_CONFIG_HOME": str(folder / "config"),
    }


def start_daemon(environment: dict[str, str]) -> RunningDaemon:
    return RunningDaemon(
        environment,
        WEBCAM,
        settings=SETTINGS,
        command=("-m", "tests.devices.guest.patient_daemon"),
    )


@pytest.fixture(scope="module")
def daemon(environment: dict[str, str]) -> Iterator[RunningDaemon]:
    load_loopback()
    show_red()
    with start_daemon(environment) as running:
        running.wait_for(lambda s: s.video.state == "standby", seconds=PATIENCE)
        yield running


@pytest.fixture(scope="module")
def recording(daemon: RunningDaemon, folder: Path) -> Iterator[Recording]:
    first = Recording(folder)
    yield first
    first.end()


def test_the_state_of_the_module_is_told() -> None:
    sh("modprobe", "-r", "v4l2loopback")
    absent = loopback_state()
    assert absent.state == "absent" and str(absent.fix).startswith("sudo modprobe v4l2loopback")
    load_loopback(label="Another Camera")
    assert loopback_state().state == "inconsistent"
    load_loopback(exclusive=0)
    found = loopback_state()
    assert (found.state, found.exclusive_caps) == ("inconsistent", False)
    load_loopback()
    found = loopback_state()
    assert (found.state, found.device, found.exclusive_caps) == ("present", LOOPBACK, True)


def test_another_producer_is_named_and_what_it_leaves_behind_is_cured() -> None:
    load_loopback()
    other = subprocess.Popen(
        ["ffmpeg", "-nostdin", "-loglevel", "error", "-re", "-f", "lavfi", "-i"]
        + ["testsrc=size=320x180:rate=5", "-pix_fmt", "yuv420p", "-f", "v4l2", str(LOOPBACK)]
    )
    until(lambda: not v4l2.capabilities(LOOPBACK) & v4l2.OUTPUT, "ffmpeg produces")
    assert "ffmpeg" in str(LoopbackPublisher.obstacle())
    publisher = LoopbackPublisher()
    with pytest.raises(PublishError, match="ffmpeg"):
        publisher.open(WIDTH, HEIGHT, FPS)
    other.kill()
    other.wait()
    # The reopen fault of v4l2loopback 0.12 with producers that write().
    assert not v4l2.capabilities(LOOPBACK) & v4l2.OUTPUT
    assert LoopbackPublisher.obstacle() is None
    publisher.open(WIDTH, HEIGHT, FPS)
    publisher.send(np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8))
    publisher.close()
    assert v4l2.capabilities(LOOPBACK) & v4l2.OUTPUT


def test_the_webcam_is_closed_while_nobody_reads(daemon: RunningDaemon) -> None:
    assert daemon.status().video.sink == "Enhanced Camera"
    assert not webcam_is_open()


def test_a_reader_wakes_the_webcam_and_sees_the_enhanced_picture(
    daemon: RunningDaemon, recording: Recording
) -> None:
    recording.wait_for_the_enhanced_picture()
    now = daemon.wait_for(lambda s: s.video.state == "live", seconds=PATIENCE)
    assert webcam_is_open()
    assert now.video.readers == ["ffmpeg"]


def test_an_unplugged_webcam_comes_back(daemon: RunningDaemon, recording: Recording) -> None:
    (VIVID / "unbind").write_text("vivid.0")
    daemon.wait_for(
        lambda s: s.video.state in ("degraded", "failed") and bool(s.video.reason),
        seconds=PATIENCE,
    )
    (VIVID / "bind").write_text("vivid.0")
    show_red()
    daemon.wait_for(lambda s: s.video.state == "live" and s.video.reconnects > 0, seconds=PATIENCE)
    recording.wait_for_the_enhanced_picture()


def test_a_killed_worker_is_replaced_while_the_reader_stays(
    daemon: RunningDaemon, recording: Recording
) -> None:
    [worker] = [h.pid for h in holders(LOOPBACK) if h.pid != recording.process.pid]
    os.kill(worker, 9)
    daemon.wait_for(lambda s: s.video.restarts > 0 and s.video.state == "live", seconds=PATIENCE)
    recording.wait_for_the_enhanced_picture()
    assert recording.process.poll() is None


def test_the_webcam_closes_when_the_reader_leaves_and_opens_for_the_next(
    daemon: RunningDaemon, recording: Recording, folder: Path
) -> None:
    recording.end()
    daemon.wait_for(lambda s: s.video.state == "standby", seconds=PATIENCE)
    until(lambda: not webcam_is_open(), "the webcam is closed")
    second = Recording(folder)
    second.wait_for_the_enhanced_picture()
    second.end()


@pytest.fixture(scope="module")
def second_daemon(daemon: RunningDaemon, environment: dict[str, str]) -> Iterator[RunningDaemon]:
    daemon.process.terminate()
    assert daemon.process.wait(PATIENCE) == 0
    assert v4l2.capabilities(LOOPBACK) & v4l2.OUTPUT
    with start_daemon(environment) as running:
        running.wait_for(lambda s: s.video.sink == "Enhanced Camera", seconds=PATIENCE)
        yield running


def test_after_a_stop_the_daemon_starts_again_on_the_same_device(
    second_daemon: RunningDaemon, folder: Path
) -> None:
    third = Recording(folder)
    third.wait_for_the_enhanced_picture()
    third.end()


def test_no_reader_ever_saw_a_raw_frame() -> None:
    assert len(Recording.all) == 3
    for recording in Recording.all:
        frames = recording.frames()
        assert len(frames) > 0
        raw = [i for i, frame in enumerate(frames) if red(corners(frame)).any()]
        assert raw == [], f"raw frames of {len(frames)}: {raw}"
