"""Converts: python -m export.denoise.to_onnx CHECKPOINT… models_onnx/denoise.onnx.

Several checkpoints of one training are averaged; a converted network may stand for its checkpoint.
One call of the graph is one frame of 10 ms. Weights are stored in half precision and cast when
the session opens, so the file is half as large and the arithmetic is single precision.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from export.denoise.model import FORGET, Denoiser, Shape, pool, spread
from export.denoise.train import weights
from vcam.audio.frames import BINS

HALF_FROM = 4096  # elements; smaller tensors stay in single precision


class Streaming(nn.Module):
    """The network for one frame, with its memories as arguments and results."""

    def __init__(self, network: Denoiser) -> None:
        super().__init__()
        self.network = network

    def start(self) -> tuple[Tensor, Tensor, Tensor]:
        """The memories before the first frame: level, past, average."""
        width = self.network.shape.width
        reach = sum(block.reach for block in self.network.blocks)
        return (
            torch.zeros(2),
            torch.zeros(reach, width),
            torch.zeros(len(self.network.blocks), width),
        )

    def forward(
        self, power: Tensor, level: Tensor, past: Tensor, average: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        net = self.network
        energy = pool(power)
        now = net.loudness(energy)[0]
        level = level * FORGET + torch.cat([now, torch.ones(1)])
        x = net.enter((net.logs(energy, level[:1] / level[1:]) - net.mean) / net.deviation)
        start, pasts, averages = 0, [], []
        for index, block in enumerate(net.blocks):
            x, newer, mean = block.step(
                x, past[start : start + block.reach], average[index : index + 1]
            )
            start += block.reach
            pasts.append(newer)
            averages.append(mean)
        mask = spread(net.mask(net.leave(net.norm(x))))
        return mask, level, torch.cat(pasts), torch.cat(averages)


def load(checkpoints: list[Path]) -> Denoiser:
    """The averaged weights of one training's results, rounded to what the file will hold."""
    found = [weights(path) for path in checkpoints]
    shape = Shape()
    if checkpoints[0].suffix == ".pt":
        saved = torch.load(checkpoints[0], map_location="cpu", weights_only=True)
        shape = Shape(**saved["plan"]["shape"])
    network = Denoiser(shape)
    network.load_state_dict(
        {name: sum(one[name] for one in found) / len(found) for name in found[0]}
    )
    return halve(network).eval()


def blend(network: Denoiser, first: dict[str, Tensor], share: float) -> Denoiser:
    """`share` of a network and the rest of the one it was trained from, in place.

    Blocks that the first lacks add nothing to it, so that of what they add `share` is left.
    """
    value = network.shape.width
    mixed = network.state_dict()
    for name, tensor in mixed.items():
        if name in first:
            mixed[name] = torch.lerp(first[name], tensor, share)
        elif ".project." in name:
            mixed[name] = torch.cat([tensor[:value] * share, tensor[value:]])
    network.load_state_dict(mixed)
    return halve(network)


def halve(network: Denoiser) -> Denoiser:
    """Rounds the large weights to half precision, in place."""
    with torch.no_grad():
        for value in network.parameters():
            if value.numel() >= HALF_FROM:
                value.copy_(value.half().float())
    return network


def convert(network: Denoiser, path: Path) -> None:
    """Writes the streaming graph of a network."""
    streaming, buffer = Streaming(network), io.BytesIO()
    memories = ("level", "past", "average")
    with torch.no_grad():
        torch.onnx.export(
            streaming,
            (torch.ones(1, BINS), *streaming.start()),
            buffer,
            dynamo=False,
            input_names=["power", *memories],
            opset_version=17,
            output_names=["mask", *(f"next_{name}" for name in memories)],
        )
    model = onnx.load_from_string(buffer.getvalue())
    store_halves(model)
    onnx.checker.check_model(model)
    temporary = path.with_suffix(".new")
    onnx.save(model, temporary)
    temporary.replace(path)


def store_halves(model: onnx.ModelProto) -> None:
    """Replaces large float weights by half-precision ones and a cast."""
    graph = model.graph
    casts = []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < HALF_FROM:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path, nargs="+")
    parser.add_argument("file", type=Path)
    parser.add_argument("--first", type=Path, help="the network that the training went on from")
    parser.add_argument("--share", type=float, default=1.0, help="of the training; rest: --first")
    arguments = parser.parse_args()
    network = load(arguments.checkpoint)
    if arguments.first:
        network = blend(network, weights(arguments.first), arguments.share)
    convert(network, arguments.file)
    print(f"{arguments.file}: {arguments.file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
