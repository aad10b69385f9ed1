"""The daemon: knows what is wanted and what is, keeps the workers running, answers clients.

It imports neither OpenCV nor ONNX Runtime nor a device library, so that it starts at once and
nothing a driver does can take it down.
"""

from __future__ import annotations

import logging
import os
import platform
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import wait
from pathlib import Path
from typing import TypeVar

import vcam
from vcam.battery import on_battery
from vcam.control import transport
from vcam.daemon.clocks import Clocks
from vcam.daemon.endpoints import Endpoints
from vcam.daemon.hints import FaceHint, face_hint
from vcam.daemon.optional_worker import OptionalWorker
from vcam.daemon.orders import Orders
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
from vcam.daemon.supervisor import Supervisor, join
from vcam.daemon.trial_files import TrialFiles
from vcam.daemon.wishes import Wishes
from vcam.ipc.mailbox import Mailbox
from vcam.ipc.runtime import DaemonLock, runtime_dir
from vcam.names import DEMO, PREVIEW_SINK
from vcam.news import News
from vcam.schema.presets import Situation
from vcam.schema.reasons import Reason
from vcam.schema.status import AudioStatus, Status, VideoStatus
from vcam.stopping import asked_to_end

VIDEO = "vcam.video.worker.run:run"
AUDIO = "vcam.audio.worker.run:run"
SPEAKER = "vcam.audio.worker.speaker:run"
REMOVE_MICROPHONE = "vcam.audio.worker.removal:microphone"
REMOVE_SPEAKER = "vcam.audio.worker.removal:speaker"

_TICK_S = 0.25
_STOP_S = 5.0  # of all workers together; the kernel may keep killed ones for some more
_KEPT_S = 1.0  # for the settings' disk, however long the workers took
_DELAY_STEP_S = 0.002

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


class Daemon:
    """`run` is the whole life of it. `status`, `order` and `stop` may be called from any thread."""

    wishes: Wishes

    def __init__(self, options: DaemonOptions) -> None:
        self._options = options
        self._orders = Orders()
        self._stop = False
        self._page: str | None = None
        self._face_hint = FaceHint()
        self._program = Program()
        self._news = News(private=False)

    def status(self) -> Status:
        """Everything the daemon knows now."""
        video, audio = self._video.status, self._audio.status
        hints = self.wishes.hints
        page = self._page if video.sink == PREVIEW_SINK else None
        if page is not None:
            hints += [video.sink_problem] if video.sink_problem else []
            hints.append(Reason.of("page.only", address=page))
        if self._face_hint.shown:
            hints.append(Reason.of("face.hint"))
        if audio.unheard and audio.reader_present:
            hints.append(Reason.of("mute.unheard"))
        # Where there is no virtual camera the preview counts as read, and is no call.
        watched = video.reader_present and video.sink != PREVIEW_SINK
        if self._program.replaced and not (watched or audio.reader_present):
            hints.append(Reason.of("daemon.replaced"))
        return Status(
            version=vcam.__version__,
            video=video,
            audio=audio,
            speaker=self._speaker.status,
            record=self._recorder.status,
            preview=page,
            held=self.wishes.held,
            preset=self.wishes.rule_in_force,
            hints=hints,
        )

    def order(self, deed: Callable[[], T]) -> Future[T]:
        return self._orders.give(deed)

    def try_out(self) -> str:
        """Begins a trial of the microphone; returns the folder in which it will be."""
        self._trial.expect(time.monotonic())
        folder = str(self._trial.folder)
        self._audio.send(TrialWanted(folder))
        return folder

    def stop(self) -> None:
        self._stop = True
        self._orders.wake()

    def run(self, report: Callable[[Status], None] | None = None) -> Status:
        """Runs until stopped, SIGINT, SIGTERM or the duration's end; returns the last status.

        `report` gets every new status. Raises VcamError when another daemon runs or the runtime
        folder cannot be used.
        """
        began = time.monotonic()
        folder = runtime_dir()
        with (
            asked_to_end(self.stop),
            # The connections close last, which tells the client of `stop` that all is gone.
            ExitStack() as at_the_end,
            DaemonLock(folder) as lock,
            self._mailboxes(folder) as (lips, preview),
        ):
            log.info("vcam %s on %s", vcam.__version__, platform.platform())
            self._trial = TrialFiles(folder)
            self._begin(lips, preview, folder)
            feed = PreviewFeed(preview, self._orders.wake)
            endpoints = Endpoints(self, feed, transport())
            # Before the servers, because the workers take longest to be ready.
            self._video.tick()
            self._audio.tick()
            at_the_end.callback(endpoints.close)
            try:
                endpoints.start()
                self._watch(began, feed, endpoints, report or _silent, lock)
                if not lock.lost:
                    self.wishes.forget_rule()
                return self.status()
            finally:
                end = time.monotonic() + _STOP_S
                self._end_workers(end)
                self.wishes.end(max(_KEPT_S, end - time.monotonic()))
                self._trial.forget()
                endpoints.withdraw()
                log.info("ended")

    @contextmanager
    def _mailboxes(self, folder: Path) -> Iterator[tuple[Mailbox, Mailbox]]:
        for left in [*folder.glob("lips-*"), *folder.glob("preview-*")]:
            with suppress(OSError):  # of a daemon that was killed; Windows keeps a mapped file
                left.unlink()
        lips = Mailbox.create(folder / f"lips-{os.getpid()}", LIPS_CAPACITY)
        try:
            preview = Mailbox.create(folder / f"preview-{os.getpid()}", PREVIEW_CAPACITY)
            try:
                yield lips, preview
            finally:
                preview.remove()
        finally:
            lips.remove()

    def _begin(self, lips: Mailbox, preview: Mailbox, folder: Path) -> None:
        self._recorder = Recorder(folder)
        self.wishes = Wishes(
            lambda wanted: self._tell(NewSettings(wanted)), self._recorder.follow, folder
        )

        def picture() -> PictureStart:
            return PictureStart(
                settings=self.wishes.in_effect,
                camera=self._options.camera,
                lips_mailbox=str(lips.path),
                preview_mailbox=str(preview.path),
            )

        def sound() -> SoundStart:
            return SoundStart(
                settings=self.wishes.in_effect,
                microphone=self._options.microphone,
                lips_mailbox=str(lips.path),
            )

        self._video = Supervisor("picture", self._options.video, VideoStatus(), picture)
        self._audio = Supervisor(
            "sound", self._options.audio, AudioStatus(), sound, REMOVE_MICROPHONE
        )
        self._speaker = OptionalWorker("speaker", self._options.speaker, sound, REMOVE_SPEAKER)

    def _watch(
        self,
        began: float,
        feed: PreviewFeed,
        endpoints: Endpoints,
        report: Callable[[Status], None],
        lock: DaemonLock,
    ) -> None:
        end = float("inf") if self._options.duration is None else began + self._options.duration
        clocks = Clocks()
        while not self._stop and (left := end - time.monotonic()) > 0:
            waitables = [*self._video.waitables(), *self._audio.waitables()]
            waitables += [*self._speaker.waitables(), *self._recorder.waitables()]
            with suppress(InterruptedError):  # Windows' way to tell of Ctrl-C
                wait([self._orders.woken, *waitables], min(_TICK_S, left))
            self._after_sleep(clocks)
            self._orders.carry_out()
            if lock.lost:
                log.warning("the runtime folder was removed, and another vcam may begin")
                return
            changed = self._video.tick() | self._audio.tick()
            changed |= self._speaker.tick(wanted=self.wishes.settings.speaker)
            self._relay_delays()
            self._trial.look(time.monotonic())
            changed |= self._look_at_face() | self._look_at_recorder() | self._look_at_rules()
            changed |= self.wishes.look_at_held_key() | self.wishes.look_at_file()
            changed |= self._program.look(time.monotonic())
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
        stand_in = video.source == DEMO != (self._options.camera or self.wishes.settings.camera)
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
        settings, video, before = self.wishes.in_effect, self._video.status, self._face_hint
        lips = settings.hints and settings.lips == "auto" and not settings.bypass
        live = video.state in ("live", "degraded") and video.fps > 0
        self._face_hint = face_hint(
            before,
            time.monotonic(),
            in_call=lips and live and self._audio.status.reader_present,
            usable=video.face or settings.mute,
        )
        return self._face_hint.shown != before.shown

    def _look_at_rules(self) -> bool:
        if self.wishes.rule_in_force and not (self._video.told and self._audio.told):
            return False  # who reads the devices is not known
        video, audio = self._video.status, self._audio.status
        return self.wishes.look_at_rules(
            Situation(
                programs=(*video.readers, *audio.readers),
                microphone=audio.source or "",
                clock=datetime.now().time(),
                battery=any(rule.battery for rule in self.wishes.presets.rules) and on_battery(),
            )
        )

    def _look_at_recorder(self) -> bool:
        """Keeps the workers' rings and the setting true; True when the recording has news."""
        changed = self._recorder.tick()
        pictures, blocks = self._recorder.rings
        self._video.keep(Recorded(pictures))
        self._audio.keep(Recorded(blocks))
        if self.wishes.settings.record and pictures is None and blocks is None:
            self.wishes.recording_ended()
        return changed

    def _tell(self, message: Message) -> None:
        self._video.send(message)
        self._audio.send(message)
        self._speaker.send(message)

    def _end_workers(self, end: float) -> None:
        self._recorder.stop()
        self._video.stop()
        self._audio.stop()
        self._speaker.stop()
        join([self._video, self._audio, *self._speaker.running], end - time.monotonic())
        self._recorder.join(end - time.monotonic())


def _apart(before: float, now: float) -> bool:
    return abs(before - now) > _DELAY_STEP_S


def _silent(status: Status) -> None:
    return
