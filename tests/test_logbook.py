"""The log of a process, as real processes keep it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.daemon_process import Running
from tests.waiting import until
from vcam import logbook
from vcam.control import Client
from vcam.schema.errors import VcamError

SCRIPT = """
import logging
from vcam import logbook
close = logbook.open_book("sound")
try:
    {what}
finally:
    close()
print("went on")
"""


def keeps(home: Path, what: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "XDG_STATE_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT.format(what=what)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
    )


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return logbook.folder() / "sound.log"


def test_what_happens_is_in_the_file_and_what_is_amiss_on_stderr(
    tmp_path: Path, place: Path
) -> None:
    said = keeps(
        tmp_path,
        "logging.getLogger('vcam.x').info('opened'); logging.getLogger('vcam.x').error('broken')",
    )
    assert "INFO vcam.x: opened" in place.read_text("utf-8")
    assert said.stderr.splitlines() == ["ERROR vcam.x: broken"]


def test_an_uncaught_error_leaves_its_traceback(tmp_path: Path, place: Path) -> None:
    script = SCRIPT.replace("finally:\n    close()", "finally:\n    pass")
    script = script.format(what="1 / 0").replace("close = ", "import atexit; close = ")
    script = script.replace('open_book("sound")', 'open_book("sound"); atexit.register(close)')
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True)
    assert "ZeroDivisionError" in place.read_text("utf-8")


def test_libraries_are_heard_only_when_something_is_amiss(tmp_path: Path, place: Path) -> None:
    keeps(
        tmp_path,
        "logging.getLogger('faster_whisper').info('a word'); "
        "logging.getLogger('asyncio').warning('slow')",
    )
    text = place.read_text("utf-8")
    assert "slow" in text and "a word" not in text


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "vcam").touch()
    said = keeps(tmp_path, "logging.getLogger('vcam').info('opened')")
    assert (said.stdout, said.stderr, said.returncode) == ("went on\n", "", 0)


@pytest.mark.skipif(sys.platform == "win32", reason="named pipes")
@pytest.mark.long
def test_a_disk_that_hangs_holds_nobody_up(tmp_path: Path, place: Path) -> None:
    place.parent.mkdir(parents=True)
    os.mkfifo(place)
    said = keeps(tmp_path, "logging.getLogger('vcam').info('opened')")
    assert said.stdout == "went on\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Unix sockets")
@pytest.mark.long
def test_a_daemons_life_can_be_read_in_its_log(daemon: Running) -> None:
    process = daemon.start("video", "audio")
    daemon.live()
    with Client() as client:
        client.call("set", blur=33, camera="the-secret-one")
        with pytest.raises(VcamError):
            client.call("set", blur=1000)
        client.stop()
    process.wait()
    text = (logbook.folder() / "daemon.log").read_text("utf-8")
    for line in ("vcam ", "picture live", "sound live", "changed: ", "blur=33", "set refused: "):
        assert line in text
    assert "ended" in text.splitlines()[-1]
    assert not [line for line in text.splitlines() if "changed" in line and "secret" in line]


@pytest.mark.skipif(sys.platform == "win32", reason="Unix sockets")
@pytest.mark.long
def test_a_crash_leaves_its_traceback_in_the_workers_log(daemon: Running) -> None:
    daemon.start("raises", "audio")
    log = logbook.folder() / "picture.log"
    until(lambda: log.exists() and "RuntimeError: the driver is upset" in log.read_text("utf-8"))
    assert "Traceback" in log.read_text("utf-8")
