"""The clock of looped media files: every process is at the same place of the same file.

That keeps the picture and the sound of one file in step, read as camera and as microphone by two
processes that know nothing of each other.
"""

from __future__ import annotations

from typing import NamedTuple

import av
from av.container import InputContainer


class MediaLoop(NamedTuple):
    """A file's first time stamp and its length, seconds; the length is whole milliseconds."""

    start: float
    length: float

    def place(self, moment: float) -> float:
        """Seconds after `start` where the file is at a `moment` of `time.monotonic`."""
        return moment % self.length


def media_loop(container: InputContainer) -> MediaLoop | None:
    """The loop of an open file; None when the file does not tell its length."""
    if not container.duration:
        return None
    # Rounded, because the sound counts samples and the two must not part in a thousand rounds.
    length = max(0.01, round(container.duration / av.time_base, 3))
    return MediaLoop((container.start_time or 0) / av.time_base, length)
