"""Is anything of what the loudspeakers play in the microphone? With headphones nothing is.

The generalised cross-correlation with phase transform (Knapp and Carter, IEEE Trans. ASSP 24(4),
1976) has a peak at the echo's delay, far above what chance makes, even where the echo is fainter
than the room's noise and while somebody speaks; voices of others do not move it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vcam.audio.frames import HOP, RATE, Block

_THIN = 12  # to 4 kHz: enough to find an echo by, and cheap
_PER_BLOCK = HOP // _THIN
_WINDOW = 400  # blocks
_PLAYED = 120  # blocks in a window that have to have sound
_LONGEST = RATE // _THIN // 2  # half a second
_PEAK = 10.0  # deviations; two voices of their own reach 8, echoes 12 and far more
_VAIN = 2  # windows without an echo
_SIZE = 1 << 15  # no less than a window and the longest delay


class Coupling(NamedTuple):
    """What is known: `coupled` until the contrary has been seen, in `vain` windows. `heard` and
    `far` are the blocks of the window so far, thinned, `played` counts those with sound."""

    coupled: bool = True
    vain: int = 0
    heard: tuple[NDArray[np.float32], ...] = ()
    far: tuple[NDArray[np.float32], ...] = ()
    played: int = 0


def step(state: Coupling, block: Block, far: Block, played: bool) -> Coupling:
    """Takes in a block of the microphone and of the loudspeakers, float32 ``(HOP,)`` each."""
    heard = (*state.heard, _thinned(block))
    fars = (*state.far, _thinned(far))
    count = state.played + played
    if len(heard) < _WINDOW:
        return state._replace(heard=heard, far=fars, played=count)
    if count < _PLAYED:
        return Coupling(state.coupled, state.vain)
    if peak(np.concatenate(heard), np.concatenate(fars)) > _PEAK:
        return Coupling()
    vain = min(_VAIN, state.vain + 1)
    return Coupling(state.coupled and vain < _VAIN, vain)


def peak(heard: NDArray[np.float32], far: NDArray[np.float32]) -> float:
    """The highest correlation at a delay of 0 to 0.5 s, in deviations of all of them."""
    cross = np.fft.rfft(heard, _SIZE) * np.conj(np.fft.rfft(far, _SIZE))
    cross /= np.abs(cross) + 1e-12
    correlation = np.abs(np.fft.irfft(cross, _SIZE))
    return float(correlation[:_LONGEST].max() / (np.sqrt(np.mean(correlation**2)) + 1e-12))


def _thinned(block: Block) -> NDArray[np.float32]:
    return block.reshape(_PER_BLOCK, _THIN).mean(axis=1)
