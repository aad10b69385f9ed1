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

    Matrices that ONNX Runtime's quantiser has brought to 8 bits come back as ``(out, in)``. Names
    that the exporter made up for constants are left to `load_state_dict` to refuse.
    """
    tensors = {t.name: numpy_helper.to_array(t) for t in onnx.load(path).graph.initializer}
    weights = {}
    for name, values in tensors.items():
        if not name.startswith(prefix) or name.endswith(("_scale", "_zero_point")):
            continue
        if name.endswith("_quantized"):
            name = name.removesuffix("_quantized")
            steps = values.astype("int32") - tensors[f"{name}_zero_point"]
            values = (steps * tensors[f"{name}_scale"]).T
        if values.dtype.kind == "f" or values.dtype == "int8":
            weights[name.removeprefix(prefix)] = torch.from_numpy(values.astype("float32"))
    return weights
