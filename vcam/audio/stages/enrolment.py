"""Learns how the user sounds while the lips are seen to speak (speaker enrolment).

Others may talk while the lips move: a step counts only where the sound is nearly as loud as what
the lips have confirmed before. From the first seconds comes the loudness, from the others the mean
embedding. What has been learned stays as it is until the lips go on contradicting it (the CUSUM of
Page, "Continuous inspection schemes", 1954); then it begins anew.
"""

from __future__ import annotations

from math import log10
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vcam.audio.frames import HOP

Vector = NDArray[np.float32]

STEP = 0.02
"""Seconds from one step to the next."""
ENROLLED = 10.0
"""Seconds of confirmed voice that are learned from."""
_LOUDNESS = 3.0  # seconds of them until the loudness is known
_DOMINANT = 15.0  # dB below the loudest tenth of them: the end of what counts
_QUIETEST = 20 * log10(HOP) - 60  # dB, of a tone at -60 dBFS
_DENIED = 0.1  # how surely it is the user's at most, where the network contradicts the lips
_CONTRADICTED = 2.0  # seconds of that, less those of the contrary


class Enrolment(NamedTuple):
    """How far it has come.

    Attributes:
        face: the number of the one whose lips are watched; None until it is seen.
        levels: float32 ``(T,)``, dB of what was confirmed; empty once it is over.
        sound: float32 ``(PROFILE,)``: sum of the embeddings; once it is over of length 1.
        loudness: dB; None until it is known.
        over: the voice has been learned.
        doubt: seconds for which the network has contradicted the lips since, on balance.
    """

    face: int | None
    levels: Vector
    sound: Vector
    loudness: float | None = None
    over: bool = False
    doubt: float = 0.0

    @property
    def seconds(self) -> float:
        """Of confirmed voice so far, at most `ENROLLED`."""
        return ENROLLED if self.over else len(self.levels) * STEP


def begun(face: int | None, length: int) -> Enrolment:
    """Nothing is known yet of the voice that goes with a face; embeddings have a `length`."""
    return Enrolment(face, np.zeros(0, np.float32), np.zeros(length, np.float32))


def watched(before: Enrolment, face: int | None) -> Enrolment:
    """With the lips of the face of that number in view; None for none. That of another begins anew:
    one voice is not another's."""
    if face is None or face == before.face:
        return before
    return begun(face, len(before.sound)) if before.face is not None else before._replace(face=face)


def enrolled(before: Enrolment, level: float, mine: float, embedding: Vector) -> Enrolment:
    """After a step in which the lips moved as in speech.

    Args:
        before: before that step.
        level: of all bands together, dB.
        mine: how surely it is the voice that was learned, 0 to 1.
        embedding: float32 ``(PROFILE,)`` of that step; zeros while the loudness is unknown.
    """
    if before.over:
        assert before.loudness is not None
        if level < before.loudness - _DOMINANT:
            return before
        doubt = max(0.0, before.doubt + (STEP if mine < _DENIED else -STEP))
        if doubt > _CONTRADICTED:
            return begun(before.face, len(before.sound))
        return before._replace(doubt=doubt)
    levels = np.append(before.levels, np.float32(level))
    least = max(float(np.percentile(levels, 90)) - _DOMINANT, _QUIETEST)
    if level < least:
        return before
    after = before._replace(levels=levels[levels >= least], sound=before.sound + embedding)
    if after.seconds < _LOUDNESS:
        return after
    loudness = 10 * log10(float((10 ** (after.levels / 10)).mean()))
    after = after._replace(loudness=loudness)
    if after.seconds < ENROLLED:
        return after
    sound = after.sound / np.float32(np.linalg.norm(after.sound))
    return after._replace(levels=levels[:0], sound=sound, over=True)
