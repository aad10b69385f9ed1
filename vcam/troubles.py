"""What is amiss on a floor: every trouble is kept, and none hides another."""

from __future__ import annotations

import logging
import threading

from vcam.schema.reasons import Reason, discreet, worst_first

log = logging.getLogger(__name__)


class Troubles:
    """One reason for each part that has a trouble. Any thread may ask and tell."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: dict[str, Reason] = {}

    def put(self, part: str, reason: Reason | None) -> None:
        """Replaces what is amiss with `part`; None when nothing is any more."""
        with self._lock:
            before = self._of.pop(part, None) if reason is None else self._of.get(part)
            if reason is not None:
                self._of[part] = reason
        if reason != before:
            log.info("%s: %s", part, discreet(reason) if reason else "well again")

    def clear(self, part: str) -> None:
        self.put(part, None)

    def __contains__(self, part: object) -> bool:
        with self._lock:
            return part in self._of

    def reasons(self) -> list[Reason]:
        """All of them, the worst first; of equals the one that has been there longest."""
        with self._lock:
            return worst_first(self._of.values())
