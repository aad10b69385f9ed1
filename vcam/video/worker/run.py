"""The picture's process: camera → pipeline → Enhanced Camera, as `vcam.daemon.protocol` says."""

from __future__ import annotations

import time

from vcam.daemon.protocol import Link, PictureStart, Stop
from vcam.priority import step_forward
from vcam.video.worker.loop import VideoLoop

_NICENESS = -5  # behind the sound, before what a call can do later
_INTERVAL = 0.2  # seconds between two statuses


def run(link: Link, start: PictureStart) -> None:
    """Runs until `Stop` comes or the link breaks, then removes the Enhanced Camera.

    An exception is a crash: the camera stays for the next process.
    """
    loop = VideoLoop(start)
    step_forward(_NICENESS)
    try:
        _serve(link, loop)
        link.send(loop.status())
    except (EOFError, BrokenPipeError, ConnectionError):
        pass  # the daemon is gone
    loop.close()


def _serve(link: Link, loop: VideoLoop) -> None:
    spoken, rest = 0.0, 0.0
    while True:
        while link.poll(rest):
            rest = 0.0
            message = link.recv()
            if isinstance(message, Stop):
                return
            loop.tell(message)
        rest = loop.step()
        now = time.monotonic()
        if now - spoken >= _INTERVAL:
            spoken = now
            link.send(loop.status())
