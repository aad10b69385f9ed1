"""Supervision and the daemon's life, with real processes that hang, crash and are killed."""

import base64
import errno
import multiprocessing.util
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from vcam import supervisor
from vcam.control import Client
from vcam.daemon import Clocks
from vcam.errors import VcamError
from vcam.settings import Settings
from vcam.status import Status, VideoStatus
from vcam.supervisor import Supervisor
from vcam.worker_protocol import NewSettings, WorkerStart

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix signals and sockets")

DAEMON = """
import sys
from vcam.daemon import Daemon, DaemonOptions
from vcam.errors import VcamError
options = DaemonOptions(
    video=f"tests.fake_workers:{sys.argv[1]}",
    audio=f"tests.fake_workers:{sys.argv[2]}",
    duration=float(sys.argv[3]) if len(sys.argv) > 3 else None,
)
try:
    print(Daemon(options).run().model_dump_json())
except VcamError as error:
    sys.exit(str(error))
"""


def until(true: Callable[[], Any], seconds: float = 15.0) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come about")


# One worker under supervision


@pytest.fixture
def supervise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Supervisor[VideoStatus]]]:
    monkeypatch.setattr(supervisor, "HEARTBEAT_S", 0.5)
    monkeypatch.setattr(supervisor, "BACK_OFF_S", (0.0, 0.1))
    made: list[Supervisor[VideoStatus]] = []

    def make(entry: str) -> Supervisor[VideoStatus]:
        start = WorkerStart(Settings(), None, None, "", str(tmp_path / "preview"), True)
        made.append(
            Supervisor("picture", f"tests.fake_workers:{entry}", VideoStatus(), lambda: start)
        )
        return made[-1]

    yield make
    for one in made:
        one.stop()
        one.join(0.2)


def watched(one: Supervisor[VideoStatus], true: Callable[[], Any]) -> Any:
    def look() -> Any:
        one.tick()
        return true()

    return until(look)


def test_a_hung_worker_is_killed_and_started_again(
    supervise: Callable[..., Supervisor[VideoStatus]],
) -> None:
    one = supervise("hangs")
    watched(one, lambda: one.status.source == "hangs")
    first = one.pid
    watched(one, lambda: one.restarts == 1)
    assert "hung" in (one.status.reason or "")
    watched(one, lambda: one.pid not in (None, first))
    assert first is not None and not psutil.pid_exists(first)


def test_a_stopped_process_counts_as_hung(
    supervise: Callable[..., Supervisor[VideoStatus]],
) -> None:
    one = supervise("ignores_stop")
    watched(one, lambda: one.status.state == "live")
    pid = one.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    watched(one, lambda: one.restarts == 1)
    assert not psutil.pid_exists(pid)
    watched(one, lambda: one.status.state == "live")


def test_a_hung_worker_with_a_full_pipe_does_not_block(
    supervise: Callable[..., Supervisor[VideoStatus]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "HEARTBEAT_S", 60.0)
    one = supervise("hangs")
    watched(one, lambda: one.status.source == "hangs")
    for blur in range(20_000):
        one.send(NewSettings(Settings(blur=blur % 100, camera="x" * 200)))
    assert one.restarts == 0


@pytest.mark.parametrize(
    ("entry", "state", "reason"),
    [
        ("raises", "starting", "crashed (RuntimeError: the driver is upset)"),
        ("kills_itself", "starting", "was ended by SIGKILL"),
        ("returns", "starting", "ended by itself (exit code 0)"),
        ("refuses", "failed", "is not the one that was published"),
        ("not_there", "starting", "crashed (AttributeError"),
    ],
)
def test_the_end_of_a_worker_is_explained(
    supervise: Callable[..., Supervisor[VideoStatus]], entry: str, state: str, reason: str
) -> None:
    one = supervise(entry)
    watched(one, lambda: one.restarts == 1)
    assert one.status.state == state
    assert reason in (one.status.reason or "")
    assert (one.status.reason or "").endswith("it is started again now.")


def test_a_worker_that_always_crashes_is_failed_and_still_tried(
    supervise: Callable[..., Supervisor[VideoStatus]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "FAILED_AFTER", 2)
    one = supervise("returns")
    watched(one, lambda: one.restarts >= supervisor.FAILED_AFTER)
    assert one.status.state == "failed"
    watched(one, lambda: one.restarts > supervisor.FAILED_AFTER)


def no_process_left(*_: object) -> int:
    raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))


def test_a_worker_that_cannot_be_started_is_tried_again(
    supervise: Callable[..., Supervisor[VideoStatus]], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = supervise("ignores_stop")
    with monkeypatch.context() as broken:
        broken.setattr(multiprocessing.util, "spawnv_passfds", no_process_left)
        watched(one, lambda: one.restarts == 1)
    assert "could not be started (Resource temporarily unavailable)" in (one.status.reason or "")
    watched(one, lambda: one.status.state == "live")


def test_a_worker_that_ignores_stop_is_killed(
    supervise: Callable[..., Supervisor[VideoStatus]],
) -> None:
    one = supervise("ignores_stop")
    watched(one, lambda: one.status.state == "live")
    pid = one.pid
    one.stop()
    one.join(0.3)
    assert pid is not None and not psutil.pid_exists(pid)


# Sleep of the machine


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("awake_passed", "always_passed", "slept"),
    [
        (0.25, 0.25, 0.0),
        (3.0, 3.0, 0.0),
        (0.25, 1.0, 0.0),
        (0.25, 3600.25, 3600.25),
        (3600.0, 3600.0, 3600.0),
        (0.25, -7200.0, 0.0),
    ],
)
def test_sleep_is_a_clock_that_went_on_alone_or_a_long_gap(
    awake_passed: float, always_passed: float, slept: float
) -> None:
    awake, always = Clock(), Clock()
    clocks = Clocks(awake, always)
    awake.now += awake_passed
    always.now += always_passed
    assert clocks.slept() == pytest.approx(slept)
    assert clocks.slept() == 0.0


# The whole daemon


class Running:
    """Daemons with fake workers, in processes of their own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.runtime = home / "r"
        self.runtime.mkdir(mode=0o700)
        self.settings = home / "c" / "vcam" / "settings.toml"
        self.started: list[subprocess.Popen[str]] = []

    def start(
        self, video: str = "video", audio: str = "audio", duration: float | None = None
    ) -> subprocess.Popen[str]:
        arguments = [video, audio] if duration is None else [video, audio, str(duration)]
        process = subprocess.Popen(
            [sys.executable, "-c", DAEMON, *arguments],
            cwd=Path(__file__).parent.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def live(self) -> Status:
        until(lambda: (self.runtime / "vcam" / "control.sock").exists())

        def both_live() -> Status | None:
            now = self.status()
            return now if now.video.state == now.audio.state == "live" else None

        found = until(both_live)
        assert isinstance(found, Status)
        return found

    def status(self) -> Status:
        with Client() as client:
            return client.status()

    def left_over(self) -> list[str]:
        return sorted(path.name for path in (self.runtime / "vcam").iterdir())

    def at_home(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(self.runtime))
        monkeypatch.setenv("XDG_CONFIG_HOME", str(self.home / "c"))

    def end(self) -> None:
        for process in self.started:
            children = psutil.Process(process.pid).children() if process.poll() is None else []
            process.kill()
            process.communicate()
            for child in children:
                child.kill()


@pytest.fixture
def daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    running = Running(tmp_path)
    running.at_home(monkeypatch)
    yield running
    running.end()


@pytest.fixture(scope="module")
def one_for_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("one"))
    with pytest.MonkeyPatch.context() as monkeypatch:
        running.at_home(monkeypatch)
        running.start()
        running.live()
    yield running
    running.end()


@pytest.fixture
def shared(one_for_all: Running, monkeypatch: pytest.MonkeyPatch) -> Running:
    """A daemon that several tests use one after the other, for the sake of their time."""
    one_for_all.at_home(monkeypatch)
    with Client() as client:
        client.call("set", **Settings().model_dump())
    return one_for_all


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_cleanly(daemon: Running, number: signal.Signals) -> None:
    process = daemon.start()
    now = daemon.live()
    workers = [int(now.video.provider or 0), int(now.audio.provider or 0)]
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, "")
    assert Status.model_validate_json(out).video.state == "live"
    assert daemon.left_over() == ["daemon.lock"]
    assert not any(psutil.pid_exists(pid) for pid in workers)


def test_ctrl_c_reaches_the_whole_group_and_is_still_clean(daemon: Running) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", DAEMON, "video", "audio"],
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    daemon.started.append(process)
    daemon.live()
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, "")


def test_it_ends_by_itself_after_the_duration(daemon: Running) -> None:
    process = daemon.start(duration=1.0)
    out, err = process.communicate(timeout=15)
    assert (process.returncode, err) == (0, "")
    assert Status.model_validate_json(out).version
    assert daemon.left_over() == ["daemon.lock"]


def test_busy_clients_do_not_disturb_the_end(daemon: Running) -> None:
    process = daemon.start()
    daemon.live()
    url = until(lambda: daemon.status().preview)
    with Client() as idle, Client() as busy, urllib.request.urlopen(url + "picture") as stream:
        idle.call("status")
        stream.read(10)
        busy._socket.sendall(b'{"jsonrpc": "2.0", "id": 1, "method": "devices"}\n')
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=15)
    assert (process.returncode, err) == (0, "")


def test_stop_waits_until_everything_is_gone(daemon: Running) -> None:
    process = daemon.start()
    daemon.live()
    with Client() as client:
        client.stop()
    assert daemon.left_over() == ["daemon.lock"]
    assert process.wait(5) == 0


def test_a_second_daemon_is_refused_with_one_line_and_the_first_goes_on(daemon: Running) -> None:
    first = daemon.start()
    daemon.live()
    second = daemon.start()
    _, err = second.communicate(timeout=10)
    assert second.returncode != 0
    assert err.strip().splitlines() == [
        f"vcam is already running (process {first.pid}); `vcam stop` ends it."
    ]
    assert daemon.status().video.state == "live"


def test_after_a_crash_of_the_daemon_the_workers_end_and_a_new_one_starts(
    daemon: Running,
) -> None:
    first = daemon.start()
    now = daemon.live()
    first.kill()
    first.communicate()
    for pid in (int(now.video.provider or 0), int(now.audio.provider or 0)):
        until(lambda pid=pid: not psutil.pid_exists(pid))
    assert "control.sock" in daemon.left_over()
    daemon.start()
    until(lambda: _answers())
    assert daemon.live().video.restarts == 0


def _answers() -> bool:
    try:
        with Client() as client:
            client.status()
        return True
    except VcamError:
        return False


def test_a_hung_worker_does_not_outlive_a_killed_daemon(daemon: Running) -> None:
    process = daemon.start("deaf_to_the_end")
    note = daemon.runtime / "vcam" / "deaf.pid"
    pid = int(until(lambda: note.exists() and note.read_text()))
    process.kill()
    until(lambda: not psutil.pid_exists(pid))


def test_a_killed_worker_comes_back_with_the_newest_settings(daemon: Running) -> None:
    daemon.start()
    now = daemon.live()
    with Client() as client:
        client.call("set", background="none", camera="Webcam 3")
        os.kill(int(now.video.provider or 0), signal.SIGKILL)
        again = until(lambda: (s := client.status()).video.restarts == 1 and s)
        again = until(lambda: (s := client.status()).video.state == "live" and s)
    assert again.video.effect == "none"
    assert again.video.source == "Webcam 3"
    assert again.audio.provider == now.audio.provider
    assert again.audio.restarts == 0


def test_settings_change_live_are_saved_and_reach_the_workers(shared: Running) -> None:
    until(lambda: shared.status().video.effect == "blur")
    with Client() as client:
        new = client.call("set", background="none", blur="25")
        assert (new["background"], new["blur"]) == ("none", 25)
        assert client.call("settings") == new
        until(lambda: client.status().video.effect == "none")
        with pytest.raises(VcamError, match="There is no setting 'blurr'"):
            client.call("set", blurr=1)
        with pytest.raises(VcamError, match="blur"):
            client.call("set", background="blur", blur=1000)
        assert client.call("settings") == new
    assert 'background = "none"' in shared.settings.read_text()


def test_settings_that_cannot_be_saved_keep_the_old_ones(daemon: Running) -> None:
    process = daemon.start()
    daemon.live()
    psutil.Process(process.pid).rlimit(psutil.RLIMIT_FSIZE, (0, 0))
    with Client() as client:
        with pytest.raises(VcamError, match="could not be saved"):
            client.call("set", background="none")
        assert client.call("settings")["background"] == "blur"
        assert client.status().video.effect == "blur"


def test_a_broken_settings_file_is_told_in_the_hints(daemon: Running) -> None:
    daemon.settings.parent.mkdir(parents=True)
    daemon.settings.write_text("blur = = 3")
    daemon.start()
    hints = daemon.live().hints
    assert any("settings.bad" in hint for hint in hints)
    with Client() as client:
        client.call("set", blur=30)
        assert not any("settings.bad" in hint for hint in client.status().hints)


def test_sound_and_picture_are_told_of_one_anothers_delay(shared: Running) -> None:
    with Client() as client:
        for blur in (45, 90):
            client.call("set", blur=blur)
            told = until(
                lambda want=blur: (s := client.status()).audio.delay_ms == pytest.approx(want) and s
            )
            assert told.audio.reader_present
            until(lambda want=blur: client.status().video.dropped == want)


def test_without_a_picture_the_sound_does_not_wait(daemon: Running) -> None:
    daemon.start(video="returns")
    until(lambda: _answers())
    now = until(lambda: (s := daemon.status()).audio.state == "live" and s)
    assert not now.audio.reader_present
    assert now.audio.delay_ms == 0


def test_a_demo_in_place_of_a_missing_camera_delays_no_sound(daemon: Running) -> None:
    daemon.start(video="stand_in")
    now = daemon.live()
    assert now.video.delay_ms > 0
    until(lambda: daemon.status().audio.state == "live")
    assert not daemon.status().audio.reader_present and daemon.status().audio.delay_ms == 0


def test_the_preview_comes_while_it_is_asked_for(shared: Running) -> None:
    with Client() as client:
        first = client.call("preview")
        assert base64.b64decode(first["before"]) == b"raw"
        assert base64.b64decode(first["after"]).startswith(b"jpeg ")
        second = client.call("preview", after=first["sequence"])
        assert second["sequence"] > first["sequence"]
        assert second["time"] > first["time"]
        unseen = second["sequence"] + 1000
        assert client.call("preview", after=0, wait_s=0)["sequence"] < unseen


# The preview page


def fetch(url: str, host: str | None = None) -> tuple[int, bytes]:
    request = urllib.request.Request(url, headers={"Host": host} if host else {})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_the_page_shows_picture_and_status_to_who_knows_its_address(shared: Running) -> None:
    now = shared.live()
    url = until(lambda: shared.status().preview)
    assert any(url in hint for hint in shared.status().hints)
    assert url.startswith("http://127.0.0.1:")
    code, page = fetch(url)
    assert code == 200 and b"<title>Enhanced Camera</title>" in page
    code, body = fetch(url + "status")
    assert Status.model_validate_json(body).video.provider == now.video.provider
    with urllib.request.urlopen(url + "picture", timeout=5) as stream:
        text = stream.read(400)
    assert text.count(b"--vcam-picture") >= 2
    assert b"jpeg " in text and b"raw" not in text
    assert fetch(url + "other")[0] == 404


def test_the_page_refuses_strangers(shared: Running) -> None:
    url = until(lambda: shared.status().preview)
    root = url.rsplit("/", 2)[0]
    port = root.rsplit(":", 1)[1]
    assert fetch(root + "/")[0] == 403
    assert fetch(root + "/guess/status")[0] == 403
    assert fetch(url, host=f"evil.example:{port}")[0] == 403
    assert fetch(url, host=f"localhost:{port}")[0] == 200
    for garbage in (b"\r\n\r\n", b"\xff\xfe\r\n\r\n", b"GET\r\n\r\n", b"x" * 20_000):
        with socket.create_connection(("127.0.0.1", int(port)), 5) as connection:
            connection.sendall(garbage)
            try:
                assert b"200 OK" not in connection.recv(1000)
            except ConnectionError:
                pass
    assert fetch(url)[0] == 200
