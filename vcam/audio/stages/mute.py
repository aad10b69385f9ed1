"""The microphone's mute: the sound fades out and in again, and the device stays.

It is the last stage of a call, so that nothing after it can be heard, and it errs on the side of
silence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vcam.audio.frames import HOP
from vcam.audio.stages.contract import SoundStage, SoundWork

FADE = 2 * HOP
"""Samples from the voice to silence: with the block that was under way, at most 30 ms."""

_GAIN = (0.5 * (1.0 + np.cos(np.pi * np.arange(FADE + 1) / FADE))).astype(np.float32)
_AHEAD = np.arange(1, HOP + 1)


@dataclass(frozen=True, kw_only=True)
class MuteOptions:
    mute: bool = False


class MuteStage(SoundStage[int, MuteOptions]):
    """A raised-cosine fade, which may turn around half-way. The state is how far the sound has
    faded, 0 (heard) to `FADE` (silent); without one the first block is wholly heard or silent."""

    name = "mute"
    row = "after"
    failure = "mute.failed"
    despite_bypass = True

    def wanted(self, options: MuteOptions) -> bool:
        """Always: the fade goes on when the mute is off again."""
        return True

    def step(
        self, state: int | None, work: SoundWork, options: MuteOptions
    ) -> tuple[int, SoundWork]:
        end = FADE if options.mute else 0
        begin = end if state is None else state
        if begin == end:
            return end, self.instead(work, options)
        faded = np.clip(begin + (_AHEAD if options.mute else -_AHEAD), 0, FADE)
        return int(faded[-1]), work._replace(block=work.block * _GAIN[faded])

    def instead(self, work: SoundWork, options: MuteOptions) -> SoundWork:
        """A mute that fails is silence at once."""
        return work._replace(block=np.zeros_like(work.block)) if options.mute else work
