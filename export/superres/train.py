"""Trains the super-resolution network: python -m export.superres.train DATA OUT [--set steps=N].

The state after every few hundred steps is OUT/checkpoint.pt; the same command continues from it.
A GPU is used when there is one.
"""

from __future__ import annotations

import argparse
import math
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from export.superres.data import Diet, Samples
from export.superres.degrade import Recipe
from export.superres.model import Shape, SuperResolution


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that decides the result, apart from the data."""

    steps: int = 6_000
    batch: int = 10
    size: int = 64  # pixels of the small picture, without what lies around it
    rate: float = 1e-3
    muon_rate: float = 2.5e-3
    warm_up: int = 200
    clip: float = 0.5
    easy: float = 0.005  # an error of bicubic enlargement that hardly counts as one, 0..1
    average: float = 0.999
    seed: int = 1
    shape: Shape = field(default_factory=Shape)
    diet: Diet = field(default_factory=Diet)
    recipe: Recipe = field(default_factory=Recipe)


def charbonnier(found: Tensor, wanted: Tensor) -> Tensor:
    """Each picture's mean error, rounded off at 0 (Charbonnier et al., 1994)."""
    return ((found - wanted).square() + 1e-6).sqrt().mean((1, 2, 3))


def learning_rate(step: int, plan: Plan) -> float:
    """A share of the full rate: linear warm-up, then half a cosine down to a hundredth."""
    if step < plan.warm_up:
        return (step + 1) / plan.warm_up
    done = (step - plan.warm_up) / max(1, plan.steps - plan.warm_up)
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))


class Optimizer:
    """Muon (Jordan et al., 2024) for the inner convolutions as matrices, Adam for the rest.

    With Muon this network needs less than half of Adam's steps.
    """

    def __init__(self, network: SuperResolution, plan: Plan) -> None:
        inner = [m.weight for m in network.body if isinstance(m, nn.Conv2d)][1:]
        self._pairs = [(weight, nn.Parameter(_matrix(weight.data))) for weight in inner]
        known = {id(weight) for weight in inner}
        rest = [one for one in network.parameters() if id(one) not in known]
        self._adam = torch.optim.Adam(rest, plan.rate, betas=(0.9, 0.99))
        self._muon = torch.optim.Muon(
            [matrix for _, matrix in self._pairs],
            plan.muon_rate,
            weight_decay=0.0,
            adjust_lr_fn="match_rms_adamw",
        )
        self._plan = plan

    def step(self, step: int) -> None:
        share = learning_rate(step, self._plan)
        self._adam.param_groups[0]["lr"] = share * self._plan.rate
        self._muon.param_groups[0]["lr"] = share * self._plan.muon_rate
        for weight, matrix in self._pairs:
            matrix.grad = _matrix(weight.grad)
        self._adam.step()
        self._muon.step()

    def state(self) -> list[dict]:
        return [self._adam.state_dict(), self._muon.state_dict()]

    def go_on(self, state: list[dict]) -> None:
        self._adam.load_state_dict(state[0])
        self._muon.load_state_dict(state[1])


def _matrix(weight: Tensor) -> Tensor:
    """(outputs, all else): the same memory, as the weights are stored channels last."""
    return weight.permute(0, 2, 3, 1).flatten(1)


def batches(samples: Samples, plan: Plan, start: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches from `start` on, uint8 (N, 3, H, W), made ahead in a thread."""
    ready: queue.Queue[tuple[Tensor, Tensor] | Exception] = queue.Queue(3)

    def fill() -> None:
        try:
            for step in range(start, plan.steps):
                numbers = range(step * plan.batch, (step + 1) * plan.batch)
                pairs = [samples(number, plan.size, plan.shape.reach) for number in numbers]
                halves, wholes = zip(*pairs, strict=True)
                ready.put((_tensor(halves), _tensor(wholes)))
        except Exception as error:
            ready.put(error)

    threading.Thread(target=fill, daemon=True).start()
    for _ in range(start, plan.steps):
        item = ready.get()
        if isinstance(item, Exception):
            raise item
        yield item


def _tensor(pictures: tuple[np.ndarray, ...]) -> Tensor:
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)


def train(data: Path, out: Path, plan: Plan, device: str) -> None:
    """Trains, or continues from OUT/checkpoint.pt; writes OUT/log.txt as it goes."""
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(plan.seed)
    network = SuperResolution(plan.shape).to(device, memory_format=torch.channels_last)
    averaged = {name: value.detach().clone() for name, value in network.state_dict().items()}
    optimizer = Optimizer(network, plan)
    checkpoint, step, seconds = out / "checkpoint.pt", 0, 0.0
    if checkpoint.exists():
        saved = torch.load(checkpoint, map_location=device, weights_only=True)
        network.load_state_dict(saved["network"])
        optimizer.go_on(saved["optimizer"])
        averaged, step, seconds = saved["averaged"], saved["step"], saved["seconds"]
    log = (out / "log.txt").open("a")
    samples = Samples(data, plan.diet, plan.recipe, plan.seed)
    began = time.process_time() - seconds
    total = total_bicubic = 0.0
    for half, whole in batches(samples, plan, step):
        half, whole = (one.to(device).float().div(255) for one in (half, whole))
        with torch.autocast(device, torch.bfloat16):
            detail = network.detail(half)
        base = network.base(half)
        error, bicubic = charbonnier(base + detail, whole), charbonnier(base, whole)
        # What matters is the gain: a picture that is nearly right already counts more.
        weight = 1 / (bicubic + plan.easy)
        loss = (weight * error).sum() / weight.sum()
        network.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), plan.clip)
        optimizer.step(step)
        step += 1
        with torch.no_grad():
            share = min(plan.average, step / (step + 10))
            for name, value in network.state_dict().items():
                averaged[name].lerp_(value, 1 - share)
            total += error.mean().item()
            total_bicubic += bicubic.mean().item()
        if step % 100 == 0 or step == plan.steps:
            text = f"{step:6d}  {time.process_time() - began:7.0f} CPU s  error {total / 100:.5f}"
            print(f"{text}  of bicubic's {total / total_bicubic:.4f}", file=log, flush=True)
            total = total_bicubic = 0.0
        if step % 100 == 0 or step == plan.steps:
            _save(
                checkpoint,
                {
                    "network": network.state_dict(),
                    "averaged": averaged,
                    "optimizer": optimizer.state(),
                    "step": step,
                    "seconds": time.process_time() - began,
                    "plan": asdict(plan),
                },
            )


def _save(path: Path, state: dict) -> None:
    """Under another name first: a stop never leaves half of a checkpoint."""
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def overridden(plan: Plan, settings: list[str]) -> Plan:
    """The plan with `name=value` settings of it or of one of its parts."""
    values = asdict(plan)
    for setting in settings:
        name, _, text = setting.partition("=")
        for group in (values, values["shape"], values["diet"], values["recipe"]):
            if name in group and not isinstance(group[name], dict):
                group[name] = type(group[name])(text)
                break
        else:
            raise SystemExit(f"There is no setting '{name}' in the training plan.")
    parts = {"shape": Shape, "diet": Diet, "recipe": Recipe}
    built = {name: part(**values.pop(name)) for name, part in parts.items()}
    return Plan(**values, **built)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="a folder with index.csv")
    parser.add_argument("out", type=Path)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=1)
    parts = (Plan, Shape, Diet, Recipe)
    names = ", ".join(one.name for part in parts for one in fields(part))
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=names)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    cv2.setNumThreads(1)
    train(arguments.data, arguments.out, overridden(Plan(), arguments.set), arguments.device)


if __name__ == "__main__":
    main()
