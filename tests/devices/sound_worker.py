"""The sound's worker process without the daemon: what the daemon would say is said here."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from threading import Thread

from tests.waiting import until
from vcam.audio.worker import run as worker
from vcam.daemon.protocol import Link, Message, SoundStart, Stop
from vcam.schema.settings import Settings
from vcam.schema.status import AudioStatus


class SoundWorker:
    """Starts in the environment of this process; `status` is the newest it sent."""

    def __init__(
        self,
        settings: Settings,
        *,
        microphone: str | None = None,
        entry: Callable[[Link, SoundStart], None] = worker.run,
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self._link, theirs = context.Pipe()
        start = SoundStart(
            settings=settings,
            microphone=microphone,
            lips_mailbox="/nonexistent",
        )
        self.status = AudioStatus()
        self._process = context.Process(target=entry, args=(theirs, start), daemon=True)
        self._process.start()
        theirs.close()
        Thread(target=self._listen, daemon=True).start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def send(self, message: Message) -> None:
        self._link.send(message)

    def wait_for(self, *states: str, seconds: float = 30.0) -> None:
        """Until its state is one of these."""
        until(lambda: self.status.state in states, seconds=seconds, why=f"state in {states}")

    def wait_for_blocks(self, count: int = 50) -> None:
        """Until it has done so many more blocks."""
        target = self.status.blocks + count
        until(lambda: self.status.blocks >= target, seconds=30, why=f"{count} more blocks")

    def kill(self) -> None:
        """As a crash: SIGKILL."""
        os.kill(self.pid, signal.SIGKILL)
        self._process.join()

    def stop(self) -> int | None:
        """A clean end; returns the exit code."""
        try:
            self.send(Stop())
        except OSError:
            pass  # it has ended already
        self._process.join(15)
        if self._process.is_alive():
            self.kill()
        return self._process.exitcode

    def _listen(self) -> None:
        try:
            while True:
                self.status = self._link.recv()
        except (EOFError, OSError):
            return
