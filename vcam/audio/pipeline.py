"""One block of sound through the enhancer: analysis, mask, lip gate, synthesis.

Leaving the denoiser out means a mask of 1 and not another path: overlap-add then fades from one
to the other within 10 ms and the delay stays, so that bypass, a slow block or a failing network
are heard neither as a gap nor as a click.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from vcam.audio import frames
from vcam.audio.frames import Block, Spectrum
from vcam.audio.stages.denoise import Mask, blended
from vcam.schema.reasons import Reason

if TYPE_CHECKING:
    from vcam.lips import LipObservation

SILENCE_DB = -120.0


class MaskEstimator(Protocol):
    """Net 1: `vcam.audio.stages.denoise.Denoiser`."""

    def mask(self, state: Any | None, spectrum: Spectrum) -> tuple[Any, Mask]: ...


class MaskGate(Protocol):
    """Nets 2 and 3: `vcam.audio.stages.lipgate.LipGate`."""

    def step(
        self, state: Any | None, irm: Mask, spectrum: Spectrum, observation: LipObservation | None
    ) -> tuple[Any, Mask]: ...


@dataclass(frozen=True, kw_only=True)
class AudioOptions:
    """`strength` 0…1 goes from the plain voice to the denoiser's; `bypass` is the plain voice."""

    denoise: bool = True
    strength: float = 1.0
    bypass: bool = False


class AudioState(NamedTuple):
    """What one block leaves behind for the next; the nets' parts are None when they rest."""

    frames: frames.FrameState
    denoise: Any | None = None
    gate: Any | None = None


@dataclass(frozen=True)
class AudioResult:
    """One block of output, `frames.DELAY` samples behind the input.

    Attributes:
        block: float32 ``(480,)`` in [-1, 1].
        bypassed: the denoiser was wanted but this block went through without it.
        error: why, when the denoiser or the lip gate failed.
        level_in_db, level_out_db: RMS in dBFS, at least -120.
        stages: milliseconds by stage.
    """

    block: Block
    bypassed: bool
    error: Reason | None
    level_in_db: float
    level_out_db: float
    stages: dict[str, float] = field(default_factory=dict)


class AudioPipeline:
    """Denoiser and lip gate around the streaming spectrum. Without a denoiser: plain voice."""

    def __init__(self, denoiser: MaskEstimator | None, gate: MaskGate | None = None) -> None:
        self._denoiser = denoiser
        self._gate = gate

    def step(
        self,
        state: AudioState | None,
        block: Block,
        options: AudioOptions,
        observation: LipObservation | None = None,
        *,
        late: bool = False,
    ) -> tuple[AudioState, AudioResult]:
        """Takes in one block and gives out the one before it, enhanced.

        Args:
            state: what the last step returned; None starts from silence.
            block: float32 ``(480,)`` in [-1, 1]; NaN counts as silence, more is clipped.
            options: see `AudioOptions`.
            observation: the mouth at the block's capture time, None without a usable face.
            late: there is no time for the denoiser now.
        """
        began = perf_counter()
        state = state or AudioState(frames.start())
        block = sane(block)
        history, spectrum = frames.analyse(state.frames.history, block)
        analysed = perf_counter()

        wanted = self._denoiser is not None and options.denoise and not options.bypass
        wanted = wanted and options.strength > 0
        mask, denoise, gate, error = None, state.denoise, state.gate, None
        if not wanted:
            denoise = gate = None
        elif not late:
            try:
                denoise, mask = self._mask(state.denoise, spectrum)
            except Exception as failure:  # whatever the network does, the voice goes through
                denoise, error = None, Reason.of("denoiser.failed", error=_brief(failure))
            if mask is not None and self._gate is not None:
                try:
                    gate, gated = self._gate.step(state.gate, mask, spectrum, observation)
                    mask = _finite(gated)
                except Exception as failure:  # no word is lost because of the lips
                    gate, error = None, Reason.of("lips.failed", error=_brief(failure))
        masked = perf_counter()

        if mask is not None:
            spectrum = spectrum * blended(mask, options.strength)
        overlap, out = frames.synthesise(state.frames.overlap, spectrum)
        np.clip(out, -1.0, 1.0, out=out)
        result = AudioResult(
            block=out,
            bypassed=wanted and mask is None,
            error=error,
            level_in_db=level_db(block),
            level_out_db=level_db(out),
            stages={
                "analyse": (analysed - began) * 1e3,
                "mask": (masked - analysed) * 1e3,
                "synthesise": (perf_counter() - masked) * 1e3,
            },
        )
        return AudioState(frames.FrameState(history, overlap), denoise, gate), result

    def _mask(self, memory: Any | None, spectrum: Spectrum) -> tuple[Any, Mask]:
        assert self._denoiser is not None
        memory, mask = self._denoiser.mask(memory, spectrum)
        return memory, _finite(mask)


def sane(block: Block) -> Block:
    """The block with NaN as 0 and everything within [-1, 1]."""
    if not np.abs(block).max() <= 1.0:
        block = np.clip(np.nan_to_num(block, nan=0.0), -1.0, 1.0)
    return block


def level_db(block: Block) -> float:
    """RMS in dB relative to full scale, at least `SILENCE_DB`."""
    power = float(block @ block) / max(1, len(block))
    return max(SILENCE_DB, float(10 * np.log10(power))) if power > 0 else SILENCE_DB


def _finite(mask: Mask) -> Mask:
    if not np.isfinite(mask.sum()):
        raise ArithmeticError("its mask is not finite")
    return mask


def _brief(failure: Exception) -> str:
    """The first line of what went wrong: ONNX Runtime tells stories."""
    return (str(failure).strip() or type(failure).__name__).splitlines()[0][:120]
