"""Imagined calls as bands' levels: the user, others in the room, now one, now the other.

A microphone colours all of them alike; each voice's own recording is undone by another colour, so
that voices and not microphones are told apart; others are farther away, and a room blurs them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.signal import lfilter

from export.my_voice.corpus import Voice
from vcam.audio.frames import HOP, RATE
from vcam.audio.stages.my_voice import BANDS, STRIDE, loudness, total, voiced

LIVE, ENROLLED = 400, 300  # steps of the network, of 20 ms
_LEAST_ENROLLED = 100
_FLOOR = 10 ** (-9.0)
_SPOKEN = -25.0  # dB below a voice's loudness: the end of it


class Scene(NamedTuple):
    """`enrolled` ``(ENROLLED, BANDS)`` and `live` ``(LIVE, BANDS)``, dB relative to the loudness of
    `enrolled`; `known` ``(ENROLLED,)`` 1 where that holds a voice; `mine` and `other` ``(LIVE,)``,
    dB, the user's and the others' part; `who` is the number of the user's voice."""

    enrolled: np.ndarray
    known: np.ndarray
    live: np.ndarray
    mine: np.ndarray
    other: np.ndarray
    who: int


class Cast:
    """Voices, to be drawn by their sources."""

    def __init__(self, voices: Sequence[Voice]) -> None:
        self.voices = list(voices)
        self._of: dict[str, list[int]] = defaultdict(list)
        for number, voice in enumerate(voices):
            self._of[voice.source].append(number)
        sizes = np.array([len(some) for some in self._of.values()], float)
        self._shares = np.sqrt(sizes) / np.sqrt(sizes).sum()

    def one(self, rng: np.random.Generator) -> int:
        source = list(self._of)[rng.choice(len(self._shares), p=self._shares)]
        return int(rng.choice(self._of[source]))

    def another(self, rng: np.random.Generator, than: int) -> int:
        """Most often of the same source: as like as can be."""
        alike = self._of[self.voices[than].source]
        if len(alike) > 1 and rng.random() < 0.6:
            found = int(rng.choice(alike))
        else:
            found = self.one(rng)
        return found if found != than else self.another(rng, than)


def scene(
    rng: np.random.Generator,
    cast: Cast,
    *,
    below: tuple[float, float] = (-2.0, 20.0),
    overlap: float = 0.15,
    plain: bool = False,
) -> Scene:
    """`below`: by how many dB others are quieter than the user. `plain`: as on a data set, without
    other colours, rooms and moods."""
    user = cast.one(rng)
    levels = cast.voices[user].levels
    half = len(levels) // 2
    first, second = (levels[:half], levels[half:])[:: 1 if rng.random() < 0.5 else -1]
    length = int(rng.integers(_LEAST_ENROLLED, ENROLLED + 1))
    microphone = colour(rng, 4.0)
    own = colour(rng, 2.0 if plain else 3.0) + microphone
    enrolled = power(cut(rng, first, length) + own)
    again = own if plain else own + colour(rng, 2.0)
    mood = 0.0 if plain else float(np.clip(rng.normal(0, 3), -8, 10))
    spoken, talk = turns(rng, overlap)
    mine = reverberant(rng, power(cut(rng, second, LIVE) + again + mood), 0.0, 0.3)
    mine *= spoken[:, None]
    other = np.zeros_like(mine)
    for who in {int(number) for number in talk if number}:
        voice = cast.voices[cast.another(rng, user)].levels
        beside = plain or rng.random() < 0.5  # told by voice and level alone
        away = microphone if beside else microphone + colour(rng, 5.0)
        there = power(cut(rng, voice, LIVE) + away - float(rng.uniform(*below)))
        there = reverberant(rng, there, 0.0 if beside else 0.05, 0.3 if beside else 1.5)
        other += there * (talk == who)[:, None]
    floor = power(colour(rng, 8.0)[None] + rng.uniform(-75, -40)) / BANDS
    noise = floor * rng.exponential(1.0, (LIVE, BANDS))
    still = floor * rng.exponential(1.0, (length, BANDS))
    reference = loudness(decibels(enrolled))
    shown = np.full((ENROLLED, BANDS), -90.0, np.float32)
    shown[:length] = decibels(enrolled + still) - reference
    known = np.zeros(ENROLLED, np.float32)
    known[:length] = voiced(decibels(enrolled))
    return Scene(
        shown,
        known,
        decibels(mine + other + noise) - reference,
        total(decibels(mine)) - reference,
        total(decibels(other)) - reference,
        user,
    )


def turns(rng: np.random.Generator, overlap: float) -> tuple[np.ndarray, np.ndarray]:
    """``(LIVE,)``: whether the user speaks, and the number of who else does, or 0."""
    spoken, talk = np.zeros(LIVE, bool), np.zeros(LIVE, int)
    at = int(rng.integers(0, 30))
    mine = bool(rng.random() < 0.6)
    while at < LIVE:
        end = at + int(rng.integers(20, 175))
        if mine or rng.random() < overlap:
            spoken[at:end] = True
        if not mine or rng.random() < overlap:
            talk[at:end] = rng.integers(1, 3)
        at = end + int(rng.integers(0, 40))
        mine = rng.random() < 0.5
    return spoken, talk


def cut(rng: np.random.Generator, levels: np.ndarray, length: int) -> np.ndarray:
    """So many steps of it, from anywhere, going round at its end."""
    at = (int(rng.integers(len(levels))) + STRIDE * np.arange(length)) % len(levels)
    return levels[at]


def colour(rng: np.random.Generator, depth: float) -> np.ndarray:
    """A smooth frequency response in dB ``(BANDS,)``."""
    knots = rng.normal(0, depth, 6)
    return np.interp(np.arange(BANDS), np.linspace(0, BANDS - 1, 6), knots).astype(np.float32)


def reverberant(
    rng: np.random.Generator, energy: np.ndarray, least: float, most: float
) -> np.ndarray:
    """With the tail of a room, whose energy beside the direct sound's is between `least` and
    `most`."""
    if most <= 0:
        return energy
    falls = 10 ** (-6 * STRIDE * HOP / RATE / rng.uniform(0.15, 0.7))
    tail = lfilter([0, 1 - falls], [1, -falls], energy, axis=0)
    return energy + rng.uniform(least, most) * tail.astype(np.float32)


def power(levels: np.ndarray) -> np.ndarray:
    return 10 ** (levels / 10)


def decibels(energy: np.ndarray) -> np.ndarray:
    return (10 * np.log10(energy + _FLOOR)).astype(np.float32)
