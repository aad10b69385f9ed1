"""One microphone out of a source of several channels.

The two channels of a headset or the four of a laptop hear the same, and their mean is best. Of an
audio interface's inputs often a single one has a microphone, and a mean with the silent others
would make it quieter: by 18 dB with eight.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vcam.audio.frames import HOP, RATE, Block

_STEREO = ("front-left", "front-right")
_RISE, _FALL, _KEEP = (1 - np.exp(-HOP / RATE / seconds) for seconds in (0.1, 15.0, 150.0))
_PAUSE = 30.0  # dB below the loudest channel's level; then there is nothing to judge by
_SILENCE = -120.0  # dBFS
_STEP = 0.1  # of a channel's weight in a block
_RAMP = (np.arange(1, HOP + 1) / HOP)[:, np.newaxis]


class Inputs(NamedTuple):
    """How loud each channel was lately (dBFS), which are heard, and with what weight.

    One that is heard is left out once it is `leave` dB below the loudest, and heard again when it
    is less than `join` below it.
    """

    levels: NDArray[np.float64]
    heard: NDArray[np.bool_]
    weights: NDArray[np.float64]
    leave: float
    join: float


def start(positions: Sequence[str]) -> Inputs:
    """Before the first block; `positions` are the server's names of the channels' places.

    Of a stereo microphone's two one is left out only when it is as good as digitally silent.
    """
    count = len(positions)
    leave, join = (60.0, 50.0) if tuple(positions) == _STEREO else (15.0, 9.0)
    every = np.ones(count, bool)
    return Inputs(np.full(count, _SILENCE), every, np.full(count, 1 / count), leave, join)


def mixed(inputs: Inputs, block: NDArray[np.float32]) -> tuple[Inputs, Block]:
    """The mean of the channels that are heard, without a click where others are from now on.

    `block` is ``(480, channels)``. A channel is heard a tenth of a second after it became about as
    loud as the others, and until it has been softer for some ten seconds of sound: no word switches
    anything, two persons with a microphone each are both heard, a bump is no voice.
    """
    power = np.square(block, dtype=np.float64).mean(axis=0)
    now = 10 * np.log10(np.maximum(power, 10 ** (_SILENCE / 10)))
    fall = _FALL if now.max() > inputs.levels.max() - _PAUSE else _KEEP
    levels = inputs.levels + (now - inputs.levels) * np.where(now > inputs.levels, _RISE, fall)
    heard = levels >= levels.max() - np.where(inputs.heard, inputs.leave, inputs.join)
    weights = inputs.weights + np.clip(heard / heard.sum() - inputs.weights, -_STEP, _STEP)
    way = inputs.weights + (weights - inputs.weights) * _RAMP
    sound = (block * way).sum(axis=1).astype(np.float32)
    return inputs._replace(levels=levels, heard=heard, weights=weights), sound
