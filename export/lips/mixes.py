"""Puts other voices and noise around what a mouth says, as band energies and a denoiser's IRM."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch

from export.lips.corpus import MERGE
from export.lips.scenes import Scene
from vcam.audio.stages.lipgate import PEAK_DECAY, QUIETEST


class Mix(NamedTuple):
    """Tensors ``(B, T, …)``: what `Lips` takes; energies of the target and of the rest that the
    denoiser leaves; its mask; level and trust as `lipgate` gives them to net 3."""

    features: torch.Tensor
    target: torch.Tensor
    rest: torch.Tensor
    irm: torch.Tensor
    level: torch.Tensor
    trust: torch.Tensor


def merge(energy: np.ndarray) -> np.ndarray:
    """32 bands to the gate's."""
    return np.add.reduceat(energy, MERGE[:-1], axis=-1)


def _piece(rng: np.random.Generator, pool: list[np.ndarray], length: int) -> np.ndarray:
    source = pool[rng.integers(len(pool))]
    start = rng.integers(max(1, len(source) - length))
    piece = source[start : start + length]
    return np.resize(piece, (length, piece.shape[1]))


def levels(energy: np.ndarray) -> np.ndarray:
    """Levels ``(T, BANDS)``: `vcam.audio.stages.lipgate.level` of every block."""
    fallen = PEAK_DECAY * np.arange(len(energy))
    total = np.maximum(10 * np.log10(energy.sum(1) + 1e-10), QUIETEST)
    peak = np.maximum(np.maximum.accumulate(total + fallen) - fallen, QUIETEST)
    return np.clip((10 * np.log10(energy + 1e-10) - peak[:, None]) / 20, -3, 0.5)


def merged(pool: list[np.ndarray]) -> list[np.ndarray]:
    """A pool of voices or noises in the gate's bands."""
    return [merge(energy) for energy in pool]


def mixture(
    rng: np.random.Generator,
    scenes: list[Scene],
    voices: list[np.ndarray],
    noises: list[np.ndarray],
    *,
    snr: tuple[float, float] = (-9.0, 9.0),
    alone: float = 0.1,
) -> Mix:
    """A batch: every scene with other talkers `snr` dB below it (over the whole scene).

    Voices and noises are `merged`.
    """
    rows = []
    for scene in scenes:
        length = len(scene.energy)
        target = scene.energy
        loud = max(target.mean(0).sum(), 0.05)
        rest = np.zeros_like(target)
        if rng.random() > alone:
            rest = _piece(rng, voices, length)
            if rng.random() < 0.2:
                rest = rest + rng.uniform(0.1, 1) * _piece(rng, voices, length)
            rest = rest * (loud / max(rest.mean(0).sum(), 1e-6)) * 10 ** (-rng.uniform(*snr) / 10)
        noise = _piece(rng, noises, length)
        noise = noise * loud / max(noise.mean(0).sum(), 1e-6)
        noise = noise * 10 ** (-rng.choice([rng.uniform(0, 15), rng.uniform(15, 50)]) / 10)
        speech = target + rest
        irm = _denoiser(rng, speech, noise)
        left = rest + noise * irm**2
        power = (speech + noise) * 10 ** rng.uniform(-3, 1)
        heights = levels(power * irm**2)
        rows.append((scene.features, target, left, irm, heights, scene.trust))
    return Mix(*(torch.from_numpy(np.stack(part)).float() for part in zip(*rows, strict=True)))


def _denoiser(rng: np.random.Generator, speech: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """An amplitude mask as denoisers of different quality give it."""
    snr = 10 * np.log10((speech + 1e-9) / (noise + 1e-9))
    slope, bias = rng.uniform(3, 7), rng.uniform(-4, 6)
    wobble = rng.standard_normal(snr.shape, np.float32) * np.float32(rng.uniform(0, 6))
    if rng.random() < 0.5:
        wobble = (wobble + np.roll(wobble, 1, 0) + np.roll(wobble, 2, 0)) / 2
    mask = 1 / (1 + np.exp(-(snr - bias + wobble) / slope))
    return np.maximum(mask, rng.choice([0.0, rng.uniform(0, 0.2)]))
