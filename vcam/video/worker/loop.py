"""The picture's loop: camera → pipeline → Enhanced Camera, the newest frame only."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from vcam.daemon.protocol import (
    Message,
    NewSettings,
    PictureStart,
    PreviewWanted,
    Recorded,
    SoundDelay,
    Suspended,
)
from vcam.ipc.lips_mailbox import LipWriter
from vcam.ipc.mailbox import Mailbox
from vcam.ipc.ring import Ring
from vcam.lips import LipObservation, absent
from vcam.networks.picture import PictureNetworks, with_network
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason, worst_first
from vcam.schema.status import SeenFace, State, VideoStatus
from vcam.video.capture.contract import CaptureFormat, Shot
from vcam.video.options import video_options
from vcam.video.pipeline import VideoPipeline, VideoResult, VideoState, repeated
from vcam.video.publish.registry import open_publisher
from vcam.video.stages.lips import mouths
from vcam.video.stages.order import VideoOptions
from vcam.video.stages.standby import standby_card
from vcam.video.worker.background import BackgroundPicture
from vcam.video.worker.governor import Load, govern
from vcam.video.worker.preview import PreviewWriter
from vcam.video.worker.sink import CameraSink, Opener
from vcam.video.worker.source import CameraSource
from vcam.video.worker.tap import PictureTape

_LINGER = 3.0  # seconds to stay awake after the last reader: apps open and close while they probe
_ASLEEP, _WAITING = 1.0, 0.2  # seconds between two repeated pictures
_BROKEN = 0.3  # seconds with nothing but broken pictures
_SILENT = 2.0  # seconds without a picture from which on a camera counts as gone
_SPARE = 0.9  # of the time between two pictures
_NAP = 0.1  # seconds; a reader is noticed this late at most
_SHARPER = 1.5  # times the published size is asked of the camera where parts of it are shown
_TOO_SLOW = 0.8  # of the rate asked for; with fewer pictures, sharpness is too dear
_SMOOTHING = 0.1
_READABLE = 0.3  # confidence from which lips help
_RATE_OVER = 2.0  # seconds over which frames are counted

log = logging.getLogger(__name__)


class VideoLoop:
    """Call `step` again and again, and `tell` it what the daemon says. One thread."""

    def __init__(self, start: PictureStart, opener: Opener = open_publisher) -> None:
        cv2.setNumThreads(1)  # the pictures are small; the other cores belong to the sound
        self._settings = start.settings
        self._override = start.camera
        self._sink = CameraSink(opener)
        self._source = CameraSource()
        self._preview = PreviewWriter(Mailbox.attach(start.preview_mailbox))
        self._tape: PictureTape | None = None
        self._lips = LipWriter(Mailbox.attach(start.lips_mailbox))
        self._lips_shown = False
        self._sound_delay = 0.0
        self._networks = PictureNetworks()
        self._tried: dict[str, Reason | None] = {}
        self._pipeline = VideoPipeline(self._networks, timer=time.perf_counter)
        self._background = BackgroundPicture()
        self._slow_when_large: str | None = None
        self._options = self._wanted_options()
        self._state: VideoState | None = None
        self._load = Load()
        self._last: VideoResult | None = None
        self._last_shot = self._decoded = self._last_sent = self._awake_until = 0.0
        self._shown: np.ndarray | None = None
        self._broken: Reason | None = None
        self._sent: deque[float] = deque()
        self._totals = VideoStatus(state="starting")

    def tell(self, message: Message) -> None:
        """Takes a message of the daemon; it counts from the next frame on."""
        match message:
            case NewSettings(settings):
                self._settings = settings
                self._options = self._wanted_options()
            case PreviewWanted(on):
                self._preview.wanted = on
            case SoundDelay(seconds):
                self._sound_delay = seconds
            case Recorded(ring):
                lent = Ring.lent(ring)
                self._tape = PictureTape(lent) if lent else None
            case Suspended():
                self._source.reopen()
            case _:
                log.error("not for the picture: %s", message)

    def step(self) -> float:
        """One frame, or one look around. Returns the seconds to rest before the next step."""
        settings = self._settings
        self._sink.tend(settings.width, settings.height, settings.fps)
        awake = self._awake()
        choice = (self._override or settings.camera) if awake and not settings.pause else None
        wanted = self._format(choice)
        # Where nobody can see it the demo may stand in for a camera, so that there is something
        # to look at in the preview.
        self._source.want(choice, wanted, demo=self._sink.problem is not None)
        if choice is None:
            self._show_lips([absent(time.monotonic())])
            self._state = self._last = None
            card = standby_card(settings.width, settings.height)
            self._repeat(card, _WAITING if awake else _ASLEEP)
            return _NAP
        shot = self._source.read(_NAP)
        if shot is None:
            self._show_lips([absent(time.monotonic())])
            self._repeat(self._held(), _WAITING)
        elif shot.time - self._last_shot > 0.7 / settings.fps:
            self._last_shot = shot.time
            self._frame(shot)
        return 0.0

    def _format(self, choice: str | None) -> CaptureFormat:
        """What to ask the camera for: more than is published where parts of it are shown, unless
        it gives that too slowly, as uncompressed pictures over USB 2 are."""
        settings, camera = self._settings, self._source.camera
        plain = CaptureFormat(settings.width, settings.height, settings.fps)
        if not self._options.frames:
            self._slow_when_large = None
            return plain
        if camera and camera.width > plain.width and camera.fps < _TOO_SLOW * plain.fps:
            self._slow_when_large = choice
        if choice == self._slow_when_large:
            return plain
        size = (round(_SHARPER * plain.width), round(_SHARPER * plain.height))
        return CaptureFormat(*size, settings.fps)

    def close(self) -> None:
        """Lets the camera go and removes the Enhanced Camera."""
        self._source.close()
        self._sink.close()
        self._background.close()

    def status(self) -> VideoStatus:
        """Everything worth knowing, as of now."""
        now = time.monotonic()
        while self._sent and now - self._sent[0] > _RATE_OVER:
            self._sent.popleft()
        camera, publisher = self._source.camera, self._sink.publisher
        reasons = self._reasons()
        self._totals = self._totals.model_copy(
            update={
                "state": self._condition(reasons),
                "reasons": reasons,
                "source": camera.label if camera else None,
                "sink": publisher.name if publisher else None,
                "sink_problem": self._sink.problem,
                "fps": self._rate(now),
                "width": self._options.width,
                "height": self._options.height,
                "effect": self._effect(),
                "faces": self._faces(),
                "provider": self._networks.provider,
                "reader_present": self._sink.read(),
                "readers": publisher.readers() if publisher else [],
                "dropped": self._source.dropped,
                "reconnects": self._source.reconnects,
            }
        )
        return self._totals

    def _faces(self) -> list[SeenFace]:
        found = []
        for face in (self._last.in_view if self._last else None) or ():
            across, down = self._options.width, self._options.height
            left, top, right, bottom = (
                round(side / size, 3)
                for side, size in zip(face.box, (across, down, across, down), strict=True)
            )
            heard = self._totals.face and (face.me or self._settings.face == "everyone")
            found.append(
                SeenFace(id=face.id, left=left, top=top, right=right, bottom=bottom, heard=heard)
            )
        return found

    def _effect(self) -> str:
        if self._options.bypass:
            return "bypass"
        return "color" if self._settings.colour else self._options.effect

    def _rate(self, now: float) -> float:
        if len(self._sent) < 2 or now - self._sent[-1] > 1:
            return 0.0
        return round((len(self._sent) - 1) / (self._sent[-1] - self._sent[0]), 1)

    def _reasons(self) -> list[Reason]:
        """All that is amiss, the worst first."""
        sink = self._sink.reason if self._sink.publisher is None else None
        first = [sink.graded("failed")] if sink else []
        if self._settings.pause or not self._awake():
            return first
        last, camera = self._last, self._source.reason
        if camera and last is None and self._source.camera is None:
            camera = camera.graded("failed")
        missed: list[Reason | None] = list(last.reasons) if last else []
        if self._settings.picture is not None:
            if not self._background.late:  # it is not missed while it is read
                missed = [one for one in missed if one and one.key != "background.not_shown"]
            missed.append(self._background.trouble)
        unopened = [self._tried.get(name) for name in self._options.networks]
        lasting = time.monotonic() - self._decoded > _BROKEN
        busy = Reason.of("load.spared") if self._load.spare else None
        found = [*first, self._broken if lasting else None, camera, *missed, *unopened, busy]
        return worst_first(reason for reason in found if reason)

    def _condition(self, reasons: list[Reason]) -> State:
        worst = reasons[0].severity if reasons else "note"
        if worst != "note":
            return worst
        if self._sink.publisher is not None and (self._settings.pause or not self._awake()):
            return "standby"
        return "starting" if self._last is None or self._source.camera is None else "live"

    def _awake(self) -> bool:
        now = time.monotonic()
        if self._preview.wanted or self._tape or self._sink.read():
            self._awake_until = now + _LINGER
        return now < self._awake_until

    def _frame(self, shot: Shot) -> None:
        began, worked = time.perf_counter(), time.thread_time()
        try:
            frame = shot.decode()
        except VcamError as error:
            self._broken = error.reason
            self._repeat(self._held(), _WAITING)
            return
        self._broken, self._decoded = None, time.monotonic()
        self._open_networks()
        options = replace(self._options, spare=self._load.spare)
        if self._settings.picture is not None:
            options = replace(options, image=self._background.at(shot.time))
        self._state, result = self._pipeline.step(self._state, frame, shot.time, options)
        usable = self._observe(result, shot.time)
        took, worked = time.perf_counter() - began, time.thread_time() - worked
        interval = 1 / self._settings.fps
        self._load = govern(self._load, took, worked, time.monotonic(), interval)
        self._last = result
        if self._tape:
            self._tape.show(result.picture, shot.time, live=True)
        self._wait_for_sound(shot.time, took)
        if not self._send(result.picture):
            return
        now = time.monotonic()
        self._sent.append(now)
        totals = self._totals
        weight = _SMOOTHING if totals.frames else 1.0
        totals.frames += 1
        totals.face = usable
        totals.frame_ms += (took * 1e3 - totals.frame_ms) * weight
        before = totals.stages
        totals.stages = {
            name: before.get(name, took) + (took - before.get(name, took)) * _SMOOTHING
            for name, took in result.stages.items()
        }
        totals.delay_ms += ((now - shot.time) * 1e3 - totals.delay_ms) * weight
        self._preview.show(result.frame, result.picture, shot.time)

    def _wait_for_sound(self, captured: float, took: float) -> None:
        """Holds a picture back until its sound leaves, as far as that delays no later picture."""
        early = captured + self._sound_delay - time.monotonic()
        time.sleep(max(0.0, min(early, _SPARE / self._settings.fps - took)))

    def _observe(self, result: VideoResult, captured: float) -> bool:
        """Puts the mouths on the mailbox; whether they can be read."""
        if result.frame is None:
            return False
        if result.faces is not None and self._last and result.faces is self._last.faces:
            return self._totals.face  # nobody looked again
        return self._show_lips(mouths(result.faces, result.frame, captured, self._settings.face))

    def _show_lips(self, seen: Sequence[LipObservation]) -> bool:
        """Mouths that are gone are withdrawn once."""
        least = min(one.confidence for one in seen)
        if least > 0 or self._lips_shown:
            self._lips.put(seen)
        self._lips_shown = least > 0
        return least > _READABLE

    def _held(self) -> np.ndarray:
        """What is shown while no picture comes; a camera sends a broken one now and then."""
        silent = time.monotonic() - self._decoded > _SILENT
        gone = silent or self._source.camera is None
        return repeated(self._state, self._options, camera_gone=gone)

    def _repeat(self, picture: np.ndarray, interval: float) -> None:
        now = time.monotonic()
        if picture is not self._shown or now - self._last_sent >= interval:
            self._send(picture)
            self._preview.show(None, picture, now)
            if self._tape:
                self._tape.show(picture, now, live=False)

    def _send(self, picture: np.ndarray) -> bool:
        self._last_sent, self._shown = time.monotonic(), picture
        return self._sink.send(picture)

    def _open_networks(self) -> None:
        """Those that are needed and were not yet; one that does not open is not tried again."""
        for name in self._options.networks - self._tried.keys():
            try:
                self._networks = with_network(self._networks, name)
                self._tried[name] = None
            except VcamError as error:
                self._tried[name] = error.reason
            self._pipeline = VideoPipeline(self._networks, timer=time.perf_counter)

    def _wanted_options(self) -> VideoOptions:
        settings = self._settings
        size = (settings.width, settings.height)
        self._background.want(settings.picture, size)
        return video_options(settings, size)
