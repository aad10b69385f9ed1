"""Recording: real processes, real files, opened again with FFmpeg."""

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import av
import numpy as np
import pytest

from tests.waiting import until
from vcam.audio.frames import HOP, RATE
from vcam.audio.worker import delay
from vcam.daemon import recorder as recorder_module
from vcam.daemon.recorder import Recorder, RecordStart
from vcam.ipc.ring import Ring
from vcam.record import run as worker
from vcam.schema.errors import VcamError
from vcam.schema.settings import Settings
from vcam.schema.status import RecordStatus

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix signals and sockets")

WIDTH, HEIGHT, FPS = 240, 136, 30
WANTED = Settings(width=WIDTH, height=HEIGHT, record=True)


class Call:
    """Feeds the rings as the workers do: a flash and a beep twice a second, of one moment each."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.hold, self.silent = 0.0, False
        pictures, sound = recorder.rings
        assert pictures and sound
        self._pictures, self._sound = Ring.attach(pictures), Ring.attach(sound)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._feed, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._stop.set()
        self._thread.join()

    def _feed(self) -> None:
        state = delay.start()
        block = picture = int(time.monotonic()) + 1
        block, picture = block * 100, picture * FPS
        while not self._stop.wait(0.002):
            now = time.monotonic()
            while block / 100 < now:
                tone = np.zeros(HOP, np.float32)
                if block % 50 == 0:
                    tone = (0.5 * np.sin(np.arange(HOP))).astype(np.float32)
                state, held = delay.step(state, tone, self.hold)
                if not self.silent:
                    self._sound.write(block / 100 - delay.held(state), held.data)
                block += 1
            while picture / FPS < now:
                light = 220 if picture % 15 == 0 else 40
                i420 = np.full((HEIGHT * 3 // 2, WIDTH), light, np.uint8)
                self._pictures.write(picture / FPS, i420.data)
                picture += 1


@pytest.fixture
def recorder(home: Path) -> Iterator[Recorder]:
    recorder = Recorder(home / "r")
    yield recorder
    recorder.stop()
    recorder.join(10)


def length(recorder: Recorder) -> float:
    recorder.tick()
    return recorder.status.seconds


def seen_and_heard(path: Path) -> tuple[list[float], list[float], float]:
    """When it flashes, when it beeps, and how long it is, in seconds."""
    with av.open(str(path)) as film:
        flashes = [
            float(frame.time or 0.0)
            for frame in film.decode(video=0)
            if frame.to_ndarray(format="gray").mean() > 120
        ]
    with av.open(str(path)) as film:
        sound = np.concatenate([f.to_ndarray()[0] for f in film.decode(audio=0)])
    loud = np.flatnonzero(np.abs(sound) > 0.2)
    first = np.diff(loud, prepend=-RATE) > RATE // 10
    return flashes, [float(i) / RATE for i in loud[first]], len(sound) / RATE


def assert_in_step(flashes: list[float], beeps: list[float], at_least: int) -> None:
    pairs = [(f, b) for f in flashes for b in beeps if abs(f - b) < 0.2]
    assert len(pairs) >= at_least
    assert max(abs(f - b) for f, b in pairs) < 0.02


def test_sound_and_picture_are_in_step_also_when_delays_change_and_sound_fails(
    recorder: Recorder,
) -> None:
    recorder.follow(WANTED)
    call = Call(recorder)
    until(lambda: length(recorder) > 1)
    call.hold = 0.12
    until(lambda: length(recorder) > 3)
    call.silent = True
    until(lambda: length(recorder) > 4.5)
    call.silent = False
    until(lambda: length(recorder) > 6)
    call.end()
    recorder.follow(WANTED.model_copy(update={"record": False}))
    until(lambda: recorder.tick() and recorder.status.state == "off")
    assert recorder.rings == (None, None) and not list(Path(recorder._runtime).iterdir())
    status = recorder.status
    assert status.file is not None and status.reason is None
    flashes, beeps, seconds = seen_and_heard(Path(status.file))
    assert seconds == pytest.approx(status.seconds, abs=0.05)
    assert len(flashes) >= 11 and 6 <= len(beeps) <= len(flashes) - 2
    assert_in_step(flashes, beeps, 6)
    with av.open(status.file) as film:
        video = film.streams.video[0]
        assert (video.width, video.height, video.codec_context.name) == (WIDTH, HEIGHT, "h264")
        assert film.duration is not None
        assert abs(film.duration / av.time_base - seconds) < 0.1


def test_one_that_stands_still_says_so_until_it_goes_on(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.follow(WANTED)
    call = Call(recorder)
    until(lambda: length(recorder) > 0)
    monkeypatch.setattr(recorder_module, "STANDS_STILL_S", 1.0)
    assert recorder._job is not None and recorder._job.process.pid is not None
    os.kill(recorder._job.process.pid, signal.SIGSTOP)
    until(lambda: recorder.tick() and recorder.status.reason is not None)
    assert recorder.status.state == "recording" and "drive" in str(recorder.status.reason)
    os.kill(recorder._job.process.pid, signal.SIGCONT)
    until(lambda: recorder.tick() and recorder.status.reason is None)
    call.end()


def test_what_was_recorded_until_the_recorder_was_killed_can_be_opened(recorder: Recorder) -> None:
    recorder.follow(WANTED)
    call = Call(recorder)
    until(lambda: length(recorder) > 2.6)
    assert recorder._job is not None and recorder._job.process.pid is not None
    os.kill(recorder._job.process.pid, signal.SIGKILL)
    until(lambda: recorder.tick() or recorder.status.state == "failed")
    call.end()
    status = recorder.status
    assert status.file is not None and "ended unexpectedly" in str(status.reason)
    flashes, beeps, seconds = seen_and_heard(Path(status.file))
    assert seconds > 1
    assert_in_step(flashes, beeps, 2)


def test_a_picture_of_another_size_goes_on_in_another_file(recorder: Recorder) -> None:
    recorder.follow(WANTED)
    first = Call(recorder)
    until(lambda: length(recorder) > 0.5)
    recorder.follow(WANTED.model_copy(update={"fps": 15}))
    first.end()
    second = Call(recorder)
    until(lambda: length(recorder) > 0.5 and recorder.status.state == "recording")
    second.end()
    recorder.stop()
    recorder.join(10)
    files = sorted((Path(str(recorder.status.file)).parent).iterdir())
    assert len(files) == 2 and all(seen_and_heard(file)[2] > 0.4 for file in files)


def test_a_folder_that_cannot_be_written_is_said_at_once(recorder: Recorder, home: Path) -> None:
    (home / "videos").write_text("a file where the folder should be")
    with pytest.raises(VcamError, match="Recordings cannot be written to"):
        recorder.follow(WANTED)
    assert recorder.status == RecordStatus() and recorder.rings == (None, None)


def small_file(link: Connection, start: RecordStart) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    worker.run(link, start)


def no_room(link: Connection, start: RecordStart) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    worker.run(link, start)


def small_disk(link: Connection, start: RecordStart) -> None:
    worker._SPARE, worker._INTERVAL = 1 << 60, 1.0
    worker.run(link, start)


@pytest.mark.parametrize(
    ("entry", "says"), [(small_disk, "The disk is full"), (small_file, "File too large")]
)
def test_a_full_disk_ends_the_recording_with_a_sentence(
    recorder: Recorder,
    monkeypatch: pytest.MonkeyPatch,
    entry: Callable[[Connection, RecordStart], None],
    says: str,
) -> None:
    monkeypatch.setattr(recorder_module, "_enter", entry)
    recorder.follow(WANTED)
    call = Call(recorder)
    until(lambda: recorder.tick() and recorder.status.state == "failed", 60)
    call.end()
    assert says in str(recorder.status.reason) and recorder.rings == (None, None)
    assert recorder.status.file is not None
    assert seen_and_heard(Path(recorder.status.file))[2] > 0


def test_without_room_for_a_first_second_nothing_is_left(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "_enter", no_room)
    recorder.follow(WANTED)
    folder = Path(str(recorder.status.file)).parent
    call = Call(recorder)
    until(lambda: recorder.tick() and recorder.status.state == "failed")
    call.end()
    assert "File too large" in str(recorder.status.reason)
    assert (recorder.status.file, recorder.status.seconds) == (None, 0.0)
    assert not list(folder.iterdir())


def test_no_daemon_records_nothing(home: Path) -> None:
    words = [sys.executable, "-m", "vcam", "set", "record=on"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 1 and "not running" in done.stderr
