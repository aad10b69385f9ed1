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

Row = NDArray[Any]

_NEAR = 0.12
"""Of the picture: how far from where somebody was the same person comes back."""
_AT_ONCE = 10
"""Blocks by which somebody may be found again before the last picture is over."""
_ROW = 0.25
"""Of the picture's height: how far another row of people is from the one above it."""
LEAST = 1.0
"""Seconds for which somebody is seen."""
_TOLD = 0.3
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
    groups.join(lambda one: _where(groups.near(one) & groups.in_one_shot(one), -groups.gap(one)))
    groups.join(lambda one: _where(groups.alike(one) > groups.enough(one), groups.alike(one)))
    groups.join(lambda one: _where(groups.near(one) & ~groups.told(one), -groups.gap(one)))
    seen = [sum(int(faces[one].seen.sum()) for one in some) / BLOCKS for some in groups.members]
    longest = sorted(zip(seen, groups.members, strict=True), key=lambda one: -one[0])[:MOST]
    taken = [some for time, some in longest if time >= LEAST]
    return _read(taken, [faces[some[0]] for some in taken])


class _Groups:
    """Faces that are taken for one person's, at first each by itself, and what a group has to
    do with each of the others."""

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
        shots = np.abs(shot[:, None] - shot)
        self._pairs = np.stack([gap, apart, placed, shots]).astype(np.float32)
        heard = [voices.get(number, _UNHEARD) for number in range(len(faces))]
        self._sounds = np.stack([one.sound * one.seconds for one in heard])
        self._seconds = np.array([one.seconds for one in heard])

    def gap(self, one: int) -> Row:
        """Blocks between it and the others, below 0 when they are seen at once."""
        return self._pairs[0, one]

    def near(self, one: int) -> Row:
        """Whether one was seen last where another one came."""
        return self._pairs[1, one] < _NEAR

    def in_one_shot(self, one: int) -> Row:
        return self._pairs[3, one] == 0

    def told(self, one: int) -> Row:
        """Whether both were heard for long enough."""
        return np.minimum(self._seconds[one], self._seconds) >= _TOLD

    def alike(self, one: int) -> Row:
        """Cosines of the voices; below all where they do not tell."""
        lengths = np.linalg.norm(self._sounds, axis=1) * np.linalg.norm(self._sounds[one]) + 1e-9
        return _where(self.told(one), self._sounds @ self._sounds[one] / lengths)

    def enough(self, one: int) -> Row:
        """How much alike one person's are: less where both are seen among others, in one place."""
        return np.where(self._pairs[2, one] < _NEAR, _NOT_ANOTHER, _SAME)

    def join(self, fit: Callable[[int], Row]) -> None:
        """Makes one of the two that fit best and were not seen at once, as long as any fit. `fit`
        tells it of a group and all."""

        def fits_of(one: int) -> Row:
            return _where(self.gap(one) >= -_AT_ONCE, fit(one))

        fits = np.stack([fits_of(one) for one in range(len(self.members))])
        while np.isfinite(fits.max()):
            one, other = sorted(divmod(int(fits.argmax()), len(fits)))
            self.members[one] = sorted(self.members[one] + self.members[other])
            self.members[other] = []
            self._sounds[one] += self._sounds[other]
            self._seconds[one] += self._seconds[other]
            closest = np.minimum(self._pairs[:, one], self._pairs[:, other])
            self._pairs[:, one] = self._pairs[:, :, one] = closest
            self._pairs[0, other] = self._pairs[0, :, other] = -np.inf  # it is no more
            fits[other] = fits[:, other] = -np.inf
            fits[one] = fits[:, one] = fits_of(one)


def _where(fits: Row, value: Row) -> Row:
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
