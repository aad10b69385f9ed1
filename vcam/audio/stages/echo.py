"""The loudspeakers' echo, taken away before anything else by a canceller that hears what they play.

It is there only while there is an echo: with nothing playing, or nothing of it in the microphone,
the voice goes past it, unchanged and without its delay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

import numpy as np

from vcam.audio.frames import HOP, Block
from vcam.audio.stages import coupling
from vcam.audio.stages.contract import SoundStage, SoundWork
from vcam.audio.stages.coupling import Coupling

_PLAYED = 10**-6.5  # mean square, -65 dBFS: softer is dither, or a programme's silence
_LASTS = 1000  # blocks after the last sound: what goes on after a pause finds everything tuned
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
    something was played."""

    canceller: Canceller | None = None
    through: int = 0
    silent: int = _LASTS
    coupling: Coupling = Coupling()

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
    kept = False

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
        cleaned = canceller.process(block, _STILL if far is None else far)
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
        return work._replace(block=_faded(state.canceller.process(work.block, far), work.block))


def _faded(before: Block, after: Block) -> Block:
    """From one to the other within a block."""
    return before + (after - before) * _RISE
