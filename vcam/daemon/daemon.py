"""The daemon: owns settings and status, keeps the workers running, answers clients.

It imports neither OpenCV nor ONNX Runtime nor a device library, so that it starts at once and
nothing a driver does can take it down.
"""

from __future__ import annotations

import logging
import platform
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Pipe, wait
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

import vcam
from vcam.battery import on_battery
from vcam.control import SetResult, transport
from vcam.daemon import presets_file, settings_file
from vcam.daemon.automatic import InForce, follow, own
from vcam.daemon.endpoints import Endpoints
from vcam.daemon.hints import FaceHint, face_hint
from vcam.daemon.optional_worker import OptionalWorker
from vcam.daemon.preview_page import PreviewFeed
from vcam.daemon.program import Program
from vcam.daemon.protocol import (
    LIPS_CAPACITY,
    PREVIEW_CAPACITY,
    Message,
    NewSettings,
    PictureStart,
    PreviewWanted,
    Recorded,
    SoundDelay,
    SoundStart,
    Suspended,
    TrialWanted,
    VideoDelay,
)
from vcam.daemon.recorder import Recorder
from vcam.daemon.supervisor import Supervisor
from vcam.ipc.mailbox import Mailbox
from vcam.ipc.runtime import DaemonLock, runtime_dir
from vcam.names import DEMO, PREVIEW_SINK
from vcam.news import News
from vcam.schema.errors import VcamError
from vcam.schema.held import HeldKey, in_effect
from vcam.schema.presets import Presets, Situation
from vcam.schema.reasons import Reason
from vcam.schema.settings import SETTINGS, Settings, changed
from vcam.schema.status import AudioStatus, Status, VideoStatus
from vcam.schema.trial import RESULT, SOUND
from vcam.stopping import ASKED_TO_END

VIDEO = "vcam.video.worker.run:run"
AUDIO = "vcam.audio.worker.run:run"
SPEAKER = "vcam.audio.worker.speaker:run"

_TICK_S = 0.25
_STOP_S = 5.0
_SLEPT_S = 2.0
_STALLED_S = 10.0
_DELAY_STEP_S = 0.002
_HELD_S = 2.0  # for which a key counts as held; who holds it says so again

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class DaemonOptions:
    """How the daemon is started.

    `camera` and `microphone` outrank the settings for this run. `duration` in seconds; None runs
    until stopped. `video`, `audio` and `speaker` are the workers' entry points, `module:function`.
    """

    camera: str | None = None
    microphone: str | None = None
    duration: float | None = None
    video: str = VIDEO
    audio: str = AUDIO
    speaker: str = SPEAKER


class Clocks:
    """Notices that the machine slept: one clock went on while another stood still."""

    def __init__(
        self,
        awake: Callable[[], float] = time.monotonic,
        always: Callable[[], float] | None = None,
    ) -> None:
        self._awake = awake
        self._always = always or _clock_that_never_stops
        self._last = (self._awake(), self._always())

    def slept(self) -> float:
        """Seconds of sleep since the last call, 0 when there was none worth speaking of.

        A long gap between two calls counts as well, because Windows' clocks all go on in sleep.
        """
        awake, always = self._awake(), self._always()
        before = self._last
        self._last = (awake, always)
        gap = max(always - before[1], awake - before[0])
        stood_still = (always - before[1]) - (awake - before[0]) > _SLEPT_S
        return gap if stood_still or gap > _STALLED_S else 0.0


class Daemon:
    """`run` is the whole life of it. `status`, `order` and `stop` may be called from any thread."""

    def __init__(self, options: DaemonOptions) -> None:
        self._options = options
        self._settings = Settings()
        self._settings_hint: Reason | None = None
        self._presets = Presets()
        self._presets_hint: Reason | None = None
        self._in_force: InForce | None = None
        self._deeds: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._woken, self._waker = Pipe(duplex=False)
        self._waking = threading.Lock()
        self._stop = False
        self._page: str | None = None
        self._face_hint = FaceHint()
        self._held: HeldKey | None = None
        self._held_until = 0.0
        self._program = Program()
        self._news = News(private=False)

    @property
    def settings(self) -> Settings:
        return self._settings

    @property
    def presets(self) -> Presets:
        return self._presets

    def status(self) -> Status:
        """Everything the daemon knows now."""
        video, audio = self._video.status, self._audio.status
        hints = [hint for hint in (self._settings_hint, self._presets_hint) if hint]
        page = self._page if video.sink == PREVIEW_SINK else None
        if page is not None:
            hints += [video.sink_problem] if video.sink_problem else []
            hints.append(Reason.of("page.only", address=page))
        if self._face_hint.shown:
            hints.append(Reason.of("face.hint"))
        if audio.unheard and audio.reader_present:
            hints.append(Reason.of("mute.unheard"))
        if self._program.replaced and not (video.reader_present or audio.reader_present):
            hints.append(Reason.of("daemon.replaced"))
        return Status(
            version=vcam.__version__,
            video=video,
            audio=audio,
            speaker=self._speaker.status,
            record=self._recorder.status,
            preview=page,
            held=self._held,
            preset=self._rule_in_force(),
            hints=hints,
        )

    def _rule_in_force(self) -> Reason | None:
        if self._in_force is None:
            return None
        rule = self._in_force.rule
        if rule.battery:
            return Reason.of("presets.on_battery", name=rule.preset)
        return Reason.of("presets.in_force", name=rule.preset, why=rule.why)

    def order(self, deed: Callable[[], T]) -> Future[T]:
        """Runs `deed` on the daemon's thread; what it raises is in the Future."""
        future: Future[T] = Future()

        def carry_out() -> None:
            try:
                future.set_result(deed())
            except Exception as error:
                future.set_exception(error)

        self._deeds.put(carry_out)
        self._wake()
        return future

    def change(self, changes: dict[str, Any]) -> SetResult:
        """Applies changed settings, and then keeps them for the next start.

        Raises VcamError; then nothing changed but the urgent settings, which nothing else holds up.
        """
        first = {key for key, one in SETTINGS.items() if one.urgent}
        urgent = {key: value for key, value in changes.items() if key in first}
        rest = {key: value for key, value in changes.items() if key not in first}
        if urgent:
            self._apply(changed(self._settings, urgent))
        if rest:
            new = changed(self._settings, rest)
            settings_file.refuse_missing_picture(self._settings, new)
            self._recorder.follow(new)
            self._apply(new)
        return SetResult(settings=self._settings, unsaved=self._settings_hint)

    def _apply(self, new: Settings) -> None:
        """First in the running call, then on the disk, which may refuse."""
        log.info("changed: %s", ", ".join(_told(self._settings, new)))
        self._settings = new
        self._tell(NewSettings(self._in_effect))
        self._settings_hint = None
        try:
            settings_file.save(own(new, self._in_force))
        except VcamError as error:
            self._settings_hint = error.reason

    def hold(self, key: HeldKey | None) -> None:
        """Somebody holds a key down, which has to be said again within `_HELD_S`: a program that
        dies meanwhile leaves no open microphone behind."""
        self._held_until = time.monotonic() + _HELD_S
        if key != self._held:
            self._held = key
            self._tell(NewSettings(self._in_effect))

    def try_out(self) -> str:
        """Begins a trial of the microphone; returns the folder in which it will be."""
        folder = runtime_dir()
        _forget_trial(folder)
        self._audio.send(TrialWanted(str(folder)))
        return str(folder)

    @property
    def _in_effect(self) -> Settings:
        return in_effect(self._settings, self._held)

    def keep_presets(self, presets: Presets) -> Presets:
        """Takes other presets and rules and keeps them. Raises VcamError and has the old ones."""
        presets_file.save(presets)
        self._presets, self._presets_hint = presets, None
        return presets

    def stop(self) -> None:
        self._stop = True
        self._wake()

    def run(self, report: Callable[[Status], None] | None = None) -> Status:
        """Runs until stopped, SIGINT, SIGTERM or the duration's end; returns the last status.

        `report` gets every new status. Raises VcamError when another daemon runs or the runtime
        folder cannot be used.
        """
        began = time.monotonic()
        folder = runtime_dir()
        with (
            _signals(self.stop),
            # The connections close last, which tells the client of `stop` that all is gone.
            ExitStack() as at_the_end,
            DaemonLock(folder),
            self._mailboxes(folder) as (lips, preview),
        ):
            log.info("vcam %s on %s", vcam.__version__, platform.platform())
            self._settings, self._settings_hint = settings_file.load()
            self._presets, self._presets_hint = presets_file.load()
            self._begin(lips, preview, Recorder(folder))
            feed = PreviewFeed(preview, self._wake)
            endpoints = Endpoints(self, feed, transport())
            # Before the servers, because the workers take longest to be ready.
            self._video.tick()
            self._audio.tick()
            at_the_end.callback(endpoints.close)
            try:
                endpoints.start()
                self._watch(began, feed, endpoints, report or _silent)
                return self.status()
            finally:
                self._end_workers()
                _forget_trial(folder)
                endpoints.withdraw()
                log.info("ended")

    @contextmanager
    def _mailboxes(self, folder: Path) -> Iterator[tuple[Mailbox, Mailbox]]:
        lips = Mailbox.create(folder / "lips", LIPS_CAPACITY)
        try:
            preview = Mailbox.create(folder / "preview", PREVIEW_CAPACITY)
            try:
                yield lips, preview
            finally:
                preview.remove()
        finally:
            lips.remove()

    def _begin(self, lips: Mailbox, preview: Mailbox, recorder: Recorder) -> None:
        self._recorder = recorder

        def picture() -> PictureStart:
            return PictureStart(
                settings=self._in_effect,
                camera=self._options.camera,
                lips_mailbox=str(lips.path),
                preview_mailbox=str(preview.path),
            )

        def sound() -> SoundStart:
            return SoundStart(
                settings=self._in_effect,
                microphone=self._options.microphone,
                lips_mailbox=str(lips.path),
            )

        self._video = Supervisor("picture", self._options.video, VideoStatus(), picture)
        self._audio = Supervisor("sound", self._options.audio, AudioStatus(), sound)
        self._speaker = OptionalWorker("speaker", self._options.speaker, sound)

    def _watch(
        self,
        began: float,
        feed: PreviewFeed,
        endpoints: Endpoints,
        report: Callable[[Status], None],
    ) -> None:
        end = float("inf") if self._options.duration is None else began + self._options.duration
        clocks = Clocks()
        while not self._stop and (left := end - time.monotonic()) > 0:
            waitables = [*self._video.waitables(), *self._audio.waitables()]
            waitables += [*self._speaker.waitables(), *self._recorder.waitables()]
            wait([self._woken, *waitables], min(_TICK_S, left))
            self._after_sleep(clocks)
            self._carry_out()
            changed = self._video.tick() | self._audio.tick()
            changed |= self._speaker.tick(wanted=self._settings.speaker)
            self._relay_delays()
            changed |= self._look_at_face() | self._look_at_recorder() | self._look_at_rules()
            changed |= self._look_at_held_key() | self._program.look(time.monotonic())
            looked_at = PreviewWanted(feed.wanted())
            self._video.keep(looked_at)
            self._audio.keep(looked_at)
            if self._page is None and self._video.status.sink == PREVIEW_SINK:
                self._page = endpoints.open_page()
            if changed:
                now = self.status()
                for line in self._news.since_last(now):
                    log.info("%s", line)
                report(now)

    def _after_sleep(self, clocks: Clocks) -> None:
        seconds = clocks.slept()
        if seconds > 0:
            log.info("the machine slept for %.0f s", seconds)
            self._video.forgive()
            self._audio.forgive()
            self._speaker.forgive()
            self._tell(Suspended(seconds))

    def _relay_delays(self) -> None:
        """Tells sound and picture of one another: the faster one waits."""
        video, audio = self._video.status, self._audio.status
        # A demo that only stands in for a missing camera is nothing to wait for.
        stand_in = video.source == DEMO != (self._options.camera or self._settings.camera)
        live = video.state in ("live", "degraded") and video.fps > 0 and not stand_in
        picture = VideoDelay(seconds=video.delay_ms / 1000 if live else 0.0, live=live)
        old = self._audio.kept(VideoDelay)
        if old is None or old.live != live or _apart(old.seconds, picture.seconds):
            self._audio.keep(picture)
        heard = audio.state in ("live", "degraded") and audio.reader_present
        sound = SoundDelay((audio.delay_ms - audio.held_ms) / 1000 if heard else 0.0)
        before = self._video.kept(SoundDelay)
        if before is None or _apart(before.seconds, sound.seconds):
            self._video.keep(sound)

    def _look_at_face(self) -> bool:
        """Keeps the face hint; True when it came or went."""
        settings, video, before = self._in_effect, self._video.status, self._face_hint
        lips = settings.hints and settings.lips == "auto" and not settings.bypass
        live = video.state in ("live", "degraded") and video.fps > 0
        self._face_hint = face_hint(
            before,
            time.monotonic(),
            in_call=lips and live and self._audio.status.reader_present,
            usable=video.face or settings.mute,
        )
        return self._face_hint.shown != before.shown

    def _look_at_held_key(self) -> bool:
        """Lets it go where nobody says any more that it is held; True when it did."""
        if self._held is None or time.monotonic() < self._held_until:
            return False
        self.hold(None)
        return True

    def _look_at_rules(self) -> bool:
        """Puts the preset of the rule that holds in force; True when that has changed."""
        video, audio, before = self._video.status, self._audio.status, self._in_force
        situation = Situation(
            programs=(*video.readers, *audio.readers),
            microphone=audio.source or "",
            clock=datetime.now().time(),
            battery=any(rule.battery for rule in self._presets.rules) and on_battery(),
        )
        rule = self._presets.chosen(situation)
        self._in_force, changes = follow(
            before, rule, self._presets, self._settings, time.monotonic()
        )
        if changes:
            new = changed(self._settings, changes)
            try:
                self._recorder.follow(new)
            except VcamError as error:  # no second file can be begun; the first one is whole
                log.warning("%s", error)
            self._apply(new)
        return (before and before.rule) != (self._in_force and self._in_force.rule)

    def _look_at_recorder(self) -> bool:
        """Keeps the workers' rings and the setting true; True when the recording has news."""
        changed = self._recorder.tick()
        pictures, blocks = self._recorder.rings
        self._video.keep(Recorded(pictures))
        self._audio.keep(Recorded(blocks))
        if self._settings.record and pictures is None and blocks is None:
            self._settings = self._settings.model_copy(update={"record": False})
        return changed

    def _tell(self, message: Message) -> None:
        self._video.send(message)
        self._audio.send(message)
        self._speaker.send(message)

    def _carry_out(self) -> None:
        while self._woken.poll():
            self._woken.recv_bytes()
        while not self._deeds.empty():
            self._deeds.get()()

    def _wake(self) -> None:
        # Not from two threads at once: a Connection is not thread-safe.
        with self._waking:
            self._waker.send_bytes(b"w")

    def _end_workers(self) -> None:
        self._recorder.stop()
        self._video.stop()
        self._audio.stop()
        self._speaker.stop()
        self._video.join(_STOP_S)
        self._audio.join(_STOP_S)
        self._speaker.join(_STOP_S)
        self._recorder.join(_STOP_S)


def _told(before: Settings, now: Settings) -> Iterator[str]:
    """What has changed, for the log: numbers and switches, but no names and no paths."""
    old = before.model_dump()
    for key, value in now.model_dump().items():
        if value != old[key]:
            yield key if isinstance(value, str) else f"{key}={value}"


def _forget_trial(folder: Path) -> None:
    for name in (RESULT, SOUND):
        (folder / name).unlink(missing_ok=True)


def _apart(before: float, now: float) -> bool:
    return abs(before - now) > _DELAY_STEP_S


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """What ends a program calls `stop`, which wakes the daemon; a closed terminal does so too."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, frame: FrameType | None) -> None:
        stop()

    obeyed = [n for n in ASKED_TO_END if signal.getsignal(n) is not signal.SIG_IGN]  # nohup
    before = {number: signal.signal(number, handle) for number in obeyed}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _clock_that_never_stops() -> float:
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.time()


def _silent(status: Status) -> None:
    return
