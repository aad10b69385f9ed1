"""What the exported graph computes otherwise than the trained network, for speed.

The head's pixels stay 8 bits and meet rounded weights; the decoder mixes its deep maps while they
are small; padding and scaling disappear in the convolutions. But for the rounding all is equal.
"""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from export.portrait.coarse import Conv, Up
from export.portrait.model import BEFORE, PointHead, PortraitNet

MOST = 63  # 7 bits: CPUs without VNNI add two products in 16 bits


class DeployedNet(PortraitNet):
    """`PortraitNet` as it is exported."""

    def __init__(self, net: PortraitNet):
        super().__init__()
        assert isinstance(net.head, PointHead)
        self.coarse, self.head = copy.deepcopy(net.coarse), IntegerHead(net.head)
        stem = self.coarse.stem.weight.data
        stem[:, :3] = stem[:, [2, 1, 0]] / 255
        _replace(self.coarse)
        self.eval()

    def coarse_logits(self, small: Tensor, prior: Tensor) -> tuple[Tensor, Tensor]:
        """As PortraitNet's; the first convolution takes the bytes as they are."""
        bgr = small.permute(0, 3, 1, 2).float()
        return self.coarse(torch.cat([bgr, prior[:, None] * 2 - 1], 1))


def trained(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """What an exported network's weights were before, as PortraitNet's state dict."""
    names = PortraitNet().state_dict()
    found = {name: value for name, value in weights.items() if name in names}
    stem = found["coarse.stem.weight"] = found["coarse.stem.weight"].clone()
    stem[:, :3] = stem[:, [2, 1, 0]] * 255
    context = weights["head.around"].clone()
    context[: BEFORE * BEFORE] *= 4
    level = weights["head.second"] - weights["head.first"]
    found["head.context.weight"] = torch.cat([context, level[None]]).T
    found["head.pixels.weight"] = (weights["head.integers"] * weights["head.step"]).T * 255
    found["head.pixels.bias"] = weights["head.first"]
    return found


class IntegerProduct(torch.autograd.Function):
    """uint8 (K, n) times int8 (n, m) -> int32; ONNX's MatMulInteger."""

    @staticmethod
    def forward(context: Any, x: Tensor, weight: Tensor) -> Tensor:
        return (x.double() @ weight.double()).int()

    @staticmethod
    def symbolic(graph: Any, x: Any, weight: Any) -> Any:
        return graph.op("MatMulInteger", x, weight)


class IntegerHead(nn.Module):
    """`PointHead` with its factors folded and the pixels' weights rounded, per hidden unit."""

    integers: Tensor
    step: Tensor
    bilinear: Tensor

    def __init__(self, head: PointHead):
        super().__init__()
        weight = head.pixels.weight.detach()
        step = weight.abs().amax(1) / MOST
        integers = (weight / step[:, None]).round().to(torch.int8)
        self.register_buffer("integers", integers.T.contiguous())
        self.register_buffer("step", step / 255)
        context = head.context.weight.detach().T.clone()
        context[: BEFORE * BEFORE] *= 0.25
        self.around = nn.Parameter(context[:-1])
        bias = head.pixels.bias.detach()
        self.first, self.second = nn.Parameter(bias), nn.Parameter(bias + context[-1])  # by level
        self.hidden, self.out = head.hidden, head.out
        self.register_buffer("bilinear", head.bilinear.T.contiguous())

    def forward(self, pixels: Tensor, before: Tensor, features: Tensor, level: float) -> Tensor:
        """As PointHead's."""
        clipped = before.clamp(-8, 8)
        bias = self.second if level else self.first
        x = torch.addmm(bias, torch.cat([clipped, features], 1), self.around)
        x = F.relu(x + IntegerProduct.apply(pixels, self.integers).float() * self.step)
        return self.out(F.relu(self.hidden(x))) + clipped @ self.bilinear


class UnevenConv(nn.Module):
    """`Conv` with uneven padding as one node of the graph; torch would write two."""

    def __init__(self, conv: Conv):
        super().__init__()
        self.weight, self.bias = conv.weight, conv.bias
        self.pads, self.stride, self.groups = conv.pads, conv.stride, conv.groups

    def forward(self, x: Tensor) -> Tensor:
        return Padded.apply(x, self.weight, self.bias, self.pads, self.stride, self.groups)


class Padded(torch.autograd.Function):
    """Convolution with (before, after) padding of both axes; ONNX's Conv."""

    @staticmethod
    def forward(
        context: Any, x: Tensor, weight: Tensor, bias: Tensor, pads: Any, stride: Any, groups: int
    ) -> Tensor:
        return F.conv2d(F.pad(x, pads), weight, bias, stride, groups=groups)

    @staticmethod
    def symbolic(
        graph: Any, x: Any, weight: Any, bias: Any, pads: Any, stride: Any, groups: int
    ) -> Any:
        sides = [pads[0], pads[0], pads[1], pads[1]]
        return graph.op(
            "Conv", x, weight, bias, pads_i=sides, strides_i=list(stride), group_i=groups
        )


class EarlyUp(nn.Module):
    """`Up` with the deep map mixed before it is doubled. Doubling keeps the mean."""

    def __init__(self, up: Up):
        super().__init__()
        self.adapt, self.gate, self.mix, self.smooth = up.adapt, up.gate, up.mix, up.smooth
        mix, adapt = up.mix.weight.detach().flatten(1), up.adapt.weight.detach().flatten(1)
        self.both = Conv(adapt.shape[1], mix.shape[0])
        self.both.weight.data = (mix @ adapt)[:, :, None, None]
        assert up.adapt.bias is not None and self.both.bias is not None
        self.both.bias.data = mix @ up.adapt.bias.detach()

    def forward(self, deep: Tensor, skip: Tensor) -> Tensor:
        mean = self.adapt(F.adaptive_avg_pool2d(deep, 1)) + F.adaptive_avg_pool2d(skip, 1)
        gate = torch.sigmoid(self.gate.expand(F.relu(self.gate.reduce(mean))))
        deep = F.interpolate(self.both(deep), scale_factor=2, mode="bilinear")
        y = F.relu(self.mix(skip * gate) + deep)
        return y + F.relu(self.smooth(y))


def _replace(module: nn.Module) -> None:
    for name, child in module.named_children():
        if isinstance(child, Up):
            setattr(module, name, EarlyUp(child))
        elif isinstance(child, Conv) and not child.symmetric:
            setattr(module, name, UnevenConv(child))
        else:
            _replace(child)
