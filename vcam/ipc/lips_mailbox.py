"""The lips' way from the video worker to the audio worker: a mailbox of the last observations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vcam.ipc.mailbox import Mailbox
from vcam.lips import RECORD, LipObservation, ring_of, select

_RING = 48  # sixteen pictures of three faces


class LipWriter:
    """The video side of the ring: publishes the last observations, oldest first."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._ring = np.zeros(0, RECORD)

    def put(self, mouths: Sequence[LipObservation]) -> None:
        """Adds those of a picture; one `absent` at once withdraws them all."""
        self._ring = np.concatenate([self._ring, ring_of(mouths)])[-_RING:]
        self._mailbox.write(self._ring.tobytes())


class LipReader:
    """The audio side of the ring. Never waits."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._sequence = 0
        self._ring = np.zeros(0, RECORD)

    def at(self, time: float) -> tuple[LipObservation, ...]:
        """The mouths for the sound of `time`, as `vcam.lips.select` finds them."""
        if self._mailbox.sequence != self._sequence:
            self._sequence = self._mailbox.sequence
            value = self._mailbox.read()
            if value is not None:
                self._ring = np.frombuffer(value, RECORD)
        return select(self._ring, time)
