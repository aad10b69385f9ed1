"""Reads a shipped network's weights back, so that a training can start from what ships."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor


def from_onnx(path: Path, prefix: str = "") -> dict[str, Tensor]:
    """The float and 8-bit weights of an ONNX file as a state dict, float32.

    Args:
        prefix: what the exported module called the network, ``network.`` say; only weights under
            it are returned, without it.

    Weights kept in half precision as ``NAME.half`` come back as ``NAME``. Names that the exporter
    made up for constants are left to `load_state_dict` to refuse.
    """
    weights = {}
    for tensor in onnx.load(path).graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.name.startswith(prefix) and (values.dtype.kind == "f" or values.dtype == "int8"):
            name = tensor.name.removeprefix(prefix).removesuffix(".half")
            weights[name] = torch.from_numpy(values.astype("float32"))
    return weights
