"""The denoiser's network: a causal DFSMN with gated recurrent memories.

Zhang et al., "Deep-FSMN for large vocabulary continuous speech recognition", ICASSP 2018: each
block projects a hidden layer to a small vector, adds weighted earlier projections (a filter over
time with strided taps) and passes the sum on through a skip connection. Here a block may also keep
a running average of its projection whose forgetting is decided anew in every frame; it remembers
what the taps cannot reach and, because the decision does not look at the average, still trains in
parallel over layers' matrices. Everything looks back only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from export.denoise.memory import Memory, library
from vcam.audio.frames import BINS, LOOKBACK

SINGLES = 160  # bins up to 4 kHz are bands of their own
PAIRS = 80  # 4 to 8 kHz: two bins
GROUPS = 40  # 8 to 24 kHz: sixteen bins
BANDS = SINGLES + PAIRS + GROUPS
_FIRST_GROUP = SINGLES + 2 * PAIRS
LEVEL_SECONDS = 2.0
# What the finished mask leaves of every bin, -30 dB: a little steady noise is heard as less of a
# defect than the holes and edges of a mask that closes altogether.
FLOOR = 0.03
FORGET = math.exp(-0.01 / LEVEL_SECONDS)
_SCALE = 2.0 / LOOKBACK  # power of the analysis → mean square of the samples, about


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Sizes of the network."""

    width: int = 256
    hidden: int = 384
    taps: int = 4
    strides: tuple[int, ...] = (1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8)
    gated: bool = True


def pool(x: Tensor) -> Tensor:
    """Sums over the bins of each band: ``(…, BINS)`` → ``(…, BANDS)``."""
    lead = x.shape[:-1]
    pairs = x[..., SINGLES:_FIRST_GROUP].reshape(*lead, PAIRS, 2).sum(-1)
    groups = x[..., _FIRST_GROUP : BINS - 1].reshape(*lead, GROUPS, 16).sum(-1)
    return torch.cat([x[..., :SINGLES], pairs, groups], -1)


def spread(mask: Tensor) -> Tensor:
    """Each bin gets its band's value: ``(1, BANDS)`` → ``(1, BINS)``."""
    pairs = mask[:, SINGLES : SINGLES + PAIRS, None].expand(1, PAIRS, 2).reshape(1, 2 * PAIRS)
    groups = mask[:, SINGLES + PAIRS :, None].expand(1, GROUPS, 16).reshape(1, 16 * GROUPS)
    return torch.cat([mask[:, :SINGLES], pairs, groups, mask[:, -1:]], -1)


class _Scan(torch.autograd.Function):
    """h[t] = keep[t] · h[t-1] + new[t] over the first axis, h[-1] = 0."""

    @staticmethod
    def forward(ctx: Any, keep: Tensor, new: Tensor) -> Tensor:
        out = torch.empty_like(new)
        out[0] = new[0]
        for t in range(1, len(new)):
            torch.addcmul(new[t], keep[t], out[t - 1], out=out[t])
        ctx.save_for_backward(keep, out)
        return out

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor]:
        keep, out = ctx.saved_tensors
        total = torch.empty_like(gradient)
        total[-1] = gradient[-1]
        for t in range(len(gradient) - 2, -1, -1):
            torch.addcmul(gradient[t], keep[t + 1], total[t + 1], out=total[t])
        by_keep = torch.zeros_like(keep)
        torch.mul(total[1:], out[:-1], out=by_keep[1:])
        return by_keep, total


class _Taps(torch.autograd.Function):
    """x[t] + sum over k of filter[k] · x[t - (k + 1) · stride]; nothing before the first."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weights: Tensor, stride: int) -> Tensor:
        ctx.save_for_backward(x, weights)
        ctx.stride = stride
        out = x.clone()
        for k, weight in enumerate(weights):
            back = (k + 1) * stride
            out[back:].addcmul_(x[:-back], weight)
        return out

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, None]:
        x, weights = ctx.saved_tensors
        by_x, by_weights = gradient.clone(), torch.empty_like(weights)
        for k, weight in enumerate(weights):
            back = (k + 1) * ctx.stride
            by_x[:-back].addcmul_(gradient[back:], weight)
            product = gradient[back:] * x[:-back]
            torch.sum(product.view(-1, product.shape[-1]), 0, out=by_weights[k])
        return by_x, by_weights, None


class Block(nn.Module):
    """Hidden layer, projection, memory, skip connection."""

    def __init__(self, shape: Shape, stride: int) -> None:
        super().__init__()
        self.stride, self.taps, self.gated = stride, shape.taps, shape.gated
        self.width = shape.width
        self.norm = nn.LayerNorm(shape.width)
        self.hidden = nn.Linear(shape.width, shape.hidden)
        self.project = nn.Linear(shape.hidden, shape.width * (2 if shape.gated else 1))
        self.filter = nn.Parameter(torch.randn(shape.taps, shape.width) * 0.05)
        if shape.gated:
            frames = torch.logspace(math.log10(2), math.log10(200), shape.width)
            order = torch.randperm(shape.width)
            with torch.no_grad():
                self.project.weight[shape.width :] *= 0.3
                self.project.bias[shape.width :] = torch.log(frames - 1)[order]

    @property
    def reach(self) -> int:
        """Frames of its own projection that the block looks back."""
        return self.taps * self.stride

    def projected(self, x: Tensor) -> Tensor:
        """Values of the memories and, if they are gated, the gates' logits after them."""
        return self.project(torch.relu(self.hidden(self.norm(x))))

    def parted(self, both: Tensor) -> tuple[Tensor, Tensor | None]:
        if not self.gated:
            return both.float(), None
        value, gate = both.float().split(self.width, -1)
        return value, torch.sigmoid(gate)

    def forward(self, x: Tensor) -> Tensor:
        """``(frames, batch, width)`` at once."""
        both = self.projected(x)
        if self.gated and both.dtype == torch.bfloat16 and both.device.type == "cpu" and library():
            return Memory.apply(x, both, self.filter, self.stride)
        value, keep = self.parted(both)
        out = x + _Taps.apply(value, self.filter, self.stride)
        return out if keep is None else out + _Scan.apply(keep, (1 - keep) * value)

    def step(self, x: Tensor, heard: Tensor, average: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """One frame, all ``(1, width)``: the output, the new projection, the new average.

        Args:
            heard: the filtered earlier projections.
        """
        value, keep = self.parted(self.projected(x))
        out = x + heard + value
        if keep is not None:
            average = value + keep * (average - value)
            out = out + average
        return out, value, average


class Denoiser(nn.Module):
    """Power spectra in, a mask between 0 and 1 per band out."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.register_buffer("mean", torch.zeros(BANDS))
        self.register_buffer("deviation", torch.ones(BANDS))
        self.register_buffer("bins_per_band", pool(torch.ones(1, BINS))[0])
        self.enter = nn.Linear(BANDS, shape.width)
        self.blocks = nn.ModuleList(Block(shape, stride) for stride in shape.strides)
        self.norm = nn.LayerNorm(shape.width)
        self.leave = nn.Linear(shape.width, BANDS)

    def logs(self, energy: Tensor, level: Tensor) -> Tensor:
        """Log band powers relative to the running level (mean square)."""
        power = energy * (_SCALE / self.bins_per_band)
        return torch.log10(power + 1e-11) - torch.log10(level + 1e-9)

    @staticmethod
    def loudness(energy: Tensor) -> Tensor:
        """Power up to 8 kHz, ``(…, 1)``, in mean squares."""
        return energy[..., : SINGLES + PAIRS].sum(-1, keepdim=True) * (_SCALE / (LOOKBACK / 2))

    def levels(self, energy: Tensor) -> Tensor:
        """The running level of every frame, ``(frames, batch, 1)``: an average of all before it
        that forgets with `LEVEL_SECONDS`."""
        now = self.loudness(energy)[..., 0]
        ages = torch.arange(len(now), device=now.device)
        weights = FORGET ** (ages[:, None] - ages[None, :]).clamp(min=0).float()
        weights = torch.tril(weights)
        return ((weights @ now) / weights.sum(1, keepdim=True))[..., None]

    def features(self, energy: Tensor) -> Tensor:
        return (self.logs(energy, self.levels(energy)) - self.mean) / self.deviation

    @staticmethod
    def mask(logits: Tensor) -> Tensor:
        """The finished mask of the bands, `FLOOR` to 1."""
        return FLOOR + (1 - FLOOR) * torch.sigmoid(logits)

    def forward(self, features: Tensor) -> Tensor:
        """Mask logits ``(frames, batch, BANDS)`` of features of the same shape."""
        x = self.enter(features).float()
        for block in self.blocks:
            x = block(x)
        return self.leave(self.norm(x)).float()
