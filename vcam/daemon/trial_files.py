"""The files of a trial, the user's voice among them: who asked for one takes them away, and what is
left all the same does not stay."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from vcam.schema.trial import KEPT_S, RESULT, SOUND


class TrialFiles:
    """Those in `folder`; what an earlier daemon left is removed at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.forget()

    def expect(self, now: float) -> None:
        """Makes room for those of a new trial. `now` in monotonic seconds."""
        self.forget()
        self._end = now + KEPT_S

    def look(self, now: float) -> None:
        """Removes them when their time is over."""
        if now >= self._end:
            self.forget()

    def forget(self) -> None:
        """Removes them."""
        self._end = float("inf")
        for name in (RESULT, SOUND):
            with suppress(OSError):  # not there; Windows also keeps what somebody reads
                (self.folder / name).unlink()
