"""What a denoised sound is judged by while training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from export.denoise.data import Batch
from export.denoise.model import BINS, WINDOW, analyse, synthesise
from vcam.audio.frames import HOP, RATE

RESOLUTIONS = (320, 960, 1920)  # samples
SEGMENT = 38  # frames, about 384 ms


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Of the parts of the loss."""

    compression: float = 0.3
    spectra: float = 10.0
    over_suppression: float = 0.5
    ratio: float = 0.1  # per dB of signal to error
    envelopes: float = 1.0
    erased: float = 0.03  # per dB that is missing of the speech, beyond `spared`
    spared: float = 3.0


def judged(network: Any, batch: Batch, weights: Weights) -> tuple[Tensor, dict[str, float]]:
    """The loss of what `network`, of `export.denoise.kinds`, makes of a batch, and its parts."""
    heard = functional.pad(batch.noisy, (0, network.ahead * HOP))
    with torch.autocast("cpu", torch.bfloat16):
        clean, _ = network(analyse(heard), network.start(len(heard)))
    return loss_of(clean[:, network.ahead :], batch, weights)


def loss_of(spectra: Tensor, batch: Batch, weights: Weights) -> tuple[Tensor, dict[str, float]]:
    """The loss of denoised spectra ``(batch, frames, BINS, 2)``, and its parts.

    The compressed spectrum's error, magnitude and phase, at several resolutions (Schröter et al.,
    2023), where a voice taken away costs more than a noise left; signal to error (SI-SDR's without
    the scaling); how alike the envelopes are to STOI; and the speech that is missing, in dB.
    """
    sound = synthesise(spectra)
    target, noisy = batch.target[:, : sound.shape[1]], batch.noisy[:, : sound.shape[1]]
    voiced = batch.voiced
    # every example counts alike: quiet or loud, voice or noise alone
    of = torch.where(voiced[:, None], target, noisy)
    scale = (of.square().mean(1, keepdim=True) + 1e-10).rsqrt()
    error = sum(
        spectral_error(sound * scale, target * scale, window, weights) for window in RESOLUTIONS
    ) / len(RESOLUTIONS)  # fmt: skip
    total = target.square().sum(1)
    wrong, wrong_before = ((x - target).square().sum(1) for x in (sound, noisy))
    speech = voiced / voiced.sum().clamp(min=1)
    ratio, before = (
        (10 * torch.log10(total / (w + 1e-3 * total + 1e-12) + 1e-12) * speech).sum()
        for w in (wrong, wrong_before)
    )
    with torch.no_grad():
        clean, heard = (
            analyse(x).square().sum(-1) * scale[:, :, None].square()
            for x in (batch.target, batch.noisy - batch.target)
        )
    estimate = spectra.square().sum(-1) * scale[:, :, None].square()
    alike = (similarity(clean, estimate) * speech).sum()
    missing = erased(clean, estimate, heard, weights.spared)
    loss = (
        weights.spectra * error
        - weights.ratio * ratio
        - weights.envelopes * alike
        + weights.erased * missing
    )
    parts = {
        "loss": loss,
        "error": error,
        "snr": ratio,
        "gain": ratio - before,
        "stoi": alike,
        "erased": missing,
    }
    return loss, {name: float(value.detach()) for name, value in parts.items()}


def spectral_error(sound: Tensor, target: Tensor, window: int, weights: Weights) -> Tensor:
    """Mean squared error of the compressed spectra of sounds of an RMS of 1."""
    shape = torch.hann_window(window)
    x, y = (
        torch.stft(s, window, window // 2, window=shape, center=False, return_complex=True)
        / shape.square().sum().sqrt()
        for s in (sound, target)
    )
    a, b = ((z.real.square() + z.imag.square() + 1e-7) for z in (x, y))
    half = weights.compression / 2
    e, c = a**half, b**half
    phase = (x.real * y.real + x.imag * y.imag) * (a * b).rsqrt()
    magnitude = (c - e).square()
    full = c.square() + e.square() - 2 * c * e * phase
    return (magnitude + full + weights.over_suppression * (c - e).clamp(min=0).square()).mean()


def thirds() -> Tensor:
    """Weights ``(BINS, 15)`` that sum the bins into STOI's third octaves from 150 Hz on."""
    edges = 150 * 2 ** ((torch.arange(16) - 0.5) / 3)
    centres = (RATE / WINDOW * torch.arange(BINS))[:, None]
    return ((centres >= edges[:-1]) & (centres < edges[1:])).float()


def similarity(clean: Tensor, estimate: Tensor) -> Tensor:
    """How alike the envelopes of third octaves are, ``(batch,)``, 1 at best.

    The short-time objective intelligibility measure (Taal et al., IEEE TASLP 2011) on the
    frames; times without speech are left out by their energy.
    """
    weights = thirds()
    pairs = [(energy @ weights + 1e-9).sqrt() for energy in (clean, estimate)]
    x, y = (envelope.unfold(1, SEGMENT, 10) for envelope in pairs)  # (batch, times, 15, SEGMENT)
    y = y * (x.square().sum(-1, keepdim=True) / y.square().sum(-1, keepdim=True)).sqrt()
    y = torch.minimum(y, x * (1 + 10 ** (15 / 20)))
    x, y = (v - v.mean(-1, keepdim=True) for v in (x, y))
    correlation = (x * y).sum(-1) / (x.square().sum(-1) * y.square().sum(-1) + 1e-12).sqrt()
    energy = clean.sum(-1).unfold(1, SEGMENT, 10).mean(-1)
    spoken = (energy > 1e-2 * energy.amax(1, keepdim=True)).float()
    return (correlation.mean(-1) * spoken).sum(1) / (spoken.sum(1) + 1e-9)


def erased(clean: Tensor, estimate: Tensor, noise: Tensor, spared: float) -> Tensor:
    """How many dB of the speech are missing, beyond `spared`, mean of third octaves and of all.

    Only where the voice is heard above the noise counts. In decibels, the error of a mask that is
    all but closed still says which way to go; in any error of the spectrum its gradient is next to
    nothing, and whole sentences stay lost.
    """
    weights = thirds()
    weights = torch.cat([weights, torch.ones_like(weights[:, :3])], 1)  # all counts three times
    x, y, n = (energy @ weights for energy in (clean, estimate, noise))
    lost = 10 * torch.log10((x + 1e-9) / (y + 1e-3 * x + 1e-9))
    spoken = ((x > 4 * n) & (x > 1e-3 * x.amax(1, keepdim=True)) & (x > 1e-7)).float()
    return ((lost - spared).clamp(min=0) * spoken).sum() / (spoken.sum() + 1)
