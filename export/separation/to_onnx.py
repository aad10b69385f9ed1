"""Writes the network as ONNX: python -m export.separation.to_onnx CHECKPOINT FILE.onnx"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from export.separation.model import Separation
from vcam.offline.separation.network import BINS, LIPS


class One(nn.Module):
    """Of one recording."""

    def __init__(self, network: Separation) -> None:
        super().__init__()
        self.network = network

    def forward(self, heard: Tensor, lips: Tensor) -> Tensor:
        return self.network(heard[None], lips[None])[0]


def write(network: Separation, path: Path) -> None:
    """heard (steps, BINS, 2), lips (talkers, steps, LIPS) → masks (talkers, steps, BINS, 2)."""
    buffer = io.BytesIO()
    axes = {0: "talkers", 1: "steps"}
    with torch.no_grad():
        torch.onnx.export(
            One(network.eval()),
            (torch.rand(50, BINS, 2), torch.rand(2, 50, LIPS)),
            buffer,
            dynamo=False,
            input_names=["heard", "lips"],
            output_names=["masks"],
            opset_version=17,
            dynamic_axes={"heard": {0: "steps"}, "lips": axes, "masks": axes},
        )
    model = onnx.load_from_string(buffer.getvalue())
    for dimension, size in zip(
        model.graph.output[0].type.tensor_type.shape.dim[2:], (BINS, 2), strict=True
    ):
        dimension.dim_value = size
    onnx.checker.check_model(model)
    onnx.save(model, path)


def load(checkpoint: Path) -> Separation:
    """The mean of a training's last weights."""
    weights = torch.load(checkpoint, weights_only=True)["mean"]
    network = Separation()
    network.load_state_dict(weights)
    return network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    write(load(arguments.checkpoint), arguments.file)
    print(f"{arguments.file}: {arguments.file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
