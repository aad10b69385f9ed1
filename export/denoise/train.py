"""Trains a denoiser: python -m export.denoise.train OUT DATA… [--first NETWORK].

The state after every hundred steps is OUT/checkpoint.pt; the same command continues from it.
With several cores, one process on each is faster than threads: `python -m torch.distributed.run
--nproc-per-node 2 -m export.denoise.train …`, each with a batch of its own.
"""

from __future__ import annotations

import argparse
import math
import os
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import timedelta
from pathlib import Path

import torch
from torch import Tensor, distributed, nn

from export.denoise import deepfilternet3
from export.denoise.corpus import prepare
from export.denoise.data import Batch, Mixer, Recipe
from export.denoise.kinds import KINDS
from export.denoise.loss import Weights
from export.weights import from_onnx

DECODING = timedelta(hours=2)  # of the data, while the other processes wait


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that decides the result, apart from the data."""

    kind: str = "deepfilter"
    ahead: int = 0
    steps: int = 3000
    rate: float = 6e-4
    warm_up: int = 100
    decay: float = 0.01
    clip: float = 1.0
    average: float = 0.995
    seed: int = 1
    loss: Weights = field(default_factory=Weights)
    recipe: Recipe = field(default_factory=Recipe)


def learning_rate(step: int, plan: Plan) -> float:
    """Linear warm-up, then half a cosine down to a hundredth."""
    if step < plan.warm_up:
        return plan.rate * (step + 1) / plan.warm_up
    done = (step - plan.warm_up) / max(1, plan.steps - plan.warm_up)
    return plan.rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, done))))


def batches(mixer: Mixer, numbers: range) -> Iterator[Batch]:
    """The mixtures of these numbers, made one ahead in a thread."""
    ready: queue.Queue[Batch | Exception] = queue.Queue(2)

    def fill() -> None:
        try:
            for number in numbers:
                ready.put(mixer.batch(number))
        except Exception as error:
            ready.put(error)

    threading.Thread(target=fill, daemon=True).start()
    for _ in numbers:
        item = ready.get()
        if isinstance(item, Exception):
            raise item
        yield item


def share_gradients(model: nn.Module, world: int) -> None:
    """Each process gets the mean of all."""
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    flat = torch.cat([g.flatten() for g in gradients]) / world
    distributed.all_reduce(flat)
    for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(part.view_as(gradient))


def train(
    data: Sequence[Path],
    out: Path,
    plan: Plan,
    first: Path | None,
    clean_provenance: bool = False,
) -> None:
    """Trains, or continues from OUT/checkpoint.pt; writes OUT/log.txt as it goes.

    Args:
        data: folders as `corpus.prepare` reads them, with `clean_provenance`.
        first: whose weights are the start, see `weights`; None begins from nothing.
    """
    out.mkdir(parents=True, exist_ok=True)
    rank, world = 0, int(os.environ.get("WORLD_SIZE", 1))
    if world > 1:
        distributed.init_process_group("gloo", timeout=DECODING)
        rank = distributed.get_rank()
    if rank == 0:
        prepare(data, out.parent / "cache", clean_provenance=clean_provenance)
    if world > 1:
        distributed.barrier()
    torch.manual_seed(plan.seed)
    mixer = Mixer(out.parent / "cache", plan.recipe, plan.seed)
    model = KINDS[plan.kind].network(plan.ahead).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": plan.decay},
            {"params": [p for p in model.parameters() if p.ndim <= 1], "weight_decay": 0.0},
        ],
        lr=plan.rate,
        betas=(0.9, 0.98),
    )
    checkpoint, step, seconds = out / "checkpoint.pt", 0, 0.0
    if checkpoint.exists():
        saved = torch.load(checkpoint, map_location="cpu", weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        step, seconds, averaged = saved["step"], saved["seconds"], saved["averaged"]
    else:
        if first is not None:
            model.load_state_dict(weights(first, plan.ahead))
        averaged = {k: v.detach().clone() for k, v in model.state_dict().items()}
    log = (out / "log.txt").open("a")
    sums: dict[str, list[float]] = {}
    began = time.monotonic() - seconds
    for batch in batches(mixer, range(step * world + rank, plan.steps * world, world)):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, plan)
        loss, parts = KINDS[plan.kind].loss(model, batch, plan.loss)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if world > 1:
            share_gradients(model, world)
        torch.nn.utils.clip_grad_norm_(model.parameters(), plan.clip, error_if_nonfinite=True)
        optimizer.step()
        step += 1
        if rank:
            continue
        with torch.no_grad():
            share = min(plan.average, step / (step + 10))
            for name, value in model.state_dict().items():
                averaged[name].lerp_(value, 1 - share)
        for key, value in parts.items():
            sums.setdefault(key, []).append(value)
        if step % 50 == 0 or step == plan.steps:
            text = "  ".join(f"{key} {sum(of) / len(of):.4f}" for key, of in sums.items())
            print(f"{step:6d}  {time.monotonic() - began:7.0f} s  {text}", file=log, flush=True)
            sums = {}
        if step % 100 == 0 or step == plan.steps:
            state = {
                "model": model.state_dict(),
                "averaged": averaged,
                "step": step,
                "optimizer": optimizer.state_dict(),
                "seconds": time.monotonic() - began,
                "plan": asdict(plan),
            }
            # under another name first: a stop never leaves half of one
            torch.save(state, checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)


def weights(path: Path, ahead: int) -> dict[str, Tensor]:
    """The averaged weights of a checkpoint, those of a converted network (.onnx), or
    DeepFilterNet3's (.tar.gz) for one that looks `ahead` so many frames."""
    if path.suffix == ".gz":
        return deepfilternet3.read(path, ahead)
    if path.suffix == ".onnx":
        return from_onnx(path, "network.")
    return torch.load(path, map_location="cpu", weights_only=True)["averaged"]


def trained(checkpoint: Path, first: Path | None = None, share: float = 1.0) -> nn.Module:
    """The network of a checkpoint, with its averaged weights; or `share` of these, the rest what
    it started from: that knows of more than was trained on (Wortsman et al., "Robust fine-tuning of
    zero-shot models", CVPR 2022)."""
    saved = torch.load(checkpoint, map_location="cpu", weights_only=True)
    ahead, averaged = saved["plan"]["ahead"], saved["averaged"]
    if first is not None:
        before = weights(first, ahead)
        averaged = {k: torch.lerp(before[k], value, share) for k, value in averaged.items()}
    network = KINDS[saved["plan"]["kind"]].network(ahead)
    network.load_state_dict(averaged)
    return network


def overridden(plan: Plan, settings: list[str]) -> Plan:
    """The plan with ``name=value`` settings of it, its recipe or its loss."""
    values = asdict(plan)
    for setting in settings:
        name, _, text = setting.partition("=")
        for group in (values, values["recipe"], values["loss"]):
            if name in group and not isinstance(group[name], dict):
                old = group[name]
                kind = type(old)
                if kind is tuple:
                    group[name] = tuple(type(old[0])(part) for part in text.split(","))
                else:
                    group[name] = text in ("1", "true", "True") if kind is bool else kind(text)
                break
        else:
            raise SystemExit(f"There is no setting '{name}' in the training plan.")
    recipe, loss = Recipe(**values.pop("recipe")), Weights(**values.pop("loss"))
    return Plan(**values, recipe=recipe, loss=loss)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument(
        "--clean-provenance", action="store_true", help="only sources that are free for any use"
    )
    parser.add_argument(
        "--first",
        type=Path,
        help="whose weights are the start: .pt, .onnx or DeepFilterNet3's .tar.gz",
    )
    parser.add_argument("--threads", type=int, default=1)
    names = ", ".join(f.name for f in (*fields(Plan), *fields(Recipe), *fields(Weights)))
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=names)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    train(
        arguments.data,
        arguments.out,
        overridden(Plan(), arguments.set),
        arguments.first,
        arguments.clean_provenance,
    )


if __name__ == "__main__":
    main()
