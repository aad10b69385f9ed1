"""The loudspeakers' echo, taken away before anything else by a canceller that hears what they play.

It is there only while there is an echo: with nothing playing, or nothing of it in the microphone,
the voice goes past it, unchanged and without its delay. While both speak, cancellers take from the
near voice as well; where they leave much of what came in, that is a voice, and a little of the
microphone is let through beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log10
from typing import Literal, NamedTuple, Protocol

import numpy as np

from vcam.audio.frames import HOP, Block
from vcam.audio.stages import coupling
from vcam.audio.stages.contract import SoundStage, SoundWork
from vcam.audio.stages.coupling import Coupling

_PLAYED = 10**-6.5  # mean square, -65 dBFS: softer is dither, or a programme's silence
_LASTS = 1000  # blocks after the last sound: what goes on after a pause finds everything tuned
_LET = 0.03
"""Amplitude of the microphone that is let through while the near voice is heard: in simulated rooms
(`docs/echo.md`) AECMOS hears the least echo with it."""
_VOICE = -12.0, -4.0  # dB of what came in that is left: from where on, and where surely, a voice is
_SMOOTHING = 0.1  # of a new level, a block
_LEAST = 1e-9
_STILL = np.zeros(HOP, np.float32)
_RISE = (np.arange(1, HOP + 1, dtype=np.float32) / HOP).astype(np.float32)


class Canceller(Protocol):
    """WebRTC's AEC3, or what does the same.

    It keeps what it has learnt by itself, so that a step of this stage cannot be done again. What
    comes out is `late` samples behind what goes in.
    """

    @property
    def late(self) -> int: ...

    def process(self, near: Block, far: Block) -> Block:
        """The microphone's block, float32 ``(HOP,)``, without what `far` left in it."""
        ...


@dataclass(frozen=True, kw_only=True)
class EchoOptions:
    """`echo`: `auto` looks whether there is one, `on` takes it for granted."""

    echo: Literal["off", "auto", "on"] = "auto"


class EchoState(NamedTuple):
    """`through` counts the blocks that went through the `canceller` in a row, `silent` those since
    something was played. `before` is the microphone's last block, `came` and `left` are its power
    and that of what the canceller leaves, both lately."""

    canceller: Canceller | None = None
    through: int = 0
    silent: int = _LASTS
    coupling: Coupling = Coupling()
    before: Block = _STILL
    came: float = _LEAST
    left: float = _LEAST

    @property
    def cancelling(self) -> bool:
        """Whether what goes out has been through the canceller."""
        return self.through > 1

    def apart(self) -> EchoState:
        """What the stage of another pipeline may go on with, which has a canceller of its own."""
        return self._replace(canceller=None, through=0)


class EchoStage(SoundStage[EchoState, EchoOptions]):
    """Fades between the voice and the canceller's, which is later: never while nothing plays."""

    name = "echo"
    row = "before"
    reference = True
    failure = "echo.failed"

    def __init__(self, opener: Callable[[], Canceller]) -> None:
        """`opener` gives a canceller that has heard nothing yet."""
        self._opener = opener

    def wanted(self, options: EchoOptions) -> bool:
        return options.echo != "off"

    def late(self, state: EchoState) -> int:
        return state.canceller.late if state.canceller and state.cancelling else 0

    def step(
        self, state: EchoState | None, work: SoundWork, options: EchoOptions
    ) -> tuple[EchoState, SoundWork]:
        state = state or EchoState()
        canceller = state.canceller or self._opener()
        block, far = work.block, work.reference
        played = far is not None and float(far @ far) > _PLAYED * HOP
        silent = 0 if played else min(_LASTS, state.silent + 1)
        heard = state.coupling
        if far is None:  # other loudspeakers may come
            heard = Coupling()
        elif silent < _LASTS:
            heard = coupling.step(heard, block, far, played)
        state = state._replace(canceller=canceller, silent=silent, coupling=heard)
        needed = silent < _LASTS and far is not None and (heard.coupled or options.echo == "on")
        if not needed and not state.cancelling:
            return state._replace(through=0), work
        state, cleaned = _cancelled(state, canceller, block, _STILL if far is None else far)
        if not needed:
            out, through = _faded(cleaned, block), 0
        elif state.through == 0:  # what it gives out first is left from the time before
            out, through = block, 1
        else:
            out = _faded(block, cleaned) if state.through == 1 else cleaned
            through = min(2, state.through + 1)
        return state._replace(through=through), work._replace(block=out)

    def leave(self, state: EchoState, work: SoundWork) -> SoundWork:
        if state.canceller is None or not state.cancelling:
            return work
        far = _STILL if work.reference is None else work.reference
        _, cleaned = _cancelled(state, state.canceller, work.block, far)
        return work._replace(block=_faded(cleaned, work.block))


def _cancelled(
    state: EchoState, canceller: Canceller, block: Block, far: Block
) -> tuple[EchoState, Block]:
    """The canceller's block, and of the microphone what is let through at that time."""
    cleaned = canceller.process(block, far)
    late = canceller.late
    same = np.concatenate([state.before, block])[HOP - late : 2 * HOP - late]
    came = state.came + _SMOOTHING * (float(same @ same) - state.came)
    left = state.left + _SMOOTHING * (float(cleaned @ cleaned) - state.left)
    kept = 10 * log10((left + _LEAST) / (came + _LEAST))
    share = _LET * min(1.0, max(0.0, (kept - _VOICE[0]) / (_VOICE[1] - _VOICE[0])))
    state = state._replace(before=block, came=came, left=left)
    return state, cleaned + np.float32(share) * (same - cleaned)


def _faded(before: Block, after: Block) -> Block:
    """From one to the other within a block."""
    return before + (after - before) * _RISE
