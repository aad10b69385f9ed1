"""Converts: python -m export.denoise.to_onnx CHECKPOINT models_onnx/NAME.onnx.

One call of the graph is one frame, 10 ms on. The large matrices are stored and multiplied in 8 bits
(each output with its own range; what they are multiplied by is brought to 8 bits anew in every
frame): most of a call goes into reading weights from memory, and these are a quarter.
"""

from __future__ import annotations

import argparse
import io
import math
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from torch.nn import functional

from export.denoise.model import (
    BANDS,
    BINS,
    CHANNELS,
    FLOOR,
    FORGET,
    HIDDEN,
    LOW,
    ORDER,
    Denoiser,
    GroupedLinear,
    SqueezedGRU,
)  # fmt: skip
from export.denoise.recurrence import one_frame
from export.denoise.train import trained

MEMORIES = ("levels", "features", "paths", "spectra", "units")


class Streaming(nn.Module):
    """The network for one frame, with its memories as arguments and results."""

    def __init__(self, network: Denoiser) -> None:
        super().__init__()
        self.network = network
        first = network.start(1)
        self.first = torch.cat([first.erb_level[0], first.df_level[0]])  # memories start as zeros

    def start(self) -> tuple[Tensor, ...]:
        """The memories before the first frame, by `MEMORIES`."""
        return (
            torch.zeros(BANDS + LOW),
            torch.zeros(2, BANDS + 2 * LOW),
            torch.zeros(ORDER - 1, 2 * ORDER, LOW),
            torch.zeros(ORDER - 1, 2, BINS if self.network.ahead else LOW),
            torch.zeros(5, HIDDEN),
        )

    def forward(
        self, spectrum: Tensor, levels: Tensor, features: Tensor, paths: Tensor, spectra: Tensor,
        units: Tensor,
    ) -> tuple[Tensor, ...]:  # fmt: skip
        """`spectrum` is ``(2, BINS)``, real and imaginary."""
        net = self.network
        power = spectrum.square().sum(0)
        decibels = (power @ net.pool + 1e-10).log() * (10 / math.log(10))
        now = torch.cat([decibels, (power[:LOW] + 1e-20).sqrt()])
        levels = (levels + self.first) * FORGET + now * (1 - FORGET)
        low = spectrum[:, :LOW]
        newest = torch.cat(
            [(decibels - levels[:BANDS]) / 40, (low / levels[BANDS:].sqrt()).flatten()]
        )
        three = torch.cat([features, newest[None]])
        e0 = functional.relu(net.erb0(three[None, None, :, :BANDS]))
        e1 = net.erb1(e0)
        e2 = net.erb2(e1)
        e3 = net.erb3(e2)
        both = three[:, BANDS:].reshape(1, 3, 2, LOW).transpose(1, 2)
        c0 = functional.relu(net.df0_mix(net.df0(both)))
        seen = functional.relu(grouped(net.df_in, rows(net.df1(c0))))
        x, heard = recurrent(net.emb_gru, rows(e3) + seen, units[:1])

        y, gains = recurrent(net.erb_gru, x, units[1:3])
        y = y.reshape(1, 8, CHANNELS).transpose(1, 2)[:, :, None]
        for skip, e, up in zip(
            net.erb_skips, (e3, e2, e1), (net.erb_up3, net.erb_up2, net.erb_up1), strict=False
        ):
            y = up(functional.relu(skip(e)) + y)
        gain = torch.sigmoid(net.erb_out(functional.relu(net.erb_skips[3](e0)) + y))[0, 0]

        z, filters = recurrent(net.df_gru, x, units[3:])
        z = torch.tanh(grouped(net.df_out, z + grouped(net.df_skip, x)))
        # What this frame adds to the paths of it and of those that follow, newest first.
        ahead = net.df_path.weight[..., 0].flip(2).permute(2, 0, 1).reshape(ORDER, 2, ORDER, -1)
        parts = ahead @ c0.reshape(1, 2, CHANNELS // 2, LOW)
        paths = torch.cat([paths, torch.zeros(1, 2 * ORDER, LOW)]) + parts.flatten(1, 2)
        path = functional.relu(
            net.df_path_mix.weight[..., 0, 0] @ paths[0] + net.df_path_mix.bias[:, None]
        )
        taps = z.reshape(LOW, 2 * ORDER).T + path
        five = torch.cat([spectra, (spectrum if net.ahead else low)[None]])
        noisy = five[ORDER - 1 - net.ahead] if net.ahead else spectrum
        real, imaginary = taps.reshape(ORDER, 2, LOW).unbind(1)
        a, b = five[..., :LOW].unbind(1)
        filtered = torch.stack(
            [(a * real - b * imaginary).sum(0), (a * imaginary + b * real).sum(0)]
        )
        loud = (gain @ net.spread[:, LOW:]) * noisy[:, LOW:]
        clean = torch.cat([filtered, loud], 1)
        clean = clean + FLOOR * (noisy - clean)
        return (
            clean,
            levels - self.first,
            three[1:],
            paths[1:],
            five[1:],
            torch.cat([heard, gains, filters]),
        )


def rows(x: Tensor) -> Tensor:
    """``(1, CHANNELS, 1, bands)`` → ``(1, bands · CHANNELS)``."""
    return x[:, :, 0].transpose(1, 2).reshape(1, -1)


def grouped(layer: GroupedLinear, x: Tensor) -> Tensor:
    groups, wide, out = layer.weight.shape
    return (x.reshape(groups, 1, wide) @ layer.weight).reshape(1, groups * out)


def recurrent(part: SqueezedGRU, x: Tensor, before: Tensor) -> tuple[Tensor, Tensor]:
    x, after = one_frame(part.units, functional.relu(grouped(part.enter, x)), before.split(1))
    return functional.relu(grouped(part.leave, x)) if part.leave else x, torch.cat(after)


class OneFrame(nn.Module):
    """As `Streaming`, of any kind; its memories are numbered."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def start(self) -> tuple[Tensor, ...]:
        return tuple(memory[0] for memory in self.network.start(1))

    def forward(self, spectrum: Tensor, *memory: Tensor) -> tuple[Tensor, ...]:
        clean, after = self.network(spectrum.T[None, None], tuple(m[None] for m in memory))
        clean = clean[0, 0].T
        return clean + FLOOR * (spectrum - clean), *(m[0] for m in after)


def streaming_graph(network: nn.Module) -> onnx.ModelProto:
    """The network for one frame, in single precision."""
    network, buffer = network.eval(), io.BytesIO()
    own = isinstance(network, Denoiser)
    streaming = Streaming(network) if own else OneFrame(network)
    first = streaming.start()
    memories = MEMORIES if own else [f"memory{number}" for number in range(len(first))]
    with torch.no_grad():
        torch.onnx.export(
            streaming,
            (torch.ones(2, BINS), *first),
            buffer,
            do_constant_folding=False,  # parameters keep their names
            dynamo=False,
            input_names=["spectrum", *memories],
            opset_version=17,
            output_names=["clean", *(f"next_{name}" for name in memories)],
        )
    return onnx.load_from_string(buffer.getvalue())


def eight_bits(model: onnx.ModelProto) -> onnx.ModelProto:
    """The graph with the large matrices in 8 bits, those of the recurrent units above all.

    Unsigned, because of processors without VNNI: there ONNX Runtime's product of unsigned and
    signed bytes overflows, and that of unsigned ones does not.
    """
    large = [f"{node.name}_MatMul" for node in model.graph.node if node.op_type == "Gemm"]
    if not large:
        return model
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "network.onnx"
        quantize_dynamic(
            model, file, per_channel=True, weight_type=QuantType.QUInt8, nodes_to_quantize=large
        )
        return onnx.load(file)


def convert(network: nn.Module, path: Path) -> None:
    """Writes the streaming graph of a network as it is shipped."""
    model = eight_bits(streaming_graph(network))
    onnx.checker.check_model(model)
    temporary = path.with_suffix(".new")
    onnx.save(model, temporary)
    temporary.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--first", type=Path, help="what the training started from, to blend with")
    parser.add_argument("--share", type=float, default=1.0, help="of the training in the blend")
    arguments = parser.parse_args()
    convert(trained(arguments.checkpoint, arguments.first, arguments.share), arguments.file)
    print(f"{arguments.file}: {arguments.file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
