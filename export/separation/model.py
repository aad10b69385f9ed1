"""The network that takes a mixture apart by lips: a mask for each face.

After Afouras et al., "The conversation: deep audio-visual speech enhancement", 2018, which hears
magnitudes and corrects the phase afterwards. Here bands are told apart all the way (band-split RNN,
Luo and Yu 2022), convolutions over time, attention over bands and attention of whole spectra over
time take turns (TF-GridNet, Wang et al. 2023), and masks are complex. What is heard is the same for
all; then every talker's lips are added, and each knows the mean of them all
(transform-average-concatenate, Luo et al. 2020).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vcam.offline.separation.network import BINS, LIPS

GROUPS = (8, 5), (4, 10), (4, 20), (4, 40)
"""Bands from low to high: how many, and how many frequencies each has."""
BANDS = sum(count for count, _ in GROUPS)
assert sum(count * width for count, width in GROUPS) == BINS


class BandLinear(nn.Module):
    """A linear map of its own for each of some bands ``(…, bands, given) → (…, bands, made)``."""

    def __init__(self, bands: int, given: int, made: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(bands, given, made) / math.sqrt(given))
        self.bias = nn.Parameter(torch.zeros(bands, 1, made))

    def forward(self, x: Tensor) -> Tensor:
        rows = x.reshape(-1, *x.shape[-2:]).transpose(0, 1)
        return (rows @ self.weight + self.bias).transpose(0, 1).reshape(*x.shape[:-1], -1)


class OverTime(nn.Module):
    """A residual, gated convolution over three steps that lie `apart` from each other,
    ``(rows, steps, …, size)``."""

    def __init__(self, size: int, apart: int) -> None:
        super().__init__()
        self.apart = apart
        self.norm = nn.LayerNorm(size)
        self.enter = nn.Linear(3 * size, 2 * size)
        self.leave = nn.Linear(size, size)

    def forward(self, x: Tensor) -> Tensor:
        given, edge = self.norm(x), torch.zeros_like(x[:, : self.apart])
        before = torch.cat([edge, given], 1)[:, : x.shape[1]]
        after = torch.cat([given, edge], 1)[:, self.apart :]
        around = torch.cat([before, given, after], -1)
        return x + self.leave(F.glu(self.enter(around), -1))


class OverBands(nn.Module):
    """Residual attention over the bands of one moment ``(rows, steps, BANDS, size)``."""

    HEADS = 4

    def __init__(self, size: int) -> None:
        super().__init__()
        self.place = nn.Parameter(0.1 * torch.randn(BANDS, size))
        self.norm = nn.LayerNorm(size)
        self.enter = nn.Linear(size, 3 * size)
        self.leave = nn.Linear(size, size)

    def forward(self, x: Tensor) -> Tensor:
        rows, steps, bands, size = x.shape
        each = size // self.HEADS
        parts = self.enter(self.norm(x) + self.place).view(rows * steps, bands, 3, self.HEADS, each)
        asked, known, told = parts.permute(2, 0, 3, 1, 4).unbind(0)
        heard = _attended(asked, known, told).transpose(1, 2).reshape(x.shape)
        return x + self.leave(heard)


class OverAll(nn.Module):
    """Residual attention over time, of all bands together ``(rows, steps, BANDS, size)``."""

    HEADS, ASKED = 4, 8

    def __init__(self, size: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(size)
        self.asks = nn.Linear(size, 2 * self.HEADS * self.ASKED)
        self.tells = nn.Linear(size, size)
        self.leave = nn.Linear(size, size)

    def forward(self, x: Tensor) -> Tensor:
        rows, steps, bands, size = x.shape
        given = self.norm(x)
        both = self.asks(given).view(rows, steps, bands, 2, self.HEADS, self.ASKED)
        asked, known = both.permute(3, 0, 4, 1, 2, 5).flatten(4).unbind(0)
        told = self.tells(given).view(rows, steps, bands, self.HEADS, size // self.HEADS)
        told = told.permute(0, 3, 1, 2, 4).flatten(3)
        heard = _attended(asked, known, told)
        heard = heard.view(rows, self.HEADS, steps, bands, size // self.HEADS)
        return x + self.leave(heard.permute(0, 2, 3, 1, 4).reshape(x.shape))


class Feed(nn.Module):
    """A residual feed-forward layer."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(size)
        self.enter = nn.Linear(size, 2 * size)
        self.leave = nn.Linear(2 * size, size)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.leave(F.silu(self.enter(self.norm(x))))


class Together(nn.Module):
    """What all talkers do in the mean, told to each; residual."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(size)
        self.own = nn.Linear(size, size)
        self.all = nn.Linear(size, size)
        self.leave = nn.Linear(size, size)

    def forward(self, x: Tensor, talkers: int) -> Tensor:
        given = self.norm(x)
        mean = given.view(-1, talkers, *x.shape[1:]).mean(1, keepdim=True)
        said = self.own(given).view(-1, talkers, *x.shape[1:]) + self.all(mean)
        return x + self.leave(F.silu(said)).view(x.shape)


class Leave(nn.Module):
    """Masks ``(…, BINS × made)`` of bands ``(…, BANDS, size)``."""

    def __init__(self, size: int, made: int = 2) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(size)
        self.bands = nn.ModuleList(BandLinear(count, size, made * width) for count, width in GROUPS)

    def forward(self, x: Tensor) -> Tensor:
        bands = self.norm(x).split([count for count, _ in GROUPS], -2)
        return torch.cat(
            [linear(band).flatten(-2) for linear, band in zip(self.bands, bands, strict=True)], -1
        )


class Separation(nn.Module):
    """Spectra and lips to masks."""

    def __init__(self, size: int = 64, shared: int = 3, own: int = 3, seen: int = 64) -> None:
        super().__init__()
        self.hears = nn.ModuleList(BandLinear(count, 2 * width, size) for count, width in GROUPS)
        self.shared = nn.ModuleList(
            nn.Sequential(OverTime(size, 2**i), OverBands(size), OverAll(size), Feed(size))
            for i in range(shared)
        )
        self.sees = nn.Linear(LIPS, seen)
        self.watches = nn.Sequential(OverTime(seen, 1), OverTime(seen, 2))
        self.joins = nn.Linear(seen, BANDS * size)
        self.together = nn.ModuleList(Together(size) for _ in range(own))
        self.own = nn.ModuleList(
            nn.Sequential(OverTime(size, 2**i), OverBands(size), OverAll(size), Feed(size))
            for i in range(own)
        )
        self.leave = Leave(size)

    def forward(self, spectra: Tensor, lips: Tensor) -> Tensor:
        """Complex masks ``(B, N, T, BINS, 2)``.

        Args:
            spectra: ``(B, T, BINS, 2)``, compressed as in `vcam.offline.separation.network`.
            lips: ``(B, N, T, LIPS)``, what those of N talkers say.
        """
        return self.part(self.hear(spectra), lips)

    def hear(self, spectra: Tensor) -> Tensor:
        """What is heard, the same for all talkers, ``(B, T, BANDS, size)``."""
        batch, steps, *_ = spectra.shape
        parts = spectra.split([count * width for count, width in GROUPS], 2)
        x = torch.cat(
            [
                linear(part.reshape(batch, steps, count, 2 * width))
                for linear, part, (count, width) in zip(self.hears, parts, GROUPS, strict=True)
            ],
            2,
        )
        for layer in self.shared:
            x = layer(x)
        return x

    def part(self, x: Tensor, lips: Tensor) -> Tensor:
        """The masks, of what is heard."""
        batch, talkers, steps, _ = lips.shape
        seen = self.joins(self.watches(F.silu(self.sees(lips.flatten(0, 1)))))
        x = x[:, None].expand(-1, talkers, -1, -1, -1).flatten(0, 1)
        x = x + seen.view(batch * talkers, steps, BANDS, -1)
        for together, layer in zip(self.together, self.own, strict=True):
            x = layer(together(x, talkers))
        return self.leave(x).view(batch, talkers, steps, -1, 2)


class Guess(nn.Module):
    """For training alone: masks ``(B, GUESSED, T, BINS, 2)`` of voices that nobody's lips tell,
    from what is heard, in any order. So the network is taught to tell voices from each other
    before it has learned whose they are."""

    GUESSED = 3

    def __init__(self, size: int = 64) -> None:
        super().__init__()
        self.leaves = nn.ModuleList(Leave(size) for _ in range(self.GUESSED))

    def forward(self, x: Tensor) -> Tensor:
        masks = [leave(x).view(*x.shape[:2], -1, 2) for leave in self.leaves]
        return torch.stack(masks, 1)


def _attended(asked: Tensor, known: Tensor, told: Tensor) -> Tensor:
    with torch.autocast("cpu", enabled=False):  # which would have the shares in float32
        share = torch.softmax((asked / math.sqrt(asked.shape[-1])) @ known.transpose(-1, -2), -1)
        return share @ told
