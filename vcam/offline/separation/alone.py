"""Who of those that are seen speaks alone, and how they sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from vcam.audio.frames import RATE
from vcam.audio.stages.my_voice import BANDS, Levels, MyVoice, levels_of
from vcam.offline.separation.apart import Mono
from vcam.offline.separation.faces import BLOCKS, SeenFace
from vcam.offline.separation.persons import Voice

_SPOKEN = RATE // 5
"""Samples of which it is told who speaks."""
_MUCH, _ALL_BUT, _SOFT = 0.2, 0.8, 0.01
"""The least power of who speaks alone: of what is heard, of all faces', of what is loud."""


class Alone:
    """Who speaks alone: of whom is much of what is heard, of no other face, and that is loud."""

    def __init__(self, faces: Sequence[SeenFace]) -> None:
        self._faces = faces
        self._loud = -np.inf
        self._begin = 0.0

    def of(self, said: Mapping[int, Mono], rest: Mono) -> dict[int, Levels]:
        """The bands' levels ``(T, BANDS)`` of all that is heard while each face speaks alone and is
        seen, of the next piece."""
        count = len(rest) // _SPOKEN
        times = self._begin + np.arange(count) * (_SPOKEN / RATE)
        self._begin += len(rest) / RATE
        if not count or not said:
            return {}
        sound = sum(said.values(), rest)[: count * _SPOKEN]
        power = _power(sound)
        self._loud = max(self._loud, float(np.percentile(power, 90)))
        own = {face: _power(one[: len(sound)]) for face, one in said.items()}
        both = sum(own.values())
        levels = levels_of(sound).reshape(count, -1, BANDS)
        found = {}
        for number, one in own.items():
            face = self._faces[number]
            seen = (times >= face.first / BLOCKS) & (times + _SPOKEN / RATE <= face.end / BLOCKS)
            alone = (one > _MUCH * power) & (one > _ALL_BUT * both)
            spoken = levels[seen & alone & (power > _SOFT * self._loud)]
            if len(spoken):
                found[number] = spoken.reshape(-1, BANDS)
        return found


def _power(sound: Mono) -> Mono:
    return np.square(sound.reshape(-1, _SPOKEN)).mean(1)


def voice_of(network: MyVoice, levels: Levels) -> Voice:
    """Of what was heard of somebody alone, ``(T, BANDS)``."""
    return Voice(network.profile(levels).sound, len(levels) / BLOCKS)
