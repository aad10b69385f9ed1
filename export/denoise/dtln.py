"""DTLN at 48 kHz, trained here: one of the seeds of this product.

The dual-signal transformation LSTM network (Westhausen and Meyer, Interspeech 2020): a core of two
LSTMs masks the magnitudes of the spectrum, a second one the features of a learned basis, which a
learned basis brings back. Both bases are of the frame's spectrum here, which is the frame itself in
other coordinates.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from export.denoise.magnitudes import Mask, Memories, each, levelled
from export.denoise.model import BINS
from export.denoise.recurrence import frame_by_frame

UNITS, FEATURES = 192, 256


class Core(nn.Module):
    """Two LSTMs and a mask. Their memory is ``(batch, 2 · 2, UNITS)``: states, then cells."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.units = nn.LSTM(size, UNITS, 2, batch_first=True)
        self.mask = Mask(UNITS, size)

    def forward(self, x: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
        found, after = frame_by_frame(self.units, x, memory)
        return self.mask(found, x), after


class Dtln(nn.Module):
    """Spectra in, clean spectra out; see `export.denoise.kinds`."""

    ahead = 0

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = Core(BINS), Core(FEATURES)
        self.into = nn.Linear(2 * BINS, FEATURES)
        self.norm = nn.LayerNorm(FEATURES)
        self.back = nn.Linear(FEATURES, 2 * BINS)

    def start(self, batch: int) -> Memories:
        """Nothing heard: a level and the memories of both cores."""
        return torch.zeros(batch, 1), *(torch.zeros(batch, 4, UNITS) for _ in range(2))

    def forward(self, spectrum: Tensor, memory: Memories) -> tuple[Tensor, Memories]:
        heard, level = levelled(spectrum, memory[0])
        mask, first = self.first(heard, memory[1])
        x = (spectrum * mask[..., None]).flatten(2)
        # of a size that does not depend on how loud it is
        size = x.square().mean(-1, keepdim=True).sqrt() + 1e-6
        features = each(self.into, x / size)
        mask, second = self.second(self.norm(features), memory[2])
        clean = each(self.back, features * mask).float() * size
        return clean.unflatten(2, (BINS, 2)), (level, first, second)
