"""The coarse matting network: a MobileNetV3 encoder with a lite R-ASPP decoder.

MediaPipe's selfie segmentation net layer for layer (batch norms folded), so that it can start from
those weights, plus an input channel for the previous matte and a deeper stage at 1/32 resolution.
Both additions start at zero: a freshly loaded network computes exactly MediaPipe's matte.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

FEATURES = 16  # channels of the decoder's map, at half the input's resolution


def same(kernel: int, stride: int, size: int) -> tuple[int, int]:
    """TensorFlow's SAME padding (before, after) along one axis of an even size."""
    total = max(kernel - stride if size % stride == 0 else kernel - size % stride, 0)
    return total // 2, total - total // 2


class Conv(nn.Conv2d):
    """Convolution with TensorFlow's SAME padding."""

    def __init__(self, cin: int, cout: int, kernel: int = 1, stride: int = 1, groups: int = 1):
        super().__init__(cin, cout, kernel, stride, groups=groups)
        before, after = same(kernel, stride, 2 * stride)
        self.symmetric = before == after
        self.pads = (before, after, before, after)

    def forward(self, x: Tensor) -> Tensor:
        if self.symmetric:
            return F.conv2d(
                x, self.weight, self.bias, self.stride, self.pads[0], groups=self.groups
            )
        x = F.pad(x, self.pads)
        return F.conv2d(x, self.weight, self.bias, self.stride, groups=self.groups)


class Squeeze(nn.Module):
    """Channel attention from the global mean (squeeze and excitation)."""

    def __init__(self, channels: int, hidden: int):
        super().__init__()
        self.reduce = Conv(channels, hidden)
        self.expand = Conv(hidden, channels)

    def forward(self, x: Tensor) -> Tensor:
        mean = F.adaptive_avg_pool2d(x, 1)
        return torch.sigmoid(self.expand(F.relu(self.reduce(mean))))


class Bottleneck(nn.Module):
    """Inverted residual of MobileNetV3."""

    def __init__(
        self,
        cin: int,
        hidden: int,
        cout: int,
        *,
        kernel: int = 3,
        stride: int = 1,
        squeeze: int = 0,
        hard: bool = False,
    ):
        super().__init__()
        self.expand = Conv(cin, hidden)
        self.depthwise = Conv(hidden, hidden, kernel, stride, groups=hidden)
        self.squeeze = Squeeze(hidden, squeeze) if squeeze else None
        self.project = Conv(hidden, cout)
        self.activation = F.hardswish if hard else F.relu
        self.residual = stride == 1 and cin == cout

    def forward(self, x: Tensor) -> Tensor:
        y = self.activation(self.depthwise(self.activation(self.expand(x))))
        if self.squeeze is not None:
            y = y * self.squeeze(y)
        y = self.project(y)
        return x + y if self.residual else y


class Deeper(nn.Module):
    """Adds what a stage at half the resolution sees: context for pictures beyond 256 pixels."""

    def __init__(self, channels: int, width: int):
        super().__init__()
        self.down = Bottleneck(channels, 128, width, kernel=5, stride=2, squeeze=32, hard=True)
        self.blocks = nn.Sequential(
            *(Bottleneck(width, 192, width, kernel=5, squeeze=48, hard=True) for _ in range(4))
        )
        self.back = Conv(width, channels)

    def forward(self, x: Tensor) -> Tensor:
        y = self.back(F.relu(self.blocks(self.down(x))))
        return x + F.interpolate(y, scale_factor=2, mode="bilinear")


class Up(nn.Module):
    """Doubles the deep map, gates the skip by both, adds them and smooths."""

    def __init__(self, deep: int, skip: int):
        super().__init__()
        self.adapt = Conv(deep, skip)
        self.gate = Squeeze(skip, skip)
        self.mix = Conv(skip, skip)
        self.smooth = Conv(skip, skip, 3, groups=skip)

    def forward(self, deep: Tensor, skip: Tensor) -> Tensor:
        # The 1x1 convolution and the bilinear resize commute; this order is the cheaper one.
        deep = F.interpolate(self.adapt(deep), scale_factor=2, mode="bilinear")
        y = F.relu(self.mix(skip * self.gate(skip + deep) + deep))
        return y + F.relu(self.smooth(y))


class Coarse(nn.Module):
    """(N, 4, h, w) RGB in [0, 1] and the prior in [-1, 1] (0 = unknown); h, w multiples of 32.

    Returns logits (N, 1, h, w) and the decoder's features (N, 16, h/2, w/2).
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = Conv(4, 16, 3, 2)
        self.expand = Conv(16, 16)
        self.depthwise = Conv(16, 16, 3, 2, groups=16)
        self.squeeze = Squeeze(16, 8)
        self.project = Conv(16, 16)
        self.to_eighth = Bottleneck(16, 72, 24, stride=2)
        self.eighth = Bottleneck(24, 88, 24)
        self.to_sixteenth = Bottleneck(24, 96, 32, kernel=5, stride=2, squeeze=24, hard=True)
        self.sixteenth = nn.Sequential(
            Bottleneck(32, 128, 32, kernel=5, squeeze=32, hard=True),
            Bottleneck(32, 128, 32, kernel=5, squeeze=32, hard=True),
            Bottleneck(32, 96, 32, kernel=5, squeeze=24, hard=True),
            Bottleneck(32, 96, 32, kernel=5, squeeze=24, hard=True),
        )
        self.context = Conv(32, 128)
        self.attention = Conv(32, 128)
        self.up8 = Up(128, 24)
        self.up4 = Up(24, 16)
        self.up2 = Up(16, 16)
        self.head = nn.ConvTranspose2d(16, 1, 2, 2)
        self.deeper = Deeper(32, 64)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        half = F.hardswish(self.stem(x))
        y = F.relu(self.depthwise(F.relu(self.expand(half))))
        quarter = self.project(y * self.squeeze(y))
        eighth = self.eighth(self.to_eighth(quarter))
        deep = self.deeper(self.sixteenth(self.to_sixteenth(eighth)))
        attention = torch.sigmoid(self.attention(F.adaptive_avg_pool2d(deep, 1)))
        deep = F.relu(self.context(deep)) * attention
        features = self.up2(self.up4(self.up8(deep, eighth), quarter), half)
        return self.head(features), features


def load_selfie(net: Coarse, path: str) -> None:
    """Fills `net` with the weights `selfie_weights` wrote; the prior's weights become zero."""
    arrays = np.load(path)
    layers = [
        module
        for name, module in net.named_modules()
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)) and not name.startswith("deeper.")
    ]
    if len(layers) * 2 != len(arrays.files):
        raise ValueError(f"{path} has {len(arrays.files) // 2} layers, not {len(layers)}")
    with torch.no_grad():
        for block in net.deeper.blocks:
            block.project.weight.mul_(0.1)  # near the identity, for there is no normalisation
        net.deeper.back.weight.zero_()
        net.deeper.back.bias.zero_()
        for number, layer in enumerate(layers):
            weight = torch.from_numpy(arrays[f"{number:03d}.weight"])
            assert layer.bias is not None
            layer.bias.copy_(torch.from_numpy(arrays[f"{number:03d}.bias"]))
            if isinstance(layer, nn.ConvTranspose2d):
                weight = weight.transpose(0, 1) if weight.shape[0] == 1 else weight
            if number == 0:
                layer.weight.zero_()
                layer.weight[:, :3].copy_(weight)
            else:
                layer.weight.copy_(weight)
