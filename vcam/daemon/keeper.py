"""Keeps the settings for the next start, on a thread that a slow disk may hold up."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future

from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason
from vcam.schema.settings import Settings

log = logging.getLogger(__name__)

_AGAIN_S = 5.0  # after which a file that could not be read is tried again

Outcome = Future[Reason | None]
"""Why settings are not kept; None when they are."""


class Keeper:
    """Of settings that come while the disk is busy the newest are written; every method may be
    called from any thread, and none waits but `flush`.

    Over a file that could not be read nothing is written before it is: it may have more than the
    defaults that are used instead.
    """

    def __init__(
        self,
        save: Callable[[Settings], None],
        load: Callable[[], tuple[Settings, Reason | None]],
        trouble: Reason | None,
    ) -> None:
        """`save` raises VcamError where it cannot; `trouble` is what was wrong with reading, and
        `load` reads again."""
        self.trouble = trouble
        self._save = save
        self._load = load
        self._unread = _unread(trouble)
        self._found: Settings | None = None
        self._newest: Settings | None = None
        self._changed = threading.Condition()
        self.saved = _begun()
        self.saved.set_result(trouble)
        threading.Thread(target=self._run, name="keeper", daemon=True).start()

    def found(self) -> Settings | None:
        """What a file has that could not be read before; once."""
        with self._changed:
            found, self._found = self._found, None
        return found

    def keep(self, settings: Settings) -> None:
        """Has them written; `saved` is the outcome from here on."""
        with self._changed:
            if self._newest is None:
                self.saved = _begun()
            self._newest = settings
            self._changed.notify()

    def flush(self, timeout: float) -> None:
        """Waits until all is written, or for `timeout` seconds."""
        try:
            self.saved.result(timeout)
        except TimeoutError:
            log.warning("the settings' disk does not answer")

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._newest is not None, _AGAIN_S if self._unread else None
                )
                settings, outcome = self._newest, self.saved
                self._newest = None
            self.trouble = self._read_again() if self._unread else self._written(settings)
            if not outcome.done():
                outcome.set_result(self.trouble)

    def _read_again(self) -> Reason | None:
        settings, trouble = self._load()
        if not _unread(trouble):
            self._unread = False
            with self._changed:
                self._found = settings
        return trouble

    def _written(self, settings: Settings | None) -> Reason | None:
        try:
            if settings is not None:
                self._save(settings)
        except VcamError as error:
            return error.reason
        return None


def _unread(trouble: Reason | None) -> bool:
    return trouble is not None and trouble.key == "settings.unreadable"


def _begun() -> Outcome:
    """One that nobody who awaits it can cancel."""
    outcome: Outcome = Future()
    outcome.set_running_or_notify_cancel()
    return outcome
