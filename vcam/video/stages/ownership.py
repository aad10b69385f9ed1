"""To whom of several persons each pixel of a matte belongs.

It goes to the person for whom it costs least: how far it is from where that person was (and where
one who is hidden should be by now), and how unlike that person's colours it is. A face pulls its
surroundings to its person.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from vcam.video.stages.masks import BOX, distance, inside, moved
from vcam.video.stages.person import Person, Seen, expected

REACH = 4.0  # pixels that cost as much as colours that are e times as unlikely
STRANGE = 3.0  # the most that colours may cost
OF_A_FACE, OF_A_BODY = 3.0, 0.7  # what it costs to be around or beneath another's face
HIDDEN = 0.3  # to be where somebody is not seen but should be
CHANGES = 0.8  # to be where another was
BEYOND = 2.0  # to be beyond one's shape where another should be
NEVER = 99.0
NOBODY = 2.5  # to be somebody's at all
_NEXT_TO = np.ones((9, 9), np.uint8)


def owners(persons: Sequence[Person], seen: Seen, dt: float, chosen: int | None) -> np.ndarray:
    """For each pixel a place in `persons`, below 0 where that is not clear.

    `dt` seconds have passed since `persons` were so. Doubts go against the one with the number
    `chosen`.
    """
    return _tidied(persons, _cheapest(persons, seen, dt, chosen), seen.there, chosen)


def _cheapest(persons: Sequence[Person], seen: Seen, dt: float, chosen: int | None) -> np.ndarray:
    shape = seen.there.shape
    likely = np.stack([one.colours for one in persons]) + 1e-4
    odds = np.log(likely / likely.mean(0)).clip(-STRANGE, STRANGE).astype(np.float32)
    costs = np.empty((len(persons) + 1, *shape), np.float32)
    costs[-1] = NOBODY
    should_be = [expected(one) for one in persons]
    _, parts = cv2.connectedComponents(seen.there.astype(np.uint8))
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
            reach = cv2.dilate((should_be[j] | other.where).astype(np.uint8), _NEXT_TO) > 0
            if one.number == chosen and other.restless:
                one_blob = np.intersect1d(parts[own], parts[other.where]).any()
                if one_blob or (reach & own).any():
                    costs[i][~own] = NEVER
    for face, (left, top, right, bottom) in seen.faces:
        tall, wide = bottom - top, right - left
        around = (left - wide // 4, top - tall // 2, right + wide // 4, bottom + tall // 6)
        below = (left - wide, bottom, right + wide, shape[0])
        whose = next((one for one in persons if one.face and face.id in one.faces), None)
        if whose is None:
            continue
        for i, one in enumerate(persons):
            if face.id in one.faces:
                continue
            costs[i][inside(around)] += OF_A_FACE
            costs[i][inside(below)] += OF_A_BODY
            if one.number == chosen and _hides(whose, one):
                costs[i][inside((left, top - tall // 3, right, bottom))] = NEVER
    owner = np.argmin([cv2.blur(cost, (3, 3)) for cost in costs], axis=0)
    owner[owner == len(persons)] = -1
    return owner


def _hides(one: Person, other: Person) -> bool:
    """Whether it is one who moves about that hides another, as far as can be told."""
    return one.restless and other.hidden and one.size > other.size


def _tidied(
    persons: Sequence[Person], owner: np.ndarray, there: np.ndarray, chosen: int | None
) -> np.ndarray:
    """Pieces that are not where their person was, and touch somebody else, are that one's. While
    another moves about, doubts go against the chosen one: such pieces are never the chosen one's,
    and its own that touch somebody else are so no longer."""
    restless = any(one.restless for one in persons if one.number != chosen)
    for i, one in enumerate(persons):
        mine = (owner == i) & there
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
            others = owner[around & there & ~mine]
            was = (piece & one.where).sum() > 0.5 * sizes[part]
            if others.size and not (was and (one.number != chosen or not restless)):
                to = int(np.bincount(others + 1).argmax()) - 1
                doubtful = restless and to >= 0 and persons[to].number == chosen
                owner[piece] = -1 if doubtful else to
    return owner
