"""What the daemon and its workers say to each other.

A worker is `run(link, start)` of `vcam.video.worker.run`, `vcam.audio.worker.run` or, while the
setting wants it, `vcam.audio.worker.speaker` in a process of its own; `link` is a `Link`, either
end of a duplex pipe.

Daemon → worker: `NewSettings`, `PreviewWanted`, `Recorded`, `VideoDelay` (to the sound),
`SoundDelay` (to the picture), `Suspended`, `Stop`. A later message of a type replaces an earlier
one. What holds until further notice is told again to a worker that is started again.

Worker → daemon: its whole `VideoStatus` or `AudioStatus`, at least four times a second. It is also
the heartbeat: five seconds without one (twenty before the first) and the worker is killed and
started again. `restarts` is filled in by the daemon.

A worker returns from `run` on `Stop` and when the link breaks (EOFError or OSError: the daemon is
gone), having removed the virtual devices it made. Killed, it leaves them, and its successor adopts
them. A missing camera, sound server or virtual device is no reason to return or raise: it is a
state (`degraded`, `failed`) with a reason, and the worker keeps trying. An exception out of `run`
is a crash. What asks a process to end is ignored in workers; the daemon decides.
"""

from __future__ import annotations

import struct
import sys
from dataclasses import dataclass
from multiprocessing import connection
from typing import TypeAlias

from vcam.schema.settings import Settings

if sys.platform == "win32":
    Link: TypeAlias = connection.PipeConnection
else:
    Link: TypeAlias = connection.Connection

LIPS_CAPACITY = 1 << 18
"""Bytes of the lips mailbox."""

PREVIEW_CAPACITY = 1 << 19
"""Bytes of the preview mailbox."""

RECORD_FPS = 30
"""Pictures a second that a recording takes, at most."""


@dataclass(frozen=True, kw_only=True)
class PictureStart:
    """What the video worker is born with.

    `camera` is a command-line choice that outranks the settings; None leaves it to them. The
    mailboxes are paths for `vcam.ipc.mailbox.Mailbox.attach`; this worker writes both.
    """

    settings: Settings
    camera: str | None
    lips_mailbox: str
    preview_mailbox: str


@dataclass(frozen=True, kw_only=True)
class SoundStart:
    """What the audio worker is born with: as in `PictureStart`; it reads the lips."""

    settings: Settings
    microphone: str | None
    lips_mailbox: str


@dataclass(frozen=True, kw_only=True)
class RecordStart:
    """What a recorder is born with: an empty file of ours, the paths of two rings, the size."""

    file: str
    pictures: str
    sound: str
    width: int
    height: int
    fps: int


@dataclass(frozen=True)
class NewSettings:
    settings: Settings


@dataclass(frozen=True)
class PreviewWanted:
    """Somebody looks at the preview: keep its mailbox filled, and count it as a reader."""

    on: bool


@dataclass(frozen=True)
class Recorded:
    """Somebody records: copy what is published into the `vcam.ipc.ring.Ring` at this path, each
    with its capture time, and count it as a reader. None ends it."""

    ring: str | None


@dataclass(frozen=True)
class TrialWanted:
    """Keep ten seconds from now on, as `vcam.schema.trial` says, in this folder."""

    folder: str


@dataclass(frozen=True)
class VideoDelay:
    """How long the picture takes from capture to publish; `live` is False without a camera."""

    seconds: float
    live: bool


@dataclass(frozen=True)
class SoundDelay:
    """How long the sound takes at least, from capture to its readers; 0 while nobody hears it."""

    seconds: float


@dataclass(frozen=True)
class Suspended:
    """The machine slept for so long: devices have to be opened anew."""

    seconds: float


@dataclass(frozen=True)
class Stop:
    pass


Message = (
    NewSettings
    | PreviewWanted
    | Recorded
    | TrialWanted
    | VideoDelay
    | SoundDelay
    | Suspended
    | Stop
)

_PREVIEW = struct.Struct("<dI")


@dataclass(frozen=True)
class PreviewPictures:
    """What the preview mailbox carries: the camera's picture and the published one.

    `before` and `after` are JPEG files at most 640 pixels wide; `time` is the capture time.
    """

    time: float
    before: bytes
    after: bytes

    def pack(self) -> bytes:
        return _PREVIEW.pack(self.time, len(self.before)) + self.before + self.after

    @classmethod
    def unpack(cls, value: bytes) -> PreviewPictures:
        time, length = _PREVIEW.unpack_from(value)
        jpegs = value[_PREVIEW.size :]
        return cls(time=time, before=jpegs[:length], after=jpegs[length:])
