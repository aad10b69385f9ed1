"""Reads what `to_onnx` wrote, so that a training can begin from the networks that are shipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from export.lips.model import Gate, Lips


def _weights(path: Path) -> list[Tensor]:
    arrays = (numpy_helper.to_array(w) for w in onnx.load(path).graph.initializer)
    return [torch.from_numpy(a.copy()) for a in arrays if a.dtype == np.float32]


def _into(layers: list[nn.Parameter], weights: list[Tensor]) -> None:
    for layer, weight in zip(layers, weights, strict=True):
        layer.data.copy_(weight)


def read_lips(net: Lips, path: Path) -> None:
    """The weights into a net whose `mean` and `scale` are set: the file has them in its first
    layer."""
    weights = _weights(path)
    weights[1] = weights[1] + weights[0] @ net.mean
    weights[0] = weights[0] / net.scale
    _into(list(net.parameters()), weights)


def read_gate(net: Gate, path: Path) -> None:
    enter, enter_bias, w_ih, b_ih, w_hh, b_hh, leave, leave_bias = _weights(path)
    _into(
        [*net.enter.parameters(), *net.memory.parameters(), *net.leave.parameters()],
        [enter, enter_bias, w_ih, w_hh, b_ih, b_hh, leave, leave_bias],
    )
