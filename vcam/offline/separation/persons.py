"""Which of the faces in a recording are one person: faces come and go, people stay."""

from __future__ import annotations

import math
from collections.abc import Sequence

from vcam.offline.separation.faces import BLOCKS, MOST, Place, SeenFace

_NEAR = 0.12
"""Of the picture: how far from where somebody was the same person comes back."""
_AT_ONCE = 10
"""Blocks by which somebody may be found again before the last picture is over."""
_ROW = 0.25
"""Of the picture's height: how far another row of people is from the one above it."""
_LEAST = 1.0
"""Seconds for which somebody is seen."""


def persons_of(faces: Sequence[SeenFace]) -> list[list[int]]:
    """The numbers of each person's faces; row by row from left to right, at most `MOST`.

    A face is somebody's who was last seen in that place and is gone. Those who are seen for longer
    are taken, and nobody who was seen for less than a second.
    """
    persons: list[list[int]] = []
    for number, face in enumerate(faces):
        before = [
            one
            for one in persons
            if faces[one[-1]].end <= face.first + _AT_ONCE and _apart(faces[one[-1]], face) < _NEAR
        ]
        if before:
            min(before, key=lambda one: _apart(faces[one[-1]], face)).append(number)
        else:
            persons.append([number])
    seen = {
        one[0]: sum(int(faces[number].seen.sum()) for number in one) / BLOCKS for one in persons
    }
    taken = sorted(persons, key=lambda one: -seen[one[0]])[:MOST]
    taken = [one for one in taken if seen[one[0]] >= _LEAST]
    return _read([(faces[one[0]].place, one) for one in taken])


def _read(placed: list[tuple[Place, list[int]]]) -> list[list[int]]:
    """As a page is read."""
    rows: list[list[tuple[Place, list[int]]]] = []
    for one in sorted(placed, key=lambda one: one[0][1]):
        if not rows or one[0][1] - rows[-1][-1][0][1] > _ROW:
            rows.append([])
        rows[-1].append(one)
    return [one for row in rows for _, one in sorted(row)]


def _apart(one: SeenFace, other: SeenFace) -> float:
    return math.dist(one.last_place, other.place)
