"""Persons in a matte, told apart and followed by place, colours and face.

The matte says where persons are, not whose they are. On a picture of some 160 pixels across, each
pixel goes to one of those known (`ownership`), and what enters anew is a person of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np

from vcam.video.stages.masks import (
    BOX,
    PixelBox,
    centre,
    ends,
    inside,
    middle,
    overlaps,
)
from vcam.video.stages.ownership import owners
from vcam.video.stages.person import Person, Seen, expected, histogram

LEAST = 12  # pixels of a person
NEAR = 3  # pixels: what comes up as near as that to somebody is held in a hand
CLEARLY = 0.5  # by how much colours are likelier another's
JUMP = 0.15  # by how much a head may grow of a sudden
ALL = 0.98  # of the shape: less is going behind somebody
MIXED = 0.1  # by how much a face's size changes as it is taken for part of another
LEARNS, LEARNS_AT_FIRST = 0.05, 0.3  # of a picture, and in the first second
COMES_IN = 1.0  # seconds
_ASTRAY = 0.1  # pixels of thickness that count as much as one pixel nearer to one of two faces
FORGOTTEN = 3.0  # seconds that somebody hidden is waited for


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
    owner: np.ndarray = np.zeros(seen.there.shape, np.intp)
    if len(persons) > 1:
        owner = owners(persons, seen, dt, chosen)
    owner[cv2.dilate(specks.astype(np.uint8), BOX) > 0] = -1
    after = [
        _after(one, owner == i, seen, dt, not any(o.restless for o in persons if o is not one))
        for i, one in enumerate(persons)
    ]
    stays = [i for i, one in enumerate(after) if seen.time - one.seen < FORGOTTEN]
    place = np.full(len(after) + 1, -1)  # the last is nobody's
    place[stays] = np.arange(len(stays))
    return Group(tuple(after[i] for i in stays), following, seen.time), place[owner]


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
    whole = area > ALL * one.shape.sum()
    apart = (calm and whole) or not (where & others).any()
    box = next((b for f, b in seen.faces if one.face and f.id in one.faces), None)
    went = _went(one.face_box, box)
    if apart:
        x = middle(where)
    elif went:
        x = one.shape_x + went[0]
    else:
        sides = zip(ends(where), ends(one.shape), _free(where, others), strict=True)
        offs = [now - then - (one.x - one.shape_x) for now, then, free in sides if free]
        x = one.x + (0.3 * float(np.mean(offs)) if offs else 0.0)
    sides = zip(ends(where), ends(one.where), _free(where, others), strict=True)
    steps = [now - before for now, before, free in sides if free]
    speed = one.speed
    if steps and dt:
        speed += 0.2 * (float(np.mean(steps)) / dt - speed)
    down = went[1] if went else 0.0
    one = replace(one, where=where, colours=colours, seen=seen.time, speed=speed, x=x, down=down)
    return replace(one, shape=where, shape_x=x, face_box=box, down=0.0) if apart else one


def _went(before: PixelBox | None, box: PixelBox | None) -> tuple[float, float] | None:
    """By how much a face has moved; None where it is another size: it is mixed up with another."""
    if before is None or box is None:
        return None
    grown = max(abs(np.log((box[i + 2] - box[i]) / (before[i + 2] - before[i]))) for i in (0, 1))
    (x, y), (then_x, then_y) = centre(box), centre(before)
    return (x - then_x, y - then_y) if grown < MIXED else None


def _free(where: np.ndarray, others: np.ndarray) -> tuple[bool, bool]:
    """Whether the ends left and right are a person's own: no border of the picture, nobody else."""
    left, right = ends(where)
    hidden = (where & others).any(0)
    return (
        left > 0 and not hidden[left : left + 3].any(),
        right < where.shape[1] - 1 and not hidden[right - 2 : right + 1].any(),
    )


def _nearer(where: np.ndarray, box: PixelBox, other: PixelBox) -> np.ndarray:
    """The part of it that is nearer to one face than to the other, for their sizes; where there is
    something between the two faces, it ends where that is thinnest."""
    x = np.arange(where.shape[1])
    far, away = (abs(x - centre(b)[0]) / max(b[2] - b[0], 1) for b in (box, other))
    mine = far < away
    first, second = sorted((box, other))
    between = slice(first[2], second[0])
    if x[between].size:
        astray = abs(far - away)[between] * (box[2] - box[0])
        border = first[2] + int((where[:, between].sum(0) + _ASTRAY * astray).argmin())
        mine = x < border if box == first else x > border
    return where & mine[None]
