"""Light on the person: a soft lamp that follows the head, and brightness apart from the room's.

The lamp is what a photographer's softbox beside the camera does: mid-tones rise most where the
head is, from one side and from above, less on the shoulders; black and white stay what they are.
It is drawn on a small picture and so broad that the landmarks' trembling cannot be seen in it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import cv2
import numpy as np

from vcam.video.i420 import Planes, planes
from vcam.video.stages.contract import FrameWork, PictureStage
from vcam.video.stages.face import Face
from vcam.video.stages.matte import MatteOptions, Reduced

STRONGEST = 0.3  # how far full light lifts a mid-tone, of the whole range
REACH = (1.0, 1.25)  # faces across and down until the lamp is at 60 %
ASIDE, ABOVE = 0.22, 0.1  # of the face: where the lamp hangs, to the left and up
FOLLOW_SECONDS = 0.25
COMES_SECONDS, GOES_SECONDS = 0.5, 1.5
SLOWEST_FRAME = 0.2  # seconds that one picture may count for
TINT = 9.0  # of U down and V up at full warmth and full light
_COLOUR = 0.2  # power of luminance with which colours grow; CIELAB's a and b stay so: 1 − 2.4/3
_DARK = 0.05  # of the range, added to luminance so that next to black no colour grows much
_WHITEST = 0.99  # of the range, up to which the lamp lifts red, green or blue
_BLACK, _RANGE = 16, 219  # BT.601 limited range
_SMALLER = 8
_FADES = 1  # as `SpareOptions.spare` counts


class Lit(NamedTuple):
    """A head under the lamp: its face's number, centre and height as shares of the picture's
    height, and how far the lamp is on, 0..1."""

    id: int
    x: float
    y: float
    size: float
    level: float


@dataclass(frozen=True, eq=False)
class LightState:
    """`heads` as they were lit at `time` (seconds), and the `room` that was left for light then."""

    heads: tuple[Lit, ...]
    time: float
    room: np.ndarray | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class LightOptions(MatteOptions):
    """`light` is the lamp's strength (0..100 %), `warmth` its colour (−100 cool to 100 warm),
    `exposure` makes the person darker or brighter (−50..50 %) and leaves the room alone."""

    light: int = 0
    warmth: int = 20
    exposure: int = 0

    @property
    def looks(self) -> bool:
        return super().looks or self.light > 0

    @property
    def cuts_out(self) -> bool:
        return super().cuts_out or self.light > 0 or self.exposure != 0


class LightStage(PictureStage[LightState, LightOptions]):
    """Lights persons alone, so it needs a matte; and the small picture beside it as well, from
    which the border's colours are taken."""

    name = "light"
    kind = "painter"

    def wanted(self, options: LightOptions) -> bool:
        return options.light > 0 or options.exposure != 0

    def step(
        self, state: LightState | None, work: FrameWork, options: LightOptions
    ) -> tuple[LightState, FrameWork]:
        height, width = work.frame.shape[:2]
        faces = () if options.spare >= _FADES or work.faces is None else work.faces
        before, state = state, follow(state, faces, height, work.time)
        if work.matte is None:
            return state, work
        small = work.matte.reduced
        size = (max(1, width // _SMALLER), max(1, height // _SMALLER))
        where = _lamp(state.heads, width / height, size[::-1]) if options.light > 0 else None
        base, room = _base(small, size)
        if before is not None and before.room is not None and before.room.shape == room.shape:
            room = before.room + (room - before.room) * np.float32(_near(before, work.time))
        state = replace(state, room=room)
        light = _light(base, room, where, options)
        here = _where(small.matte, size[::-1])
        light = _Light(*(plane[here] for plane in light))
        for view, person in ((planes(work.picture), work.matte.soft), (small.planes, small.matte)):
            y, u, v, mask = (_part(plane, here, size[::-1]) for plane in (*view, person))
            _shine((y, u, v), mask, light)
        return state, work


def follow(state: LightState | None, faces: Sequence[Face], height: int, time: float) -> LightState:
    """One frame of the lamps: they glide after their heads, come up and fade."""
    seen = {face.id: _place(face, height) for face in faces}
    if state is None:
        return LightState(tuple(Lit(i, *place, 1.0) for i, place in seen.items()), time)
    dt, near = _since(state, time), _near(state, time)
    heads = []
    for head in state.heads:
        place = seen.pop(head.id, None)
        if place is None:
            level = head.level - dt / GOES_SECONDS
            heads += [head._replace(level=level)] if level > 0 else []
            continue
        x, y, size = (a + (b - a) * near for a, b in zip(head[1:4], place, strict=True))
        heads.append(Lit(head.id, x, y, size, min(1.0, head.level + dt / COMES_SECONDS)))
    heads += [Lit(i, *place, dt / COMES_SECONDS) for i, place in seen.items()]
    return replace(state, heads=tuple(heads), time=time)


def _since(state: LightState, time: float) -> float:
    return min(max(time - state.time, 0.0), SLOWEST_FRAME)


def _near(state: LightState, time: float) -> float:
    """How far what glides comes to where it belongs by `time`, 0..1."""
    return 1 - math.exp(-_since(state, time) / FOLLOW_SECONDS)


def _place(face: Face, height: int) -> tuple[float, float, float]:
    left, top, right, bottom = face.box
    return (left + right) / 2 / height, (top + bottom) / 2 / height, (bottom - top) / height


def _lamp(heads: Sequence[Lit], shape: float, size: tuple[int, ...]) -> np.ndarray:
    """Where it falls, float32 0..1 of a `size` (height, width), in a picture whose width is `shape`
    times its height; several are one light and not their sum."""
    y = (np.arange(size[0], dtype=np.float32) + 0.5) / size[0]
    x = (np.arange(size[1], dtype=np.float32) + 0.5) / size[1] * np.float32(shape)
    dark = np.ones(size, np.float32)
    for head in heads:
        across = (x - head.x + ASIDE * head.size) / (REACH[0] * head.size)
        down = (y - head.y + ABOVE * head.size) / (REACH[1] * head.size)
        level = head.level * head.level * (3 - 2 * head.level)
        dark *= 1 - level * np.exp(-0.5 * down * down)[:, None] * np.exp(-0.5 * across * across)
    return 1 - dark


def _base(small: Reduced, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """The persons' broad luminance, and how much room their brightest spot nearby leaves below
    where one of red, green and blue ends, float32 0..1, of a `size` (width, height)."""
    y, u, v, matte = (cv2.resize(p, size).astype(np.float32) for p in (*small.planes, small.matte))
    luma = (y - _BLACK).clip(0) / _RANGE
    reach = size[1] // 12 | 1
    weight = cv2.blur(matte, (reach, reach)) + 0.5
    level = cv2.blur(matte * luma, (reach, reach)) / weight
    nearby = np.ones((size[1] // 6 | 1,) * 2, np.uint8)
    top = luma + _largest(u - 128, v - 128) * (1 / 255)
    brightest = cv2.blur(cv2.dilate(top * (matte > 127), nearby), nearby.shape)
    return level.clip(0, 1), (_WHITEST - brightest).clip(0)


def _largest(u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """By how much the largest of red, green and blue exceeds luminance, in 8-bit steps (BT.601)."""
    red, green, blue = 1.596 * v, -0.392 * u - 0.813 * v, 2.017 * u
    return np.maximum(np.maximum(red, green), blue)


class _Light(NamedTuple):
    """Light on persons, float32 small pictures: by how much luminance shifts, and U and V move
    away from grey (as a share) and towards a tint (U down and V up), all in 8-bit steps."""

    shift: np.ndarray
    colour: np.ndarray
    tint: np.ndarray


def _light(
    base: np.ndarray, room: np.ndarray, where: np.ndarray | None, options: LightOptions
) -> _Light:
    """Exposure everywhere, and the lamp where it falls and there is room above."""
    strength, amount = options.light / 100, options.exposure / 100
    lift = base ** np.float32(2 ** (-1.6 * amount)) - base
    colour = np.full_like(base, 1 + 0.5 * amount)
    if where is None:
        return _Light(_RANGE * lift, colour - 1, np.zeros_like(base))
    # Most at a third, nothing at black and white: the lamp fills shadows and burns nothing out.
    lamp = STRONGEST * strength * 4.2 * base * (1 - base) * (1 - 0.5 * base)
    lamp = where * np.minimum(lamp, room)
    lift += lamp
    colour *= (1 + lamp / (base + _DARK)) ** np.float32(_COLOUR)
    tint = where * (TINT * strength * options.warmth / 100)
    return _Light(_RANGE * lift, colour - 1, tint)


def _where(matte: np.ndarray, size: tuple[int, int]) -> tuple[slice, slice]:
    """Rows and columns of a small picture of a `size` in which persons are, and one beside."""
    if any(side % cells for side, cells in zip(matte.shape, size, strict=True)):
        return slice(0, size[0]), slice(0, size[1])
    x, y, wide, tall = cv2.boundingRect(matte)
    rows, columns = (
        slice(max(0, begin * cells // side - 1), min(cells, -(-end * cells // side) + 1))
        for begin, end, cells, side in zip(
            (y, x), (y + tall, x + wide), size, matte.shape, strict=True
        )
    )
    return rows, columns


def _part(plane: np.ndarray, here: tuple[slice, slice], size: tuple[int, int]) -> np.ndarray:
    """The same part of a plane that stands for a small picture of a `size`."""
    rows, columns = (
        slice(one.start * side // cells, one.stop * side // cells)
        for one, side, cells in zip(here, plane.shape, size, strict=True)
    )
    return plane[rows, columns]


def _shine(view: Planes, person: np.ndarray, light: _Light) -> None:
    """On planes, in place, as far as a matte of their size says.

    Luminance is shifted by the small picture's steps, and not pixel by pixel along a curve: what is
    bright keeps its detail. Black stays black.
    """
    luma, *chroma = view
    shift = np.rint(light.shift)
    ways = (
        (np.maximum(shift, 0), np.minimum(_ABOVE_BLACK, _BELOW_WHITE), cv2.add),
        (np.maximum(-shift, 0), _ABOVE_BLACK, cv2.subtract),
    )
    for steps, room, apply in ways:
        if steps.any():
            wanted = cv2.resize(steps.astype(np.uint8), luma.shape[::-1])
            wanted = cv2.min(wanted, cv2.LUT(luma, room))
            apply(luma, cv2.multiply(wanted, person, scale=1 / 255), dst=luma)
    half = chroma[0].shape[::-1]
    mask = cv2.resize(person, half, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    colour, tint = (mask * cv2.resize(plane, half) for plane in light[1:])
    for plane, part in zip(chroma, (-1.0, 0.8), strict=True):
        old = plane.astype(np.float32)
        moved = cv2.scaleAdd(tint, part, old) + colour * (old - 128)
        cv2.convertScaleAbs(moved, dst=plane)


_ABOVE_BLACK = (0.9 * (np.arange(256) - _BLACK)).clip(0, 255).astype(np.uint8)
_BELOW_WHITE = (_BLACK + _RANGE + 8 - np.arange(256)).clip(0, 255).astype(np.uint8)
"""The most by which a level may be shifted down or up."""
