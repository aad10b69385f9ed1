"""The microphone's mute: the sound fades out and in again, and the device stays.

It is the last stage of a call, so that nothing after it can be heard, and it errs on the side of
silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.stages.contract import SoundStage, SoundWork

FADE = 2 * HOP
"""Samples from the voice to silence: with the block that was under way, at most 30 ms."""

_GAIN = (0.5 * (1.0 + np.cos(np.pi * np.arange(FADE + 1) / FADE))).astype(np.float32)
_AHEAD = np.arange(1, HOP + 1)
_VOICE = 10**-4.5  # mean square, -45 dBFS: what is left of noise and keys is softer
_SPOKEN = 1.0  # seconds of voice after which somebody speaks
_FORGETS = 0.5  # seconds of voice, a second of silence
_MOST = 2.0


@dataclass(frozen=True, kw_only=True)
class MuteOptions:
    mute: bool = False


class MuteState(NamedTuple):
    """`faded` is how far the sound has, 0 (heard) to `FADE` (silent). `unheard` are the seconds of
    voice that were lately held back, at most two."""

    faded: int
    unheard: float = 0.0

    @property
    def spoken_to(self) -> bool:
        """Whether somebody speaks into the muted microphone, and not only coughs."""
        return self.unheard >= _SPOKEN


class MuteStage(SoundStage[MuteState, MuteOptions]):
    """A raised-cosine fade, which may turn around half-way. Without a state the first block is
    wholly heard or silent."""

    name = "mute"
    row = "after"
    failure = "mute.failed"
    despite_bypass = True

    def wanted(self, options: MuteOptions) -> bool:
        """Always: the fade goes on when the mute is off again."""
        return True

    def step(
        self, state: MuteState | None, work: SoundWork, options: MuteOptions
    ) -> tuple[MuteState, SoundWork]:
        end = FADE if options.mute else 0
        state = state or MuteState(end)
        unheard = _unheard(state.unheard, work.block) if options.mute else 0.0
        if state.faded == end:
            return MuteState(end, unheard), self.instead(work, options)
        faded = np.clip(state.faded + (_AHEAD if options.mute else -_AHEAD), 0, FADE)
        return MuteState(int(faded[-1]), unheard), work._replace(block=work.block * _GAIN[faded])

    def instead(self, work: SoundWork, options: MuteOptions) -> SoundWork:
        """A mute that fails is silence at once."""
        return work._replace(block=np.zeros_like(work.block)) if options.mute else work


def _unheard(seconds: float, block: Block) -> float:
    loud = float(block @ block) > _VOICE * HOP
    return min(_MOST, max(0.0, seconds + (1.0 if loud else -_FORGETS) * HOP / RATE))
