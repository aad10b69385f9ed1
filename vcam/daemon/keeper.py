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

Outcome = Future[Reason | None]
"""Why settings are not kept; None when they are."""


class Keeper:
    """Of settings that come while the disk is busy the newest are written; every method may be
    called from any thread, and none waits but `flush`."""

    def __init__(self, save: Callable[[Settings], None], trouble: Reason | None) -> None:
        """`save` raises VcamError where it cannot; `trouble` is what was wrong with reading."""
        self.trouble = trouble
        self._save = save
        self._newest: Settings | None = None
        self._changed = threading.Condition()
        self.saved = _begun()
        self.saved.set_result(trouble)
        threading.Thread(target=self._run, name="keeper", daemon=True).start()

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
                self._changed.wait_for(lambda: self._newest is not None)
                settings, outcome = self._newest, self.saved
                self._newest = None
            assert settings is not None
            self.trouble = self._written(settings)
            outcome.set_result(self.trouble)

    def _written(self, settings: Settings) -> Reason | None:
        try:
            self._save(settings)
        except VcamError as error:
            return error.reason
        return None


def _begun() -> Outcome:
    """One that nobody who awaits it can cancel."""
    outcome: Outcome = Future()
    outcome.set_running_or_notify_cancel()
    return outcome
