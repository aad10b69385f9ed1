"""The recorder's process: takes pictures and sound from their rings and writes the film.

It runs behind the call: when the processor is short, the recording loses pictures, not the call.
"""

from __future__ import annotations

import shutil
import time
from collections import deque
from pathlib import Path

import numpy as np

from vcam.audio.frames import RATE
from vcam.daemon.protocol import Link, RecordStart
from vcam.ipc.ring import Entry, Ring
from vcam.priority import step_back
from vcam.record import timeline
from vcam.record.film import FilmWriter
from vcam.record.timeline import Place
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason
from vcam.schema.status import RecordStatus
from vcam.stopping import leave_the_end_to_the_daemon

NICENESS = 5  # of 19: after the call, before jobs nobody waits for

_INTERVAL = 0.25  # seconds between two statuses
_REST = 0.01
_PATIENCE = 0.5  # seconds that a picture waits for the sound of its moment
_QUEUE = 20  # pictures that wait for the encoder or for their sound
_NOTHING = 15.0  # seconds without a first picture
_SPARE = 100 * 2**20  # bytes of the disk that a recording leaves free


def run(link: Link, start: RecordStart) -> None:
    """Records until anything comes over the link or it breaks; sends a `RecordStatus` meanwhile
    and at the end. Raises nothing: what went wrong is in the last status."""
    leave_the_end_to_the_daemon()
    step_back(NICENESS)
    reason: Reason | None = None
    take = None
    try:
        take = _Take(start)
        _record(link, take)
        take.close()
    except VcamError as error:
        reason = error.reason
    recorded = take is not None and take.seconds > 0
    empty = not recorded or not Path(start.file).exists()
    if recorded and empty:
        reason = reason or Reason.of("record.moved", path=start.file)
    elif empty:
        Path(start.file).unlink(missing_ok=True)
        reason = reason or Reason.of("record.no_picture")
    _tell(
        link,
        RecordStatus(
            state="failed" if reason else "off",
            file=None if empty else start.file,
            seconds=take.seconds if take and not empty else 0.0,
            dropped=take.dropped if take else 0,
            reason=reason,
        ),
    )


def _record(link: Link, take: _Take) -> None:
    told, began = 0.0, time.monotonic()
    while not _ended(link):
        if not take.step():
            time.sleep(_REST)
        now = time.monotonic()
        if now - told < _INTERVAL:
            continue
        told = now
        if take.seconds:
            take.check_disk()
        elif now - began > _NOTHING:
            return
        _tell(link, take.status())


class _Take:
    """One recording from its first picture on. `step` does a little and must be called often."""

    def __init__(self, start: RecordStart) -> None:
        self.dropped = 0
        self._file = start.file
        self._pictures, self._sound = Ring.attach(start.pictures), Ring.attach(start.sound)
        self._film = FilmWriter(Path(start.file), start.width, start.height, start.fps)
        self._waiting: deque[tuple[float, Entry]] = deque()
        self._seen = self._heard = 0
        self._place: Place | None = None

    @property
    def seconds(self) -> float:
        return self._place.samples / RATE if self._place else 0.0

    def status(self) -> RecordStatus:
        return RecordStatus(
            state="recording", file=self._file, seconds=self.seconds, dropped=self.dropped
        )

    def check_disk(self) -> None:
        """Raises VcamError in time for what was recorded to be brought to a good end."""
        try:
            free = shutil.disk_usage(Path(self._file).parent).free
        except OSError:
            return  # the folder was moved, and the open film with it
        if free < _SPARE:
            self.close()
            raise VcamError("record.disk_full", path=self._file)

    def step(self) -> bool:
        """Takes what has come and writes at most one picture; whether there may be more."""
        now = time.monotonic()
        for entry in self._pictures.after(self._seen):
            self.dropped += entry.number - self._seen - 1 if self._seen else 0
            self._seen = entry.number
            self._waiting.append((now, entry))
        while len(self._waiting) > _QUEUE:
            self._waiting.popleft()
            self.dropped += 1
        if self._place is None:
            if not self._waiting:
                return False
            self._place = Place(0, self._waiting[0][1].time)
        for entry in self._sound.after(self._heard):
            self._heard = entry.number
            self._lay(self._place, entry)
        return self._show(now)

    def close(self) -> None:
        """Brings the film to its end. Raises VcamError."""
        while self._place is not None and self._waiting:
            if not self._show(float("inf")):
                break
        self._film.close()

    def _lay(self, place: Place, entry: Entry) -> None:
        block = np.frombuffer(entry.value, np.float32)
        self._place, lead = timeline.laid(place, entry.time, len(block))
        self._silence(lead)
        self._film.sound(block[max(0, -lead) :])

    def _show(self, now: float) -> bool:
        if self._place is None or not self._waiting:
            return False
        arrived, entry = self._waiting[0]
        if entry.time > self._place.time:
            if now - arrived < _PATIENCE:
                return False
            # No sound comes: the recording goes on in silence.
            missing = round((entry.time - self._place.time) * RATE)
            self._silence(missing)
            self._place = Place(self._place.samples + missing, entry.time)
        self._waiting.popleft()
        self._film.picture(entry.value, timeline.seconds(self._place, entry.time))
        return True

    def _silence(self, samples: int) -> None:
        for begin in range(0, samples, RATE):
            self._film.sound(np.zeros(min(RATE, samples - begin), np.float32))


def _ended(link: Link) -> bool:
    try:
        return link.poll()
    except (EOFError, OSError):
        return True


def _tell(link: Link, status: RecordStatus) -> None:
    try:
        link.send(status)
    except OSError:
        return
