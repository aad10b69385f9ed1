"""What is amiss on a floor: every trouble is kept, and none hides another."""

from __future__ import annotations

import threading

from vcam.schema.reasons import Reason, worst_first


class Troubles:
    """One reason for each part that has a trouble. Any thread may ask and tell."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: dict[str, Reason] = {}

    def put(self, part: str, reason: Reason | None) -> None:
        """Replaces what is amiss with `part`; None when nothing is any more."""
        with self._lock:
            if reason is None:
                self._of.pop(part, None)
            else:
                self._of[part] = reason

    def clear(self, part: str) -> None:
        self.put(part, None)

    def __contains__(self, part: object) -> bool:
        with self._lock:
            return part in self._of

    def reasons(self) -> list[Reason]:
        """All of them, the worst first; of equals the one that has been there longest."""
        with self._lock:
            return worst_first(self._of.values())
