"""Who is seen in a film, and what each mouth can be saying, block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from vcam.audio.stages.lipgate import BANDS
from vcam.audio.stages.mouth import MouthState, features, watch
from vcam.lips import LOOKAHEAD, LipObservation
from vcam.networks.models import Model
from vcam.offline import media
from vcam.offline.enhance.pictures import PictureDecoder
from vcam.offline.timestamps import demuxed
from vcam.video.stages.contract import Box
from vcam.video.stages.face import Frame
from vcam.video.stages.face_tracker import WATCHFUL, FaceState, FaceTracker
from vcam.video.stages.lips import observe

Place = tuple[float, float]
Made = TypeVar("Made")

BLOCKS = 100
"""A second."""
MOST = 5
"""Faces at once."""
_WIDEST = 1280  # pixels; more does not show more of a mouth
_LOOKS = 4 * WATCHFUL + 1
"""How often the first picture is looked at, so that the detector has seen every part of it."""
_SEEN = 0.06  # seconds for which a picture says that a mouth is there
_PAUSE = 0.4  # seconds without a picture of a mouth, after which it is seen anew
_GONE = 3.0  # seconds after which who comes back is another face
_CUT = 30.0  # of 255: how far pictures differ where another shot begins
_THUMBNAIL = 32, 18


@dataclass
class SeenFace:
    """A face while it was followed. `first` is the number of the first block that it was seen in,
    `lips` float16 ``(T, BANDS)`` what they say from there on, `seen` ``(T,)`` whether it was there,
    and `place` and `last_place` where its middle was first and last, in shares of the picture's
    width and height."""

    place: Place
    last_place: Place
    first: int
    lips: NDArray[np.float16]
    seen: NDArray[np.bool_]

    @property
    def end(self) -> int:
        """The number of the block after the last."""
        return self.first + len(self.seen)


def faces_in(
    path: Path,
    begin: float,
    tracker: FaceTracker,
    lips: Model,
    report: Callable[[float], None],
) -> list[SeenFace]:
    """Everyone who is seen in a film, in the order in which they come. Block 0 is at `begin`, the
    film's time in seconds; `report` is told how many of them are done. Where another shot begins,
    all are looked for anew.

    Raises VcamError when the file cannot be opened; a picture that breaks off leaves what came
    before.
    """
    following: dict[int, _Following] = {}
    found: list[SeenFace] = []
    state: FaceState | None = None
    for picture_time, frame, anew in _ahead(_pictures(path)):
        time = picture_time - begin
        if anew:
            found += [face for one in following.values() for face in one.finished()]
            following, state = {}, None
        for _ in range(_LOOKS if anew else 1):
            state, faces = tracker.step(state, frame, watchful=True)
        for face in faces:
            place = _place(face.box, frame.shape)
            if face.id in following and time - following[face.id].newest > _GONE:
                found += following.pop(face.id).finished()
            one = following.setdefault(face.id, _Following(lips, place))
            one.put(observe(face.landmarks, face.presence, frame, time), place)
        report(time)
    found += [face for one in following.values() for face in one.finished()]
    return sorted(found, key=lambda face: face.first)


@dataclass
class _Following:
    """One face as its pictures come: what can be said of a block is said when a picture has come
    that is too late for it."""

    model: Model
    place: Place
    last_place: Place = (0.0, 0.0)
    mouth: MouthState | None = None
    first: int = 0
    lips: bytearray = field(default_factory=bytearray)
    seen: bytearray = field(default_factory=bytearray)

    @property
    def newest(self) -> float:
        """The time of the last picture in which the mouth could be seen."""
        return -np.inf if self.mouth is None else float(self.mouth.times[-1])

    def put(self, observation: LipObservation, place: Place) -> None:
        if observation.confidence <= 0 or observation.time <= self.newest:
            return
        if self.mouth is None:
            self.first = max(0, round(observation.time * BLOCKS))
            self.place = place
        else:
            paused = observation.time - self.newest > _PAUSE
            self._say(observation.time - (0.0 if paused else LOOKAHEAD))
        self.last_place = place
        self.mouth = watch(self.mouth, observation)

    def finished(self) -> list[SeenFace]:
        """The face, if its mouth was ever seen."""
        if self.mouth is None:
            return []
        self._say(self.newest + _SEEN)
        if not self.seen:
            return []
        lips = np.frombuffer(self.lips, np.float16).reshape(-1, BANDS)
        seen = np.frombuffer(self.seen, np.bool_)
        return [SeenFace(self.place, self.last_place, self.first, lips, seen)]

    def _say(self, until: float) -> None:
        """Of all blocks before a time, in seconds."""
        assert self.mouth is not None
        while (time := (self.first + len(self.seen)) / BLOCKS) < until:
            seen = time <= self.newest + _SEEN
            said = np.zeros(BANDS, np.float16)
            if seen:
                row = features(self.mouth, time - self.newest)
                said = self.model.run({"features": row[None]})["ibm"][0].astype(np.float16)
            self.lips += said.tobytes()
            self.seen.append(seen)


def _pictures(path: Path) -> Iterator[tuple[float, Frame, bool]]:
    """The pictures of a film, as far as they can be read: the time of each, itself, and whether
    another shot begins with it."""
    before: Frame | None = None
    with media.opened(path) as container:
        film = media.moving_picture(container)
        if film is None:
            return
        decoder = PictureDecoder(film)
        with suppress(av.FFmpegError, OSError):
            for packet in demuxed(path, container, [film]):
                for _, picture in decoder.of(packet):
                    if picture.time is not None:
                        frame = media.upright(picture, _WIDEST)
                        yield picture.time, frame, before is None or _cut(before, frame)
                        before = frame


def _ahead(pictures: Iterator[Made]) -> Iterator[Made]:
    """The same; while one is looked at the next is decoded, on another core."""
    with ThreadPoolExecutor(1) as decoding:
        coming = decoding.submit(next, pictures, None)
        while (one := coming.result()) is not None:
            coming = decoding.submit(next, pictures, None)
            yield one


def _cut(before: Frame, now: Frame) -> bool:
    if before.shape != now.shape:
        return True
    small = (cv2.resize(one, _THUMBNAIL, interpolation=cv2.INTER_AREA) for one in (before, now))
    return float(cv2.absdiff(*small).mean()) > _CUT


def _place(box: Box, shape: tuple[int, ...]) -> Place:
    left, top, right, bottom = box
    return (left + right) / 2 / shape[1], (top + bottom) / 2 / shape[0]
