"""What the denoisers that work on magnitudes share."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from export.denoise.model import running

Memories = tuple[Tensor, ...]
"""What frames leave behind, each ``(batch, …)``; zeros at the start."""

POWER = 1e-12  # of a bin that counts as silent
_FIRST = -80.0  # dB, the level before anything is heard


def levelled(spectrum: Tensor, before: Tensor) -> tuple[Tensor, Tensor]:
    """The bins in units of 20 dB about the running level of the last second.

    Args:
        spectrum: ``(batch, frames, BINS, 2)``.
        before: ``(batch, 1)``, the level's memory.

    Returns:
        ``(batch, frames, BINS)``, and the memory after it.
    """
    with torch.autocast("cpu", enabled=False):
        power = spectrum.square().sum(-1)
        decibels = 10 / math.log(10) * torch.log(power + POWER)
        level = running(decibels.mean(-1, keepdim=True), before + _FIRST)
        return ((decibels - level) / 20).clamp(-3, 3), level[:, -1] - _FIRST


def each(layer: nn.Linear, x: Tensor) -> Tensor:
    """The layer on every frame of ``(batch, frames, n)``: one product of two matrices, which
    `export.denoise.to_onnx` brings to 8 bits."""
    return layer(x.flatten(0, 1)).unflatten(0, x.shape[:2])


class Mask(nn.Module):
    """What to leave of each value ``x`` ``(batch, frames, size)``, in [0, 1], after what was found
    out ``(batch, frames, units)``: how loud it has to be, and how sharply that decides."""

    def __init__(self, units: int, size: int) -> None:
        super().__init__()
        self.leave = nn.Linear(units, 2 * size)
        with torch.no_grad():
            self.leave.bias.copy_(torch.tensor([1.0, 2.0]).repeat_interleave(size))

    def forward(self, found: Tensor, x: Tensor) -> Tensor:
        least, sharp = each(self.leave, found).float().chunk(2, -1)
        return torch.sigmoid(least + sharp * x)
