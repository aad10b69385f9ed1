"""Who is seen in a film, and what each mouth can be saying, block by block."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, TypeVar

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from vcam.audio.stages.lipgate import BANDS
from vcam.audio.stages.mouth import MouthState, features, watch
from vcam.lips import LOOKAHEAD, LipObservation
from vcam.networks.models import Model
from vcam.offline import media
from vcam.offline.enhance.pictures import FACES_WIDTH, DecodePosition, PictureDecoder
from vcam.offline.sound_track import Lost
from vcam.offline.timestamps import demuxed
from vcam.video.stages.contract import Box
from vcam.video.stages.face import Face, Frame, Whose, choice
from vcam.video.stages.face_tracker import WATCHFUL, FaceState, FaceTracker, views
from vcam.video.stages.lips import counted, observe, readable

Place = tuple[float, float]
Made = TypeVar("Made")

BLOCKS = 100
"""A second."""
MOST = 5
"""Faces at once."""
_SEEN = 0.06  # seconds for which a picture says that a mouth is there
_PAUSE = 0.4  # seconds without a picture of a mouth, after which it is seen anew
_GONE = 3.0  # seconds after which who comes back is another face
_CUT = 30.0  # of 255: how far pictures differ where another shot begins
_THUMBNAIL = 32, 18
_SKIP = 4  # pixels; a thumbnail does not need every one


@dataclass
class SeenFace:
    """A face while it was followed. `first` is the number of the first block that it was seen in,
    `lips` float16 ``(T, BANDS)`` what they say from there on, `seen` ``(T,)`` whether it was there,
    and `place` and `last_place` where its middle was first and last, in shares of the picture's
    width and height. `shot` is the number of the film's shot."""

    shot: int
    place: Place
    last_place: Place
    first: int
    lips: NDArray[np.float16]
    seen: NDArray[np.bool_]

    @property
    def end(self) -> int:
        """The number of the block after the last."""
        return self.first + len(self.seen)


class Said(NamedTuple):
    """What the lips of a face, by its number, say from a block on: `rows` float16
    ``(T, BANDS + 1)``, the last of which is 1 where the mouth was seen."""

    face: int
    first: int
    rows: NDArray[np.float16]


class Following(NamedTuple):
    """A face that is followed: its number, the next block that is to be said, and its mouth."""

    face: int
    block: int
    mouth: MouthState

    @property
    def newest(self) -> float:
        """The time of the last picture in which the mouth could be seen."""
        return float(self.mouth.times[-1])


class Followed(NamedTuple):
    """What is known of where faces are; `anew` when another shot has begun, `shot` its number."""

    thumbnail: Frame | None = None
    tracker: FaceState | None = None
    anew: bool = True
    shot: int = -1

    @property
    def faces(self) -> tuple[Face, ...]:
        return self.tracker.faces if self.tracker else ()


class Looking(NamedTuple):
    """What is known between two pictures. `following` is by the tracker's number, `places` are the
    shot that each face was seen in, and where it was first and last."""

    followed: Followed = Followed()
    following: Mapping[int, Following] = MappingProxyType({})
    places: Sequence[tuple[int, Place, Place]] = ()


@dataclass
class Decoded:
    """What of a film's picture could not be decoded, and how far it was, in the film's seconds."""

    lost: list[Lost] = field(default_factory=list)
    reached: float = -np.inf


class Picture(NamedTuple):
    """A picture of a film, how far the film was decoded before it, and who is in it."""

    position: DecodePosition
    time: float
    frame: Frame
    followed: Followed


class FaceLooker:
    """Follows everyone. Where another shot begins, all are looked for anew."""

    def __init__(self, tracker: FaceTracker, lips: Model, whose: int | Whose) -> None:
        """`whose` lips count where the voice of one is to be cleaned."""
        self._tracker, self._lips, self._whose = tracker, lips, whose

    def pictures(
        self, path: Path, position: DecodePosition, followed: Followed, decoded: Decoded
    ) -> Iterator[Picture]:
        """A film's pictures from a position on, as far as they can be read. While the lips of one
        are read, the faces of the next are found and the one after it is decoded; `decoded` learns
        what could not be.

        Raises VcamError when the file cannot be opened or its drive fails.
        """
        return _ahead(self._followed(_ahead(_pictures(path, position, decoded)), followed))

    def step(
        self, state: Looking, picture: Picture, begin: float
    ) -> tuple[Looking, list[Said], list[LipObservation]]:
        """The next picture; block 0 is at `begin`, the film's seconds. Returns what can be said
        now, when no picture comes any more that is early enough for it; and the lips that count."""
        time, frame, followed = picture.time - begin, picture.frame, picture.followed
        said: list[Said] = []
        following = dict(state.following)
        for number, one in state.following.items():
            if followed.anew or time - one.newest > _GONE:
                said += self._said(following.pop(number), one.newest + _SEEN)
        places = list(state.places)
        observed = {}
        for face in followed.faces:
            seen = observe(face.landmarks, face.presence, frame, time, face.id)
            observed[face.id] = seen
            before = following.get(face.id)
            if seen.confidence <= 0 or (before and time <= before.newest):
                continue
            place = _place(face.box, frame.shape)
            if before is None:
                block = max(0, round(time * BLOCKS))
                following[face.id] = Following(len(places), block, watch(None, seen))
                places.append((followed.shot, place, place))
                continue
            until = time - (0.0 if time - before.newest > _PAUSE else LOOKAHEAD)
            some = self._said(before, until)
            said += some
            block = before.block + sum(len(one.rows) for one in some)
            following[face.id] = Following(before.face, block, watch(before.mouth, seen))
            places[before.face] = (*places[before.face][:2], place)
        counting = [observed[face.id] for face in counted(followed.faces, self._whose)]
        return Looking(followed, following, places), said, readable(counting, time)

    def finish(self, state: Looking) -> list[Said]:
        """What is still to be said when no picture follows."""
        return [
            said for one in state.following.values() for said in self._said(one, one.newest + _SEEN)
        ]

    def _followed(
        self, pictures: Iterator[tuple[DecodePosition, float, Frame]], followed: Followed
    ) -> Iterator[Picture]:
        for position, time, frame in pictures:
            thumbnail, tracker, looks = _thumbnail(frame), followed.tracker, 1
            size = (frame.shape[0], frame.shape[1])
            anew = tracker is None or tracker.size != size or _differ(followed, thumbnail)
            if anew:
                tracker = FaceState(size, next_id=tracker.next_id if tracker else 1)
                looks = len(views(size)) * (WATCHFUL + 1)  # into every part of it
            for _ in range(looks):
                tracker, _ = self._tracker.step(tracker, frame, choice(self._whose), watchful=True)
            followed = Followed(thumbnail, tracker, anew, followed.shot + anew)
            yield Picture(position, time, frame, followed)

    def _said(self, one: Following, until: float) -> list[Said]:
        """All blocks before a time, in seconds."""
        count = max(0, int(np.ceil(until * BLOCKS)) - one.block)
        rows = np.zeros((count, BANDS + 1), np.float16)
        for row, time in zip(rows, (one.block + np.arange(count)) / BLOCKS, strict=True):
            if time <= one.newest + _SEEN:
                given = features(one.mouth, time - one.newest)
                row[:BANDS] = self._lips.run({"features": given[None]})["ibm"][0]
                row[BANDS] = 1
        return [Said(one.face, one.block, rows)] if count else []


def seen_faces(places: Sequence[tuple[int, Place, Place]], said: Iterable[Said]) -> list[SeenFace]:
    """Everyone of whom anything was said, in the order in which they come."""
    parts: dict[int, list[Said]] = defaultdict(list)
    for one in said:
        parts[one.face].append(one)
    found = []
    for face, some in parts.items():
        rows = np.concatenate([one.rows for one in some])
        lips, seen = rows[:, :BANDS], rows[:, BANDS] > 0
        found.append(SeenFace(*places[face], some[0].first, lips, seen))
    return sorted(found, key=lambda face: face.first)


def _pictures(
    path: Path, position: DecodePosition, decoded: Decoded
) -> Iterator[tuple[DecodePosition, float, Frame]]:
    with media.opened(path) as container:
        film = media.moving_picture(container)
        if film is None:
            return
        decoder = PictureDecoder(film)
        decoder.restore(position)
        decoder.lost = decoded.lost
        try:
            for packet in demuxed(path, container, [film]):
                for before, picture in decoder.of(packet):
                    if picture.time is not None:
                        yield before, picture.time, media.upright(picture, FACES_WIDTH)
                decoded.reached = decoder.reached
        except (av.FFmpegError, OSError) as error:
            media.refuse_unreachable(path, error)


def _ahead(items: Iterator[Made]) -> Iterator[Made]:
    with ThreadPoolExecutor(1) as decoding:
        coming = decoding.submit(next, items, None)
        while (one := coming.result()) is not None:
            coming = decoding.submit(next, items, None)
            yield one


def _thumbnail(frame: Frame) -> Frame:
    coarse = np.ascontiguousarray(frame[::_SKIP, ::_SKIP])
    return cv2.resize(coarse, _THUMBNAIL, interpolation=cv2.INTER_AREA).astype(np.uint8)


def _differ(before: Followed, now: Frame) -> bool:
    return before.thumbnail is None or float(cv2.absdiff(before.thumbnail, now).mean()) > _CUT


def _place(box: Box, shape: tuple[int, ...]) -> Place:
    left, top, right, bottom = box
    return (left + right) / 2 / shape[1], (top + bottom) / 2 / shape[0]
