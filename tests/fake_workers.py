"""Workers for the supervision's tests: real processes with nothing to enhance.

What one does is told by the settings' `camera`, which is free text.
"""

import os
import signal
import threading
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from vcam.daemon.protocol import (
    NewSettings,
    PictureStart,
    PreviewPictures,
    PreviewWanted,
    SoundDelay,
    SoundStart,
    Stop,
    Suspended,
    VideoDelay,
)
from vcam.ipc.mailbox import Mailbox
from vcam.names import DEMO, PREVIEW_SINK
from vcam.schema.errors import VcamError
from vcam.schema.status import AudioStatus, VideoStatus

BEAT_S = 0.05


def video(link: Connection, start: PictureStart, source: str | None = None) -> None:
    """Beats; publishes to the preview; shows what it was told in its status."""
    settings, wanted, sent, slept, sound = start.settings, False, 0, 0.0, 0.0
    with Mailbox.attach(start.preview_mailbox) as mailbox:
        while True:
            while link.poll(BEAT_S):
                message = link.recv()
                if isinstance(message, Stop):
                    link.send(VideoStatus(state="off"))
                    return
                if isinstance(message, NewSettings):
                    settings = message.settings
                elif isinstance(message, PreviewWanted):
                    wanted = message.on
                elif isinstance(message, SoundDelay):
                    sound = message.seconds
                elif isinstance(message, Suspended):
                    slept += message.seconds
            if wanted:
                sent += 1
                picture = PreviewPictures(
                    time=time.monotonic(), before=b"raw", after=b"jpeg %d" % sent
                )
                mailbox.write(picture.pack())
            link.send(
                VideoStatus(
                    state="live",
                    source=source or start.camera or settings.camera,
                    sink=PREVIEW_SINK,
                    effect=settings.background,
                    fps=30.0,
                    delay_ms=float(settings.blur),
                    frames=sent,
                    frame_ms=slept,
                    dropped=round(1000 * sound),
                    provider=str(os.getpid()),
                )
            )


def tidy(link: Connection, start: PictureStart) -> None:
    """Makes a device, and takes it away when it is told to stop or its daemon is gone."""
    device = Path(start.preview_mailbox).with_name("device")
    device.touch()
    with suppress(EOFError, OSError):
        while not (link.poll(BEAT_S) and isinstance(link.recv(), Stop)):
            link.send(VideoStatus(state="live"))
    device.unlink()


def leaves(link: Connection, start: PictureStart) -> None:
    """As `tidy`, but crashes after a moment."""
    Path(start.preview_mailbox).with_name("device").touch()
    link.send(VideoStatus(state="live"))
    raise RuntimeError("the driver is upset")


def leaves_when_killed(link: Connection, start: PictureStart) -> None:
    """As `tidy`, but hears of no stop."""
    Path(start.preview_mailbox).with_name("device").touch()
    ignores_stop(link, start)


def removes(link: Connection, start: PictureStart) -> None:
    """Takes away what the others left; fails where there is nothing."""
    Path(start.preview_mailbox).with_name("device").unlink()


def stand_in(link: Connection, start: PictureStart) -> None:
    """The demo, because there is no camera."""
    video(link, start, DEMO)


def audio(link: Connection, start: SoundStart) -> None:
    """Beats; reports the delay it was told as its own, and silence while it is muted."""
    delay, settings = VideoDelay(0.0, live=False), start.settings
    while True:
        while link.poll(BEAT_S):
            message = link.recv()
            if isinstance(message, Stop):
                return
            if isinstance(message, VideoDelay):
                delay = message
            elif isinstance(message, NewSettings):
                settings = message.settings
        link.send(
            AudioStatus(
                state="live",
                source=start.microphone or start.settings.microphone,
                delay_ms=1000 * delay.seconds,
                reader_present=delay.live,
                level_out_db=-120.0 if settings.mute else -20.0,
                provider=str(os.getpid()),
            )
        )


def listens(link: Connection, start: SoundStart) -> None:
    """Beats until it is told to stop, as the Enhanced Speaker."""
    while not (link.poll(BEAT_S) and isinstance(link.recv(), Stop)):
        link.send(AudioStatus(state="standby", provider=str(os.getpid())))


def visited(link: Connection, start: SoundStart) -> None:
    """Beats; its readers are the lines of the file `readers` beside the mailboxes."""
    readers = Path(start.lips_mailbox).with_name("readers")
    while not (link.poll(BEAT_S) and isinstance(link.recv(), Stop)):
        now = readers.read_text().splitlines() if readers.exists() else []
        link.send(AudioStatus(state="live", source="Yeti", readers=now, reader_present=bool(now)))


def hangs(link: Connection, start: PictureStart) -> None:
    """Beats once and then takes no messages, like a worker inside a driver that never returns."""
    link.send(VideoStatus(state="live", source="hangs"))
    time.sleep(3600)


def raises(link: Connection, start: PictureStart) -> None:
    raise RuntimeError("the driver is upset")


def refuses(link: Connection, start: PictureStart) -> None:
    raise VcamError("The model file is not the one that was published; install vcam again.")


def returns(link: Connection, start: PictureStart) -> None:
    return


def kills_itself(link: Connection, start: PictureStart) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def kills_itself_without_a_name(link: Connection, start: PictureStart) -> None:
    os.kill(os.getpid(), 37)


def babbles(link: Connection, start: PictureStart) -> None:
    """Says what nobody understands, as one of a newer version may."""
    link.send(VideoStatus(state="live"))
    link.send_bytes(b"cvcam.no_such_room\nWord\n.")
    time.sleep(3600)


def ignores_stop(link: Connection, start: PictureStart) -> None:
    while True:
        link.send(VideoStatus(state="live"))
        time.sleep(BEAT_S)


def deaf_to_the_end(link: Connection, start: PictureStart) -> None:
    """Leaves its process id in the mailbox's folder and hangs, link or no link."""
    Path(start.preview_mailbox).with_name("deaf.pid").write_text(str(os.getpid()))
    threading.Event().wait()
