"""The kinds of denoisers that can be trained here.

A kind is a network of spectra ``(batch, frames, BINS, 2)`` and of memories that frames leave behind
(`start` gives those of a batch that has heard nothing), and the loss that it is trained by.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from torch import Tensor, nn

from export.denoise import crnn, dtln, loss, unet
from export.denoise.data import Batch
from export.denoise.loss import Weights
from export.denoise.model import Denoiser

Parts = dict[str, float]


class Kind(NamedTuple):
    """`network` is told how many frames it looks ahead; `loss` gives its parts too, for the log."""

    network: Callable[[int], nn.Module]
    loss: Callable[[Any, Batch, Weights], tuple[Tensor, Parts]] = loss.judged


def _at_once(network: type[nn.Module]) -> Callable[[int], nn.Module]:
    """Of a network that does not look ahead."""

    def made(ahead: int) -> nn.Module:
        if ahead:
            raise SystemExit(f"{network.__name__} does not look ahead.")
        return network()

    return made


KINDS = {
    "deepfilter": Kind(Denoiser),
    "unet": Kind(_at_once(unet.UNet), unet.judged),
    "crnn": Kind(_at_once(crnn.Crnn)),
    "dtln": Kind(_at_once(dtln.Dtln)),
}
