"""One worker under supervision: real processes that hang, crash and are killed."""

import errno
import multiprocessing.util
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.waiting import until
from vcam.daemon import supervisor
from vcam.daemon.protocol import (
    PREVIEW_CAPACITY,
    NewSettings,
    PictureStart,
    PreviewWanted,
    SoundDelay,
    Suspended,
)
from vcam.daemon.supervisor import Supervisor, join
from vcam.ipc.mailbox import Mailbox
from vcam.schema.settings import Settings
from vcam.schema.status import VideoStatus

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix signals and sockets")


@pytest.fixture
def supervise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Supervisor[VideoStatus]]]:
    monkeypatch.setattr(supervisor, "HEARTBEAT_S", 0.5)
    monkeypatch.setattr(supervisor, "BACK_OFF_S", (0.0, 0.1))
    Mailbox.create(tmp_path / "preview", PREVIEW_CAPACITY)
    made: list[Supervisor[VideoStatus]] = []

    def make(entry: str, removal: str | None = None) -> Supervisor[VideoStatus]:
        start = PictureStart(
            settings=Settings(),
            camera=None,
            lips_mailbox="",
            preview_mailbox=str(tmp_path / "preview"),
        )
        made.append(
            Supervisor(
                "picture", f"tests.fake_workers:{entry}", VideoStatus(), lambda: start, removal
            )
        )
        return made[-1]

    yield make
    for one in made:
        one.stop()
        join([one], 0.2)


def watched(one: Supervisor[VideoStatus], true: Callable[[], Any]) -> Any:
    def look() -> Any:
        one.tick()
        return true()

    return until(look)


@pytest.mark.long
def test_a_hung_worker_is_killed_and_started_again(
    supervise: Callable[..., Supervisor[VideoStatus]],
) -> None:
    one = supervise("hangs")
    watched(one, lambda: one.status.source == "hangs")
    first = one.pid
    watched(one, lambda: one.restarts == 1)
    assert "hung" in str(one.status.reason)
    watched(one, lambda: one.pid not in (None, first))
    assert first is not None and not psutil.pid_exists(first)


def kept_by_the_kernel(_process: BaseProcess) -> None:
    """As in a driver's call that never returns: SIGKILL is not obeyed."""


@pytest.mark.long
def test_nobody_waits_for_a_hung_worker_that_the_kernel_keeps(
    supervise: Callable[..., Supervisor[VideoStatus]], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = supervise("hangs")
    with monkeypatch.context() as kernel:
        kernel.setattr(BaseProcess, "kill", kept_by_the_kernel)
        watched(one, lambda: "hung" in str(one.status.reason))
        one.tick()
        pid = one.pid
        assert pid is not None and psutil.pid_exists(pid) and one.restarts == 0
    os.kill(pid, signal.SIGKILL)
    watched(one, lambda: one.restarts == 1)
    assert "hung" in str(one.status.reason)
    watched(one, lambda: one.status.source == "hangs")


def test_a_worker_that_the_kernel_keeps_does_not_hold_up_the_end(
    supervise: Callable[..., Supervisor[VideoStatus]], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = supervise("ignores_stop")
    watched(one, lambda: one.status.state == "live")
    pid = one.pid
    assert pid is not None
    one.stop()
    with monkeypatch.context() as kernel:
        kernel.setattr(BaseProcess, "kill", kept_by_the_kernel)
        kernel.setattr(supervisor, "_KILLED_S", 0.1)
        join([one], 0.1)
    assert one.pid is None and psutil.pid_exists(pid)
    # Whom the daemon's own end waits for.
    assert pid not in [child.pid for child in multiprocessing.active_children()]
    os.kill(pid, signal.SIGKILL)


@pytest.mark.long
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


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
def test_a_worker_leaves_the_end_to_the_daemon_before_it_can_say_so(
    supervise: Callable[..., Supervisor[VideoStatus]],
    number: signal.Signals,
    capfd: pytest.CaptureFixture[str],
) -> None:
    one = supervise("video")
    one.tick()
    assert one.pid is not None
    os.kill(one.pid, number)
    watched(one, lambda: one.status.state == "live")
    os.kill(one.pid, number)
    watched(one, lambda: one.status.state == "live")
    assert one.restarts == 0 and not capfd.readouterr().err


def test_a_hung_worker_with_a_full_pipe_does_not_block(
    supervise: Callable[..., Supervisor[VideoStatus]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "HEARTBEAT_S", 60.0)
    one = supervise("hangs")
    watched(one, lambda: one.status.source == "hangs")
    for blur in range(20_000):
        one.send(NewSettings(Settings(blur=blur % 100, camera="x" * 200)))
    assert one.restarts == 0


def test_a_new_process_is_told_the_standing_orders_again_and_nothing_else(
    supervise: Callable[..., Supervisor[VideoStatus]],
) -> None:
    one = supervise("video")
    one.keep(SoundDelay(0.02))
    watched(one, lambda: one.status.dropped == 20)
    one.keep(SoundDelay(0.05))
    one.send(Suspended(7.0))
    watched(one, lambda: (one.status.dropped, one.status.frame_ms) == (50, 7.0))
    assert one.kept(SoundDelay) == SoundDelay(0.05) and one.kept(PreviewWanted) is None
    pid = one.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    watched(one, lambda: one.restarts == 1)
    assert one.status.fps == 0.0
    watched(one, lambda: one.status.state == "live" and one.status.dropped == 50)
    assert one.status.frame_ms == 0.0


@pytest.mark.parametrize(
    ("entry", "state", "reason"),
    [
        ("raises", "starting", "crashed (RuntimeError: the driver is upset)"),
        ("kills_itself", "starting", "was ended by SIGKILL"),
        pytest.param(
            "kills_itself_without_a_name",
            "starting",
            "was ended by signal 37",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="real-time signals"),
        ),
        ("babbles", "starting", "hung"),
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
    assert reason in str(one.status.reason)
    assert str(one.status.reason).endswith(" It is started again now.")


@pytest.mark.long
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
    assert "could not be started (Resource temporarily unavailable)" in str(one.status.reason)
    watched(one, lambda: one.status.state == "live")


def test_a_worker_that_ignores_stop_is_killed(
    supervise: Callable[..., Supervisor[VideoStatus]],
) -> None:
    one = supervise("ignores_stop")
    watched(one, lambda: one.status.state == "live")
    pid = one.pid
    one.stop()
    join([one], 0.3)
    assert pid is not None and not psutil.pid_exists(pid)


@pytest.mark.long
def test_several_that_ignore_stop_have_one_time_together(
    supervise: Callable[..., Supervisor[VideoStatus]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As systemd and `vcam stop` count it."""
    waits: list[float] = []
    watch = supervisor._watch_them_end

    def counted(workers: Sequence[Supervisor[Any]], timeout: float) -> None:
        waits.append(timeout)
        watch(workers, timeout)

    monkeypatch.setattr(supervisor, "_watch_them_end", counted)
    first, second = supervise("ignores_stop"), supervise("ignores_stop")
    watched(first, lambda: first.status.state == "live")
    watched(second, lambda: second.status.state == "live")
    pids = first.pid, second.pid
    first.stop()
    second.stop()
    join([first, second], 0.3)
    assert waits == [0.3, supervisor._KILLED_S]
    assert not any(pid is None or psutil.pid_exists(pid) for pid in pids)


REMOVES = "tests.fake_workers:removes"


def test_what_a_worker_left_that_crashed_is_removed_when_no_other_is_wanted(
    supervise: Callable[..., Supervisor[VideoStatus]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervisor, "BACK_OFF_S", (3600.0,))
    one = supervise("leaves", REMOVES)
    watched(one, lambda: one.restarts == 1)
    assert (tmp_path / "device").exists() and one.pid is None
    one.stop()
    watched(one, lambda: one.ended)
    assert not (tmp_path / "device").exists()


def test_what_a_worker_left_that_had_to_be_killed_is_removed(
    supervise: Callable[..., Supervisor[VideoStatus]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(supervisor, "_KILLED_S", 60.0)
    one = supervise("leaves_when_killed", REMOVES)
    watched(one, lambda: one.status.state == "live")
    one.stop()
    join([one], 0.1)
    assert one.ended and not (tmp_path / "device").exists()


def test_a_worker_that_took_its_device_away_itself_needs_nobody_for_it(
    supervise: Callable[..., Supervisor[VideoStatus]], tmp_path: Path
) -> None:
    one = supervise("tidy", REMOVES)
    watched(one, lambda: one.status.state == "live")
    one.stop()
    join([one], 60.0)
    assert one.ended and not (tmp_path / "device").exists()
    assert "exit code 0" in str(one.status.reason)  # and not what `removes` fails with


def test_ctrl_c_as_windows_tells_it_leaves_a_worker_its_time_to_end(
    supervise: Callable[..., Supervisor[VideoStatus]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = supervise("tidy", REMOVES)
    watched(one, lambda: one.status.state == "live")
    pressed = [True]

    def interrupted(*args: Any) -> Any:
        if pressed and pressed.pop():
            raise InterruptedError
        return connection.wait(*args)

    monkeypatch.setattr(supervisor, "wait", interrupted)
    one.stop()
    join([one], 60.0)
    assert not pressed and one.ended and not (tmp_path / "device").exists()
