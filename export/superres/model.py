"""The super-resolution network: convolutions at the small size, then pixels are shuffled to twice
the width and height, in the manner of Real-ESRGAN's compact network (Wang et al., 2021).

No convolution pads: the picture comes with `Shape.reach` pixels around it, so that tiles of a
picture give exactly what the whole gives. Leaky ReLU takes the place of PReLU, which costs more
than half of the time in ONNX Runtime because it cannot be fused.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SCALE = 2
_BASE_REACH = 2


@dataclass(frozen=True)
class Shape:
    width: int = 32
    depth: int = 10  # convolutions between the first and the last

    @property
    def reach(self) -> int:
        """Pixels needed around the picture."""
        return self.depth + 2


class SuperResolution(nn.Module):
    """float (N, 3, H + 2·reach, W + 2·reach) in 0..1 → float (N, 3, 2H, 2W).

    The convolutions' result is added to the bicubic picture."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        layers: list[nn.Module] = []
        for inputs in [3] + [shape.width] * shape.depth:
            layers += [nn.Conv2d(inputs, shape.width, 3), nn.LeakyReLU(0.1, inplace=True)]
        self.body = nn.Sequential(*layers)
        self.last = nn.Conv2d(shape.width, 3 * SCALE**2, 3)
        self.register_buffer("bicubic", _bicubic(), persistent=False)
        for layer in self.body:
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, a=0.1, nonlinearity="leaky_relu")
                nn.init.zeros_(layer.bias)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, picture: Tensor) -> Tensor:
        return self.base(picture) + self.detail(picture)

    def detail(self, picture: Tensor) -> Tensor:
        """What the convolutions add."""
        return F.pixel_shuffle(self.last(self.body(picture)), SCALE)

    def base(self, picture: Tensor) -> Tensor:
        """The picture doubled by bicubic interpolation."""
        rim = self.shape.reach - _BASE_REACH
        inner = picture[..., rim:-rim, rim:-rim]
        return F.pixel_shuffle(F.conv2d(inner, self.bicubic, groups=3), SCALE)


def _bicubic() -> Tensor:
    """Keys' bicubic doubling (a = −0.5) as twelve filters (12, 1, 5, 5), four for each colour."""
    taps = torch.arange(-_BASE_REACH, _BASE_REACH + 1, dtype=torch.float32)
    lines = []
    for offset in (-0.25, 0.25):
        d = (taps - offset).abs()
        near = 1.5 * d**3 - 2.5 * d**2 + 1
        far = -0.5 * d**3 + 2.5 * d**2 - 4 * d + 2
        lines.append(torch.where(d < 1, near, torch.where(d < 2, far, torch.zeros_like(d))))
    filters = [torch.outer(down, across) for down in lines for across in lines]
    return torch.stack(filters)[:, None].repeat(3, 1, 1, 1)
