"""A U-Net that hears the noise and takes it away, one of the seeds of this product.

Ten levels (five down and five up the frequencies, joined by skips) over the magnitudes in dB; what
comes out is the noise, in dB of each bin, and is subtracted from the noisy spectrum, whose phase
stays. Leaky rectifiers and a Huber loss. The seed heard whole seconds at once; here a level looks
back over 3, 5, 9, 17 and 33 frames instead, so that it works in calls too.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from export.denoise.data import Batch
from export.denoise.loss import Weights, loss_of
from export.denoise.magnitudes import POWER, Memories, levelled
from export.denoise.model import BINS, analyse

CHANNELS = (1, 24, 48, 64, 96, 96)  # down
UP = ((96, 96), (192, 64), (128, 48), (96, 24), (48, 1))  # in and out, with what was seen
MOST = 40.0  # dB that can be taken away
HUBER = 5.0  # its share of the loss
EVEN = BINS - 1  # bins that can be halved five times


class UNet(nn.Module):
    """Spectra in, clean spectra out; see `export.denoise.kinds`."""

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.ModuleList(
            nn.Conv2d(a, b, (3, 5), stride=(1, 2), padding=(0, 2), dilation=(2**level, 1))
            for level, (a, b) in enumerate(pairwise(CHANNELS))
        )
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(a, b, (1, 4), stride=(1, 2), padding=(0, 1)) for a, b in UP
        )

    def start(self, batch: int) -> Memories:
        """Nothing heard: a level, and what each level of the net has seen."""
        sizes = [(c, 2 * 2**level, EVEN >> level) for level, c in enumerate(CHANNELS[:-1])]
        return torch.zeros(batch, 1), *(torch.zeros(batch, *size) for size in sizes)

    def noise(self, spectrum: Tensor, memory: Memories) -> tuple[Tensor, Memories]:
        """How many dB of each bin are noise, ``(batch, frames, BINS)`` in [0, `MOST`]."""
        heard, level = levelled(spectrum, memory[0])
        x, seen, after = heard[:, None, :, :EVEN], [], [level]
        for conv, before in zip(self.down, memory[1:], strict=True):
            x = torch.cat([before, x], 2)
            after.append(x[:, :, -before.shape[2] :])
            x = functional.leaky_relu(conv(x), 0.2)
            seen.append(x)
        for number, conv in enumerate(self.up):
            x = conv(x if number == 0 else torch.cat([x, seen[-1 - number]], 1))
            x = functional.leaky_relu(x, 0.2) if number < len(self.up) - 1 else x
        share = torch.sigmoid(x[:, 0])
        return MOST * torch.cat([share, share[..., -1:]], -1), tuple(after)

    def forward(self, spectrum: Tensor, memory: Memories) -> tuple[Tensor, Memories]:
        noise, after = self.noise(spectrum, memory)
        return taken(spectrum, noise), after


def judged(network: UNet, batch: Batch, weights: Weights) -> tuple[Tensor, dict[str, float]]:
    """Huber's loss of the noise, in units of 20 dB, beside the one of the sound that is left: alone
    it settles for the mean of what a bin may be, which takes the voice away with the noise."""
    spectra, clean = analyse(batch.noisy), analyse(batch.target)
    with torch.autocast("cpu", torch.bfloat16):
        noise, _ = network.noise(spectra, network.start(len(spectra)))
    noise = noise.float()
    with torch.no_grad():
        noisy, target = (x.square().sum(-1) for x in (spectra, clean))
        least = 1e-5 * noisy.mean((1, 2), keepdim=True) + POWER
        right = (10 * torch.log10((noisy + least) / (target + least))).clamp(0, MOST)
    huber = functional.huber_loss(noise / 20, right / 20)
    left, parts = loss_of(taken(spectra, noise), batch, weights)
    loss = left + HUBER * huber
    return loss, parts | {"loss": float(loss.detach()), "huber": float(huber.detach())}


def taken(spectrum: Tensor, noise: Tensor) -> Tensor:
    """The spectrum without the noise, whose decibels these are."""
    return spectrum * (10 ** (-noise / 20))[..., None]
