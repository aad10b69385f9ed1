"""Net 1 of the enhancer: a mask between 0 and 1 for every bin of the streaming spectrum, or clean
sound, of which a spectrum is made again.

Both and their use are apart: a `MaskEstimator` gives the mask, a `SoundDenoiser` the sound, later
stages (the lip gate) may change it in the spectrum, and the pipeline makes sound of that.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from vcam.audio import frames
from vcam.audio.frames import BINS, HOP, LOOKBACK, Block, Spectrum
from vcam.audio.stages.contract import Mask, SoundStage, SoundWork
from vcam.networks.graph import Graph
from vcam.networks.models import Model

Memory = Mapping[str, NDArray[np.float32]]
S = TypeVar("S")
DENOISE = "denoise"
"""The stage's name."""

SPECTRUM, MASK, NEXT = "power", "mask", "next_"


class Denoiser:
    """The network `denoise`. Holds no state: every call takes the last one's and returns anew.

    It gives a mask for the powers of a spectrum. Memories start as zeros.
    """

    GRAPH: ClassVar = Graph({SPECTRUM: (1, BINS)}, {MASK: (1, BINS)}, memory=NEXT)

    def __init__(self, model: Model) -> None:
        self._model = model
        self._silence = {
            i.name: np.zeros(i.shape, np.float32)
            for i in model.session.get_inputs()
            if i.name != SPECTRUM
        }

    def mask(self, memory: Memory | None, spectrum: Spectrum) -> tuple[Memory, Mask]:
        """The new memory and the mask, float32 ``(BINS,)`` in [0, 1], of one spectrum.

        Args:
            memory: what the last call returned; None starts (or resets) with nothing heard.
            spectrum: complex64 ``(BINS,)`` from `frames.analyse`.
        """
        power = np.square(spectrum.real) + np.square(spectrum.imag)
        out = self._model.run({SPECTRUM: power[None], **(memory or self._silence)})
        mask = out.pop(MASK)[0]
        return {name.removeprefix(NEXT): value for name, value in out.items()}, mask


class MaskEstimator(Protocol):
    """What `DenoiseStage` asks for a mask; `Denoiser` is one."""

    def mask(self, memory: Any | None, spectrum: Spectrum) -> tuple[Any, Mask]: ...


class SoundDenoiser(ABC, Generic[S]):
    """A denoiser of another make: blocks in, clean blocks out, `lookahead` blocks later and to the
    sample. `S` is what it knows of one stream; it may hold that in a library, and then a state can
    be used once and the denoiser is not `kept`.
    """

    lookahead: ClassVar[int]
    kept: ClassVar[bool] = True

    @classmethod
    def open(cls, *, live: bool) -> Self:
        """A `live` one never keeps its caller waiting. Raises ImportError without its package,
        OSError or VcamError when that does not work."""
        return cls()

    @abstractmethod
    def start(self) -> S | None:
        """A state that has heard nothing, for one stream alone; None while none is ready."""

    @abstractmethod
    def step(self, state: S, block: Block) -> tuple[S, Block]:
        """The new state and the clean block, float32 ``(HOP,)``, of `lookahead` blocks ago."""


@dataclass(frozen=True, kw_only=True)
class DenoiseOptions:
    """`strength` 0…1 goes from the plain voice to the denoiser's."""

    denoise: bool = True
    strength: float = 1.0

    @property
    def masks(self) -> bool:
        """Whether there is to be a mask at all."""
        return self.denoise and self.strength > 0


class DenoiseStage(SoundStage[Any, DenoiseOptions]):
    """Gives the mask. The state is the estimator's memory."""

    name = DENOISE
    row = "mask"
    failure = "denoiser.failed"

    def __init__(self, estimator: MaskEstimator) -> None:
        self._estimator = estimator

    def wanted(self, options: DenoiseOptions) -> bool:
        return options.masks

    def step(
        self, state: Any | None, work: SoundWork, options: DenoiseOptions
    ) -> tuple[Any, SoundWork]:
        assert work.spectrum is not None
        memory, mask = self._estimator.mask(state, work.spectrum)
        return memory, work._replace(mask=mask)


class SoundState(NamedTuple):
    """What one block leaves behind for the next.

    Attributes:
        stream: the denoiser's own.
        history: float32 ``(LOOKBACK - HOP,)``, the clean sound before.
        following: the number of the block that follows.
        whole: the number from which on what comes out is made of all that went in.
    """

    stream: Any
    history: Block
    following: int
    whole: int


class SoundDenoiseStage(SoundStage[SoundState, DenoiseOptions]):
    """Gives the spectrum of the clean sound, and as the mask how much is left of each bin, by which
    the lip gate goes.

    A denoiser that was not given a block (there was no time) or comes late into a stream gives
    nothing until it has heard enough.
    """

    name = DENOISE
    row = "mask"
    failure = "denoiser.failed"

    def __init__(self, denoiser: SoundDenoiser[Any]) -> None:
        self._denoiser = denoiser
        self.lookahead = denoiser.lookahead
        self.kept = denoiser.kept
        self._settles = self.lookahead + LOOKBACK // HOP - 1

    def wanted(self, options: DenoiseOptions) -> bool:
        return options.masks

    def step(
        self, state: SoundState | None, work: SoundWork, options: DenoiseOptions
    ) -> tuple[SoundState | None, SoundWork]:
        assert work.spectrum is not None
        if state is None:
            stream = self._denoiser.start()
            if stream is None:
                return None, work
            whole = work.number + self._settles if work.number else 0
            state = SoundState(stream, frames.start().history, work.number, whole)
        elif state.following != work.number:
            state = state._replace(whole=work.number + self._settles)
        stream, block = self._denoiser.step(state.stream, work.block)
        history, clean = frames.analyse(state.history, block)
        after = SoundState(stream, history, work.number + 1, state.whole)
        if work.number < state.whole:
            return after, work
        return after, work._replace(mask=left_of(work.spectrum, clean), clean=clean)


LEAST = np.float32(1e-4)


def left_of(spectrum: Spectrum, clean: Spectrum) -> Mask:
    """How much of each bin's amplitude is left, float32 ``(BINS,)`` in [`LEAST`, 1]."""
    ratio = (np.abs(clean) + LEAST**2) / (np.abs(spectrum) + LEAST**2)
    return np.clip(ratio, LEAST, 1.0).astype(np.float32, copy=False)


def denoise_stage(denoiser: MaskEstimator | SoundDenoiser[Any]) -> SoundStage[Any, DenoiseOptions]:
    """The stage for a denoiser of either kind."""
    if isinstance(denoiser, SoundDenoiser):
        return SoundDenoiseStage(denoiser)
    return DenoiseStage(denoiser)
