"""Framing: a smooth crop that keeps the persons in the picture's best place, or one by hand.

Where they are is read from what the lookers saw: heads from the faces, else the top of the matte.
A camera operator's rules make the crop of it: eyes at a third from the top, still while they move a
little, and then one eased move. It is cut from the camera's own picture, so that a camera with more
pixels than are published loses nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import cv2
import numpy as np

from vcam.video.i420 import inner, to_i420
from vcam.video.stages.contract import FrameWork, PictureStage
from vcam.video.stages.face import Face, FaceOptions
from vcam.video.stages.matte import Matte, Reduced, reduce

CLOSEST = 0.5  # the smallest part of the picture's height that is shown
HEAD = 0.34  # of the crop's height, chin to forehead
EYES = 1 / 3  # from the crop's top
ASIDE = 1.0  # heads of room on either side of the outermost faces
DEAD_ZONE = 0.07  # of the crop: nearer than this to its best place nobody sets it in motion
DEAD_SIZE = 0.18  # the same of its size, relative
ARRIVED = 0.015
STIFFNESS = 7.0  # 1/s of the critically damped spring
PAN_SPEED, ZOOM_SPEED = 0.42, 0.3  # of the width a second, at most
SLOWEST_FRAME = 1 / 10  # seconds that one picture may count for: no jump after a pause
GONE = 2.0  # seconds without a person until all of the picture is shown
SURE = 128
CROWN = 0.25  # of a body's height in the picture: about where its head is


class View(NamedTuple):
    """A part of the picture in its own shape: centre as shares of width and height, and size as a
    share of both."""

    x: float
    y: float
    size: float


WHOLE = View(0.5, 0.5, 1.0)


@dataclass(frozen=True)
class FramingState:
    """`view` is shown and moves at `speed` (per second) towards `goal` while `moving`. `seen` is
    when somebody was last there, `head` how high a face was, as a share of the picture's height."""

    view: View
    speed: View
    goal: View
    moving: bool
    time: float
    seen: float
    head: float | None


@dataclass(frozen=True, kw_only=True, eq=False)
class FramingOptions(FaceOptions):
    """`framing` "auto" follows everybody who is in, or the face whose number is chosen; else `zoom`
    (100..300 %) and `pan_x`, `pan_y` (−100..100, left and up to right and down) say what is shown.
    """

    framing: Literal["off", "auto"] = "off"
    zoom: int = 100
    pan_x: int = 0
    pan_y: int = 0

    @property
    def looks(self) -> bool:
        return super().looks or self.framing == "auto"

    @property
    def remembers(self) -> bool:
        return super().remembers or self.framing == "auto"

    @property
    def frames(self) -> bool:
        return self.framing == "auto" or self.zoom > 100


class FramingStage(PictureStage[FramingState, FramingOptions]):
    """Goes after all lookers and before all painters, and gives the painters another view."""

    name = "framing"
    kind = "framer"

    def wanted(self, options: FramingOptions) -> bool:
        return options.frames

    def step(
        self, state: FramingState | None, work: FrameWork, options: FramingOptions
    ) -> tuple[FramingState, FrameWork]:
        auto = options.framing == "auto"
        if state is None:  # what is cut off by hand is not shown first
            view = WHOLE if auto else by_hand(options)
            state = FramingState(view, View(0, 0, 0), view, False, work.time, work.time, None)
        if auto:
            subject = locate(work, state.head, options.face)
            state = follow(state, subject, work.time)
        else:
            state = move(replace(state, goal=by_hand(options), moving=True), work.time)
        return state, cut(work, state.view)


class Subject(NamedTuple):
    """Heads, as shares of the picture's width and height: from the left of the leftmost to the
    right of the rightmost, the eyes of the highest, and the height of the largest face."""

    left: float
    right: float
    eyes: float
    head: float


def locate(work: FrameWork, head: float | None, chosen: int | str) -> Subject | None:
    """Who is to be framed in a frame; None when nobody is seen.

    `head` is how high a face was when one was last seen, which a matte does not tell.
    """
    height, width = work.frame.shape[:2]
    faces = [face for face in work.faces or () if _is_in(face, work.inside, chosen)]
    if faces:
        return _of_faces(faces, width, height)
    if work.matte is None or head is None or (chosen != "auto" and work.inside is None):
        return None
    small = work.matte.reduced.matte >= SURE
    rows = np.flatnonzero(small.any(1))
    if rows.size == 0:
        return None
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    crown = small[top : top + max(1, round((bottom - top) * CROWN))]
    columns = np.flatnonzero(crown.any(0))
    (rest_height, rest_width), eyes = small.shape, top / small.shape[0] + 0.6 * head
    middle = float(crown.sum(0) @ np.arange(rest_width)) / float(crown.sum()) / rest_width
    wide = min((columns[-1] + 1 - columns[0]) / rest_width / 2, head * rest_height / rest_width / 2)
    return Subject(middle - wide, middle + wide, eyes, head)


def _is_in(face: Face, inside: frozenset[int] | None, chosen: int | str) -> bool:
    return chosen in ("auto", face.id) if inside is None else face.id in inside


def _of_faces(faces: Sequence[Face], width: int, height: int) -> Subject:
    boxes = np.array([face.box for face in faces])
    tall = boxes[:, 3] - boxes[:, 1]
    return Subject(
        left=float(boxes[:, 0].min()) / width,
        right=float(boxes[:, 2].max()) / width,
        eyes=float((boxes[:, 1] + 0.35 * tall).min()) / height,
        head=float(tall.max()) / height,
    )


def best_view(subject: Subject) -> View:
    """The crop that shows a subject best, inside the picture."""
    shape = subject.right - subject.left
    side = ASIDE * subject.head * 9 / 16  # room beside the heads, as a share of a 16:9 width
    size = min(1.0, max(CLOSEST, subject.head / HEAD, shape + 2 * side))
    return inside(
        View((subject.left + subject.right) / 2, subject.eyes + (0.5 - EYES) * size, size)
    )


def inside(view: View) -> View:
    """The nearest view that shows nothing beyond the picture."""
    half = view.size / 2
    return View(
        min(max(view.x, half), 1 - half), min(max(view.y, half), 1 - half), min(view.size, 1.0)
    )


def by_hand(options: FramingOptions) -> View:
    size = 100 / options.zoom
    room = (1 - size) / 2
    return View(0.5 + room * options.pan_x / 100, 0.5 + room * options.pan_y / 100, size)


def follow(state: FramingState, subject: Subject | None, time: float) -> FramingState:
    """One frame of the camera operator: rest, or go on with a move."""
    if subject is None:
        if time - state.seen > GONE:
            state = replace(state, goal=WHOLE, moving=True)
        return move(state, time)
    best = best_view(subject)
    if state.moving or _far(best, state.goal if state.goal != WHOLE else state.view):
        state = replace(state, goal=best, moving=True)
    return move(replace(state, seen=time, head=subject.head), time)


def _far(best: View, view: View) -> bool:
    aside = max(abs(best.x - view.x), abs(best.y - view.y))
    return aside > DEAD_ZONE * view.size or abs(math.log(best.size / view.size)) > DEAD_SIZE


def move(state: FramingState, time: float) -> FramingState:
    """The view after one more frame: a critically damped spring, no faster than the eye likes."""
    dt = min(max(time - state.time, 0.0), SLOWEST_FRAME)
    if not state.moving or dt == 0:
        return replace(state, time=time)
    decay = math.exp(-STIFFNESS * dt)
    at, speed = [], []
    limits = (PAN_SPEED, PAN_SPEED, ZOOM_SPEED)
    for now, v, goal, limit in zip(state.view, state.speed, state.goal, limits, strict=True):
        off = now - goal
        after = goal + (off + (v + STIFFNESS * off) * dt) * decay
        v_after = (v - STIFFNESS * (v + STIFFNESS * off) * dt) * decay
        most = limit * dt
        if abs(after - now) > most:
            after, v_after = (
                now + math.copysign(most, after - now),
                math.copysign(limit, after - now),
            )
        at.append(after)
        speed.append(v_after)
    view = inside(View(*at))
    arrived = max(abs(a - b) for a, b in zip(view, state.goal, strict=True)) < ARRIVED * view.size
    slow = max(map(abs, speed)) < ARRIVED
    moving = not (arrived and slow)
    return replace(
        state, view=view, speed=View(*speed) if moving else View(0, 0, 0), moving=moving, time=time
    )


def cut(work: FrameWork, view: View) -> FrameWork:
    """The frame as `view` shows it: picture, matte and faces, at the size they had."""
    if view == WHOLE:
        return work
    height, width = work.frame.shape[:2]
    left, top = (view.x - view.size / 2) * width, (view.y - view.size / 2) * height
    frame = _warp(work.source, _to_source(work, left, top, view.size), width, height)
    picture = to_i420(frame)
    matte = None
    if work.matte is not None:
        half = 0.5 * (view.size - 1)
        here = np.array([[view.size, 0, left + half], [0, view.size, top + half]])
        soft = _warp(work.matte.soft, here, width, height)
        alpha = _warp(work.matte.alpha, here, width, height)
        reduced: Reduced = reduce(picture, soft)
        matte = Matte(alpha, soft, reduced)
    faces = work.faces
    if faces is not None:
        faces = [replace(f, landmarks=_moved(f.landmarks, left, top, view.size)) for f in faces]
    return replace(work, frame=frame, picture=picture, matte=matte, faces=faces)


def _to_source(work: FrameWork, left: float, top: float, size: float) -> np.ndarray:
    """From pixels of the view to those of the camera's picture, pixel centres to pixel centres."""
    height, width = work.frame.shape[:2]
    have_height, have_width = work.source.shape[:2]
    part = inner((have_width, have_height), (width, height))
    x_scale, y_scale = have_width / part[0], have_height / part[1]
    x_bar, y_bar = (width - part[0]) // 2, (height - part[1]) // 2
    sx, sy = size * x_scale, size * y_scale
    return np.array(
        [
            [sx, 0, (left - x_bar) * x_scale + 0.5 * (sx - 1)],
            [0, sy, (top - y_bar) * y_scale + 0.5 * (sy - 1)],
        ]
    )


def _warp(picture: np.ndarray, to_source: np.ndarray, width: int, height: int) -> np.ndarray:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(picture, to_source, (width, height), flags=flags)


def _moved(landmarks: np.ndarray, left: float, top: float, size: float) -> np.ndarray:
    return ((landmarks - np.array([left, top, 0], np.float32)) / np.float32(size)).astype(
        np.float32
    )
