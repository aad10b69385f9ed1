"""What the daemon tells on its terminal costs no call, whatever becomes of the terminal."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.daemon_process import Running
from tests.waiting import until
from vcam.control import Client

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs Unix terminals")


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Where it is read, and where it is written."""
    import pty

    ends = pty.openpty()
    yield ends
    for end in ends:
        with suppress(OSError):  # a test may have closed it
            os.close(end)


def goes_on(daemon: Running) -> None:
    with Client() as client:
        client.call("set", pause=True)
        until(lambda: client.status().audio.level_out_db == -20)
        client.call("set", mute=True, camera="Webcam 3")
        until(lambda: client.status().audio.level_out_db == -120)
        until(lambda: client.status().video.source == "Webcam 3")
        client.stop()


def ended_well(process: subprocess.Popen[str]) -> None:
    assert process.wait(60) == 0
    assert process.stderr is not None and "Error" not in process.stderr.read()


@pytest.mark.long
def test_a_line_is_told_of_every_change(daemon: Running, terminal: tuple[int, int]) -> None:
    reader, writer = terminal
    process = daemon.start(terminal=writer)
    daemon.live()
    goes_on(daemon)
    ended_well(process)
    told = os.read(reader, 10_000).decode()
    assert "picture live, auto → preview" in told and "picture live, Webcam 3 → preview" in told


@pytest.mark.long
def test_a_full_disk_behind_it_costs_nothing(daemon: Running) -> None:
    with open("/dev/full", "wb") as full:
        process = daemon.start(terminal=full.fileno())
    daemon.live()
    goes_on(daemon)
    ended_well(process)


@pytest.mark.long
def test_one_that_is_closed_costs_nothing(daemon: Running, terminal: tuple[int, int]) -> None:
    reader, writer = terminal
    process = daemon.start(terminal=writer)
    daemon.live()
    os.close(reader)
    goes_on(daemon)
    ended_well(process)


@pytest.mark.long
def test_one_that_is_stopped_holds_up_nothing(daemon: Running, terminal: tuple[int, int]) -> None:
    """As by Ctrl-S."""
    import termios

    _, writer = terminal
    process = daemon.start(terminal=writer)
    daemon.live()
    termios.tcflow(writer, termios.TCOOFF)
    goes_on(daemon)
    ended_well(process)
