"""Trains the portrait network: python -m export.portrait.train --data DATA --work WORK

Resumes from WORK/last.pt when it is there. The learning rate falls along a cosine over `--minutes`
of wall-clock time, so that the recipe fits any machine; a GPU is used when there is one.
"""

from __future__ import annotations

import argparse
import copy
import math
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from export.portrait.coarse import load_selfie
from export.portrait.data import Maker, Sample, Store
from export.portrait.model import TILE, PortraitNet, Tiles, double, mix_in, uncertainty
from export.portrait.to_onnx import read_weights
from vcam.video.stages.portrait import UNKNOWN

# Sizes (h, w) of the coarse input and how often a batch has them; the frame is 2 to 3 times that.
SIZES = {
    (448, 320): 0.25,
    (384, 288): 0.20,
    (320, 224): 0.20,
    (192, 320): 0.08,
    (224, 384): 0.14,
    (224, 288): 0.07,
    (256, 256): 0.06,
}
USUAL = 224 * 384  # larger sizes come in smaller batches
RATIOS = (2.0, 2.0, 2.5, 3.0)
MOST_PIXELS = 600_000
OWN_PRIORS = 0.5  # share of the known priors that are the network's own mattes
DRIFT = 4  # pixels those are moved by at most
POINTS, OVERSAMPLE, IMPORTANCE = 192, 10, 0.75  # N, k and beta of PointRend's training rule


@dataclass(frozen=True)
class Batch:
    small: Tensor
    prior: Tensor
    half: Tensor
    frame: Tensor
    matte: Tensor  # float (N, H, W) in [0, 1]
    border: Tensor  # (N,) trust in the mask's border


def collate(samples: list[Sample], device: str) -> Batch:
    height, width = samples[0].matte.shape
    h, w = samples[0].prior.shape
    halves = [
        cv2.resize(s.frame, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        for s in samples
    ]
    smalls = [cv2.resize(half, (w, h), interpolation=cv2.INTER_LINEAR) for half in halves]

    def stack(arrays: list[np.ndarray]) -> Tensor:
        return torch.from_numpy(np.stack(arrays)).to(device)

    return Batch(
        small=stack(smalls),
        prior=stack([s.prior for s in samples]),
        half=stack(halves),
        frame=stack([s.frame for s in samples]),
        matte=stack([s.matte for s in samples]).float() / 255,
        border=torch.tensor([s.border for s in samples], device=device),
    )


def draw_batch(maker: Maker, size: int, device: str) -> Batch:
    shapes = list(SIZES)
    h, w = shapes[int(maker.random.choice(len(shapes), p=list(SIZES.values())))]
    ratio = min(float(maker.random.choice(RATIOS)), math.sqrt(MOST_PIXELS / (h * w)))
    frame = (int(h * ratio) // 8 * 8, int(w * ratio) // 8 * 8)
    number = max(1, round(size * min(1.0, USUAL / (h * w))))
    return collate([maker.sample(frame, (h, w)) for _ in range(number)], device)


def own_priors(net: PortraitNet, batch: Batch) -> Tensor:
    """The batch's priors, some replaced by what the network makes of the picture without one.

    They have the mistakes that priors have in use, which it shall learn to mend, not to repeat.
    """
    known = (batch.prior != UNKNOWN).flatten(1).any(1).cpu()
    chosen = (known & (torch.rand(len(known)) < OWN_PRIORS)).nonzero()[:, 0]
    if not len(chosen):
        return batch.prior
    priors = batch.prior.clone()
    with torch.no_grad():
        unknown = torch.full_like(priors[chosen], UNKNOWN)
        mattes = net.coarse_logits(batch.small[chosen], unknown)[0].sigmoid()[:, 0]
    drift = torch.randint(-DRIFT, DRIFT + 1, (2,)).tolist()
    priors[chosen] = mattes.roll(drift, (1, 2))
    return priors


def coarse_loss(logits: Tensor, target: Tensor, trust: Tensor) -> Tensor:
    """Cross-entropy, heavier near the border, plus one minus the soft IoU. (N, h, w) each."""
    quarter = F.avg_pool2d(target[:, None], 4)
    edge = F.max_pool2d(quarter, 3, 1, 1) + F.max_pool2d(-quarter, 3, 1, 1)
    edge = F.interpolate(edge, scale_factor=4)[:, 0]
    weight = 1 + 3 * edge * trust[:, None, None]
    entropy = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
    chance = torch.sigmoid(logits)
    common = (chance * target).sum((1, 2))
    union = (chance + target).sum((1, 2)) - common
    overlap = (common + 10) / (union + 10)
    return (entropy * weight).mean() + (1 - overlap).mean()


def pick_tiles(unsure: Tensor) -> Tensor:
    """PointRend's rule: of k N random tiles the beta N most uncertain, the rest at random."""
    batch, count = unsure.shape
    candidates = torch.randint(count, (batch, POINTS * OVERSAMPLE), device=unsure.device)
    important = int(POINTS * IMPORTANCE)
    best = unsure.gather(1, candidates).topk(important, 1).indices
    chosen = torch.cat([candidates.gather(1, best), candidates[:, : POINTS - important]], 1)
    return (chosen + torch.arange(batch, device=unsure.device)[:, None] * count).flatten()


def tile_targets(matte: Tensor, tiles: Tensor) -> Tensor:
    """(N, H, W) -> (K, 16) of the chosen tiles."""
    batch, height, width = matte.shape
    grid = matte.reshape(batch, height // TILE, TILE, width // TILE, TILE).transpose(2, 3)
    return grid.reshape(-1, TILE * TILE)[tiles]


def point_losses(net: PortraitNet, batch: Batch, logits: Tensor, features: Tensor) -> list[Tensor]:
    """Cross-entropy of the tiles of both steps; the second starts from the first's decisions."""
    before = F.interpolate(
        logits, size=(batch.half.shape[1] // 2, batch.half.shape[2] // 2), mode="bilinear"
    )[:, 0]
    losses = []
    for level, picture in enumerate((batch.half, batch.frame)):
        matte = batch.matte if level else F.avg_pool2d(batch.matte[:, None], 2)[:, 0]
        unsure = uncertainty(before.detach()).flatten(1)
        tiles = pick_tiles(unsure)
        around = Tiles(picture, before, features)
        decided = net.head(*around.gather(tiles), around.features(tiles), float(level))
        trust = batch.border.repeat_interleave(POINTS)[:, None]
        entropy = F.binary_cross_entropy_with_logits(
            decided, tile_targets(matte, tiles), reduction="none"
        )
        losses.append((entropy * trust).mean())
        if level == 0:
            with torch.no_grad():
                number, count = unsure.shape
                top = unsure.topk(min(250, count), 1).indices
                top = (top + torch.arange(number, device=top.device)[:, None] * count).flatten()
                decided = net.head(*around.gather(top), around.features(top), 0.0)
                before = around.paste(double(before), top, decided)
    return losses


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with index.csv")
    parser.add_argument("--work", type=Path, required=True, help="cache and checkpoints")
    parser.add_argument("--selfie", help="weights written by selfie_weights.py, for the start")
    parser.add_argument("--start", type=Path, help="checkpoint or .onnx to start from")
    parser.add_argument(
        "--keep", type=float, default=0.65, help="share of --start against --selfie in the mix"
    )
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rate", type=float, default=8e-4)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(args.threads)
    torch.manual_seed(args.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"

    net = PortraitNet()
    if args.selfie:
        load_selfie(net.coarse, args.selfie)
    if args.start:
        mix_in(net, read_weights(args.start), args.keep)
    net.to(device, memory_format=torch.channels_last)
    average = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(net.parameters(), args.rate, weight_decay=1e-4)
    last, step, spent = args.work / "last.pt", 0, 0.0
    if last.exists():
        saved = torch.load(last, map_location=device)
        net.load_state_dict(saved["net"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        step, spent = saved["step"], saved["spent"]

    cache = args.work / "cache"
    maker = Maker(
        Store(args.data, "train", cache), Store(args.data, "background", cache), args.seed + step
    )
    start, kept, losses = time.monotonic() - spent, time.monotonic(), np.zeros(3)
    while (spent := time.monotonic() - start) < args.minutes * 60:
        rate = args.rate * (0.01 + 0.99 * (1 + math.cos(math.pi * spent / args.minutes / 60)) / 2)
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, (step + 1) / 50)
        batch = draw_batch(maker, args.batch, device)
        logits, features = net.coarse_logits(batch.small, own_priors(net, batch))
        target = F.interpolate(batch.matte[:, None], size=logits.shape[2:], mode="area")[:, 0]
        first = coarse_loss(logits[:, 0], target, batch.border)
        points = point_losses(net, batch, logits, features)
        optimiser.zero_grad()
        (first + sum(points)).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        step += 1
        decay = min(0.999, (step + 1) / (step + 10))
        with torch.no_grad():
            for a, b in zip(average.parameters(), net.parameters(), strict=True):
                a.lerp_(b, 1 - decay)
        losses += [loss.item() for loss in (first, *points)]
        if step % 50 == 0:
            shown = " ".join(f"{value:.4f}" for value in losses / 50)
            print(f"{step} {spent / 60:.1f} min rate {rate:.2e} losses {shown}", flush=True)
            losses[:] = 0
        if time.monotonic() - kept > 180:
            kept = time.monotonic()
            save(last, net, average, optimiser, step, spent)
    save(last, net, average, optimiser, step, spent)


def save(
    path: Path,
    net: PortraitNet,
    average: PortraitNet,
    optimiser: torch.optim.Optimizer,
    step: int,
    spent: float,
) -> None:
    """Writes the checkpoint under its name only when it is whole."""
    state = {
        "net": net.state_dict(),
        "average": average.state_dict(),
        "optimiser": optimiser.state_dict(),
        "step": step,
        "spent": spent,
    }
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


if __name__ == "__main__":
    main()
