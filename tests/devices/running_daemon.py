"""The real daemon, started as a user starts it, in the surroundings that a test gives it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).parents[2]
Status = dict[str, Any]


class RunningDaemon:
    """`vcam run --headless …` with the settings given; a context manager that stops it cleanly.

    `environment` decides which servers it finds and where it keeps its socket and settings.
    """

    def __init__(
        self, environment: dict[str, str], *words: str, settings: dict[str, object]
    ) -> None:
        self.environment = environment
        self.vcam("set", *(f"{key}={value}" for key, value in settings.items()))
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "vcam", "run", "--headless", *words],
            env=environment,
            cwd=ROOT,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def __enter__(self) -> RunningDaemon:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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

    def vcam(self, *words: str) -> str:
        """Runs a vcam command beside it; AssertionError with what it said when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "vcam", *words],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"vcam {words[0]}: {done.stdout}{done.stderr}"
        return done.stdout

    def status(self) -> Status:
        return json.loads(self.vcam("status", "--json"))

    def wait_for(self, what: Callable[[Status], bool], *, seconds: float = 60) -> Status:
        """The first status of which `what` is true; AssertionError with the last one if none is."""
        deadline = time.monotonic() + seconds
        last: object = None
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"the daemon ended: {self.output()}"
            try:
                last = now = self.status()
            except AssertionError as error:
                last = error
            else:
                if what(now):
                    return now
            time.sleep(0.2)
        raise AssertionError(f"not within {seconds} s; the last status is {last}")
