"""The sound's thread: sleeps while nobody listens, reconnects what fails, counts mishaps."""

from __future__ import annotations

import gc
import os
import sys
import time
from contextlib import suppress
from threading import Event, Thread

from vcam.audio import frames
from vcam.audio.capture import registry as microphones
from vcam.audio.capture.contract import Microphone, MicrophoneChoice, MicrophoneError
from vcam.audio.options import audio_options
from vcam.audio.pipeline import (
    SILENCE_DB,
    AudioPipeline,
    AudioResult,
    AudioState,
)
from vcam.audio.publish.contract import PublishError
from vcam.audio.stages.lipgate import LipGateStage
from vcam.audio.stages.order import sound_stages
from vcam.audio.system import SystemView
from vcam.audio.worker import delay
from vcam.audio.worker.sink import SoundSink
from vcam.daemon.protocol import (
    Message,
    NewSettings,
    PreviewWanted,
    Recorded,
    SoundStart,
    Suspended,
    VideoDelay,
)
from vcam.ipc.lips_mailbox import LipReader
from vcam.ipc.mailbox import Mailbox
from vcam.ipc.ring import Ring
from vcam.names import AUTO, DEMO
from vcam.networks.sound import open_sound
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason
from vcam.schema.status import AudioStatus, State
from vcam.troubles import Troubles

_PERIOD = frames.HOP / frames.RATE
_LINGER = 2.0  # seconds awake after the last reader left; apps open and close while they choose
_HANG = 2.0  # seconds a device may keep us waiting
_UNRESPONSIVE = 3.0
_RETRY = (0.1, 2.0)  # seconds between attempts, first and longest
_RECOVERED = 3.0  # seconds without an error
_SMOOTHING = 0.05
_FIFO_PRIORITY = 5
_NICENESS = -11


class SoundLoop(Thread):
    """`tell` it messages and ask its `status`; call `check` a few times a second."""

    def __init__(self, start: SoundStart) -> None:
        super().__init__(name="sound", daemon=True)
        self._override = start.microphone
        self._lips_mailbox = start.lips_mailbox
        self._settings = start.settings
        self._preview = False
        self._tape: Ring | None = None
        self._video = VideoDelay(0.0, False)
        self._reopen = False
        self._stopping = Event()
        self._wake = Event()
        self._crash: BaseException | None = None
        self._beat = time.monotonic()
        self._at_device: float | None = None

        self._sink = SoundSink(self._wake.set)
        self._microphone: Microphone | None = None
        self._choice: MicrophoneChoice | None = None
        self._chosen_by = ""
        self._lost = False
        self._seen: SystemView | None = None
        self._heard_reader = -_LINGER
        self._next_try = 0.0
        self._pause = _RETRY[0]

        self._pipeline = AudioPipeline()
        self._state: AudioState | None = None
        self._delay = delay.start()
        self._lips: LipReader | None = None
        self._late = False
        self._erred = 0.0
        self._path = 0.0

        self._phase: State = "starting"
        self._troubles = Troubles()
        self._dropped = 0
        self._totals = AudioStatus()

    def run(self) -> None:
        try:
            self._open_networks()
            sys.setswitchinterval(0.0005)
            gc.freeze()
            _raise_priority()
            while not self._stopping.is_set():
                self._beat = time.monotonic()
                self._turn()
        except BaseException as crash:
            self._crash = crash
        finally:
            self._disconnect()

    def tell(self, message: Message) -> None:
        """Takes a message of the daemon; it counts from the next block on."""
        match message:
            case NewSettings(settings):
                self._settings = settings
            case PreviewWanted(on):
                self._preview = on
            case Recorded(ring):
                self._tape = Ring.lent(ring)
            case VideoDelay():
                self._video = message
            case Suspended():
                self._reopen = True
        self._wake.set()

    def check(self) -> None:
        """Frees the thread from a device that hangs. Raises what ended the thread."""
        if self._crash is not None:
            raise self._crash
        since, device = self._at_device, self._microphone
        if since is None or time.monotonic() - since < _HANG:
            self._troubles.clear("hang")
            return
        if "hang" not in self._troubles:
            self._troubles.put("hang", Reason.of("microphone.hangs"))
            if device is not None:
                Thread(target=device.abort, daemon=True).start()

    @property
    def responsive(self) -> bool:
        """False when the thread hangs in our own code, so that a restart would help."""
        waiting = self._at_device is not None
        return waiting or time.monotonic() - self._beat < _UNRESPONSIVE

    def status(self) -> AudioStatus:
        """Everything about the sound at this moment."""
        self._troubles.put("server", self._sink.problem)
        reasons = self._troubles.reasons()
        state = self._phase
        if reasons and state in ("live", "standby", "starting"):
            state = "degraded"
        choice = self._choice
        return self._totals.model_copy(
            update={
                "state": state,
                "reasons": reasons,
                "source": choice.label if choice else None,
                "sink": self._sink.name,
                "xruns": self._sink.xruns + self._dropped,
                "reader_present": self._sink.reader_present(),
                "readers": self._sink.readers(),
            }
        )

    def stop(self, *, remove: bool) -> None:
        """Ends the thread; `remove` takes the virtual microphone away."""
        self._stopping.set()
        self._wake.set()
        self.join(timeout=_HANG)
        self._sink.close(remove=remove)
        self._phase = "off"

    def _turn(self) -> None:
        self._sink.tend()
        if not self._awake():
            self._phase = "standby"
            self._disconnect()
            self._troubles.clear("microphone")
            self._rest(0.25)
        elif self._microphone is None:
            self._connect()
        else:
            self._block(self._microphone)

    def _awake(self) -> bool:
        if self._sink.lost:
            return False
        now = time.monotonic()
        wanted = self._preview or self._tape or self._sink.problem
        if wanted or self._sink.reader_present():
            self._heard_reader = now
        return now - self._heard_reader < _LINGER

    def _connect(self) -> None:
        if time.monotonic() < self._next_try:
            self._rest(self._next_try - time.monotonic())
            return
        self._chosen_by = self._override or self._settings.microphone
        self._reopen = False
        self._at_device = time.monotonic()
        try:
            self._choice = self._resolve(self._chosen_by)
            self._seen = self._sink.system
            self._sink.wake()
            device = microphones.open_microphone(self._choice)
        except VcamError as error:
            self._failed(error.reason)
        else:
            self._microphone = device
            self._totals.reconnects += self._lost
            self._lost = False
            self._state = None
            self._delay = delay.start(delay.held(self._delay))
        finally:
            self._at_device = None

    def _resolve(self, wanted: str) -> MicrophoneChoice:
        """The wanted microphone, or one to make do with until it is there."""
        try:
            choice = microphones.resolve(wanted)
        except MicrophoneError as error:
            if wanted != AUTO:
                try:
                    choice = microphones.resolve(AUTO)
                except MicrophoneError:
                    raise error from None
                reason = Reason.of("microphone.stand_in", cause=error.reason, name=choice.label)
                self._troubles.put("choice", reason)
                return choice
            if self._sink.problem is None:
                raise
            # Nobody can hear it, so the demo may speak: there is something to see.
            choice = microphones.resolve(DEMO)
        self._troubles.clear("choice")
        return choice

    def _block(self, device: Microphone) -> None:
        if self._outdated():
            self._lost = True
            self._disconnect()
            return
        self._at_device = time.monotonic()
        try:
            captured = device.read()
        except MicrophoneError as error:
            self._failed(error.reason)
            return
        finally:
            self._at_device = None

        began = time.perf_counter()
        settings = self._settings
        self._delay, held = delay.step(self._delay, captured.block, self._hold())
        back = delay.held(self._delay)
        lips = self._lips if settings.lips == "auto" else None
        self._state, result = self._pipeline.step(
            self._state,
            held,
            audio_options(settings),
            lips.at(captured.time - back) if lips else None,
            late=self._late,
        )
        if (tape := self._tape) is not None:
            tape.write(
                captured.time - back - self._pipeline.latency / frames.RATE, result.block.data
            )
        took = time.perf_counter() - began
        self._late = took > _PERIOD

        self._at_device = time.monotonic()
        try:
            self._sink.send(result.block)
        except PublishError as error:
            self._failed(error.reason)
            return
        finally:
            self._at_device = None
        path = time.monotonic() - captured.time + self._pipeline.latency / frames.RATE
        path += self._sink.delay
        self._path += (path - self._path) * (_SMOOTHING if self._path else 1.0)

        self._phase = "live"
        self._pause = _RETRY[0]
        self._troubles.clear("microphone")
        if result.error:
            self._troubles.put("denoise", result.error)
            self._erred = captured.time
        elif captured.time - self._erred > _RECOVERED:
            self._troubles.clear("denoise")
        self._count(result, took, back)

    def _count(self, result: AudioResult, took: float, back: float) -> None:
        """Of a block that has left: `took` seconds of work, held `back` by so many."""
        totals = self._totals
        totals.blocks += 1
        totals.late_blocks += self._late
        totals.bypassed_blocks += result.bypassed
        totals.block_ms += (took * 1e3 - totals.block_ms) * _SMOOTHING
        totals.delay_ms, totals.held_ms = (self._path + back) * 1e3, back * 1e3
        gate = self._state.stages.get(LipGateStage.name) if self._state else None
        totals.gate = gate.g if gate else 0.0
        totals.level_in_db += (result.level_in_db - totals.level_in_db) * 0.2
        totals.level_out_db += (result.level_out_db - totals.level_out_db) * 0.2

    def _hold(self) -> float:
        """How long to hold the sound back so that it leaves with the picture."""
        video = self._video
        return video.seconds - self._path if video.live else 0.0

    def _outdated(self) -> bool:
        """Whether another microphone should be open than the one that is."""
        if self._reopen or self._chosen_by != (self._override or self._settings.microphone):
            return True
        view, choice = self._sink.system, self._choice
        if view is self._seen or view is None or choice is None:
            return False
        self._seen = view
        try:
            best = microphones.resolve(self._chosen_by, view)
        except MicrophoneError:
            best = choice
        return (best.kind, best.name) != (choice.kind, choice.name) or (
            choice.kind == view.kind and view.diverted("microphone", choice.name)
        )

    def _failed(self, reason: Reason) -> None:
        self._troubles.put("microphone", reason)
        self._lost = self._lost or self._microphone is not None
        self._disconnect()
        self._phase = "degraded"
        self._next_try = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, _RETRY[1])

    def _disconnect(self) -> None:
        device, self._microphone = self._microphone, None
        if device is not None:
            self._dropped += device.dropped
            device.close()
            self._sink.rest()
            self._totals.level_in_db = self._totals.level_out_db = SILENCE_DB
        self._choice = None

    def _rest(self, seconds: float) -> None:
        self._wake.clear()
        self._wake.wait(min(max(seconds, 0.0), 0.25))

    def _open_networks(self) -> None:
        for lips in (True, False):
            try:
                networks = open_sound(lips=lips)
                self._totals.provider = networks.provider
                self._pipeline = AudioPipeline(sound_stages(networks))
                break
            except VcamError as error:
                self._troubles.put("networks", error.reason)
        try:
            self._lips = LipReader(Mailbox.attach(self._lips_mailbox))
        except VcamError:
            self._lips = None  # without the picture's process there are no lips to read


def _raise_priority() -> None:
    """Asks for real-time priority, else a better niceness; the system may refuse both.

    For every thread: whichever holds the interpreter's lock holds up the sound.
    """
    if sys.platform != "linux":
        return
    for thread in map(int, os.listdir("/proc/self/task")):
        try:
            os.sched_setscheduler(thread, os.SCHED_FIFO, os.sched_param(_FIFO_PRIORITY))
        except OSError:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, thread, _NICENESS)
