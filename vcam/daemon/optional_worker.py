"""A worker that is there while a setting wants it, and costs nothing else."""

from __future__ import annotations

from collections.abc import Callable

from vcam.daemon.protocol import Link, Message, SoundStart
from vcam.daemon.supervisor import Supervisor
from vcam.schema.status import AudioStatus


class OptionalWorker:
    """As a `Supervisor`, whose process ends when it is not wanted any more."""

    def __init__(
        self, name: str, entry: str, birth: Callable[[], SoundStart], removal: str
    ) -> None:
        self._name = name
        self._entry = entry
        self._birth = birth
        self._removal = removal
        self._now: Supervisor[AudioStatus] | None = None
        self._ending = False
        self._off = AudioStatus()

    @property
    def status(self) -> AudioStatus:
        return self._now.status if self._now else self._off

    @property
    def running(self) -> list[Supervisor[AudioStatus]]:
        return [self._now] if self._now else []

    @property
    def pid(self) -> int | None:
        return self._now.pid if self._now else None

    def waitables(self) -> list[Link | int]:
        return self._now.waitables() if self._now else []

    def send(self, message: Message) -> None:
        if self._now is not None:
            self._now.send(message)

    def forgive(self) -> None:
        if self._now is not None:
            self._now.forgive()

    def tick(self, *, wanted: bool) -> bool:
        """Starts it, ends it, and what `Supervisor.tick` does; True when the status changed."""
        before = self.status
        if self._now is None and wanted:
            self._now = Supervisor(self._name, self._entry, self._off, self._birth, self._removal)
            self._ending = False
        if self._now is not None:
            if not wanted:
                self.stop()
            self._now.tick()
            if self._now.ended:
                self._now = None
        return self.status is not before

    def stop(self) -> None:
        if self._now is not None and not self._ending:
            self._ending = True
            self._now.stop()
