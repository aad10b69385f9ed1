"""The daemon's hand on recordings: where they go, one process for each, what became of it."""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

import platformdirs

from vcam import logbook
from vcam.daemon.protocol import RECORD_FPS, Link, RecordStart
from vcam.ipc.ring import Ring
from vcam.names import CAMERA_NAME
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason
from vcam.schema.settings import Settings
from vcam.schema.status import RecordStatus
from vcam.stopping import held_back

log = logging.getLogger(__name__)

FOLDER = CAMERA_NAME
"""Where recordings are, in the user's folder of videos."""

STANDS_STILL_S = 10.0
"""So long without news of a recording is told."""

_PICTURES, _BLOCKS = 8, 256  # slots: a quarter of a second, two and a half seconds
_BLOCK = 480 * 4  # bytes of a sound block


def recordings_folder() -> Path:
    """Where recordings go; it need not be there yet."""
    return platformdirs.user_videos_path() / FOLDER


@dataclass(frozen=True)
class _Job:
    process: BaseProcess
    link: Link
    start: RecordStart


class Recorder:
    """Records one file at a time; another may still be on its way to its end.

    All methods belong to one thread, and none blocks except `join`.
    """

    def __init__(self, runtime: Path) -> None:
        self.status = RecordStatus()
        self._runtime = runtime
        self._job: _Job | None = None
        self._size: tuple[int, int, int] | None = None
        self._ending: list[_Job] = []
        self._number = 0
        self._heard = 0.0  # of the recording that `status` is about
        for left in [*runtime.glob("pictures-[0-9]*"), *runtime.glob("sound-[0-9]*")]:
            _unlink(left)  # of a daemon that crashed

    @property
    def rings(self) -> tuple[str | None, str | None]:
        """Paths of the rings that pictures and sound are wanted in."""
        if self._job is None:
            return None, None
        return self._job.start.pictures, self._job.start.sound

    def follow(self, settings: Settings, file: Path | None = None) -> None:
        """Begins or ends as the settings say; a picture of another size begins another file.

        `file` is one of `new_file`; without it that is called here. Raises VcamError when no file
        can be begun.
        """
        size = _size(settings)
        if self._job is not None and not (settings.record and size == self._size):
            self.stop()
        if self._job is None and settings.record:
            self._start(settings, file or new_file())
            self._size = size
        elif file is not None:  # another client was quicker
            threading.Thread(target=_unlink, args=(file,), name="disk", daemon=True).start()

    def stop(self) -> None:
        """Has the file brought to its end; `tick` tells when it is."""
        if self._job is not None:
            _send_stop(self._job)
            self._ending.append(self._job)
            self._job = None
            self.status = self.status.model_copy(update={"state": "finishing"})

    def waitables(self) -> list[Link]:
        return [job.link for job in self._jobs()]

    def tick(self) -> bool:
        """Takes the recorder's news. True when the status changed."""
        before = self.status
        for job in self._jobs():
            while (news := _news(job)) is not None:
                self._note(job, news)
                if news.state in ("off", "failed"):
                    self._release(job)
                    break
        if self._stands_still():
            reason = Reason.of("record.stands_still", path=self.status.file)
            self.status = self.status.model_copy(update={"reason": reason})
        return self.status != before

    def join(self, timeout: float) -> None:
        """After `stop`: waits for the file's end. What takes longer goes on by itself."""
        end = time.monotonic() + timeout
        self.tick()
        while self._ending and (left := end - time.monotonic()) > 0:
            with suppress(InterruptedError):  # Windows' way to tell of Ctrl-C
                wait(self.waitables(), left)
            self.tick()

    def _start(self, settings: Settings, file: Path) -> None:
        self._number += 1
        mark = f"{os.getpid()}-{self._number}"
        places = [self._runtime / f"{name}-{mark}" for name in ("pictures", "sound")]
        start = RecordStart(
            file=str(file),
            pictures=str(places[0]),
            sound=str(places[1]),
            width=settings.width,
            height=settings.height,
            fps=min(settings.fps, RECORD_FPS),
        )
        try:
            pictures = settings.width * settings.height * 3 // 2
            Ring.create(places[0], slots=_PICTURES, capacity=pictures)
            Ring.create(places[1], slots=_BLOCKS, capacity=_BLOCK)
            context = multiprocessing.get_context("spawn")
            link, theirs = context.Pipe(duplex=True)
            process = context.Process(target=_enter, args=(theirs, start), name="vcam-record")
            with held_back():
                process.start()
            theirs.close()
        except (VcamError, OSError) as error:
            for path in (file, *places):
                _unlink(path)
            if isinstance(error, VcamError):
                raise
            raise VcamError("record.not_started", error=error.strerror) from error
        self._job = _Job(process, link, start)
        self.status = RecordStatus(state="recording", file=str(file))
        self._heard = time.monotonic()

    def _stands_still(self) -> bool:
        """Whether the recorder has been silent for long, as where its disk does not answer."""
        recording = self.status.state == "recording"
        return recording and time.monotonic() - self._heard > STANDS_STILL_S

    def _jobs(self) -> list[_Job]:
        return [*self._ending, *([self._job] if self._job else [])]

    def _note(self, job: _Job, news: RecordStatus) -> None:
        if job is self._job:
            self.status, self._heard = self._whole(news), time.monotonic()
        elif self._job is None and job is self._ending[-1]:
            ended = news.state in ("off", "failed")
            self.status, self._heard = self._whole(news), time.monotonic()
            if not ended:
                self.status = self.status.model_copy(update={"state": "finishing"})

    def _whole(self, news: RecordStatus) -> RecordStatus:
        """With the file and its length when the recorder could not tell them any more."""
        file = self.status.file
        if news.file is not None or not self.status.seconds or not file or not Path(file).exists():
            return news
        kept = {"file": file, "seconds": self.status.seconds}
        return news.model_copy(update=kept)

    def _release(self, job: _Job) -> None:
        if job is self._job:
            self._job = None
        else:
            self._ending.remove(job)
        job.link.close()
        job.process.join(0)
        _unlink(Path(job.start.pictures))
        _unlink(Path(job.start.sound))


def _enter(link: Link, start: RecordStart) -> None:
    # Here, so that the daemon does without the libraries of films.
    from vcam.record.run import run

    close_book = logbook.open_book("recorder")
    try:
        run(link, start)
    except Exception:
        log.exception("crashed")
    finally:
        close_book()


def begins_file(before: Settings, after: Settings) -> bool:
    """Whether a recording begins another file with the change."""
    return after.record and not (before.record and _size(before) == _size(after))


def new_file() -> Path:
    """An empty file for a recording, named by the clock, as soon as its disk answers. Raises
    VcamError when the folder cannot be written."""
    folder = recordings_folder()
    name = time.strftime("%Y-%m-%d %H.%M.%S")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(1, 100):
            file = folder / (f"{name}.mp4" if number == 1 else f"{name} ({number}).mp4")
            try:
                file.touch(exist_ok=False)
                return file
            except FileExistsError:
                continue
    except OSError as error:
        raise VcamError("record.folder", folder=folder, error=error.strerror) from error
    raise VcamError("record.too_many", folder=folder)


def _size(settings: Settings) -> tuple[int, int, int]:
    return settings.width, settings.height, settings.fps


def _unlink(path: Path) -> None:
    with suppress(OSError):  # Windows keeps a mapped file
        path.unlink(missing_ok=True)


def _send_stop(job: _Job) -> None:
    try:
        job.link.send("stop")
    except OSError:
        return


def _news(job: _Job) -> RecordStatus | None:
    """What the recorder says; when it is gone without a word, what that means."""
    try:
        return job.link.recv() if job.link.poll() else None
    except (EOFError, OSError):
        return RecordStatus(state="failed", reason=Reason.of("record.ended"))
