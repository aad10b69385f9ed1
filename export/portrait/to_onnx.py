"""Writes the ONNX graphs: python -m export.portrait.to_onnx --checkpoint WORK/last.pt OUT.onnx

The coarse network goes into OUT.onnx and the point head into OUT_points.onnx, so that the head can
work on a frame with what the coarse network made of the one before.

With `--selfie WEIGHTS.npz --keep 0.85` the coarse weights are moved back towards MediaPipe's, with
`--base EARLIER.onnx --keep 0.75` all weights towards those of the run's start. With
`--selfie WEIGHTS.npz [--landscape]` alone it writes MediaPipe's own net, as the reference that
`export.portrait.evaluate` measures against.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from export.portrait import points_beside
from export.portrait.coarse import load_selfie
from export.portrait.deployed import DeployedNet, trained
from export.portrait.model import PortraitNet, mix_in
from export.weights import from_onnx

OPSET = 17
COARSE = ("small", "prior"), ("coarse", "logits", "features")
POINTS = ("logits", "features", "half", "frame", "counts"), ("alpha",)


class Selfie(nn.Module):
    """MediaPipe's net alone: small uint8 (h, w, 3) BGR -> alpha (h, w)."""

    def __init__(self, weights: str):
        super().__init__()
        self.net = PortraitNet()
        load_selfie(self.net.coarse, weights)
        self.net.coarse.deeper = nn.Identity()

    def forward(self, small: Tensor) -> Tensor:
        prior = torch.full(small.shape[:2], 0.5)[None]
        return torch.sigmoid(self.net.coarse_logits(small[None], prior)[0][0, 0])


class CoarseGraph(nn.Module):
    """The coarse network by itself."""

    def __init__(self, net: PortraitNet):
        super().__init__()
        self.net = net

    def forward(self, small: Tensor, prior: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        logits, features = self.net.coarse_logits(small[None], prior[None])
        return torch.sigmoid(logits[0, 0]), logits, features


class PointsGraph(nn.Module):
    """The point head by itself."""

    def __init__(self, net: PortraitNet):
        super().__init__()
        self.net = net

    def forward(
        self, logits: Tensor, features: Tensor, half: Tensor, frame: Tensor, counts: Tensor
    ) -> Tensor:
        return self.net.pointed(logits, features, half, frame, counts)


def example() -> tuple[Tensor, ...]:
    """What `PortraitNet.forward` takes."""
    return (
        torch.randint(256, (224, 384, 3), dtype=torch.uint8),
        torch.rand(224, 384),
        torch.randint(256, (360, 640, 3), dtype=torch.uint8),
        torch.randint(256, (720, 1280, 3), dtype=torch.uint8),
        torch.tensor([500, 1500]),
    )


def read_weights(path: Path) -> dict[str, Tensor]:
    """The averaged weights of a checkpoint, or those of an exported network (.onnx)."""
    if path.suffix != ".onnx":
        return torch.load(path, map_location="cpu")["average"]
    return trained(from_onnx(path, "net.") | from_onnx(points_beside(path), "net."))


def load_net(
    checkpoint: Path, *, selfie: str | None = None, base: Path | None = None, keep: float = 1.0
) -> PortraitNet:
    """The weights of a checkpoint or exported file, for inference.

    `keep` of the way from `base`, or from MediaPipe's as `mix_in` goes; else as they are.
    """
    net, weights = PortraitNet(), read_weights(checkpoint)
    if base:
        weights = {name: w.lerp(weights[name], keep) for name, w in read_weights(base).items()}
    if selfie:
        load_selfie(net.coarse, selfie)
    mix_in(net, weights, keep if selfie else 1.0)
    return net.eval()


def export_net(net: DeployedNet, out: Path) -> None:
    """Both graphs of a network."""
    small, prior, *pictures = example()
    export(CoarseGraph(net), (small, prior), *COARSE, out)
    _, logits, features = CoarseGraph(net)(small, prior)
    export(PointsGraph(net), (logits, features, *pictures), *POINTS, points_beside(out))


def export(
    net: nn.Module,
    inputs: tuple[Tensor, ...],
    takes: tuple[str, ...],
    gives: tuple[str, ...],
    out: Path,
) -> None:
    sides = {
        "small": {0: "h", 1: "w"},
        "prior": {0: "h", 1: "w"},
        "logits": {2: "h", 3: "w"},
        "features": {2: "half_h", 3: "half_w"},
        "half": {0: "half_H", 1: "half_W"},
        "frame": {0: "H", 1: "W"},
        "alpha": {0: "H", 1: "W"},
        "coarse": {0: "h", 1: "w"},
    }
    with warnings.catch_warnings():  # the tracer warns of constants that are meant
        warnings.simplefilter("ignore")
        torch.onnx.export(
            net,
            inputs,
            str(out),
            opset_version=OPSET,
            dynamo=False,
            input_names=list(takes),
            output_names=list(gives),
            dynamic_axes=sides if len(inputs) > 1 else None,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, help="of train, or an exported network")
    origin = parser.add_mutually_exclusive_group()
    origin.add_argument("--selfie", help="weights of selfie_weights.py")
    origin.add_argument("--base", type=Path, help="the network the run started from")
    parser.add_argument("--keep", type=float, default=1.0, help="share of the trained weights")
    parser.add_argument("--landscape", action="store_true")
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    if args.checkpoint:
        net = load_net(args.checkpoint, selfie=args.selfie, base=args.base, keep=args.keep)
        export_net(DeployedNet(net), args.out)
    elif args.selfie:
        size = (144, 256) if args.landscape else (256, 256)
        picture = torch.zeros((*size, 3), dtype=torch.uint8)
        export(Selfie(args.selfie).eval(), (picture,), ("small",), ("coarse",), args.out)
    else:
        parser.error("give --checkpoint, --selfie or both")


if __name__ == "__main__":
    main()
