"""The call has the processor first, where the system allows it, and is no worse off where not."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from vcam import priority

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="priorities are Linux's")

HURRIED = """
import os, threading
from vcam.priority import step_aside, step_forward
waiting = threading.Event()
threading.Thread(target=waiting.wait, daemon=True).start()
step_forward(-5)
nice = lambda thread: os.getpriority(os.PRIO_PROCESS, int(thread))
print(*(nice(thread) for thread in os.listdir("/proc/self/task")))
step_aside(15)
print(nice(threading.get_native_id()))
"""


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What RealtimeKit is asked for, by a stand-in for the program that asks it."""
    told = tmp_path / "asked"
    (tmp_path / "busctl").write_text(f'#!/bin/sh\necho "$@" >> "{told}"\n')
    (tmp_path / "busctl").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return told


def test_every_thread_steps_forward_and_one_steps_aside() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may set a better niceness by itself")
    told = subprocess.run(
        [sys.executable, "-c", HURRIED], capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["-5", "-5", "15"]


def test_who_was_started_further_back_stays_there() -> None:
    """A user may not take that back, and no program may end of it: `nice vcam tray`."""
    code = "import os; from vcam_ui.desktop.behind import step_back; step_back(); print(os.nice(0))"
    told = subprocess.run(
        ["nice", "-n", "10", sys.executable, "-c", code], capture_output=True, text=True
    )
    assert (told.stdout, told.stderr) == (f"{min(19, os.nice(0) + 10)}\n", "")


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", refuse)
    monkeypatch.setattr(os, "sched_setscheduler", refuse)


def test_where_the_system_refuses_realtimekit_is_asked(asked: Path, refused: None) -> None:
    priority.step_forward(-5, realtime=True)
    call = f"tti {os.getpid()} {threading.get_native_id()} -- -5"
    assert any(line.endswith(call) for line in asked.read_text().splitlines())


def test_without_realtimekit_the_call_goes_on(
    refused: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    before = os.getpriority(os.PRIO_PROCESS, 0)
    priority.step_forward(-5)
    assert os.getpriority(os.PRIO_PROCESS, 0) == before
