"""A film's pictures as a background needs them, decoded here or by a process of their own.

The decoder of a 4K film holds a hundred MiB of pictures, works for as long as the film lasts, and
a broken film may take it down: beside a call it has a process of its own, behind everything else,
which is gone when the film has been read.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Generator, Iterator
from fractions import Fraction
from math import log2
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vcam.media_file import open_input
from vcam.priority import step_aside
from vcam.stopping import held_back, leave_the_end_to_the_daemon
from vcam.video.colours import to_bgr
from vcam.video.orientation import orientation

_NICENESS = 15

Shown = tuple[float, float, np.ndarray]
"""When a picture comes and when it goes, in seconds, and the picture, BGR uint8."""
Reader = Callable[[Path, tuple[int, int]], Generator[Shown]]


def film_pictures(path: Path, size: tuple[int, int]) -> Generator[Shown]:
    """Pictures that cover a `size` (width, height) and are hardly larger.

    Raises av.FFmpegError, OSError or ValueError.
    """
    with open_input(path) as container:
        stream = container.streams.video[0]
        _decode_sparingly(stream, size)
        step, time = float(1 / (stream.average_rate or Fraction(25))), 0.0
        turned: Any = None
        for frame in _decoded(container, stream):
            time = frame.time if frame.time is not None else time + step
            turned = turned or orientation(frame)
            lasts = float((frame.duration or 0) * (frame.time_base or 0)) or step
            across, down = size[::-1] if turned.transposed else size
            smaller = min(1.0, max(across / frame.width, down / frame.height))
            width, height = (round(side * smaller) for side in (frame.width, frame.height))
            picture = to_bgr(frame, width, height)
            del frame
            yield time, time + lasts, turned.upright(picture)


def _decode_sparingly(stream: VideoStream, size: tuple[int, int]) -> None:
    """On one thread, and at a half or a quarter of the size where the codec can (MPEG-4 and its
    like, Motion JPEG)."""
    decoder = stream.codec_context
    stream.thread_type, decoder.thread_count = "NONE", 1
    larger = min(decoder.width / size[0], decoder.height / size[1])
    decoder.options = {"lowres": str(int(log2(larger)) if larger > 1 else 0)}


def _decoded(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Each is let go before the next is decoded: PyAV's own way keeps two."""
    for packet in container.demux(stream):
        pictures = packet.decode()
        while pictures:
            yield pictures.pop(0)


def apart(read: Reader, path: Path, size: tuple[int, int]) -> Generator[Shown]:
    """What `read` gives, by a process of its own, which ends when this generator does.

    Raises OSError, also for a file that cannot be read any further.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(theirs, read, path, size), name="vcam-film")
    try:
        with held_back():
            process.start()
        theirs.close()
        while (told := ours.recv()) is not None:
            time, end, shape = told
            yield time, end, np.frombuffer(ours.recv_bytes(), np.uint8).reshape(shape)
    except EOFError as error:
        raise OSError(f"{path.name} cannot be read any further") from error
    finally:
        ours.close()
        if process.pid is not None:
            process.kill()
            process.join()


def _send(link: Connection, read: Reader, path: Path, size: tuple[int, int]) -> None:
    leave_the_end_to_the_daemon()
    step_aside()
    try:
        for time, end, picture in read(path, size):
            link.send((time, end, picture.shape))
            link.send_bytes(picture.reshape(-1).data)
            step_aside(_NICENESS)  # the first one is waited for
        link.send(None)
    except Exception:
        pass  # what is broken ends it here, as where nobody listens any more
