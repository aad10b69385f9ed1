"""One worker process: started, watched through its heartbeat, killed when hung, started again."""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess, _children  # type: ignore[attr-defined]
from typing import Any, Generic, TypeVar

from vcam import logbook
from vcam.daemon.protocol import Link, Message, PictureStart, SoundStart, Stop
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason, discreet
from vcam.schema.sentences import Severity
from vcam.schema.status import AudioStatus, VideoStatus
from vcam.stopping import held_back, leave_the_end_to_the_daemon

FIRST_HEARTBEAT_S = 20.0
HEARTBEAT_S = 5.0
BACK_OFF_S = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
STEADY_S = 60.0
"""A worker that ran this long counts as sound: the next crash restarts it at once."""

FAILED_AFTER = 4
"""From this many failures in a row on, the state is `failed` instead of `starting`."""

_OUTBOX = 32
"""Messages sent between two heartbeats at most, so that a hung worker's full pipe cannot block."""

_ORPHAN_S = 3.0
_KILLED_S = 3.0
"""For a killed process to go and for what it left to be taken away. The kernel may keep it for
longer, and for ever."""

log = logging.getLogger(__name__)

S = TypeVar("S", VideoStatus, AudioStatus)
M = TypeVar("M", bound=Message)
Start = PictureStart | SoundStart


@dataclass(frozen=True)
class _Crashed:
    reason: Reason
    expected: bool


class Supervisor(Generic[S]):
    """Keeps one worker running.

    `entry` is `"module:function"` and is called as `function(link, start)` in a fresh process;
    `birth()` gives what each start is born with. `removal`, another entry, takes away what a worker
    leaves that is stopped and does not end as it should. All methods belong to one thread and none
    of them blocks; `join` waits for the end of several.
    """

    def __init__(
        self,
        name: str,
        entry: str,
        empty: S,
        birth: Callable[[], Start],
        removal: str | None = None,
    ) -> None:
        self.name = name
        self.restarts = 0
        self._entry = entry
        self._empty: S = empty
        self._birth = birth
        self._removal = removal
        self._left = False
        self._process: BaseProcess | None = None
        self._link: Link | None = None
        self._heard = self._started = 0.0
        self._start_at = 0.0
        self._failures = 0
        self._first = False
        self._hung = False
        self._crash: _Crashed | None = None
        self._outbox: dict[type, Message] = {}
        self._kept: dict[type, Message] = {}
        self._credit = 0
        self._stopping = False
        self._status: S = empty.model_copy(update={"state": "starting"})

    @property
    def status(self) -> S:
        """The newest status of the worker, or what is known while it is being restarted."""
        return self._status

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    @property
    def told(self) -> bool:
        """Whether the status is a worker's own, or none is to be expected."""
        return self._status.state == "failed" or (self._process is not None and not self._first)

    @property
    def ended(self) -> bool:
        """Whether there is nothing left of it after `stop`."""
        return self._stopping and self._process is None

    @property
    def _patience(self) -> float:
        return FIRST_HEARTBEAT_S if self._first else HEARTBEAT_S

    def waitables(self) -> list[Link | int]:
        """What to give to `multiprocessing.connection.wait` beside a timeout."""
        found: list[Link | int] = []
        if self._link is not None:
            found.append(self._link)
        if self._process is not None:
            found.append(self._process.sentinel)
        return found

    def send(self, message: Message) -> None:
        """Queues a message for this process alone; a newer one of the same type replaces one that
        has not left yet."""
        self._outbox[type(message)] = message
        self._flush()

    def keep(self, message: Message) -> None:
        """Sends a standing order, which every later process is told as well.

        A newer one of the same type takes its place; one that stands already is not sent again.
        """
        if self._kept.get(type(message)) != message:
            self._kept[type(message)] = message
            self.send(message)

    def kept(self, kind: type[M]) -> M | None:
        """The standing order of this type."""
        found = self._kept.get(kind)
        return found if isinstance(found, kind) else None

    def tick(self) -> bool:
        """Receives, checks the heartbeat, restarts. True when the status changed.

        Call it when a waitable is ready and at least a few times a second.
        """
        before = self._status
        self._receive()
        now = time.monotonic()
        if self._process is None:
            if not self._stopping and now >= self._start_at:
                self._spawn(now, self._entry)
        elif not self._process.is_alive():
            self._receive()
            self._left = self._process.exitcode != 0
            self._bury(now, self._why_it_ended(self._process.exitcode))
            if self._stopping:
                self._remove_what_is_left()
        elif not self._hung and now - self._heard > self._patience:
            self._kill_hung()
        return self._status is not before

    def forgive(self) -> None:
        """Starts the heartbeat's time limit anew: the daemon itself was not running."""
        self._heard = time.monotonic()

    def stop(self) -> None:
        """Asks the worker to end; follow with `join`."""
        self._stopping = True
        self._outbox.clear()
        if self._process is None:
            self._remove_what_is_left()
        elif self._link is not None and self._process.is_alive():
            try:
                self._link.send(Stop())
            except OSError:
                return

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _remove_what_is_left(self) -> None:
        if self._left and self._removal is not None:
            entry, self._removal = self._removal, None  # it is tried once
            self._spawn(time.monotonic(), entry)

    def _kill_hung(self) -> None:
        """It is buried by the tick that finds it gone: the kernel may keep it for as long as a
        driver likes, and nobody waits for that."""
        assert self._process is not None
        self._hung = True
        self._process.kill()
        if self._link is not None:
            self._link.close()
            self._link = None
        hung = Reason.of("worker.hung", name=self.name, severity="degraded")
        update = {"state": "starting", "reasons": [hung]}
        self._status = self._status.idle().model_copy(update=update)

    def _spawn(self, now: float, entry: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._link, theirs = context.Pipe(duplex=True)
        self._process = context.Process(
            target=_enter, args=(entry, theirs, self._birth()), name=f"vcam-{self.name}"
        )
        self._started = self._heard = now
        try:
            with held_back():
                self._process.start()
        except OSError as error:
            self._link.close()
            self._link = self._process = None
            reason = Reason.of("worker.not_started", name=self.name, error=error.strerror)
            self._bury(now, reason)
            return
        finally:
            theirs.close()
        self._first = True
        self._hung = False
        self._crash = None
        self._credit = _OUTBOX
        self._outbox = dict(self._kept)
        self._flush()

    def _receive(self) -> None:
        while self._link is not None:
            try:
                if not self._link.poll():
                    return
                message = self._link.recv()
            except Exception as error:
                # Also what cannot be unpickled: a worker may be of a newer version than we are.
                if not isinstance(error, EOFError | OSError):
                    log.exception("not understood")
                self._link.close()
                self._link = None
                return
            if isinstance(message, _Crashed):
                self._crash = message
            elif isinstance(message, type(self._empty)):
                self._heard = time.monotonic()
                self._first = False
                self._credit = _OUTBOX
                self._status = message.model_copy(update={"restarts": self.restarts})
                self._flush()

    def _flush(self) -> None:
        while self._outbox and self._credit > 0 and self._link is not None:
            kind = next(iter(self._outbox))
            message = self._outbox.pop(kind)
            self._credit -= 1
            try:
                self._link.send(message)
            except OSError:
                return

    def _why_it_ended(self, code: int | None) -> Reason:
        if self._hung:
            return Reason.of("worker.hung", name=self.name)
        if self._crash is not None:
            return self._crash.reason
        if code is not None and code < 0:
            names = {known.value: known.name for known in signal.Signals}
            called = names.get(-code, f"signal {-code}")  # most real-time signals have no name
            return Reason.of("worker.killed", name=self.name, signal=called)
        return Reason.of("worker.ended", name=self.name, code=code)

    def _bury(self, now: float, reason: Reason) -> None:
        if now - self._started > STEADY_S:
            self._failures = 0
        delay = BACK_OFF_S[min(self._failures, len(BACK_OFF_S) - 1)]
        self._failures += 1
        self.restarts += 1
        self._start_at = now + delay
        expected = self._crash is not None and self._crash.expected
        failed = expected or self._failures >= FAILED_AFTER
        severity: Severity = "failed" if failed else "degraded"
        if delay == 0:
            again = Reason.of("worker.again_now", cause=reason, severity=severity)
        else:
            again = Reason.of("worker.again", cause=reason, severity=severity, seconds=f"{delay:g}")
        self._status = self._status.idle().model_copy(
            update={
                "state": "failed" if failed else "starting",
                "reasons": [again],
                "restarts": self.restarts,
            }
        )
        self.release()

    def release(self) -> None:
        """Leaves alone what the kernel keeps even when it was killed."""
        if self._link is not None:
            self._link.close()
            self._link = None
        if self._process is not None:
            if self._process.is_alive():
                _children.discard(self._process)  # else the daemon's own exit waits for it
            else:
                self._process.close()
            self._process = None


def join(workers: Sequence[Supervisor[Any]], timeout: float) -> None:
    """Waits for their end after `stop`, and kills those that are left when the time is over."""
    _watch_them_end(workers, timeout)
    for one in workers:
        one.kill()
    _watch_them_end(workers, _KILLED_S)
    for one in workers:
        one.release()


def _watch_them_end(workers: Sequence[Supervisor[Any]], timeout: float) -> None:
    """The links are read all the while, because a worker may be blocked on sending to its own."""
    end = time.monotonic() + timeout
    while (left := [one for one in workers if not one.ended]) and time.monotonic() < end:
        with suppress(InterruptedError):  # Windows' way to tell of Ctrl-C
            wait([each for one in left for each in one.waitables()], end - time.monotonic())
        for one in left:
            one.tick()


def _enter(entry: str, link: Link, start: Start) -> None:
    leave_the_end_to_the_daemon()
    threading.Thread(target=_end_with_the_daemon, daemon=True).start()
    module, _, function = entry.partition(":")
    name = multiprocessing.current_process().name.removeprefix("vcam-")
    close_book = logbook.open_book(name)
    try:
        getattr(importlib.import_module(module), function)(link, start)
    except VcamError as error:
        log.error("%s", discreet(error.reason))
        _tell(link, _Crashed(error.reason, expected=True))
        sys.exit(1)
    except Exception as error:
        log.exception("crashed")
        what = f"{type(error).__name__}: {error}"
        _tell(link, _Crashed(Reason.of("worker.crashed", name=name, error=what), expected=False))
        sys.exit(1)
    finally:
        close_book()


def _tell(link: Link, crash: _Crashed) -> None:
    try:
        link.send(crash)
    except OSError:
        return


def _end_with_the_daemon() -> None:
    """A worker that hangs, and so cannot notice the broken link, must not outlive the daemon."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        time.sleep(_ORPHAN_S)
        os._exit(1)
