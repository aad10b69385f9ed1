"""The real daemon, started as a user starts it, in the surroundings that a test gives it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from vcam.control import Client
from vcam.control.unix import UnixTransport
from vcam.daemon import settings_file
from vcam.schema.errors import VcamError
from vcam.schema.settings import Settings
from vcam.schema.status import Status

ROOT = Path(__file__).parents[2]


class RunningDaemon:
    """The daemon with the settings given; a context manager that stops it cleanly.

    `environment` decides which servers it finds and where it keeps its socket and settings.
    """

    def __init__(
        self,
        environment: dict[str, str],
        *words: str,
        settings: dict[str, object],
        command: Sequence[str] = ("-m", "vcam", "run", "--headless"),
    ) -> None:
        self.environment = environment
        settings_file.save(
            Settings.model_validate(settings),
            Path(environment["XDG_CONFIG_HOME"]) / "vcam" / "settings.toml",
        )
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [sys.executable, *command, *words],
            env=environment,
            cwd=ROOT,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def __enter__(self) -> RunningDaemon:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is not None:
            print(self.output())
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def output(self) -> str:
        """What it has said so far."""
        self.log.seek(0)
        return self.log.read()

    def status(self) -> Status:
        """Raises VcamError when the daemon does not answer."""
        with self._client() as client:
            return client.status()

    def set(self, **settings: object) -> None:
        """As `vcam set` does."""
        with self._client() as client:
            client.call("set", **settings)

    def _client(self) -> Client:
        socket = Path(self.environment["XDG_RUNTIME_DIR"]) / "vcam" / "control.sock"
        return Client(way=UnixTransport(socket))

    def wait_for(self, what: Callable[[Status], bool], *, seconds: float = 60) -> Status:
        """The first status of which `what` is true; AssertionError with the last one if none is."""
        deadline = time.monotonic() + seconds
        last: object = None
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"the daemon ended: {self.output()}"
            try:
                last = now = self.status()
            except VcamError as error:
                last = error
            else:
                if what(now):
                    return now
            time.sleep(0.2)
        raise AssertionError(f"not within {seconds} s; the last status is {last}")
