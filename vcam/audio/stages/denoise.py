"""Net 1 of the enhancer, and denoisers of other makes: what comes out is clean sound, as the
streaming spectrum.

Denoisers and their use are apart: a `FrameDenoiser` cleans the spectrum of the newest 20 ms, a
`SoundDenoiser` the sound, later stages (the lip gate) may change what comes out in the spectrum,
and the pipeline makes sound of that.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from vcam.audio import frames
from vcam.audio.frames import HOP, LOOKBACK, WINDOW, Block, Spectrum
from vcam.audio.stages.contract import Mask, SoundStage, SoundWork
from vcam.networks.graph import Graph
from vcam.networks.models import Model

Memory = Mapping[str, NDArray[np.float32]]
S = TypeVar("S")
DENOISE = "denoise"
"""The stage's name."""

FRAME_BINS = WINDOW // 2 + 1
SPECTRUM, CLEAN, NEXT = "spectrum", "clean", "next_"


class Denoiser:
    """A network that cleans the spectrum of a frame of 20 ms, knowing those before and so many
    after as it looks ahead. Holds no state: every call takes the last one's and returns anew.
    """

    GRAPH: ClassVar = Graph({SPECTRUM: (2, FRAME_BINS)}, {CLEAN: (2, FRAME_BINS)}, memory=NEXT)

    def __init__(self, model: Model, lookahead: int = 0) -> None:
        self.lookahead = lookahead
        self._model = model
        self._silence = {
            i.name: np.zeros(i.shape, np.float32)
            for i in model.session.get_inputs()
            if i.name != SPECTRUM
        }

    def clean(self, memory: Memory | None, spectrum: Spectrum) -> tuple[Memory, Spectrum]:
        """The new memory and the clean spectrum, complex64 ``(FRAME_BINS,)``, of the frame
        `lookahead` calls ago.

        Args:
            memory: what the last call returned; None starts (or resets) with nothing heard.
            spectrum: complex64 ``(FRAME_BINS,)``, of a frame under `VORBIS`.
        """
        parts = np.stack([spectrum.real, spectrum.imag]) * _SCALE
        out = self._model.run({SPECTRUM: parts, **(memory or self._silence)})
        real, imaginary = out.pop(CLEAN) / _SCALE
        clean = (real + 1j * imaginary).astype(np.complex64, copy=False)
        return {name.removeprefix(NEXT): value for name, value in out.items()}, clean


_SCALE = np.float32(1 / WINDOW)


def _vorbis() -> Block:
    rise = np.sin(np.pi * (np.arange(WINDOW) + 0.5) / WINDOW)
    return np.sin(np.pi / 2 * rise**2).astype(np.float32)


VORBIS = _vorbis()
"""The window of a frame, float32 ``(WINDOW,)``; once more on what comes out, and frames overlap to
the sound."""
# Of a frame, what becomes the same under the other window in `frames.synthesise`.
_FROM_FRAME = VORBIS / np.maximum(frames.SYNTHESIS[-WINDOW:], np.float32(1e-9))
_FROM_FRAME[0] = 0  # where that lets nothing through
_EARLIER = frames.ANALYSIS[:WINDOW]


class FrameDenoiser(Protocol):
    """What `DenoiseStage` asks; `Denoiser` is one."""

    @property
    def lookahead(self) -> int: ...

    def clean(self, memory: Any | None, spectrum: Spectrum) -> tuple[Any, Spectrum]: ...


class SoundDenoiser(ABC, Generic[S]):
    """A denoiser of another make: blocks in, clean blocks out, `lookahead` blocks later and to the
    sample. `S` is what it knows of one stream. To make one raises ImportError without its package,
    OSError or VcamError when that does not work.
    """

    lookahead: ClassVar[int]

    @abstractmethod
    def start(self) -> S:
        """A state that has heard nothing."""

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


class DenoiseState(NamedTuple):
    """What one block leaves behind for the next.

    Attributes:
        memory: the denoiser's.
        finished: float32 ``(LOOKBACK - HOP,)``, the newest clean sound that no frame changes more.
        overlap: float32 ``(HOP,)``, what the last frame adds to the next.
        following: the number of the block that follows.
        whole: the number from which on what comes out is made of all that went in.
    """

    memory: Any
    finished: Block
    overlap: Block
    following: int
    whole: int


_NOTHING = np.zeros(LOOKBACK - HOP, np.float32)


class DenoiseStage(SoundStage[DenoiseState, DenoiseOptions]):
    """Gives the spectrum of the clean sound, and as the mask how much is left of each bin, by which
    the lip gate goes.

    One that looks ahead gives nothing until it has heard that far after a block that it was not
    given.
    """

    name = DENOISE
    row = "mask"
    failure = "denoiser.failed"

    def __init__(self, denoiser: FrameDenoiser) -> None:
        self._denoiser = denoiser
        self.lookahead = denoiser.lookahead

    def wanted(self, options: DenoiseOptions) -> bool:
        return options.masks

    def step(
        self, state: DenoiseState | None, work: SoundWork, options: DenoiseOptions
    ) -> tuple[DenoiseState, SoundWork]:
        assert work.spectrum is not None and work.recent is not None
        memory = state and state.memory
        if state is not None and state.following == work.number:
            finished, overlap, whole = state.finished, state.overlap, state.whole
        else:
            finished, overlap = _NOTHING, _NOTHING[:HOP]
            whole = work.number + self.lookahead if work.number else 0
        memory, cleaned = self._denoiser.clean(memory, _spectrum(work.recent[-WINDOW:] * VORBIS))
        frame = np.fft.irfft(cleaned, WINDOW).astype(np.float32, copy=False)
        newest = frame * _FROM_FRAME
        clean = _spectrum(np.concatenate([finished[-WINDOW:] * _EARLIER, newest]))
        frame = frame * VORBIS
        finished = np.concatenate([finished[HOP:], overlap + frame[:HOP]])
        # `clean` makes the sound, under another window than that of `work.spectrum`
        alike = _spectrum(np.concatenate([finished * frames.ANALYSIS[:-HOP], newest[HOP:]]))
        after = DenoiseState(memory, finished, frame[HOP:], work.number + 1, whole)
        if work.number < whole:
            return after, work
        clean = mixed(work.spectrum, clean, options.strength)
        return after, work._replace(mask=left_of(work.spectrum, alike), clean=clean)


def mixed(spectrum: Spectrum, clean: Spectrum, strength: float) -> Spectrum:
    """From `spectrum` at 0 to `clean` at 1. Before the stages that lower other voices, so that
    these stay as low as they make them."""
    return spectrum + np.float32(strength) * (clean - spectrum)


def _spectrum(sound: Block) -> Spectrum:
    return np.fft.rfft(sound).astype(np.complex64, copy=False)


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
        self._settles = self.lookahead + LOOKBACK // HOP - 1

    def wanted(self, options: DenoiseOptions) -> bool:
        return options.masks

    def step(
        self, state: SoundState | None, work: SoundWork, options: DenoiseOptions
    ) -> tuple[SoundState, SoundWork]:
        assert work.spectrum is not None
        if state is None:
            whole = work.number + self._settles if work.number else 0
            history = frames.start().history
            state = SoundState(self._denoiser.start(), history, work.number, whole)
        elif state.following != work.number:
            state = state._replace(whole=work.number + self._settles)
        stream, block = self._denoiser.step(state.stream, work.block)
        history, clean = frames.analyse(state.history, block)
        after = SoundState(stream, history, work.number + 1, state.whole)
        if work.number < state.whole:
            return after, work
        mask = left_of(work.spectrum, clean)
        return after, work._replace(mask=mask, clean=mixed(work.spectrum, clean, options.strength))


LEAST = np.float32(1e-4)


def left_of(spectrum: Spectrum, clean: Spectrum) -> Mask:
    """How much of each bin's amplitude is left, float32 ``(BINS,)`` in [`LEAST`, 1]."""
    ratio = (np.abs(clean) + LEAST**2) / (np.abs(spectrum) + LEAST**2)
    return np.clip(ratio, LEAST, 1.0).astype(np.float32, copy=False)


def denoise_stage(denoiser: FrameDenoiser | SoundDenoiser[Any]) -> SoundStage[Any, DenoiseOptions]:
    """The stage for a denoiser of either kind."""
    if isinstance(denoiser, SoundDenoiser):
        return SoundDenoiseStage(denoiser)
    return DenoiseStage(denoiser)
