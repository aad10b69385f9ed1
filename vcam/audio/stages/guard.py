"""How far the lips may lower a sound, whatever the nets make of them.

The nets learned from few faces and may take a strange mouth for a closed one; who hums, wears a
mask, is dubbed or speaks like a ventriloquist is heard although no lips move. Nothing of that can
be told from somebody else who speaks while the user listens, as long as the user's voice itself is
not known. So the lips never take more than `LISTENING` dB, and that much only while

- the lips are closed: their nets have said so for a moment, or they are still by the measure of how
  they move when they speak; or
- somebody else is about: a voice went on before still lips, a moment ago.

In the ordinary call it is `ALONE`. The bound opens within a block and closes slowly.
"""

from __future__ import annotations

from math import inf, log10
from typing import Literal, NamedTuple

from vcam.audio.frames import HOP, RATE

ALONE, LISTENING = -0.4, -2.9
"""The least gain in dB: in the ordinary call; with closed lips or with somebody else about."""
CLOSING = 0.3
"""dB a block by which the bound sinks."""
CLOSED = 0.2
"""Share of the sound that the nets leave, below which they take the lips for closed."""
BELIEVED = 0.5
"""That share from which they may be speaking."""
STILL = 0.25
"""Share of their mean motion in speech that still lips stay below. In 75 films of 38 talkers it
never fell under 0.30 while a voice filled half of the time watched."""
MOVING, KNOWN = 0.6, 1.0
"""Share of that mean from which lips are taken for speaking, and seconds of speech that it must
have been taken from."""
LEAST_MOTION, USUAL_MOTION = 2.0, 4.0
"""Motion (`MouthState.spread`) from which lips may be speaking, and what is supposed of lips that
have not spoken. The means of the same films are 3 to 13."""

_BLOCK = HOP / RATE
_AVERAGED = 10.0  # seconds of own speech
_VOICE = 25.0  # dB below the loudest lately: the end of what counts as a voice
_MOMENT = 0.1  # seconds for which the nets take the lips for closed
_SUSTAINED = 0.7  # seconds of a voice before still lips; an "mm-hm" is shorter
_EXPECTED = 5.0  # seconds for which somebody else may pause
_AWAY = 5.0  # seconds without a face; the next may be another's


Lips = Literal["shut", "moving", "unclear"]


class GuardState(NamedTuple):
    """What one block leaves behind for the next.

    Attributes:
        bound: the least gain, dB.
        spoken, motion: seconds of speech that these lips were seen in, at most 10, and the mean of
            their motion in it.
        closed: seconds for which the nets have taken the lips for closed.
        heard: seconds of voice since the lips are still.
        other: seconds for which somebody else is expected to go on.
        seen: time of the newest observation, seconds.
        lips: what they do, as far as it can be told.
    """

    bound: float = 0.0
    spoken: float = 0.0
    motion: float = USUAL_MOTION
    closed: float = 0.0
    heard: float = 0.0
    other: float = 0.0
    seen: float = -inf
    lips: Lips = "unclear"


def guard(
    state: GuardState, motion: float, energy: float, peak: float, left: float, time: float
) -> GuardState:
    """The state after a block: no band's gain may be less than ``10 ** (bound / 20)``.

    Args:
        state: that of the block before; `GuardState()` knows nobody.
        motion: the `spread` of a `vcam.audio.stages.mouth.MouthState`.
        energy: what net 1 leaves of the block, 1 being a loud voice, about.
        peak: the loudest lately, dB, on the same scale.
        left: share of that energy that the lips' nets would leave.
        time: of the newest observation, seconds.
    """
    if time - state.seen > _AWAY:
        state = GuardState()
    voice = 10 * log10(energy + 1e-10) > peak - _VOICE
    spoken, mean = state.spoken, state.motion
    if voice and LEAST_MOTION < motion < inf:
        spoken = min(spoken + _BLOCK, _AVERAGED)
        mean += (motion - mean) * _BLOCK / spoken
    still = motion < STILL * mean
    closed = state.closed + _BLOCK if left < CLOSED else 0.0
    shut = still or closed > _MOMENT
    heard = state.heard + _BLOCK * voice if shut else 0.0
    other = _EXPECTED if heard > _SUSTAINED else max(0.0, state.other - _BLOCK)
    wanted = LISTENING if shut or other > 0 else ALONE
    moving = spoken > KNOWN and motion > MOVING * mean and left > BELIEVED
    lips: Lips = "shut" if shut else "moving" if moving else "unclear"
    bound = max(wanted, state.bound - CLOSING)
    return GuardState(bound, spoken, mean, closed, heard, other, time, lips)
