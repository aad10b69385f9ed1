"""Calls that are recorded: the whole daemon on the demo, its files opened again with FFmpeg."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import psutil
import pytest
import soundfile

from tests.devices.test_record import seen_and_heard
from tests.waiting import until
from vcam import demo
from vcam.audio.frames import HOP, RATE
from vcam.control import Client
from vcam.daemon.recorder import FOLDER
from vcam.schema.status import RecordStatus

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix signals and sockets")


@pytest.fixture
def daemon(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    words = ["run", "--headless", "--camera", "demo", "--microphone", "demo"]
    process = subprocess.Popen(
        [sys.executable, "-m", "vcam", *words], stdout=subprocess.DEVNULL, cwd=home
    )
    until(lambda: (home / "r" / "vcam" / "control.sock").exists())
    yield process
    children = psutil.Process(process.pid).children() if process.poll() is None else []
    process.terminate()
    process.wait(20)
    for child in children:
        child.wait(10)


def set_(**changes: object) -> None:
    with Client() as client:
        client.call("set", **changes)


def recorded() -> RecordStatus:
    with Client() as client:
        return client.status().record


def test_a_recorded_call_shows_and_says_the_same_moment(
    daemon: subprocess.Popen[bytes], home: Path
) -> None:
    set_(record="toggle", bypass=True, width=640, height=360)
    until(lambda: recorded().seconds > 4.5, 60)
    set_(record=False)
    status = until(lambda: (now := recorded()).state == "off" and now)
    file = Path(status.file)
    assert file.parent == home / "videos" / FOLDER
    with av.open(str(file)) as film:
        frames = list(film.decode(video=0))
    times = np.array([float(f.time or 0.0) for f in frames])
    assert np.all(np.diff(times) > 0) and len(times) + status.dropped > 15 * status.seconds
    with av.open(str(file)) as film:
        sound = np.concatenate([f.to_ndarray()[0] for f in film.decode(audio=0)])
    assert abs(len(sound) / RATE - times[-1]) < 0.3

    loop, _ = soundfile.read(demo.ASSETS / "demo_sound.opus", dtype="float32")
    loop = loop[: len(demo.mouth()) * HOP]
    heard = place_of(sound, loop) / RATE
    lips = np.array([f.to_ndarray(format="gray")[145:175, 310:365].mean() for f in frames])
    shown = moment_shown(lips, times)
    period = len(demo.mouth()) / 100
    apart = (shown - heard + period / 2) % period - period / 2
    assert abs(apart) < 0.04


def moment_shown(lips: np.ndarray, times: np.ndarray) -> float:
    """The moment of the demo at which the pictures begin, told by the brightness of the lips."""

    def quick(values: np.ndarray) -> np.ndarray:
        """What is left without the head's slow movements, at length 1."""
        slow = np.apply_along_axis(np.convolve, 0, values, np.full(19, 1 / 19), "same")
        changes = (values - slow)[10:-10]
        return changes / np.linalg.norm(changes, axis=0)

    mouth = demo.mouth().astype(float)
    starts = np.arange(0, len(mouth), 0.5)
    places = (starts + 100 * times[:, None]) % len(mouth)
    opened = np.interp(places, np.arange(len(mouth)), mouth)
    return float(starts[np.abs(quick(lips) @ quick(opened)).argmax()]) / 100


def place_of(part: np.ndarray, loop: np.ndarray) -> int:
    """Where in the loop the part begins."""
    size = len(loop) * -(-len(part) // len(loop))
    spectrum = np.fft.rfft(np.tile(loop - loop.mean(), size // len(loop)))
    match = np.fft.irfft(spectrum * np.conj(np.fft.rfft(part - part.mean(), size)), size)
    return int(np.argmax(match)) % len(loop)


def test_a_recording_outlives_a_worker_and_ends_with_the_daemon(
    daemon: subprocess.Popen[bytes],
) -> None:
    set_(record=True, background="none", width=320, height=180)
    until(lambda: recorded().seconds > 1, 60)
    file = Path(str(recorded().file))
    with Client() as client:
        before = client.status().video.restarts
    call = psutil.Process(daemon.pid)
    for child in call.children():
        if child.nice() == call.nice() and child.cpu_times().user > 0.3:
            child.kill()
            break
    until(lambda: Client().status().video.restarts > before or Client().status().audio.restarts)
    now = recorded().seconds
    until(lambda: recorded().seconds > now + 1, 60)
    recorders = [child for child in call.children() if child.nice() > call.nice()]
    daemon.kill()
    daemon.wait()
    psutil.wait_procs(recorders, 10)
    assert seen_and_heard(file)[2] > now
    assert (
        "record" not in (Path(os.environ["XDG_CONFIG_HOME"]) / "vcam" / "settings.toml").read_text()
    )
