"""The sound's thread: microphone → enhancer → virtual microphone, while somebody listens."""

from __future__ import annotations

import gc
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from vcam.audio.capture.contract import Captured
from vcam.audio.capture.registry import open_microphone, resolve_microphone
from vcam.audio.publish.registry import open_publisher
from vcam.audio.worker import sink, source
from vcam.audio.worker.enhancer import Enhancer, Networks
from vcam.audio.worker.monitor import LiveMonitor
from vcam.audio.worker.reference import Reference
from vcam.audio.worker.sink import SoundSink
from vcam.audio.worker.source import SoundSource
from vcam.audio.worker.trial import TrialTape
from vcam.daemon.protocol import (
    Message,
    NewSettings,
    PreviewWanted,
    Recorded,
    SoundStart,
    Suspended,
    TrialWanted,
    VideoDelay,
)
from vcam.ipc.ring import Ring
from vcam.networks.sound import SoundNetworks, open_sound
from vcam.priority import step_forward
from vcam.schema.reasons import Reason
from vcam.schema.status import AudioStatus, State
from vcam.troubles import Troubles

_NICENESS = -11
_LINGER = 2.0  # seconds awake after the last reader left; apps open and close while they choose
_HANG = 2.0  # seconds a device may keep us waiting
_ATTEMPTS = 3  # to free the thread, each after so long, before a restart is the only help
_UNRESPONSIVE = 3.0
_NAP = 0.25  # seconds

log = logging.getLogger(__name__)


def _networks(lips: bool, denoiser: str) -> SoundNetworks:
    return open_sound(lips, denoiser, my_voice=lips)


class SoundLoop(Thread):
    """`tell` it messages and ask its `status`; call `check` a few times a second.

    Those, `start` and `stop` are for the process's first thread: what it is told is one reference
    each, which the sound's thread takes up with the next block. All else is the sound's thread's
    own: the enhancer, whose figures `status` copies, and source and sink but for what they let any
    thread do. `Troubles` has a lock.
    """

    def __init__(
        self,
        start: SoundStart,
        *,
        microphones: source.Opener = open_microphone,
        resolver: source.Resolver = resolve_microphone,
        publishers: sink.Opener = open_publisher,
        networks: Networks = _networks,
    ) -> None:
        super().__init__(name="sound", daemon=True)
        self._override = start.microphone
        self._lips_mailbox = start.lips_mailbox
        self._settings = start.settings
        self._preview = False
        self._tape: Ring | None = None
        self._trial: TrialTape | None = None
        self._video = VideoDelay(0.0, False)
        self._stopping, self._news = Event(), Event()
        self._crash: BaseException | None = None
        self._beat = time.monotonic()
        self._waiting_since: float | None = None
        self._attempts = 0

        self._troubles = Troubles()
        self._sink = SoundSink(self._troubles, self._news.set, publishers)
        self._source = SoundSource(
            self._troubles, lambda: self._sink.system, self._sink.restart, microphones, resolver
        )
        self._reference = Reference()
        self._monitor = LiveMonitor(self._troubles)
        self._enhancer = Enhancer(self._troubles)
        self._networks = networks
        self._heard_reader = -_LINGER
        self._phase: State = "starting"

    def run(self) -> None:
        try:
            self._enhancer.open(self._networks, self._lips_mailbox)
            sys.setswitchinterval(0.0005)
            gc.freeze()
            step_forward(_NICENESS, realtime=True)
            while not self._stopping.is_set():
                self._beat = time.monotonic()
                self._turn()
        except BaseException as crash:
            self._crash = crash
        finally:
            self._silence()

    def tell(self, message: Message) -> None:
        """Takes a message of the daemon; it counts from the next block on."""
        match message:
            case NewSettings(settings):
                self._settings = settings
            case PreviewWanted(on):
                self._preview = on
            case Recorded(ring):
                self._tape = Ring.lent(ring)
            case TrialWanted(folder):
                self._trial = TrialTape(Path(folder))
            case VideoDelay():
                self._video = message
            case Suspended():
                self._source.reopen()
            case _:
                log.error("not for the sound: %s", message)
        self._news.set()

    def check(self) -> None:
        """Frees the thread from a device that hangs. Raises what ended the thread."""
        if self._crash is not None:
            raise self._crash
        waited = self._waited
        if waited < _HANG:
            self._troubles.clear("hang")
            self._attempts = 0
        elif waited >= _HANG * (self._attempts + 1):
            self._attempts += 1
            self._troubles.put("hang", Reason.of("microphone.hangs"))
            self._source.abort()

    @property
    def responsive(self) -> bool:
        """False when the thread hangs in our own code, or at a device that lets nobody free it, so
        that a restart would help."""
        if self._waiting_since is not None:
            return self._waited < _HANG * (_ATTEMPTS + 1)
        return time.monotonic() - self._beat < _UNRESPONSIVE

    def status(self) -> AudioStatus:
        """Everything about the sound at this moment."""
        self._troubles.put("server", self._sink.problem)
        self._troubles.put("volume", self._sink.muffled)
        self._troubles.put("output", self._sink.kept_out)
        reasons = self._troubles.reasons()
        state, trial = self._phase, self._trial
        amiss = any(reason.severity != "note" for reason in reasons)
        if amiss and state in ("live", "standby", "starting"):
            state = "degraded"
        figures = self._enhancer.figures
        return figures.model_copy(
            update={
                "state": state,
                "reasons": reasons,
                "source": self._source.label,
                "sink": self._sink.name,
                "xruns": self._sink.xruns + self._source.dropped,
                "reconnects": self._source.reconnects,
                "reader_present": self._sink.reader_present(),
                "readers": self._sink.readers(),
                "trial": trial.seconds if trial else 0.0,
                "monitor_ms": figures.monitor_ms if self._monitor.delay is not None else 0.0,
            }
        )

    def stop(self, *, remove: bool) -> None:
        """Ends the thread; `remove` takes the virtual microphone away."""
        self._stopping.set()
        self._news.set()
        self.join(timeout=_HANG)
        self._sink.close(remove=remove)
        self._phase = "off"

    def _turn(self) -> None:
        self._sink.tend()
        if not self._awake():
            self._phase = "standby"
            self._silence()
            self._rest(_NAP)
            return
        wanted = self._override or self._settings.microphone
        # Where nobody can hear it the demo may speak, so that there is something to see.
        demo = self._sink.problem is not None
        with self._waiting():
            captured = self._source.read(wanted, demo=demo)
        if captured is not None:
            self._block(captured)
            return
        self._phase = "degraded"
        self._hush()
        self._rest(min(self._source.pause, _NAP))

    def _awake(self) -> bool:
        if self._sink.lost:
            return False
        now = time.monotonic()
        wanted = (
            self._preview
            or self._tape
            or self._trial
            or self._settings.monitor
            or self._sink.problem
        )
        if wanted or self._sink.reader_present():
            self._heard_reader = now
        return now - self._heard_reader < _LINGER

    def _block(self, captured: Captured) -> None:
        settings = self._settings
        self._reference.tend(
            self._source.microphone if settings.echo != "off" else None,
            self._sink.system,
            headphones=settings.echo == "on",
        )
        listening = settings.monitor and not self._sink.reader_present()
        # Alone with oneself there is no picture to wait for.
        video = VideoDelay(0.0, live=False) if listening else self._video
        heard, result = self._enhancer.step(
            captured, self._source.openings, settings, video, self._reference.at
        )
        if (tape := self._tape) is not None:
            tape.write(heard, result.block.data)
        if (trial := self._trial) is not None and trial.add(result):
            self._trial = None
        if settings.monitor:
            self._monitor.play(result.block)
        else:
            self._monitor.rest()
        with self._waiting():
            sent = self._sink.send(result.block)
        if (ahead := self._monitor.delay) is not None:
            self._enhancer.figures.monitor_ms = (time.monotonic() - heard + ahead) * 1e3
        self._phase = "live" if sent else "degraded"
        if sent:
            self._enhancer.sent(captured.time, result, self._sink.delay)
            self._sink.tell(self._enhancer.figures.delay_ms / 1e3)

    def _silence(self) -> None:
        self._source.rest()
        self._reference.close()
        self._trial = None
        self._monitor.rest()
        self._hush()

    def _hush(self) -> None:
        self._sink.rest()
        self._enhancer.rest()

    def _rest(self, seconds: float) -> None:
        self._news.clear()
        self._news.wait(seconds)

    @property
    def _waited(self) -> float:
        """Seconds at a device until now."""
        since = self._waiting_since
        return 0.0 if since is None else time.monotonic() - since

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        """At a device, which may hang."""
        self._waiting_since = time.monotonic()
        try:
            yield
        finally:
            self._waiting_since = None
