"""Converts: python -m export.superres.to_onnx CHECKPOINT models_onnx/superres.onnx.

The graph takes and gives uint8 BGR pictures: `picture` (H + 2·reach, W + 2·reach, 3) and `doubled`
(2H, 2W, 3); its metadata tell `reach`.
"""

from __future__ import annotations

import argparse
import io
import warnings
from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from export.superres.model import Shape, SuperResolution

OPSET = 17


class Pictures(nn.Module):
    """The network between uint8 pictures."""

    def __init__(self, network: SuperResolution) -> None:
        super().__init__()
        self.network = network

    def forward(self, picture: Tensor) -> Tensor:
        found = self.network(picture.permute(2, 0, 1)[None].float() / 255)
        return (found * 255 + 0.5).clamp(0, 255)[0].permute(1, 2, 0).to(torch.uint8)


def load(checkpoint: Path) -> SuperResolution:
    """The averaged weights of a checkpoint."""
    saved = torch.load(checkpoint, map_location="cpu", weights_only=True)
    network = SuperResolution(Shape(**saved["plan"]["shape"]))
    network.load_state_dict(saved["averaged"])
    return network.eval()


def convert(network: SuperResolution, path: Path) -> None:
    """Writes the graph of a network."""
    side = 2 * network.shape.reach + 16
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Pictures(network),
            (torch.zeros(side, side, 3, dtype=torch.uint8),),
            buffer,
            dynamo=False,
            input_names=["picture"],
            output_names=["doubled"],
            dynamic_axes={
                "picture": {0: "rows", 1: "columns"},
                "doubled": {0: "out_rows", 1: "out_columns"},
            },
            opset_version=OPSET,
        )
    model = onnx.load_from_string(buffer.getvalue())
    onnx.helper.set_model_props(model, {"reach": str(network.shape.reach)})
    onnx.checker.check_model(model)
    temporary = path.with_suffix(".new")
    onnx.save(model, temporary)
    temporary.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    convert(load(arguments.checkpoint), arguments.out)


if __name__ == "__main__":
    main()
