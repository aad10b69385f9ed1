"""How the lips lower each part of a mixture: its masks, put on the parts by themselves.

What the lip gate does is linear once its masks are known, so the masks that the mixture got tell
what became of the voice in it, however loud the others are.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from vcam import lips
from vcam.audio import frames
from vcam.audio.frames import HOP, RATE
from vcam.audio.pipeline import AudioPipeline
from vcam.audio.stages.denoise import DenoiseStage
from vcam.audio.stages.lipgate import LipGate, LipGateStage
from vcam.audio.stages.order import AudioOptions
from vcam.networks.sound import open_sound
from vcam.offline.enhance.sound import ChannelEnhancer

WINDOW = 20
"""Blocks of a window: 200 ms."""
SPEECH = 1e-3
"""A window holds speech from this share of the loud ones' energy on (−30 dB)."""


class _Listener:
    """A gate that remembers net 1's masks and its own."""

    def __init__(self, gate: LipGate) -> None:
        self._gate = gate
        self.masks: list[tuple[np.ndarray, np.ndarray]] = []

    def step(self, state: Any, irm: np.ndarray, spectrum: np.ndarray, seen: Any) -> Any:
        state, mask = self._gate.step(state, irm, spectrum, seen)
        self.masks.append((irm, mask))
        return state, mask


class Probe:
    """Net 1 with lips, as a call (`ahead` of 0) or a recording has them."""

    def __init__(self, ahead: float) -> None:
        self.ahead = ahead
        self._networks = open_sound(lips=True)

    def __call__(self, parts: Sequence[np.ndarray], track: np.ndarray) -> np.ndarray:
        """Energies ``(parts, 2, blocks)`` of each part without and with the lips.

        Args:
            parts: float32 sounds at 48 kHz of one length; their sum is what the microphone hears.
            track: the lip observations, as `vcam.lips.select` takes them.
        """
        mixed = np.sum(parts, 0, dtype=np.float32)
        scale = np.float32(1 / max(1.0, np.abs(mixed).max()))
        assert self._networks.gate is not None
        listener = _Listener(self._networks.gate)
        pipeline = AudioPipeline([DenoiseStage(self._networks.denoiser), LipGateStage(listener)])
        seen = partial(lips.select, track, ahead=self.ahead)
        channel = ChannelEnhancer(pipeline, AudioOptions(), RATE, seen)
        channel.push(mixed * scale)
        channel.finish()
        energies = np.empty((len(parts), 2, len(mixed) // HOP))
        for part, energy in zip(parts, energies, strict=True):
            history = frames.start().history
            for i in range(energy.shape[1]):
                history, spectrum = frames.analyse(history, part[i * HOP : (i + 1) * HOP] * scale)
                energy[:, i] = [np.square(np.abs(spectrum * m)).sum() for m in listener.masks[i]]
        return energies


def level(energy: np.ndarray, where: np.ndarray | slice = np.s_[:]) -> float:
    """How much the lips change a part's level in dB, from ``(2, blocks)``."""
    without, lowered = energy[:, where].sum(1)
    return float(10 * np.log10((lowered + 1e-20) / (without + 1e-20)))


def windows(energy: np.ndarray, where: np.ndarray | None = None) -> np.ndarray:
    """The same in dB for every 200 ms that hold speech; `where` are blocks to be looked at."""
    without, lowered = (np.convolve(e, np.ones(WINDOW), "valid") for e in energy)
    speech = without > SPEECH * np.percentile(without, 95)
    if where is not None:
        speech &= np.convolve(where, np.ones(WINDOW), "valid") > 0.5
    return 10 * np.log10((lowered[speech] + 1e-20) / without[speech])
