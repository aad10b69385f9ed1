"""A film or an animated picture as a background: decoded once, kept small, shown in a loop.

What is kept are JPEGs of the published I420, taken for a grey picture: nothing has to be converted
when one is shown.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import av
import cv2
import numpy as np

from vcam.film_pictures import Shown, apart, film_pictures
from vcam.media_file import is_still, open_input
from vcam.schema.errors import VcamError
from vcam.video.i420 import cover

RATE = 15  # pictures a second: enough for what is behind somebody, and half the work
LONGEST = 20.0  # seconds of a film
MOST_BYTES = 40 << 20
_QUALITY = 88
_AT_ONCE = 64 << 20  # bytes of decoded animation
_BROKEN = (av.FFmpegError, cv2.error, OSError, ValueError, IndexError)


def moves(path: Path) -> bool:
    """Whether a file is a film or an animated picture. Raises nothing."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return False
        with path.open("rb") as file:
            head = file.read(64)
        if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            return b"ANIM" in head
        with open_input(path) as container:
            known = any(stream.codec_context for stream in container.streams.video[:1])
            return known and not is_still(container)
    except (av.FFmpegError, OSError, ValueError):
        return False


class MovingPicture:
    """The pictures of `path` covering a `size` (width, height; even), as I420.

    The first one is there at once; `fill` gets the others, on any thread, and until it is done the
    first one stays. `aside`: it is decoded by a process of its own. Raises VcamError for a file
    without a picture.
    """

    def __init__(self, path: Path, size: tuple[int, int], *, aside: bool = False) -> None:
        self._size = size
        try:
            self._pictures = _pictures(path, size, aside)
            self._begin, _, first = next(self._pictures)
        except (*_BROKEN, StopIteration) as error:
            raise VcamError("background.no_picture", path=path) from error
        self.first = cover(first, *size)
        self._loop: list[np.ndarray] = []
        self._decoded: tuple[int, np.ndarray] = (0, self.first)
        self._stopped = False

    def fill(self) -> None:
        """Decodes the others. What is broken on the way ends the loop there."""
        kept = [_packed(self.first)]
        room = MOST_BYTES - kept[0].size
        lasts = 0.0
        try:
            for time, end, picture in self._pictures:
                due, lasts = (min(t - self._begin, LONGEST) * RATE for t in (time, end))
                kept += [kept[-1]] * (round(due) - len(kept))  # the one before, until this one
                if self._stopped or due >= LONGEST * RATE or room < 0:
                    break
                if round(due) == len(kept):
                    kept.append(_packed(cover(picture, *self._size)))
                    room -= kept[-1].size
            else:
                kept += [kept[-1]] * (round(lasts) - len(kept))
        except _BROKEN:
            pass
        self._pictures.close()
        self._loop = kept

    @property
    def filled(self) -> bool:
        """Whether all that is shown of it has been read."""
        return bool(self._loop)

    def stop(self) -> None:
        """Ends `fill` on its thread."""
        self._stopped = True

    def at(self, time: float) -> np.ndarray:
        """The picture of a moment, seconds on any clock; not to be written to."""
        if len(self._loop) < 2:
            return self.first
        place = int(time * RATE) % len(self._loop)
        if place != self._decoded[0]:
            picture = cv2.imdecode(self._loop[place], cv2.IMREAD_GRAYSCALE)
            assert picture is not None  # it was packed here
            self._decoded = place, picture
        return self._decoded[1]


def _packed(i420: np.ndarray) -> np.ndarray:
    return cv2.imencode(".jpg", i420, (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))[1]


def _pictures(path: Path, size: tuple[int, int], by_another: bool) -> Generator[Shown]:
    with path.open("rb") as file:
        webp = file.read(12)[8:] == b"WEBP"
    read = webp_pictures if webp else film_pictures
    return apart(read, path, size) if by_another else read(path, size)


def webp_pictures(path: Path, _size: tuple[int, int]) -> Generator[Shown]:
    """FFmpeg knows no animated ones."""
    data, start, time, most = np.fromfile(path, np.uint8), 0, 0.0, 1
    while True:
        try:
            found, animation = cv2.imdecodeanimation(data, start, most)
        except cv2.error:  # past the end
            return
        if not found or not len(animation.frames):
            return
        for picture, milliseconds in zip(animation.frames, animation.durations, strict=False):
            end = time + int(milliseconds) / 1000
            yield time, end, np.ascontiguousarray(picture[..., :3])
            time = end
        start += len(animation.frames)
        most = max(1, _AT_ONCE // animation.frames[0].size)
