"""Net 1 of the enhancer: a mask between 0 and 1 for every bin of the streaming spectrum.

The mask and its use are apart: `Denoiser.mask` gives it, later stages (the lip gate) may change it,
and the pipeline makes sound of the masked spectrum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from vcam.audio.frames import BINS, Spectrum
from vcam.audio.stages.contract import Mask, SoundStage, SoundWork
from vcam.networks.graph import Graph
from vcam.networks.models import Model

Memory = Mapping[str, NDArray[np.float32]]

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

    name = "denoise"
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
