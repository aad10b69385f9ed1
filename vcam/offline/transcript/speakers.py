"""Who says what, where the voices of a recording are apart: every one is heard for itself, and what
another voice has left in it is told by its level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
import soxr
from numpy.typing import NDArray

from vcam.audio.frames import RATE as FULL
from vcam.offline.transcript.speech import RATE, Sound
from vcam.offline.transcript.subtitles import Line

Levels = NDArray[np.float32]
"""Power of every `_STEP` seconds."""

_STEP = 0.1
_LEFT = 10 ** (-9 / 10)
"""Power below another voice's that is taken for what is left of it."""


class NamedSound(Protocol):
    """A voice at 48 kHz, from the recording's beginning."""

    name: str

    def pieces(self) -> Iterator[NDArray[np.float32]]:
        """All of it, ``(samples, channels)``."""


def heard(voice: NamedSound) -> Iterator[Sound]:
    """A voice as it is recognised: at 16 kHz."""
    down = soxr.ResampleStream(FULL, RATE, 1, "float32", "HQ")
    for piece in voice.pieces():
        yield down.resample_chunk(np.ascontiguousarray(piece[:, 0]))
    yield down.resample_chunk(np.zeros(0, np.float32), last=True)


def levels_of(voice: NamedSound) -> Levels:
    step = round(_STEP * FULL)
    found, waiting = [], np.zeros(0, np.float32)
    for piece in voice.pieces():
        waiting = np.concatenate([waiting, piece[:, 0]])
        whole = len(waiting) // step * step
        found.append(np.square(waiting[:whole].reshape(-1, step)).mean(1))
        waiting = waiting[whole:]
    return np.concatenate([np.zeros(0, np.float32), *found])


def own(lines: Sequence[Line], number: int, levels: Sequence[Levels]) -> list[Line]:
    """The lines that are a voice's own, and not left in it of a louder one."""
    return [line for line in lines if _is_own(line, number, levels)]


def _is_own(line: Line, number: int, levels: Sequence[Levels]) -> bool:
    span = slice(int(line.begin / _STEP), int(line.end / _STEP) + 1)
    power = [float(one[span].sum()) for one in levels]
    return power[number] > _LEFT * max(power)
