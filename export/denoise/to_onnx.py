"""Converts: python -m export.denoise.to_onnx CHECKPOINT… models_onnx/denoise.onnx.

Several checkpoints of one training are averaged; a converted network may stand for its checkpoint.
One call of the graph is one frame of 10 ms. The matrices are stored and multiplied in 8 bits (each
output with its own range; what they are multiplied by is brought to 8 bits anew in every frame):
most of a call goes into reading weights from memory, and these are a quarter.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from export.denoise.model import FORGET, Denoiser, Shape, pool, spread
from export.denoise.train import weights
from vcam.audio.frames import BINS


class Streaming(nn.Module):
    """The network for one frame, with its memories as arguments and results."""

    def __init__(self, network: Denoiser) -> None:
        super().__init__()
        self.network = network
        read, kept, start, rows = [], [], 0, self.start()[1].shape[0]
        for index, block in enumerate(network.blocks):
            stop = start + block.reach
            # tap k reads the projection of (k + 1) · stride frames ago
            read += [stop - (k + 1) * block.stride for k in range(block.taps)]
            kept += [*range(start + 1, stop), rows + index]
            start = stop
        self.read, self.kept = torch.tensor(read), torch.tensor(kept)

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
        # What no block of this frame changes is computed for all of them at once: a call of ONNX
        # Runtime costs as much as the arithmetic in it.
        filters = torch.cat([block.filter for block in net.blocks])
        read = (past[self.read] * filters).view(len(net.blocks), -1, net.shape.width).sum(1)
        values, averages = [], []
        for block, mean, heard in zip(net.blocks, average.split(1), read.split(1), strict=True):
            x, value, mean = block.step(x, heard, mean)
            values.append(value)
            averages.append(mean)
        mask = spread(net.mask(net.leave(net.norm(x))))
        return mask, level, torch.cat([past, *values])[self.kept], torch.cat(averages)


def load(checkpoints: list[Path]) -> Denoiser:
    """The averaged weights of one training's results."""
    found = [weights(path) for path in checkpoints]
    shape = Shape()
    if checkpoints[0].suffix == ".pt":
        saved = torch.load(checkpoints[0], map_location="cpu", weights_only=True)
        shape = Shape(**saved["plan"]["shape"])
    network = Denoiser(shape)
    network.load_state_dict(
        {name: sum(one[name] for one in found) / len(found) for name in found[0]}
    )
    return network.eval()


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
    return network


def convert(network: Denoiser, path: Path) -> None:
    """Writes the streaming graph of a network as it is shipped."""
    model = eight_bits(streaming_graph(network))
    onnx.checker.check_model(model)
    temporary = path.with_suffix(".new")
    onnx.save(model, temporary)
    temporary.replace(path)


def streaming_graph(network: Denoiser) -> onnx.ModelProto:
    """The network for one frame, in single precision."""
    streaming, buffer = Streaming(network), io.BytesIO()
    memories = ("level", "past", "average")
    with torch.no_grad():
        torch.onnx.export(
            streaming,
            (torch.ones(1, BINS), *streaming.start()),
            buffer,
            do_constant_folding=False,  # parameters keep their names
            dynamo=False,
            input_names=["power", *memories],
            opset_version=17,
            output_names=["mask", *(f"next_{name}" for name in memories)],
        )
    return onnx.load_from_string(buffer.getvalue())


def eight_bits(model: onnx.ModelProto) -> onnx.ModelProto:
    """The graph with its matrices in 8 bits.

    Unsigned, because of processors without VNNI: there ONNX Runtime's product of unsigned and
    signed bytes overflows, and that of unsigned ones does not.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "network.onnx"
        quantize_dynamic(
            model,
            file,
            per_channel=True,
            weight_type=QuantType.QUInt8,
        )
        return onnx.load(file)


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
