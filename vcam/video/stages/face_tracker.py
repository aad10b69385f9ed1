"""Follows faces: which of those in a picture is which of those before.

The order of work is MediaPipe's (face_landmark_front graph): the detector runs only while no face
is followed, apart from a glance for newcomers once in `GLANCE` frames (`WATCHFUL` where persons are
told apart); a followed face is looked at where its last landmarks were. Of two that come to lie on
one face, as when somebody passes before another, the one is lost that did not move there evenly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np

from vcam.video.stages.contract import Box
from vcam.video.stages.face import Face, Frame, box_of
from vcam.video.stages.face_networks import (
    SAME,
    FaceNetworks,
    crop_of,
    crop_of_detection,
    overlap,
)

GLANCE, WATCHFUL = 30, 4
MAX_FACES = 3
_FOLLOWED = 0.0  # least presence
_SQUARES = 1.5  # for each that lies side by side: none of a face's size falls between two
_LATELY = 0.8  # of a strain that is left a frame later
_REMEMBERED = 90  # frames for which a lost face keeps its id


class LostFace(NamedTuple):
    """A face that was followed until `frames` ago."""

    id: int
    box: Box
    frames: int


class Motion(NamedTuple):
    """How a face's box moves: the steps of its sides from a frame to the next, pixels, and how much
    it has lately done otherwise, in widths."""

    step: Box = (0.0, 0.0, 0.0, 0.0)
    strain: float = 0.0


class FaceState(NamedTuple):
    """What one frame leaves behind for the next; `motion` by the face's id."""

    size: tuple[int, int]
    faces: tuple[Face, ...] = ()
    lost: tuple[LostFace, ...] = ()
    next_id: int = 1
    wait: int = 0
    view: int = 0
    me: int | None = None
    motion: Mapping[int, Motion] = {}


class FaceTracker:
    """Follows up to so many faces."""

    def __init__(self, networks: FaceNetworks, most: int = MAX_FACES) -> None:
        self._networks, self._most = networks, most

    def step(
        self,
        state: FaceState | None,
        frame: Frame,
        face: int | Literal["auto"] = "auto",
        *,
        watchful: bool = False,
    ) -> tuple[FaceState, tuple[Face, ...]]:
        """The faces in a frame, oldest first.

        Args:
            state: what the last step returned; None, or one of another frame size, starts anew.
            frame: uint8 ``(H, W, 3)`` BGR.
            face: the id of the face that is "me", or `auto`: the largest and most central one
                when the choice is made, and the same one for as long as it is followed.
            watchful: newcomers are looked for more often.
        """
        size = (frame.shape[0], frame.shape[1])
        if state is None or state.size != size:
            state = FaceState(size)
        faces, lost, motion = self._follow(state, frame)
        wait, view, next_id = state.wait - 1, state.view, state.next_id
        if not faces or wait < 0:
            places = views(size)
            faces, lost, next_id = self._look(frame, places[view], faces, lost, next_id)
            wait, view = WATCHFUL if watchful else GLANCE, (view + 1) % len(places)
        me = _choose(faces, lost, state.me, face, size)
        marked = tuple(replace(f, me=f.id == me) for f in faces)
        return FaceState(size, marked, tuple(lost), next_id, wait, view, me, motion), marked

    def _follow(
        self, state: FaceState, frame: Frame
    ) -> tuple[list[Face], list[LostFace], dict[int, Motion]]:
        faces: list[Face] = []
        lost = [
            gone._replace(frames=gone.frames + 1)
            for gone in state.lost
            if gone.frames < _REMEMBERED
        ]
        motion: dict[int, Motion] = {}
        for old in state.faces:
            landmarks, presence = self._networks.fit(frame, crop_of(old.landmarks))
            box = box_of(landmarks)
            if presence < _FOLLOWED or not _inside(box, state.size):
                lost.append(LostFace(old.id, old.box, 0))
                continue
            motion[old.id] = _moved(state.motion.get(old.id, Motion()), old.box, box)
            twin = next((one for one in faces if overlap(box, one.box) > SAME), None)
            if twin is None:
                faces.append(Face(old.id, landmarks, presence))
            elif motion[old.id].strain >= motion[twin.id].strain:
                lost.append(LostFace(old.id, old.box, 0))
            else:  # a face that was followed onto the one that came before it
                before = next(one for one in state.faces if one.id == twin.id)
                lost.append(LostFace(before.id, before.box, 0))
                faces[faces.index(twin)] = Face(old.id, landmarks, presence)
        return faces, lost, motion

    def _look(
        self,
        frame: Frame,
        place: float | None,
        faces: list[Face],
        lost: list[LostFace],
        next_id: int,
    ) -> tuple[list[Face], list[LostFace], int]:
        part, x, y = _view(frame, place)
        for eyes, box in self._networks.detect(part):
            eyes, box = (
                eyes + np.array([x, y], np.float32),
                (box[0] + x, box[1] + y, box[2] + x, box[3] + y),
            )
            if len(faces) >= self._most:
                break
            if any(overlap(box, known.box) > SAME for known in faces):
                continue
            landmarks, presence = self._networks.fit(frame, crop_of_detection(eyes, box))
            found = box_of(landmarks)
            if presence < _FOLLOWED or any(overlap(found, f.box) > SAME for f in faces):
                continue
            back = [gone for gone in lost if _near(gone.box, found)]
            if back:
                known_id = min(back, key=lambda gone: gone.frames).id
                lost = [gone for gone in lost if gone.id != known_id]
            else:
                known_id, next_id = next_id, next_id + 1
            faces.append(Face(known_id, landmarks, presence))
        return sorted(faces, key=lambda f: f.id), lost, next_id


def views(size: tuple[int, int]) -> list[float | None]:
    """Where the detector looks in turn in a frame of this height and width: all of it, or a square
    at that place along it, from the middle outwards. It was made for faces of a sixth of its
    picture or more, and people sit further away than that."""
    count = max(3, math.ceil(_SQUARES * max(size) / max(1, min(size))))
    squares = np.linspace(0.0, 1.0, count).tolist()
    return [None, *sorted(squares, key=lambda place: abs(place - 0.5))]


def _view(frame: Frame, place: float | None) -> tuple[Frame, int, int]:
    """A part of the frame, and where it begins."""
    height, width = frame.shape[:2]
    if place is None:
        return frame, 0, 0
    side = min(height, width)
    x, y = round((width - side) * place), round((height - side) * place)
    return frame[y : y + side, x : x + side], x, y


def _choose(
    faces: list[Face],
    lost: list[LostFace],
    before: int | None,
    wanted: int | Literal["auto"],
    size: tuple[int, int],
) -> int | None:
    """The id of "me": the wanted one if it is known, else the same as before, else the best."""
    known = {face.id for face in faces} | {gone.id for gone in lost}
    if wanted in known:
        return int(wanted)
    if before in known:
        return before
    height, width = size

    def prominence(face: Face) -> float:
        left, top, right, bottom = face.box
        aside = math.hypot((left + right - width) / width, (top + bottom - height) / height)
        return (right - left) * (bottom - top) * (1 - 0.5 * min(aside, 1.0))

    return max(faces, key=prominence).id if faces else None


def _inside(box: Box, size: tuple[int, int]) -> bool:
    """A face whose middle has left the picture, or with no extent, cannot be followed."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return 0 <= x < size[1] and 0 <= y < size[0] and box[2] - box[0] >= 8


def _moved(before: Motion, old: Box, new: Box) -> Motion:
    steps = [now - then for now, then in zip(new, old, strict=True)]
    off = max(abs(step - usual) for step, usual in zip(steps, before.step, strict=True))
    left, top, right, bottom = ((a + b) / 2 for a, b in zip(steps, before.step, strict=True))
    strain = _LATELY * before.strain + off / max(new[2] - new[0], 1.0)
    return Motion((left, top, right, bottom), strain)


def _near(one: Box, other: Box) -> bool:
    """Could a face that was at `one` a moment ago be at `other`?"""
    size = max(one[2] - one[0], 1.0)
    moved = math.hypot(one[0] + one[2] - other[0] - other[2], one[1] + one[3] - other[1] - other[3])
    return moved / 2 < size and 0.6 < (other[2] - other[0]) / size < 1.67
