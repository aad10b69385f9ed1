"""Persons in a matte, told apart and followed by place, colours and face.

The matte says where persons are, not whose they are. On a picture of some 160 pixels across, each
pixel goes to the person for whom it costs least: how far it is from where that person was (and
where one who is hidden should be by now), and how unlike that person's colours it is. A face pulls
its surroundings to its person. What enters anew is a person of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import cv2
import numpy as np

from vcam.video.i420 import planes
from vcam.video.stages.face import Face
from vcam.video.stages.masks import (
    PixelBox,
    centre,
    distance,
    ends,
    inside,
    middle,
    moved,
    overlaps,
)

ACROSS = 160  # pixels of the small picture
SOME = 40  # of 255: from here on a pixel of the matte is somebody's
LEAST = 12  # pixels of a person
NEAR = 3  # pixels: what comes up as near as that to somebody is held in a hand
REACH = 4.0  # pixels that cost as much as colours that are e times as unlikely
STRANGE = 3.0  # the most that colours may cost
OF_A_FACE, OF_A_BODY = 3.0, 0.7  # what it costs to be around or beneath another's face
HIDDEN = 0.3  # to be where somebody is not seen but should be
CHANGES = 0.8  # to be where another was
BEYOND = 2.0  # to be beyond one's shape where another should be
NEVER = 99.0
CALM = 8.0  # pixels a second
NOBODY = 2.5  # to be somebody's at all
CLEARLY = 0.5  # by how much colours are likelier another's
JUMP = 0.15  # by how much a head may grow of a sudden
WHOLE = 0.8  # of the shape: less is partly hidden
LEARNS, LEARNS_AT_FIRST = 0.05, 0.3  # of a picture, and in the first second
COMES_IN = 1.0  # seconds
FORGOTTEN = 3.0  # seconds that somebody hidden is waited for
_BINS = 8
BOX, NEXT_TO = np.ones((3, 3), np.uint8), np.ones((9, 9), np.uint8)


@dataclass(frozen=True, eq=False)
class Person:
    """Somebody in the small picture.

    `where` are the pixels, bool (h, w); `shape` is the same when last seen apart from others, with
    its centre at `shape_x` (and its face at
    `face_at`), and `x` where that should be now, moving at `speed` pixels a second.
    `colours` is a histogram whose sum is 1. `faces` are the numbers of the faces seen on it, `face`
    says whether one is there now, `head` how high it was. `came` and `seen` are seconds.
    """

    number: int
    where: np.ndarray
    shape: np.ndarray
    shape_x: float
    face_at: tuple[float, float] | None
    x: float
    down: float
    speed: float
    colours: np.ndarray
    faces: frozenset[int]
    face: bool
    head: float
    came: float
    seen: float

    @property
    def hidden(self) -> bool:
        """Whether much of it is not seen."""
        return bool(self.where.sum() < WHOLE * self.shape.sum())

    @property
    def restless(self) -> bool:
        """Whether it may come up anywhere around others."""
        return self.hidden or abs(self.speed) > CALM

    @property
    def size(self) -> float:
        """About how high the head is."""
        return self.head or float(np.sqrt(self.shape.sum())) / 3


class Seen(NamedTuple):
    """The small picture, YUV uint8 (h, w, 3): `there` is somebody, bool; `colours` the bin of each
    pixel; `faces` with their boxes in it."""

    picture: np.ndarray
    there: np.ndarray
    colours: np.ndarray
    faces: Sequence[tuple[Face, PixelBox]]
    time: float


def look(alpha: np.ndarray, i420: np.ndarray, faces: Sequence[Face], time: float) -> Seen:
    height, width = alpha.shape
    size = (min(width, ACROSS), max(1, round(height * min(width, ACROSS) / width)))
    luma, u, v = planes(i420)
    half = u.shape[::-1]
    # By halves first: OpenCV has a fast way for exactly 2.
    there, y = (
        cv2.resize(cv2.resize(one, half, interpolation=cv2.INTER_AREA), size, interpolation=3)
        for one in (alpha, luma)
    )
    u, v = (cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in (u, v))
    colours = y.astype(np.int32) >> 5
    for one in (u, v):
        colours = colours * _BINS + ((one.astype(np.int32) - 96) >> 3).clip(0, _BINS - 1)
    scale = size[0] / width
    boxes = []
    for face in faces:
        left, top, right, bottom = (round(side * scale) for side in face.box)
        if right > 0 and bottom > 0 and left < size[0] and top < size[1]:
            boxes.append((face, (max(left, 0), max(top, 0), right + 1, bottom + 1)))
    return Seen(np.dstack([y, u, v]), there > SOME, colours, boxes, time)


class Group(NamedTuple):
    """The persons at a time (seconds), and the number of who comes next."""

    persons: tuple[Person, ...] = ()
    next: int = 1
    time: float = 0.0


def follow(group: Group, seen: Seen, chosen: int | None) -> tuple[Group, np.ndarray]:
    """The group one picture later, and the place in it of whose each pixel is, below 0: nobody's.

    Doubts go against the one with the number `chosen`.
    """
    dt = min(max(seen.time - group.time, 0.0), 0.2)
    known = [
        one if one.number == chosen else replace(one, x=one.x + one.speed * dt)
        for one in group.persons
    ]
    found, specks, following = _newcomers(known, seen, group.next)
    persons = _joined([*known, *found], chosen, seen.time)
    persons, following = _with_faces(persons, seen, following)
    if not persons:
        return Group((), following, seen.time), np.full(seen.there.shape, -1)
    owners: np.ndarray = np.zeros(seen.there.shape, np.intp)
    if len(persons) > 1:
        owners = _tidied(persons, _owners(persons, seen, dt, chosen), seen.there)
    owners[cv2.dilate(specks.astype(np.uint8), BOX) > 0] = -1
    after = [
        _after(one, owners == i, seen, dt, not any(o.restless for o in persons if o is not one))
        for i, one in enumerate(persons)
    ]
    stays = [i for i, one in enumerate(after) if seen.time - one.seen < FORGOTTEN]
    place = np.full(len(after) + 1, -1)  # the last is nobody's
    place[stays] = np.arange(len(stays))
    return Group(tuple(after[i] for i in stays), following, seen.time), place[owners]


def _newcomers(
    known: list[Person], seen: Seen, number: int
) -> tuple[list[Person], np.ndarray, int]:
    """What is there and has nothing to do with anybody known: persons, and what is too small."""
    count, parts = cv2.connectedComponents(seen.there.astype(np.uint8))
    near: np.ndarray = np.zeros(seen.there.shape, np.uint8)
    for one in known:
        near |= (expected(one) | one.where).astype(np.uint8)
    near = cv2.dilate(near, np.ones((2 * NEAR + 1, 2 * NEAR + 1), np.uint8))
    touched = set(np.unique(parts[near > 0]))
    found, specks = [], np.zeros(seen.there.shape, bool)
    for part in set(range(1, count)) - touched:
        where = parts == part
        if where.sum() < LEAST:
            specks |= where
            continue
        found.append(_person(number, where, seen))
        number += 1
    return found, specks, number


def _person(number: int, where: np.ndarray, seen: Seen) -> Person:
    x = middle(where)
    colours = histogram(seen.colours[where])
    none: frozenset[int] = frozenset()
    return Person(
        number, where, where, x, None, x, 0.0, 0.0, colours, none, False, 0.0, seen.time, seen.time
    )


def _joined(persons: list[Person], chosen: int | None, time: float) -> list[Person]:
    """Pieces of others that come in together and touch are one, but for two with faces."""
    found: list[Person] = []
    for one in persons:
        around = cv2.dilate(one.where.astype(np.uint8), BOX) > 0
        for i, other in enumerate(found):
            alone = not (one.faces and other.faces) and chosen not in (one.number, other.number)
            entering = time - max(one.came, other.came) < COMES_IN
            if alone and entering and (around & other.where).any():
                found[i] = _both(other, one)
                break
        else:
            found.append(one)
    return found


def _both(one: Person, other: Person) -> Person:
    where = one.where | other.where
    x = middle(where)
    share = one.where.sum() / max(int(one.where.sum() + other.where.sum()), 1)
    colours = share * one.colours + (1 - share) * other.colours
    faced = one if one.faces else other
    return replace(
        faced,
        number=one.number,
        where=where,
        shape=where,
        shape_x=x,
        x=x,
        speed=one.speed if share > 0.5 else other.speed,
        colours=colours,
        came=min(one.came, other.came),
        seen=max(one.seen, other.seen),
    )


def _with_faces(persons: list[Person], seen: Seen, number: int) -> tuple[list[Person], int]:
    """Gives each face to its person; a second face on one person is somebody else's."""
    persons = [replace(one, face=False) for one in persons]
    taken: dict[int, PixelBox] = {}
    known_first = sorted(seen.faces, key=lambda f: not any(f[0].id in p.faces for p in persons))
    for face, box in known_first:
        here = inside(box)
        votes = [int(one.where[here].sum()) for one in persons]
        if not votes or max(votes) == 0:
            continue
        owner = int(np.argmax(votes))
        its = next((i for i, one in enumerate(persons) if face.id in one.faces), None)
        if its is not None and its != owner:
            if votes[its] < 0.3 * votes[owner]:
                continue  # a face that was followed onto somebody else
            owner = its
        head = persons[owner].head
        if head and its is not None and abs(np.log((box[3] - box[1]) / head)) > JUMP:
            continue
        if its is not None and _is_anothers(persons, its, box, seen):
            continue
        one = persons[owner]
        if one.face and its is None:
            if overlaps(taken[owner], box):
                continue
            nearer = _nearer(one.where, box, taken[owner])
            if nearer.sum() < LEAST:
                continue
            other = _person(number, nearer, seen)
            rest = one.where & ~nearer
            persons[owner] = replace(
                one, where=rest, shape=rest, colours=histogram(seen.colours[rest])
            )
            number += 1
            persons.append(other)
            owner, one = len(persons) - 1, other
        taken[owner] = box
        tall = float(box[3] - box[1])
        head = one.head + 0.1 * (tall - one.head) if one.head else tall
        persons[owner] = replace(one, faces=one.faces | {face.id}, face=True, head=head)
    return persons, number


def _is_anothers(persons: list[Person], its: int, box: PixelBox, seen: Seen) -> bool:
    """Whether what is beneath a face has another's colours: it was followed onto that one."""
    left, _, right, bottom = box
    wide, tall = right - left, bottom - box[1]
    here = inside((left - wide // 4, bottom, right + wide // 4, bottom + tall))
    below = seen.colours[here][seen.there[here]]
    if below.size < LEAST:
        return False
    likely = [float(np.log(one.colours[below] + 1e-4).mean()) for one in persons]
    near = [
        i for i, one in enumerate(persons) if i != its and (one.where | expected(one))[here].any()
    ]
    return any(likely[i] - likely[its] > CLEARLY for i in near)


def _owners(persons: list[Person], seen: Seen, dt: float, chosen: int | None) -> np.ndarray:
    """To whom each pixel costs least: a place in `persons`, below 0 where that is not clear."""
    shape = seen.there.shape
    likely = np.stack([one.colours for one in persons]) + 1e-4
    odds = np.log(likely / likely.mean(0)).clip(-STRANGE, STRANGE).astype(np.float32)
    costs = np.empty((len(persons) + 1, *shape), np.float32)
    costs[-1] = NOBODY
    should_be = [expected(one) for one in persons]
    for i, one in enumerate(persons):
        costs[i] = distance(moved(one.where, one.speed * dt)) / REACH
        if one.hidden:
            costs[i] = np.minimum(costs[i], distance(should_be[i]) / REACH + HIDDEN)
        costs[i] -= odds[i][seen.colours]
        own = cv2.dilate(should_be[i].astype(np.uint8), BOX) > 0
        for j, other in enumerate(persons):
            if other is one:
                continue
            costs[i] += CHANGES * other.where + BEYOND * (should_be[j] & ~own)
            reach = cv2.dilate((should_be[j] | other.where).astype(np.uint8), NEXT_TO) > 0
            if one.number == chosen and other.restless and (reach & own).any():
                costs[i][~own] = NEVER
    for face, (left, top, right, bottom) in seen.faces:
        tall, wide = bottom - top, right - left
        around = (left - wide // 4, top - tall // 2, right + wide // 4, bottom + tall // 6)
        below = (left - wide, bottom, right + wide, shape[0])
        if any(one.face and face.id in one.faces for one in persons):
            for i, one in enumerate(persons):
                if face.id not in one.faces:
                    costs[i][inside(around)] += OF_A_FACE
                    costs[i][inside(below)] += OF_A_BODY
    owners = np.argmin([cv2.blur(cost, (3, 3)) for cost in costs], axis=0)
    owners[owners == len(persons)] = -1
    return owners


def _tidied(persons: list[Person], owners: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Pieces that are not where their person was, and touch somebody else, are that one's."""
    for i, one in enumerate(persons):
        mine = (owners == i) & there
        count, parts = cv2.connectedComponents(mine.astype(np.uint8))
        if count < 3:
            continue
        sizes = np.bincount(parts.ravel(), minlength=count)
        sizes[0] = 0
        for part in range(1, count):
            if part == sizes.argmax():
                continue
            piece = parts == part
            around = cv2.dilate(piece.astype(np.uint8), BOX) > 0
            others = owners[around & there & ~mine]
            if others.size and not (piece & one.where).sum() > 0.5 * sizes[part]:
                owners[piece] = np.bincount(others + 1).argmax() - 1
    return owners


def _after(one: Person, mine: np.ndarray, seen: Seen, dt: float, calm: bool) -> Person:
    where = mine & seen.there
    area = int(where.sum())
    if area < LEAST // 2:
        return replace(one, where=where)
    others = cv2.dilate((~mine & seen.there).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    sure = where & ~others
    colours = one.colours
    if sure.sum() >= LEAST:
        share = LEARNS_AT_FIRST if seen.time - one.came < 1 else LEARNS
        colours = colours + share * (histogram(seen.colours[sure]) - colours)
    apart = (calm and not one.hidden) or not (where & others).any()
    at = next((centre(b) for f, b in seen.faces if one.face and f.id in one.faces), None)
    if apart:
        x = middle(where)
    elif at is not None and one.face_at is not None:
        x = one.shape_x + at[0] - one.face_at[0]
    else:
        sides = zip(ends(where), ends(one.shape), _free(where, others), strict=True)
        offs = [now - then - (one.x - one.shape_x) for now, then, free in sides if free]
        x = one.x + (0.3 * float(np.mean(offs)) if offs else 0.0)
    sides = zip(ends(where), ends(one.where), _free(where, others), strict=True)
    steps = [now - before for now, before, free in sides if free]
    speed = one.speed
    if steps and dt:
        speed += 0.2 * (float(np.mean(steps)) / dt - speed)
    down = at[1] - one.face_at[1] if at and one.face_at else 0.0
    one = replace(one, where=where, colours=colours, seen=seen.time, speed=speed, x=x, down=down)
    return replace(one, shape=where, shape_x=x, face_at=at, down=0.0) if apart else one


def _free(where: np.ndarray, others: np.ndarray) -> tuple[bool, bool]:
    """Whether the ends left and right are a person's own: no border of the picture, nobody else."""
    left, right = ends(where)
    hidden = (where & others).any(0)
    return (
        left > 0 and not hidden[left : left + 3].any(),
        right < where.shape[1] - 1 and not hidden[right - 2 : right + 1].any(),
    )


def expected(one: Person) -> np.ndarray:
    return moved(one.shape, one.x - one.shape_x, one.down)


def histogram(colours: np.ndarray) -> np.ndarray:
    """Smoothed over neighbouring bins; its sum is 1."""
    counts = np.bincount(colours, minlength=_BINS**3).astype(np.float32)
    bins: np.ndarray = counts.reshape((_BINS,) * 3)
    for axis in range(3):
        padded = np.concatenate([bins, np.zeros_like(bins.take([0], axis))], axis)
        up, down = np.roll(padded, 1, axis), np.roll(padded, -1, axis)
        mixed = 0.6 * padded + 0.2 * up + 0.2 * down
        bins = mixed.take(range(_BINS), axis)
    flat = bins.reshape(-1)
    return flat / max(float(flat.sum()), 1e-6)


def _nearer(where: np.ndarray, box: PixelBox, other: PixelBox) -> np.ndarray:
    """The part of it that is nearer to one face than to the other, for their sizes."""
    x = np.arange(where.shape[1])
    far = [abs(x - (b[0] + b[2]) / 2) / max(b[2] - b[0], 1) for b in (box, other)]
    return where & (far[0] < far[1])[None]
