"""The lip gate: nets 2 and 3 decide how much of what net 1 leaves is the user's own voice.

Net 2 (`lips`) sees the mouth and says per band whether it can be making sound there (the ideal
binary mask, IBM); net 3 (`gate`) sees that beside what net 1 left of each bin (the ratio mask, IRM)
and the sound's level, and says how far to believe it. The result is ``g·(IBM·IRM) + (1 − g)·IRM``
with an IBM that never goes below `FLOOR`, so that no voice is ever muted, and nowhere below what
`vcam.audio.stages.guard` allows at the moment: ``max(…, bound·IRM)``, so that the nets' errors do
not cost the user a word.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log10
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from vcam.audio.frames import BINS, FREQUENCIES, Spectrum
from vcam.audio.stages.contract import SoundStage, SoundWork
from vcam.audio.stages.denoise import DenoiseOptions
from vcam.audio.stages.guard import GuardState, Lips, guard
from vcam.audio.stages.mouth import AGE_UNIT, FEATURES, MouthState, features, watch
from vcam.lips import STALE, LipObservation
from vcam.networks.graph import Graph
from vcam.networks.models import Model

Vector = NDArray[np.float32]

EDGES = 80.0 * 100.0 ** (np.array([0, 6, 10, 14, 17, 20, 23, 26, 28, 30, 32]) / 32)
"""Edges of the bands in Hz; what lies outside belongs to the first and the last."""
BANDS = len(EDGES) - 1
FLOOR = 10 ** (-18 / 20)
RELEASE = 10 ** (-3 / 20)
"""Least gain of a block relative to the one before: the gate closes over 60 ms, opens at once."""
QUIETEST = -50.0
PEAK_DECAY = 0.02
"""Least running peak, dB, and how fast it sinks, dB a block."""
_FADE = 10 ** (6 / 20)  # a block, when the mouth is lost
_UNIT = 1e-4  # power of a bin in a loud voice, about


class GateState(NamedTuple):
    """What one block leaves behind for the next; `gains` of None is a gate that stays out."""

    mouth: MouthState | None
    memory: Vector
    peak: float
    gains: Vector | None
    g: float
    guard: GuardState


class LipGate:
    """Takes the models `lips` and `gate`. Holds no state."""

    LIPS: ClassVar = Graph({"features": (1, FEATURES)}, {"ibm": (1, BANDS)})
    GATE: ClassVar = Graph(
        {"ibm": (1, BANDS), "irm": (1, BANDS), "level": (1, BANDS), "trust": (1, 2)},
        {"g": (1, BANDS)},
        memory="next_",
    )

    def __init__(self, lips: Model, gate: Model) -> None:
        self._lips = lips
        self._gate = gate
        self._rested = GateState(
            None,
            np.zeros(_memory(gate), np.float32),
            QUIETEST,
            None,
            0.0,
            GuardState(),
        )

    def step(
        self,
        state: GateState | None,
        irm: Vector,
        spectrum: Spectrum,
        observation: LipObservation | None,
    ) -> tuple[GateState, Vector]:
        """The mask of one block, float32 ``(BINS,)`` in [0, `irm`].

        Args:
            state: what the last call returned; None starts anew.
            irm: float32 ``(BINS,)`` in [0, 1], net 1's mask.
            spectrum: complex64 ``(BINS,)``, what the mask is for.
            observation: the mouth at the block's time. Without a fresh one the gate opens within
                30 ms, and from then on the mask is `irm` itself.
        """
        state = state or self._rested
        if observation is None or observation.age > _patience(state.mouth):
            return self._leave(state, irm)
        mouth = watch(state.mouth, observation)
        ibm = self._lips.run({"features": features(mouth, observation.age)[None]})["ibm"]
        noisy, kept = band_energy(irm, spectrum)
        peak, height = level(state.peak, kept)
        told = self._gate.run(
            {
                "ibm": ibm,
                "irm": np.sqrt(kept / noisy)[None],
                "level": height[None],
                "trust": np.array(
                    [[observation.confidence, observation.age / AGE_UNIT]], np.float32
                ),
                "memory": state.memory,
            }
        )
        g = told["g"][0] * min(1.0, 2 * observation.confidence)
        gains = 1 - (1 - FLOOR) * g * (1 - ibm[0])
        energy = float(kept.sum())
        left = float(np.square(gains) @ kept) / energy
        guarded = guard(state.guard, mouth.spread, energy, peak, left, observation.time)
        gains = np.maximum(gains, 10 ** (guarded.bound / 20))
        if state.gains is not None:
            gains = np.maximum(gains, state.gains * RELEASE)
        after = GateState(mouth, told["next_memory"], peak, gains, float(g.sum()) / BANDS, guarded)
        return after, irm * (gains @ _SPREAD)

    def _leave(self, state: GateState, irm: Vector) -> tuple[GateState, Vector]:
        if state.gains is None:
            return state, irm
        gains = state.gains * _FADE
        if (gains >= 1).all():
            return self._rested._replace(mouth=state.mouth, guard=state.guard), irm
        gains = np.minimum(gains, 1)
        opened = state.guard._replace(bound=0.0)
        after = state._replace(gains=gains, g=state.g * 0.5, guard=opened)
        return after, irm * (gains @ _SPREAD)


class MaskGate(Protocol):
    """What `LipGateStage` lets change the mask; `LipGate` is one."""

    def step(
        self, state: Any | None, irm: Vector, spectrum: Spectrum, observation: LipObservation | None
    ) -> tuple[Any, Vector]: ...


class LipGateStage(SoundStage[Any, DenoiseOptions]):
    """Changes the denoiser's mask, where there is one. Of several mouths, each has a gate, and a
    band is as open as for the one that opens it widest. The state is the gates', by face."""

    name = "lip gate"
    row = "mask"
    failure = "lips.failed"

    def __init__(self, gate: MaskGate) -> None:
        self._gate = gate

    def wanted(self, options: DenoiseOptions) -> bool:
        return options.masks

    def step(
        self, state: Mapping[int, Any] | None, work: SoundWork, options: DenoiseOptions
    ) -> tuple[Mapping[int, Any] | None, SoundWork]:
        if work.mask is None or work.clean is None or work.spectrum is None:
            return state, work
        before, seen = state or {}, {mouth.face: mouth for mouth in work.mouths}
        after, masks = {}, []
        for face in seen or before or (0,):
            after[face], one = self._gate.step(
                before.get(face), work.mask, work.spectrum, seen.get(face)
            )
            masks.append(one)
        mask = masks[0] if len(masks) == 1 else np.maximum.reduce(masks)
        if mask is not work.mask:
            work = work._replace(clean=work.clean * (mask / work.mask))
        return after, work._replace(mask=mask, lips=lips_of(after, seen))


def lips_of(gates: Mapping[int, Any], seen: Mapping[int, LipObservation]) -> Lips:
    """What the lips of all do who are seen: somebody's move, or everybody's are shut."""
    each = {gates[face].guard.lips for face in seen if isinstance(gates[face], GateState)}
    if "moving" in each:
        return "moving"
    return "shut" if each == {"shut"} else "unclear"


def band_energy(irm: Vector, spectrum: Spectrum) -> tuple[Vector, Vector]:
    """Energies ``(BANDS,)`` before and after the mask, 1 being a loud voice, about."""
    irm, spectrum = irm[_FIRST:_LAST], spectrum[_FIRST:_LAST]
    power = (np.square(spectrum.real) + np.square(spectrum.imag)) * _UNIT
    noisy, kept = (np.add.reduceat(each, _STARTS) for each in (power, power * np.square(irm)))
    return noisy + np.float32(1e-10), kept + np.float32(1e-12)


def level(peak: float, energy: Vector) -> tuple[float, Vector]:
    """The running peak in dB, and each band's level below it in units of 20 dB, in [-3, 0.5]."""
    peak = max(10 * log10(float(energy.sum()) + 1e-10), peak - PEAK_DECAY, QUIETEST)
    height = (10 * np.log10(energy + 1e-10) - peak) / 20
    return peak, height.clip(-3, 0.5)


def _patience(mouth: MouthState | None) -> float:
    """The age from which an observation is one that should have been followed by another."""
    return STALE if mouth is None else min(max(2.2 * mouth.interval, 0.07), 0.2)


def _memory(model: Model) -> tuple[int, int]:
    shape = next(i.shape for i in model.session.get_inputs() if i.name == "memory")
    return int(shape[0]), int(shape[1])


def _spread() -> Vector:
    """Band gains to bin gains ``(BANDS, BINS)``: linear between the bands' middles (in octaves)."""
    middles = np.log2(EDGES[:-1] * EDGES[1:]) / 2
    octave = np.log2(np.maximum(FREQUENCIES, 20.0))
    unit = np.eye(BANDS)
    return np.array([np.interp(octave, middles, row) for row in unit], np.float32)


_SPREAD = _spread()
_FIRST, _LAST = np.searchsorted(FREQUENCIES, EDGES[[0, -1]])
_STARTS = np.searchsorted(FREQUENCIES, EDGES[:-1]) - _FIRST
assert _SPREAD.shape == (BANDS, BINS)
