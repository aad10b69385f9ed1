"""The sound's process: microphone → delay → pipeline → Enhanced Microphone, 100 times a second.

One thread does nothing but sound; the process's first thread talks to the daemon. A third keeps
the sound server's devices (see `vcam.audio.linux.server_watch`).
"""

from __future__ import annotations

import gc
import time

from vcam.audio.worker.loop import SoundLoop
from vcam.daemon.protocol import Link, Message, SoundStart, Stop
from vcam.schema.status import AudioStatus

_INTERVAL = 0.2  # seconds between two statuses
_TIDY = 10.0  # seconds between two collections of garbage


def run(link: Link, start: SoundStart) -> None:
    """Runs until `Stop` comes or the link breaks, then removes the Enhanced Microphone.

    Raises whatever ended the sound's thread; then the device stays for the next process.
    """
    keep_running(link, SoundLoop(start))


def keep_running(link: Link, loop: SoundLoop) -> None:
    """What `run` does, with a loop that has not begun."""
    gc.disable()  # a full collection stops the sound's thread for longer than a block
    loop.start()
    finished = False
    try:
        _serve(link, loop)
        finished = True
    except (EOFError, OSError):
        finished = True  # the daemon is gone
    finally:
        loop.stop(remove=finished)
    if finished:
        _farewell(link, loop.status())


def _serve(link: Link, loop: SoundLoop) -> None:
    tidied = spoken = time.monotonic()
    while True:
        now = time.monotonic()
        if link.poll(max(0.0, spoken + _INTERVAL - now)):
            message: Message = link.recv()
            if isinstance(message, Stop):
                return
            loop.tell(message)
            continue
        spoken = time.monotonic()
        loop.check()
        if loop.responsive:
            link.send(loop.status())
        if spoken - tidied > _TIDY:
            gc.collect()
            tidied = spoken


def _farewell(link: Link, status: AudioStatus) -> None:
    try:
        link.send(status)
    except OSError:
        return
