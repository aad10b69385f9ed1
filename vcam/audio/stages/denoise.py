"""Net 1 of the enhancer: a mask between 0 and 1 for every bin of the streaming spectrum.

The mask and its use are apart: `Denoiser.mask` gives it, something (the lip gate) may change it,
`frames.synthesise` makes sound of the masked spectrum. `Denoiser.step` is all of it in one call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vcam.audio import frames
from vcam.audio.frames import BINS, Block, FrameState, Spectrum
from vcam.networks.models import Model
from vcam.schema.errors import VcamError

Mask = NDArray[np.float32]
Memory = Mapping[str, NDArray[np.float32]]

SPECTRUM, MASK, NEXT = "power", "mask", "next_"


class DenoiseState(NamedTuple):
    """What one block leaves behind for the next."""

    frames: FrameState
    memory: Memory | None


class Denoiser:
    """The network `denoise`. Holds no state: every call takes the last one's and returns anew.

    The graph takes ``power``, float32 ``(1, BINS)``, and memories; it gives ``mask`` of the same
    shape and for each memory ``name`` its successor ``next_name``. Memories start as zeros.
    """

    def __init__(self, model: Model) -> None:
        """Raises VcamError when the model's graph is another kind of network."""
        inputs = {i.name: i.shape for i in model.session.get_inputs()}
        outputs = {o.name for o in model.session.get_outputs()}
        wanted = {MASK} | {NEXT + name for name in inputs if name != SPECTRUM}
        if inputs.get(SPECTRUM) != [1, BINS] or outputs != wanted:
            raise VcamError("models.no_denoiser", path=model.info.path, bins=BINS)
        self._model = model
        self._silence = {
            name: np.zeros(shape, np.float32) for name, shape in inputs.items() if name != SPECTRUM
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

    def step(
        self,
        state: DenoiseState | None,
        block: Block,
        *,
        strength: float = 1.0,
        gate: Callable[[Mask], Mask] | None = None,
    ) -> tuple[DenoiseState, Block]:
        """Takes in one block and gives out the one before it, denoised.

        Args:
            state: what the last call returned; None starts from silence.
            block: float32 ``(HOP,)`` in [-1, 1].
            strength: 0 (the plain, delayed input) to 1. Blended in the mask, where dry and wet
                are aligned by construction, so nothing combs.
            gate: changes the mask before it is used.
        """
        state = state or DenoiseState(frames.start(), None)
        history, spectrum = frames.analyse(state.frames.history, block)
        memory, mask = self.mask(state.memory, spectrum)
        if gate is not None:
            mask = gate(mask)
        overlap, out = frames.synthesise(state.frames.overlap, spectrum * blended(mask, strength))
        return DenoiseState(FrameState(history, overlap), memory), out


def blended(mask: Mask, strength: float) -> Mask:
    """The mask at a strength of 0 (all ones) to 1 (itself)."""
    return (1.0 - np.float32(strength) * (1.0 - mask)).astype(np.float32, copy=False)


def denoise(denoiser: Denoiser, sound: NDArray[np.float32], *, strength: float = 1.0) -> Block:
    """A whole sound, float32 ``(samples,)`` at 48 kHz, through the streaming code.

    The result is as long as the sound and aligned with it: the delay is taken off.
    """
    blocks = -(-len(sound) // frames.HOP) + 1
    padded = np.zeros(blocks * frames.HOP, np.float32)
    padded[: len(sound)] = sound
    state, out = None, np.empty_like(padded)
    for start in range(0, len(padded), frames.HOP):
        stop = start + frames.HOP
        state, out[start:stop] = denoiser.step(state, padded[start:stop], strength=strength)
    return out[frames.DELAY : frames.DELAY + len(sound)]
