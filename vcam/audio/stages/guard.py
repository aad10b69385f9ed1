"""How far the lips may lower a sound, whatever the nets make of them.

The nets learned from few faces and may take a strange mouth for a closed one. What bounds them
here is not learned. More than `HEARD` dB are taken only while all of this holds:

- These lips have been seen to speak: a voice was heard while they moved (`GuardState.trust`). A
  mask, a still picture and a ventriloquist never get there.
- They are closed and still, by the measure of how they move when they speak (`STILL`). Within a
  sentence no mouth is so for `vcam.audio.stages.mouth.WATCHED` seconds.
- Somebody else is heard: a voice went on while they were still, now or a moment ago.
- Nothing has just begun. What stands out from the sound before may be a word that starts with
  closed lips, or an "mm-hm"; somebody else's sentence is longer.

The bound opens within a block and closes slowly.
"""

from __future__ import annotations

from math import inf, log10
from typing import NamedTuple

from vcam.audio.frames import HOP, RATE
from vcam.audio.stages.mouth import WATCHED

ALONE, HEARD, LISTENING = -0.6, -2.9, -12.0
"""The least gain in dB: in the ordinary call; with still lips or with somebody else about; while
somebody else speaks before still lips."""
CLOSING = 0.3
"""dB a block by which the bound sinks: 0.3 s from `HEARD` to `LISTENING`."""
STILL = 0.25
"""Share of their mean motion in speech that still lips stay below. In 75 films of 38 talkers it
never fell under 0.30 while a voice filled half of the time watched."""
ENOUGH = 1.0
"""Seconds of speech that the lips have to be seen in."""
LEAST_MOTION, USUAL_MOTION = 2.0, 4.0
"""Motion (`MouthState.spread`) from which lips may be speaking, and what is supposed of lips that
have not spoken. The means of the same films are 3 to 13."""

_BLOCK = HOP / RATE
_AVERAGED = 10.0  # seconds of own speech
_VOICE = 25.0  # dB below the loudest lately: the end of what counts as a voice
_FAR = 20.0  # dB below the mean of the own voice: the end of what counts as somebody else's
_SHORT = (1 << round(WATCHED / _BLOCK)) - 1  # so long have still lips been still already
_LONG = (1 << round(2 * WATCHED / _BLOCK)) - 1
_SUSTAINED = 70  # blocks of them with a voice: an "mm-hm" is shorter
_EXPECTED = 5.0  # seconds for which somebody else may pause
_STANDS_OUT, _FORGOTTEN, _HELD = 9.0, 0.3, 0.5  # dB, dB a block (so after 0.3 s of rest), seconds
_AWAY = 5.0  # seconds without a face; the next may be another's


class GuardState(NamedTuple):
    """What one block leaves behind for the next.

    Attributes:
        bound: the least gain, dB.
        trust: seconds of speech that these lips were seen in, at most 10.
        motion, level: the means of their motion and of the sound, in dB, in that speech.
        heard: a bit for each block with a voice, of as many as the lips are still.
        other: seconds for which somebody else is expected to go on.
        before: the loudest of the sound before, in dB, slowly forgotten.
        held: seconds until what has begun may be lowered.
        seen: time of the newest observation, seconds.
    """

    bound: float = 0.0
    trust: float = 0.0
    motion: float = USUAL_MOTION
    level: float = 0.0
    heard: int = 0
    other: float = 0.0
    before: float = 0.0
    held: float = 0.0
    seen: float = -inf


def guard(state: GuardState, motion: float, energy: float, peak: float, time: float) -> GuardState:
    """The state after a block: no band's gain may be less than ``10 ** (bound / 20)``.

    Args:
        state: that of the block before; `GuardState()` knows nobody.
        motion: the `spread` of a `vcam.audio.stages.mouth.MouthState`.
        energy: what net 1 leaves of the block, 1 being a loud voice, about.
        peak: the loudest lately, dB, on the same scale.
        time: of the newest observation, seconds.
    """
    if time - state.seen > _AWAY:
        state = GuardState()
    sound = 10 * log10(energy + 1e-10)
    trust, mean_motion, level = state.trust, state.motion, state.level
    if sound > peak - _VOICE and LEAST_MOTION < motion < inf:
        trust = min(trust + _BLOCK, _AVERAGED)
        mean_motion += (motion - mean_motion) * _BLOCK / trust
        level += (sound - level) * _BLOCK / trust
    known = trust >= ENOUGH
    still = motion < STILL * mean_motion
    voice = known and sound > level - _FAR
    heard = (state.heard << 1 | voice) & (_LONG if still else _SHORT)
    goes_on = still and heard.bit_count() > _SUSTAINED
    other = _EXPECTED if goes_on else max(0.0, state.other - _BLOCK)
    begins = voice and sound > state.before + _STANDS_OUT
    held = _HELD if begins else max(0.0, state.held - _BLOCK)
    if known and still and other > 0 and held == 0:
        wanted = LISTENING
    else:
        wanted = HEARD if still or other > 0 else ALONE
    return GuardState(
        max(wanted, state.bound - CLOSING),
        trust,
        mean_motion,
        level,
        heard,
        other,
        max(sound, state.before - _FORGOTTEN),
        held,
        time,
    )
