"""Builds meetings: one to five talkers, seen, at once or in turns, in a room with noise.

A talker is somebody whose face was filmed, or a voice alone: its lips are then imagined, by what
net 2 says of filmed lips, given the sound (a linear map), and the error of that on somebody's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.signal import fftconvolve

from export.lips.corpus import BLOCKS, MERGE, RATE, band_energy, unit
from export.separation.corpus import Voice
from vcam.offline.separation.network import BINS, HOP, LIPS, spectra, steps_of

_CONTEXT = np.arange(-24, 33, 4)  # blocks
_RANGE = 4.0  # of logits
_QUIET = 1e-4


class Scene(NamedTuple):
    """`mixture` complex64 ``(T, BINS)``, `targets` ``(N, T, BINS)``, `lips` ``(N, T, LIPS)``."""

    mixture: np.ndarray
    targets: np.ndarray
    lips: np.ndarray


@dataclass(frozen=True)
class Imagined:
    """What lips would say of a sound: `weights` ``(context × bands + 1, bands)`` for the logits
    of all, and of each person the shares ``(bands,)`` of that which are seen and the errors of it
    ``(T, bands)``: some lips tell little."""

    weights: np.ndarray
    persons: list[tuple[np.ndarray, np.ndarray]]

    @classmethod
    def learned(cls, faces: list[Voice]) -> Imagined:
        by_person = defaultdict(list)
        for face in faces:
            given, said = _context(_heard(_float(face.sound))), _logit(face.lips)
            length = min(len(given), len(said))
            by_person[face.name].append((given[:length], said[:length]))
        people = [tuple(map(np.concatenate, zip(*one, strict=True))) for one in by_person.values()]
        # As if everyone had been seen for as long.
        square = sum(x.T @ x / len(x) for x, _ in people)
        weights = np.linalg.solve(
            square + 1e-3 * np.eye(len(square)), sum(x.T @ y / len(x) for x, y in people)
        )
        persons = []
        for x, y in people:
            told = x @ weights
            centred = told - told.mean(0)
            share = ((y - y.mean(0)) * centred).mean(0) / (np.square(centred).mean(0) + 1e-6)
            persons.append((share, y - told * share))
        return cls(weights, persons)

    def lips(self, rng: np.random.Generator, sound: np.ndarray) -> np.ndarray:
        """``(T, bands)`` at 100 Hz."""
        said = _context(_heard(sound)) @ self.weights
        share, errors = self.persons[rng.integers(len(self.persons))]
        first = rng.integers(len(errors))
        around = np.arange(first, first + len(said)) % len(errors)
        return _expit(said * share + errors[around] * rng.uniform(0.7, 1.1))


@dataclass(frozen=True)
class Material:
    """What scenes are made of; `faces` and `voices` by person and by source."""

    faces: list[list[Voice]]
    voices: list[list[Voice]]
    noises: list[np.ndarray]
    rooms: np.ndarray
    imagined: Imagined

    @classmethod
    def of(
        cls,
        faces: list[Voice],
        voices: list[Voice],
        noises: list[np.ndarray],
        rooms: np.ndarray,
        imagined: Imagined,
    ) -> Material:
        return cls(
            _grouped(faces, lambda face: face.name),
            _grouped(voices, lambda voice: voice.name.split("/")[0]),
            noises,
            rooms,
            imagined,
        )


def scene(
    rng: np.random.Generator, material: Material, talkers: int, length: int, filmed: float
) -> Scene:
    """A meeting of this many in `length` steps; a share is `filmed`, the others are imagined."""
    blocks, length = 2 * length, HOP * length
    turns = rng.random() < 0.25
    sounds, lips = [], []
    taken: set[str] = set()
    for _ in range(talkers):
        if rng.random() < filmed:
            sound, said = _filmed(rng, material, length, taken)
        else:
            sound = _voice(rng, material, length, taken)
            if turns:
                sound = sound * _turn(rng, length)
            said = material.imagined.lips(rng, sound)
        sounds.append(sound)
        lips.append(_seen(rng, said, blocks))
    others = []
    if rng.random() < 0.15:
        others.append(_voice(rng, material, length, taken) * 10 ** (rng.uniform(-15, -3) / 20))
    if material.noises and rng.random() < 0.3:
        noise = _piece(rng, material.noises[rng.integers(len(material.noises))], length)
        others.append(_loud(noise) * 10 ** (rng.uniform(-30, -3) / 20))
    heard = [_loud(sound) * 10 ** (rng.normal(0, 3) / 20) for sound in sounds]
    if len(material.rooms) and rng.random() < 0.3:
        heard = [_in_room(rng, material.rooms, sound) for sound in heard]
    level = 10 ** (rng.uniform(-40, -15) / 20)
    targets = np.stack([_spectra(sound * level) for sound in heard])
    mixture = targets.sum(0)
    for other in others:
        mixture = mixture + _spectra(other * level)
    return Scene(mixture, targets, np.stack(lips))


def _spectra(sound: np.ndarray) -> np.ndarray:
    """Step t is around the middle of blocks 2 t and 2 t + 1."""
    return spectra(np.pad(sound.astype(np.float32), HOP // 2))[:, :BINS]


def _seen(rng: np.random.Generator, said: np.ndarray, blocks: int) -> np.ndarray:
    said = np.roll(said, int(rng.uniform(-8, 8)), axis=0) if rng.random() < 0.5 else said
    said = np.pad(said, ((0, max(0, blocks - len(said))), (0, 0)), mode="edge")[:blocks]
    seen = np.ones(blocks, bool)
    if rng.random() < 0.25:
        first = rng.integers(blocks)
        seen[first : first + int(rng.uniform(0.3, 3.0) * BLOCKS)] = False
    found = steps_of(said, seen)
    assert found.shape[1] == LIPS
    return found


def _filmed(
    rng: np.random.Generator, material: Material, length: int, taken: set[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Clips of one person, one after the other; a resting mouth is imagined between them."""
    free = [one for one in material.faces if one[0].name not in taken]
    weights = np.sqrt([sum(len(face.sound) for face in one) for one in free])
    person = free[rng.choice(len(free), p=weights / weights.sum())]
    taken.add(person[0].name)
    sounds, lips, held = [], [], 0
    while held < length:
        face = person[rng.integers(len(person))]
        first = 0
        if len(face.lips) > 200:
            first = int(rng.integers(len(face.lips) - 150))
        sound, said = face.sound[first * RATE // BLOCKS :], face.lips[first:]
        count = min(len(said), len(sound) * BLOCKS // RATE)
        sounds.append(_loud(_float(sound[: count * RATE // BLOCKS])))
        lips.append(said[:count].astype(float))
        held += len(sounds[-1])
        if rng.random() < 0.15:
            rest = np.zeros(int(rng.uniform(0.2, 1.5) * BLOCKS) * RATE // BLOCKS)
            sounds.append(rest)
            lips.append(material.imagined.lips(rng, rest))
            held += len(rest)
    sound = np.concatenate(sounds)[:length]
    said = np.concatenate(lips)
    return sound, said


def _voice(
    rng: np.random.Generator, material: Material, length: int, taken: set[str]
) -> np.ndarray:
    weights = np.array([len(source) for source in material.voices]) ** 0.6
    while True:
        source = material.voices[rng.choice(len(weights), p=weights / weights.sum())]
        voice = source[rng.integers(len(source))]
        if voice.name not in taken:
            break
    taken.add(voice.name)
    sound = _piece(rng, voice.sound, length)
    if rng.random() < 0.3:  # another size of the same voice
        pace = rng.uniform(0.88, 1.14)
        at = np.arange(length) * pace
        longer = _piece(rng, voice.sound, int(at[-1]) + 2)
        sound = np.interp(at, np.arange(len(longer)), longer)
    return sound


def _piece(rng: np.random.Generator, sound: np.ndarray, length: int) -> np.ndarray:
    first = int(rng.integers(max(1, len(sound) - length)))
    piece = _float(np.asarray(sound[first : first + length]))
    return piece if len(piece) == length else np.resize(piece, length)


def _turn(rng: np.random.Generator, length: int) -> np.ndarray:
    """1 while somebody has the floor."""
    gate, at, on = np.zeros(length), 0, rng.random() < 0.5
    while at < length:
        until = at + int(rng.uniform(0.4, 2.5) * RATE)
        gate[at:until] = on
        at, on = until, not on
    return np.convolve(gate, np.ones(320) / 320, "same")


def _in_room(rng: np.random.Generator, rooms: np.ndarray, sound: np.ndarray) -> np.ndarray:
    return fftconvolve(sound, rooms[rng.integers(len(rooms))])[: len(sound)]


def _loud(sound: np.ndarray) -> np.ndarray:
    """At the level of its louder half."""
    power = np.square(sound[: len(sound) // 160 * 160]).reshape(-1, 160).mean(1)
    loud = power[power >= np.median(power)]
    return sound / np.sqrt(loud.mean() + 1e-9) if power.max() > 1e-8 else sound


def _heard(sound: np.ndarray) -> np.ndarray:
    """Levels ``(T, bands)`` at 100 Hz in [-1, 0.3], 0 being loud."""
    padded = np.concatenate([np.zeros(120), sound, np.zeros(280)])
    energy = unit(band_energy(padded)) if sound.any() else np.zeros((len(sound) // 160, 32))
    return np.log10(np.add.reduceat(energy, MERGE[:-1], axis=1) + _QUIET) / 4


def _context(heard: np.ndarray) -> np.ndarray:
    """Levels around each block, and 1."""
    at = np.clip(np.arange(len(heard))[:, None] + _CONTEXT, 0, len(heard) - 1)
    return np.concatenate([heard[at].reshape(len(heard), -1), np.ones((len(heard), 1))], 1)


def _logit(said: np.ndarray) -> np.ndarray:
    said = np.clip(said.astype(float), 1e-3, 1 - 1e-3)
    return np.clip(np.log(said / (1 - said)), -_RANGE, _RANGE)


def _expit(logit: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(logit, -_RANGE, _RANGE)))


def _float(sound: np.ndarray) -> np.ndarray:
    return sound.astype(np.float32) / 32767 if sound.dtype == np.int16 else sound


def _grouped(voices: list[Voice], key: Callable[[Voice], str]) -> list[list[Voice]]:
    groups: dict[str, list[Voice]] = defaultdict(list)
    for voice in voices:
        groups[key(voice)].append(voice)
    return list(groups.values())
