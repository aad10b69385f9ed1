"""Convolutions into a recurrent net, one of the seeds of this product: a mask on the magnitudes.

Three convolutions find patterns in neighbouring bins and frames, two layers of gated recurrent
units follow them through time. It learns from mixtures at exact signal-to-noise ratios, as all
training here does.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from export.denoise.magnitudes import Mask, Memories, each, levelled
from export.denoise.model import BINS
from export.denoise.recurrence import frame_by_frame

CHANNELS = (1, 16, 32, 32)
STRIDES = (3, 2, 2)
UNITS = 256


class Crnn(nn.Module):
    """Spectra in, clean spectra out; see `export.denoise.kinds`."""

    ahead = 0

    def __init__(self) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList()
        self.widths = [BINS]
        for a, b, stride in zip(CHANNELS, CHANNELS[1:], STRIDES, strict=False):
            self.convolutions.append(nn.Conv2d(a, b, (2, 5), stride=(1, stride), padding=(0, 2)))
            self.widths.append((self.widths[-1] - 1) // stride + 1)
        self.enter = nn.Linear(CHANNELS[-1] * self.widths[-1], UNITS)
        self.units = nn.GRU(UNITS, UNITS, 2, batch_first=True)
        self.mask = Mask(UNITS, BINS)

    def start(self, batch: int) -> Memories:
        """Nothing heard: a level, a frame of each convolution, the units."""
        sizes = zip(CHANNELS, self.widths, strict=True)
        frames = [torch.zeros(batch, c, 1, width) for c, width in list(sizes)[:-1]]
        return torch.zeros(batch, 1), *frames, torch.zeros(batch, 2, UNITS)

    def forward(self, spectrum: Tensor, memory: Memories) -> tuple[Tensor, Memories]:
        heard, level = levelled(spectrum, memory[0])
        x, after = heard[:, None], [level]
        for conv, before in zip(self.convolutions, memory[1:-1], strict=True):
            x = torch.cat([before, x], 2)
            after.append(x[:, :, -1:])
            x = functional.relu(conv(x))
        x = functional.relu(each(self.enter, x.transpose(1, 2).flatten(2)))
        x, units = frame_by_frame(self.units, x, memory[-1])
        return spectrum * self.mask(x, heard)[..., None], (*after, units)
