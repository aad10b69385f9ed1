"""Takes a sound apart by the lips of those who are seen, as it comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from vcam.audio.frames import RATE
from vcam.offline.separation import network
from vcam.offline.separation.faces import MOST, SeenFace
from vcam.offline.separation.network import BINS, LIPS, Separator, halves_of, spectra, steps_of

Mono = NDArray[np.float32]
Masks = NDArray[np.complex64]
Spectra = NDArray[np.complexfloating]
_REST = -1

STEP = network.HOP * RATE // network.RATE
"""Samples in a step of the network."""
WINDOW, ADVANCE = 400, 300
"""Steps that the network hears at once, and from one such window to the next."""
_LEAST = 4
"""Steps that the network needs."""
_LEAD = STEP + STEP // 2
"""Samples of silence before the sound: so the first of it lies in two windows, and a step around
the middle of two blocks."""
_AROUND = 10
"""Steps before and after by which it is told who speaks."""
_SILENT, _SPEAKS = 0.02, 0.08
"""Shares of all power from which on a face has nothing of it, and all that the network gives it."""
_ABOVE = slice(BINS * 3 // 4, BINS)
"""Of the frequencies that are heard those that tell of what lies above."""


def taken_apart(
    separator: Separator, faces: Sequence[SeenFace], sound: Iterable[Mono]
) -> Iterator[tuple[Mapping[int, Mono], Mono]]:
    """What each face says, by its number, while it is about, and the rest: together the sound.

    Sound is mono at 48 kHz, in pieces of any length that may not be empty; those that come out are
    `ADVANCE` steps long, but for the last, and the faces' as long as the rest.
    """
    parted = _Parted(separator, faces)
    waiting, length = np.zeros(_LEAD, np.float32), 0
    lead = _LEAD
    for piece in sound:
        waiting, length = np.concatenate([waiting, piece]), length + len(piece)
        while len(waiting) > (WINDOW + 1) * STEP:
            said, rest = parted.next(waiting[: (WINDOW + 1) * STEP], ADVANCE)
            yield {face: one[lead:] for face, one in said.items()}, rest[lead:]
            length -= len(rest) - lead
            waiting, lead = waiting[ADVANCE * STEP :], 0
    if not length:
        return
    steps = max(_LEAST, -(-len(waiting) // STEP))
    waiting = np.pad(waiting, (0, (steps + 1) * STEP - len(waiting)))
    said, rest = parted.next(waiting, steps)
    end = lead + length
    yield {face: one[lead:end] for face, one in said.items()}, rest[lead:end]


class _Parted:
    """Window after window: masks fade from one to the next where both know. Who does not speak has
    nothing: what the network gives such a face is most likely of who does."""

    def __init__(self, separator: Separator, faces: Sequence[SeenFace]) -> None:
        self._separator, self._faces = separator, faces
        self._step = 0
        self._masks: dict[int, Masks] = {}
        self._halves: dict[int, Mono] = {}
        self._half = np.zeros(STEP, np.float32)
        self._powers: dict[int, NDArray[np.float32]] = {}

    def next(self, sound: Mono, steps: int) -> tuple[dict[int, Mono], Mono]:
        """So many steps of everyone, and of the rest, of a window that begins with them."""
        mixture = spectra(sound, 2 * STEP)
        masks = self._heard(mixture)
        heard = set(masks)
        both = min(WINDOW - ADVANCE, len(mixture)) if self._step else 0
        fade = (np.arange(both, dtype=np.float32) + 0.5)[:, None] / max(1, both)
        for face in self._masks.keys() | masks.keys():
            nothing = np.zeros((len(mixture), BINS), np.complex64)
            mask = masks.setdefault(face, nothing)
            before = self._masks.get(face, nothing)[:both]
            mask[:both] = before + (mask[:both] - before) * fade
        self._masks = {face: masks[face][steps:] for face in heard}
        self._step += steps
        parts = {face: mixture * _whole(mask) for face, mask in masks.items()}
        parts[_REST] = mixture - sum(parts.values())
        parts = self._spoken(parts, steps)
        rest = parts.pop(_REST)
        said = {}
        for face, part in parts.items():
            half = self._halves.get(face, np.zeros(STEP, np.float32))
            said[face], self._halves[face] = _joined(half, part)
        other, self._half = _joined(self._half, rest)
        self._halves = {face: self._halves[face] for face in masks}
        return said, other

    def _spoken(self, parts: dict[int, Spectra], steps: int) -> dict[int, Spectra]:
        """So many steps of everyone, from what the network says of a window."""
        powers = {face: np.square(np.abs(part)).sum(1) for face, part in parts.items()}
        before = {face: self._powers.get(face, np.zeros(_AROUND)) for face in parts}
        self._powers = {face: power[steps - _AROUND : steps] for face, power in powers.items()}
        around = np.ones(2 * _AROUND + 1)
        lately = np.stack(
            [
                np.convolve(np.concatenate([before[face], power]), around, "same")[_AROUND:][:steps]
                for face, power in powers.items()
            ]
        )
        share = lately / (lately.sum(0) + 1e-12)
        kept = np.clip((share - _SILENT) / (_SPEAKS - _SILENT), 0, 1).astype(np.float32)
        kept[list(parts).index(_REST)] = 1
        made = np.stack([part[:steps] for part in parts.values()])
        left = (made * (1 - kept)[..., None]).sum(0)
        made *= kept[..., None]
        made[share.argmax(0), np.arange(steps)] += left
        return dict(zip(parts, made, strict=True))

    def _heard(self, mixture: NDArray[np.complex64]) -> dict[int, Masks]:
        """Of those who are seen for longest in the window."""
        lips = {}
        for number, face in enumerate(self._faces):
            told = _told(face, 2 * (self._step - 1), 2 * len(mixture))
            if told[:, -1].any():
                lips[number] = told
        if not lips:
            return {}
        longest = sorted(lips, key=lambda number: -lips[number][:, -1].sum())[:MOST]
        lips = {number: lips[number] for number in sorted(longest)}
        masks = self._separator.masks(mixture[:, :BINS], np.stack(list(lips.values())))
        return dict(zip(lips, masks, strict=True))


def _told(face: SeenFace, first: int, count: int) -> NDArray[np.float32]:
    """What a face's lips say in so many blocks, ``(count / 2, LIPS)``."""
    said, seen = np.zeros((count, face.lips.shape[1])), np.zeros(count, bool)
    begin, end = max(face.first, first), min(face.end, first + count)
    if begin < end:
        said[begin - first : end - first] = face.lips[begin - face.first : end - face.first]
        seen[begin - first : end - first] = face.seen[begin - face.first : end - face.first]
    told = steps_of(said, seen)
    assert told.shape[1] == LIPS
    return told


def _whole(mask: Masks) -> Masks:
    """With all frequencies, ``(T, STEP + 1)``."""
    above = np.abs(mask[:, _ABOVE]).mean(1, keepdims=True)
    return np.concatenate([mask, np.repeat(above, STEP + 1 - BINS, 1)], 1)


def _joined(half: Mono, part: NDArray[np.complexfloating]) -> tuple[Mono, Mono]:
    """Sound from the windows of one that begins with this half, and the half that is left."""
    first, second = halves_of(part)
    return (first + np.concatenate([half[None], second[:-1]])).reshape(-1), second[-1]
