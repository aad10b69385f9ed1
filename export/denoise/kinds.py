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
    loss: Callable[[Any, Batch, Weights], tuple[Tensor, Parts]]


def _of_its_own(network: type[nn.Module], judge: Callable[[Any, Batch], Tensor]) -> Kind:
    """One that looks at what was heard alone, and has one loss."""

    def made(ahead: int) -> nn.Module:
        if ahead:
            raise SystemExit(f"{network.__name__} does not look ahead.")
        return network()

    def judged(one: nn.Module, batch: Batch, _: Weights) -> tuple[Tensor, Parts]:
        value = judge(one, batch)
        return value, {"loss": float(value.detach())}

    return Kind(made, judged)


KINDS = {
    "deepfilter": Kind(Denoiser, loss.judged),
    "unet": _of_its_own(unet.UNet, unet.loss),
    "crnn": _of_its_own(crnn.Crnn, crnn.loss),
    "dtln": _of_its_own(dtln.Dtln, dtln.loss),
}
