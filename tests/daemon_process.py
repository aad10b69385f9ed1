"""The whole daemon with fake workers, in a process and a home of its own."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.waiting import until
from vcam.control import Client
from vcam.schema.errors import VcamError
from vcam.schema.status import Status

DAEMON = """
import sys
from vcam import logbook
from vcam.console import Screen
from vcam.daemon.daemon import Daemon, DaemonOptions
from vcam.schema.errors import VcamError
options = DaemonOptions(
    video=f"tests.fake_workers:{sys.argv[1]}",
    audio=f"tests.fake_workers:{sys.argv[2]}",
    speaker="tests.fake_workers:listens",
    duration=float(sys.argv[3]),
)
tell = sys.argv[4] == "tell"
close_book = logbook.open_book("daemon")
try:
    with Screen(tell=tell, tray=False) as screen:
        last = Daemon(options).run(screen.show)
    if not tell:
        print(last.model_dump_json())
except VcamError as error:
    sys.exit(str(error))
finally:
    close_book()
"""


def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user whose folders are in `home`; there is no sound server."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home / "r"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "c"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "s"))
    monkeypatch.setenv("XDG_VIDEOS_DIR", str(home / "videos"))
    monkeypatch.setenv("PULSE_SERVER", str(home / "no-server"))


class Running:
    """Starts daemons in `home`; the test's own environment is to be `at_home` there."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.runtime = home / "r"
        self.runtime.mkdir(mode=0o700, exist_ok=True)
        self.settings = home / "c" / "vcam" / "settings.toml"
        self._started: list[subprocess.Popen[str]] = []

    def start(
        self,
        video: str = "video",
        audio: str = "audio",
        *,
        duration: float = float("inf"),
        own_group: bool = False,
        terminal: int | None = None,
    ) -> subprocess.Popen[str]:
        """`video` and `audio` are functions of `tests.fake_workers`. On `terminal`, a descriptor,
        is told what `vcam run` tells."""
        arguments = [video, audio, str(duration), "" if terminal is None else "tell"]
        process = subprocess.Popen(
            [sys.executable, "-c", DAEMON, *arguments],
            cwd=Path(__file__).parent.parent,
            stdout=subprocess.PIPE if terminal is None else terminal,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=own_group,
        )
        self._started.append(process)
        return process

    def live(self) -> Status:
        until(self.answers)

        def both_live() -> Status | None:
            now = self.status()
            return now if now.video.state == now.audio.state == "live" else None

        found = until(both_live)
        assert isinstance(found, Status)
        return found

    def status(self) -> Status:
        with Client() as client:
            return client.status()

    def answers(self) -> bool:
        try:
            self.status()
            return True
        except VcamError:
            return False

    def left_over(self) -> list[str]:
        return sorted(path.name for path in (self.runtime / "vcam").iterdir())

    def end(self) -> None:
        for process in self._started:
            children = psutil.Process(process.pid).children() if process.poll() is None else []
            process.kill()
            process.communicate()
            for child in children:
                child.kill()
