"""The daemon's life: how it starts, ends, crashes and sleeps, and its workers with it."""

import os
import signal
import sys
import time
import urllib.error
import urllib.request
from functools import partial

import psutil
import pytest

from tests.daemon_process import Running
from tests.waiting import until
from vcam.control import Client
from vcam.daemon.clocks import Clocks
from vcam.schema.status import Status

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix signals and sockets")


def test_a_signal_ends_it_cleanly(daemon: Running) -> None:
    process = daemon.start()
    now = daemon.live()
    workers = [int(now.video.provider or 0), int(now.audio.provider or 0)]
    process.terminate()
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert Status.model_validate_json(out).video.state == "live"
    assert daemon.left_over() == ["daemon.lock"]
    assert not any(psutil.pid_exists(pid) for pid in workers)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.long
def test_what_ends_the_whole_group_is_still_clean(daemon: Running, number: int) -> None:
    """Ctrl-C, systemd or `timeout`, a closed terminal: the workers take away what they made."""
    process = daemon.start("tidy", own_group=True)
    daemon.live()
    device = daemon.runtime / "vcam" / "device"
    assert device.exists()
    os.killpg(process.pid, number)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err, device.exists()) == (0, "", False)


@pytest.mark.long
def test_nohup_is_obeyed(daemon: Running) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # inherited, as from nohup
    try:
        process = daemon.start(own_group=True)
    finally:
        signal.signal(signal.SIGHUP, before)
    daemon.live()
    os.killpg(process.pid, signal.SIGHUP)
    time.sleep(0.3)
    assert process.poll() is None and daemon.status().video.state == "live"


@pytest.mark.long
def test_it_ends_by_itself_after_the_duration(daemon: Running) -> None:
    process = daemon.start(duration=0.3)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert Status.model_validate_json(out).version
    assert daemon.left_over() == ["daemon.lock"]


@pytest.mark.long
def test_busy_clients_do_not_disturb_the_end(daemon: Running) -> None:
    process = daemon.start()
    daemon.live()
    url = until(lambda: daemon.status().preview)
    with Client() as idle, Client() as busy, urllib.request.urlopen(url + "picture") as stream:
        idle.call("status")
        stream.read(10)
        busy._socket.sendall(b'{"jsonrpc": "2.0", "id": 1, "method": "devices"}\n')
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")


def test_stop_waits_until_everything_is_gone(daemon: Running) -> None:
    process = daemon.start()
    daemon.live()
    with Client() as client:
        client.stop()
    assert daemon.left_over() == ["daemon.lock"]
    assert process.wait(5) == 0


@pytest.mark.long
def test_a_second_daemon_is_refused_with_one_line_and_the_first_goes_on(daemon: Running) -> None:
    first = daemon.start()
    daemon.live()
    second = daemon.start()
    _, err = second.communicate(timeout=60)
    assert second.returncode != 0
    assert err.strip().splitlines() == [
        f"vcam is already running (process {first.pid}); `vcam stop` ends it."
    ]
    assert daemon.status().video.state == "live"


@pytest.mark.long
def test_without_its_runtime_folder_it_ends_and_leaves_its_successor_alone(
    daemon: Running,
) -> None:
    """As after the last logout, when nobody finds it any more."""
    first = daemon.start()
    daemon.live()
    folder = daemon.runtime / "vcam"
    folder.rename(daemon.runtime / "removed")
    names = ("control.sock", "daemon.lock", "in_force.json", "lips", "preview")
    folder.mkdir()
    for name in names:
        (folder / name).touch()
    _, err = first.communicate(timeout=60)
    assert first.returncode == 0 and "runtime folder was removed" in err
    assert daemon.left_over() == sorted(names)


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid)


@pytest.mark.long
def test_after_a_crash_of_the_daemon_the_workers_end_and_a_new_one_starts(
    daemon: Running,
) -> None:
    first = daemon.start()
    now = daemon.live()
    first.kill()
    first.communicate()
    for pid in (int(now.video.provider or 0), int(now.audio.provider or 0)):
        until(partial(gone, pid))
    assert "control.sock" in daemon.left_over()
    daemon.start()
    until(daemon.answers)
    assert daemon.live().video.restarts == 0


@pytest.mark.long
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


@pytest.mark.long
def test_the_enhanced_speaker_is_there_while_it_is_wanted_and_after_a_crash(
    daemon: Running,
) -> None:
    daemon.start()
    assert daemon.live().speaker.state == "off"
    with Client() as client:
        client.call("set", speaker="on")
        one = until(lambda: (s := client.status().speaker).state == "standby" and s)
        os.kill(int(one.provider), signal.SIGKILL)
        again = until(
            lambda: (
                (s := client.status().speaker).provider != one.provider
                and s.state == "standby"
                and s
            )
        )
        assert again.restarts == 1
        client.call("set", speaker="off")
        until(lambda: client.status().speaker.state == "off", why="it is off")
        until(lambda: not psutil.pid_exists(int(again.provider)), why="its process has ended")
        client.call("set", speaker="on")
        until(lambda: client.status().speaker.state == "standby", why="it is on again")
    assert daemon.status().audio.restarts == 0


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
