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
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from torch.nn import functional

from export.denoise.model import (
    BANDS,
    BINS,
    CHANNELS,
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

MEMORIES = ("levels", "bands", "low", "paths", "spectra", "units")
DECIBELS = 10 / math.log(10)  # of a natural logarithm


class Finish(NamedTuple):
    """What ships of a network's clean spectra.

    `floor` is the share of the noisy ones beside them, as an amplitude: a little steady noise is
    heard as less of a defect than silence that comes and goes. With `post_filter` bins that are
    mostly noise are lowered more: at 0.012 one of which a tenth is left loses another 7 dB, one of
    which half is left 0.3. That is the envelope's post-filter of Valin et al., "A
    perceptually-motivated approach for low-complexity, real-time enhancement of fullband speech"
    (Interspeech 2020), with Wiener's curve in place of the sine.
    """

    floor: float = 0.03
    post_filter: float = 0.0

    def __call__(self, clean: Tensor, noisy: Tensor, parts: int) -> Tensor:
        """`parts` is the dimension of the real and the imaginary part."""
        if self.post_filter:
            left, heard = (x.square().sum(parts, keepdim=True) for x in (clean, noisy))
            wiener = left / (left + self.post_filter * heard + 1e-20)
            clean = clean * ((1 + self.post_filter) * wiener)
        return clean + self.floor * (noisy - clean)


class Streaming(nn.Module):
    """The network for one frame, with its memories as arguments and results.

    With few operations, each of which costs something by itself: weights that follow one another
    without anything between them are made one, and arrays keep the shape that convolutions want.
    """

    def __init__(self, network: Denoiser, finish: Finish) -> None:
        super().__init__()
        self.network, self.finish = network, finish
        first = network.start(1)  # memories start as zeros
        self.first = torch.cat([first.erb_level / DECIBELS, first.df_level], 1)[:, None, None]

    def start(self) -> tuple[Tensor, ...]:
        """The memories before the first frame, by `MEMORIES`."""
        return (
            torch.zeros(1, 1, 1, BANDS + LOW),
            torch.zeros(1, 1, 2, BANDS),
            torch.zeros(1, 2, 2, LOW),
            torch.zeros(1, (ORDER - 1) * 2 * ORDER, 1, LOW),
            torch.zeros(1, (ORDER - 1) * 2, 1, BINS if self.network.ahead else LOW),
            torch.zeros(5, HIDDEN),
        )

    def forward(
        self, spectrum: Tensor, levels: Tensor, bands: Tensor, low: Tensor, paths: Tensor,
        spectra: Tensor, units: Tensor,
    ) -> tuple[Tensor, ...]:  # fmt: skip
        """`spectrum` is ``(2, BINS)``, real and imaginary."""
        net = self.network
        whole = spectrum.reshape(1, 2, 1, BINS)
        power = whole.square().sum(1, keepdim=True)
        loud = (power @ net.pool + 1e-10).log()
        now = torch.cat([loud, (power[..., :LOW] + 1e-20).sqrt()], 3)
        before = levels + self.first
        level = before + (1 - FORGET) * (now - before)
        band_level, low_level = level.split([BANDS, LOW], 3)
        bands = torch.cat([bands, loud - band_level], 2)
        low = torch.cat([low, whole[..., :LOW] / low_level.sqrt()], 2)

        erb0 = net.erb0.weight * (DECIBELS / 40)
        e0 = functional.relu(functional.conv2d(bands, erb0, net.erb0.bias, padding=(0, 1)))
        e1 = net.erb1(e0)
        e2 = net.erb2(e1)
        e3 = net.erb3(e2)
        c0 = functional.relu(
            functional.conv2d(low, low_weight(net), net.df0_mix.bias, padding=(0, 1))
        )
        seen = functional.relu(grouped(net.df_in, by_band(net.df1(c0)))).reshape(16, 1, 32)
        one, two, three, four, five = units.split(1)
        x, heard = recurrent(net.emb_gru, by_band(e3).reshape(16, 1, 32) + seen, [one])

        y, gains = recurrent(net.erb_gru, x, [two, three])
        y = y.reshape(1, 1, 8, CHANNELS).permute(0, 3, 1, 2)
        for skip, e, up in zip(
            net.erb_skips, (e3, e2, e1), (net.erb_up3, net.erb_up2, net.erb_up1), strict=False
        ):
            y = up(functional.relu(skip(e)) + y)
        gain = torch.sigmoid(net.erb_out(functional.relu(net.erb_skips[3](e0)) + y))

        z, filters = recurrent(net.df_gru, x, [four, five])
        z = torch.tanh(grouped(net.df_out, z.reshape(16, 1, 16) + grouped(net.df_skip, x)))
        # What this frame adds to the paths of it and of those that follow, newest first.
        assert net.df_path_mix.bias is not None
        bias = torch.cat([net.df_path_mix.bias, torch.zeros((ORDER - 1) * 2 * ORDER)])
        parts = functional.conv2d(c0, path_weight(net), bias)
        paths = torch.cat([paths, torch.zeros(1, 2 * ORDER, 1, LOW)], 1) + parts
        path, paths = paths.split([2 * ORDER, (ORDER - 1) * 2 * ORDER], 1)
        taps = z.reshape(1, LOW, 1, 2 * ORDER).permute(0, 3, 2, 1) + functional.relu(path)
        spectra = torch.cat([spectra, whole if net.ahead else whole[..., :LOW]], 1)
        filtered = functional.conv2d(
            spectra[..., :LOW][:, TWICE] * torch.cat([taps, taps], 1), complex_products()
        )
        at = 2 * (ORDER - 1 - net.ahead)
        noisy = spectra[:, at : at + 2] if net.ahead else whole
        gain = gain.reshape(1, BANDS) @ net.spread[:, LOW:]
        clean = torch.cat([filtered, gain * noisy[..., LOW:]], 3)
        return (
            self.finish(clean, noisy, 1).reshape(2, BINS),
            level - self.first,
            bands[:, :, 1:],
            low[:, :, 1:],
            paths,
            spectra[:, 2:],
            torch.cat([*heard, *gains, *filters]),
        )


TWICE = [*range(2 * ORDER), *(k ^ 1 for k in range(2 * ORDER))]
"""Real and imaginary parts of frames, and once more the other way round."""


def complex_products() -> Tensor:
    """What makes sums of complex products ``(2)`` of products of parts in the order of `TWICE`."""
    weight = torch.zeros(2, len(TWICE))
    weight[0, 0 : 2 * ORDER : 2], weight[0, 1 : 2 * ORDER : 2] = 1, -1
    weight[1, 2 * ORDER :] = 1
    return weight[..., None, None]


def low_weight(net: Denoiser) -> Tensor:
    """`df0` and `df0_mix` as one convolution."""
    mix = net.df0_mix.weight.reshape(CHANNELS, 2, CHANNELS // 2).transpose(0, 1)
    both = mix @ net.df0.weight.reshape(2, CHANNELS // 2, 9)
    return both.transpose(0, 1).reshape(CHANNELS, 2, 3, 3)


def path_weight(net: Denoiser) -> Tensor:
    """`df_path` and `df_path_mix` as one convolution, with the outputs for each of the frames."""
    path = net.df_path.weight[..., 0].flip(2).permute(2, 0, 1)
    mix = net.df_path_mix.weight.reshape(2 * ORDER, 2, ORDER).transpose(0, 1)
    both = mix @ path.reshape(ORDER, 2, ORDER, CHANNELS // 2)
    return both.transpose(1, 2).reshape(ORDER * 2 * ORDER, CHANNELS, 1, 1)


def by_band(x: Tensor) -> Tensor:
    """``(1, CHANNELS, 1, bands)`` → ``(1, 1, bands, CHANNELS)``."""
    return x.permute(0, 2, 3, 1)


def grouped(layer: GroupedLinear, x: Tensor) -> Tensor:
    """Any shape of as many values → ``(groups, 1, out)``."""
    groups, wide, _ = layer.weight.shape
    return x.reshape(groups, 1, wide) @ layer.weight


def recurrent(
    part: SqueezedGRU, x: Tensor, before: Sequence[Tensor]
) -> tuple[Tensor, list[Tensor]]:
    entered = functional.relu(grouped(part.enter, x)).reshape(1, HIDDEN)
    x, after = one_frame(part.units, entered, before)
    return functional.relu(grouped(part.leave, x)) if part.leave else x, after


class OneFrame(nn.Module):
    """As `Streaming`, of any kind; its memories are numbered."""

    def __init__(self, network: nn.Module, finish: Finish) -> None:
        super().__init__()
        self.network, self.finish = network, finish

    def start(self) -> tuple[Tensor, ...]:
        return tuple(memory[0] for memory in self.network.start(1))

    def forward(self, spectrum: Tensor, *memory: Tensor) -> tuple[Tensor, ...]:
        clean, after = self.network(spectrum.T[None, None], tuple(m[None] for m in memory))
        return self.finish(clean[0, 0].T, spectrum, 0), *(m[0] for m in after)


def streaming_graph(network: nn.Module, finish: Finish) -> onnx.ModelProto:
    """The network for one frame, in single precision."""
    network, buffer = network.eval(), io.BytesIO()
    own = isinstance(network, Denoiser)
    streaming = Streaming(network, finish) if own else OneFrame(network, finish)
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


def convert(network: nn.Module, path: Path, finish: Finish) -> None:
    """Writes the streaming graph of a network as it is shipped."""
    model = eight_bits(streaming_graph(network, finish))
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
    parser.add_argument("--floor", type=float, default=Finish().floor)
    parser.add_argument("--post-filter", type=float, default=Finish().post_filter)
    arguments = parser.parse_args()
    convert(
        trained(arguments.checkpoint, arguments.first, arguments.share),
        arguments.file,
        Finish(arguments.floor, arguments.post_filter),
    )
    print(f"{arguments.file}: {arguments.file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
