"""Which of the faces in a recording are one person: faces come and go, people stay.

Within a shot the place tells, and from one gallery to the next, unless the voice denies it. From
shot to shot of one face it is the voice that tells: a speaker view shows all in the same place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vcam.audio.stages.my_voice import PROFILE
from vcam.offline.separation.faces import BLOCKS, MOST, SeenFace

Matrix = NDArray[Any]

_NEAR = 0.12
"""Of the picture: how far from where somebody was the same person comes back."""
_AT_ONCE = 10
"""Blocks by which somebody may be found again before the last picture is over."""
_ROW = 0.25
"""Of the picture's height: how far another row of people is from the one above it."""
_LEAST = 1.0
"""Seconds for which somebody is seen."""
_TOLD = 0.5
"""Seconds of a voice from which on it tells whose it is."""
_SAME, _NOT_ANOTHER = 0.65, 0.35
"""Cosines of voices from which on they are one person's, and may be where the place says so."""


class Voice(NamedTuple):
    """How somebody sounds, `my_voice`'s profile, and for how many seconds it was heard."""

    sound: NDArray[np.float32]
    seconds: float


_UNHEARD = Voice(np.zeros(PROFILE, np.float32), 0.0)


def persons_of(faces: Sequence[SeenFace], voices: Mapping[int, Voice]) -> list[list[int]]:
    """The numbers of each person's faces, at most `MOST`: in the order in which they come, and of
    those who come together row by row from left to right.

    Those who are seen for longer are taken, and nobody who was seen for less than a second.
    `voices` are those of the faces that were heard alone.
    """
    if not faces:
        return []
    groups = _Groups(faces, voices)
    groups.join(lambda: _where(groups.near & groups.in_one_shot, -groups.gap))
    groups.join(lambda: _where(groups.alike > groups.enough, groups.alike))
    groups.join(lambda: _where(groups.near & np.isinf(groups.alike), -groups.gap))
    seen = [sum(int(faces[one].seen.sum()) for one in some) / BLOCKS for some in groups.members]
    longest = sorted(zip(seen, groups.members, strict=True), key=lambda one: -one[0])[:MOST]
    taken = [some for time, some in longest if time >= _LEAST]
    return _read(taken, [faces[some[0]] for some in taken])


class _Groups:
    """Faces that are taken for one person's, at first each by itself, and matrices of what each two
    groups have to do with each other."""

    def __init__(self, faces: Sequence[SeenFace], voices: Mapping[int, Voice]) -> None:
        self.members = [[number] for number in range(len(faces))]
        first, end, shot = np.array([(one.first, one.end, one.shot) for one in faces]).T
        place, last = np.array([(one.place, one.last_place) for one in faces]).swapaxes(0, 1)
        gap = np.maximum(first - end[:, None], first[:, None] - end).astype(float)
        np.fill_diagonal(gap, -np.inf)
        moved = np.linalg.norm(last[:, None] - place, axis=2)
        apart = np.where(first >= end[:, None] - _AT_ONCE, moved, moved.T)
        in_company = (gap < -_AT_ONCE).sum(1) > 1  # at once with oneself
        placed = np.where(np.logical_and.outer(in_company, in_company), apart, np.inf)
        self._pairs = np.stack([gap, apart, placed, np.abs(shot[:, None] - shot)])
        heard = [voices.get(number, _UNHEARD) for number in range(len(faces))]
        self._sounds = np.stack([one.sound * one.seconds for one in heard])
        self._seconds = np.array([one.seconds for one in heard])

    @property
    def gap(self) -> Matrix:
        """Blocks between them, below 0 when they are seen at once."""
        return self._pairs[0]

    @property
    def near(self) -> Matrix:
        """Whether one was seen last where another one came."""
        return self._pairs[1] < _NEAR

    @property
    def in_one_shot(self) -> Matrix:
        return self._pairs[3] == 0

    @property
    def alike(self) -> Matrix:
        """Cosines of the voices; below all where one was not heard for long enough."""
        unit = self._sounds / (np.linalg.norm(self._sounds, axis=1, keepdims=True) + 1e-9)
        return _where(np.minimum.outer(self._seconds, self._seconds) >= _TOLD, unit @ unit.T)

    @property
    def enough(self) -> Matrix:
        """How much alike one person's are: less where both are seen among others, in one place."""
        return np.where(self._pairs[2] < _NEAR, _NOT_ANOTHER, _SAME)

    def join(self, fit: Callable[[], Matrix]) -> None:
        """Makes one of the two that fit best and were not seen at once, as long as any fit."""
        while True:
            fits = _where(self.gap >= -_AT_ONCE, fit())
            one, other = sorted(divmod(int(fits.argmax()), len(fits)))
            if np.isinf(fits[one, other]):
                return
            self.members[one] = sorted(self.members[one] + self.members.pop(other))
            self._sounds[one] += self._sounds[other]
            self._seconds[one] += self._seconds[other]
            self._sounds, self._seconds = (
                np.delete(some, other, 0) for some in (self._sounds, self._seconds)
            )
            closest = np.minimum(self._pairs[:, one], self._pairs[:, other])
            self._pairs[:, one] = self._pairs[:, :, one] = closest
            self._pairs = np.delete(np.delete(self._pairs, other, 1), other, 2)


def _where(fits: Matrix, value: Matrix) -> Matrix:
    return np.where(fits, value, -np.inf)


def _read(persons: list[list[int]], faces: Sequence[SeenFace]) -> list[list[int]]:
    """As a page is read, shot by shot, going by each one's first face."""
    rows: list[list[int]] = []
    for number in sorted(range(len(faces)), key=lambda one: (faces[one].shot, faces[one].place[1])):
        above = faces[rows[-1][-1]] if rows else None
        face = faces[number]
        if not above or above.shot != face.shot or face.place[1] - above.place[1] > _ROW:
            rows.append([])
        rows[-1].append(number)
    return [persons[one] for row in rows for one in sorted(row, key=lambda n: faces[n].place)]
