"""Trains the network: python -m export.my_voice.train --voices VOICES --out OUT

VOICES is what `export.my_voice.corpus` has written. A run that was stopped goes on when it is
started again with the same --out. The log shows, for voices that are not trained on, what the user
loses and by how much somebody else who speaks alone, 6 or 12 dB below, is lowered.
"""

from __future__ import annotations

import argparse
import copy
import math
import queue
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from export.my_voice.corpus import read_all
from export.my_voice.model import MyVoice
from export.my_voice.scenes import Cast, Scene, scene
from vcam.audio.stages.my_voice import BELIEVED, DOUBTED, FLOOR, PROFILE

SPOKEN = -25.0
"""dB below the user's loudness: the end of what counts as a voice."""
KNOWN, SHARPNESS, MARGIN = 0.3, 16.0, 0.15
"""What telling voices apart weighs, and the scale and margin of its softmax (Wang et al.,
"CosFace", CVPR 2018)."""


class Batch:
    def __init__(self, scenes: Sequence[Scene]) -> None:
        def stacked(name: str) -> Tensor:
            return torch.from_numpy(np.stack([getattr(one, name) for one in scenes]))

        self.enrolled, self.known = stacked("enrolled"), stacked("known")
        self.live, self.mine, self.other = stacked("live"), stacked("mine"), stacked("other")
        self.who = torch.tensor([one.who for one in scenes])


def judged(batch: Batch, logits: Tensor) -> Tensor:
    """Cross-entropy where anybody speaks, user and others alike in sum, and louder moments more.
    Both at once is mine."""
    mine = (batch.mine > SPOKEN).float()
    other = (batch.other > SPOKEN - 10).float() * (1 - mine)
    near = F.max_pool1d(mine[:, None], 5, 1, 2)[:, 0]  # its edges are nobody's
    other = other * (1 - near)
    loud = torch.maximum(
        batch.mine * mine + -60 * (1 - mine), batch.other * other - 60 * (1 - other)
    )
    weight = 10 ** (loud.clamp(-40, 5) / 50)
    each = F.binary_cross_entropy_with_logits(logits, mine, reduction="none")
    mine, other = mine * weight, other * weight
    return (each * mine).sum() / mine.sum() + (each * other).sum() / other.sum().clamp_min(1)


def measured(batch: Batch, logits: Tensor) -> tuple[float, float, float]:
    """dB that the user loses in the mean and in the worst tenth of scenes, and that others who
    speak alone are lowered by."""
    believed = (logits.sigmoid() - DOUBTED) / (BELIEVED - DOUBTED)
    gain = (FLOOR + (1 - FLOOR) * believed.clamp(0, 1)) ** 2
    mine, other = 10 ** (batch.mine / 10), 10 ** (batch.other / 10)
    alone = (batch.mine < SPOKEN - 20).float()
    clear = (batch.other < SPOKEN - 20).float()
    lost = -10 * torch.log10(((gain * mine * clear).sum(1) + 1e-3) / ((mine * clear).sum(1) + 1e-3))
    less = -10 * torch.log10(((gain * other * alone).sum() + 1e-6) / ((other * alone).sum() + 1e-6))
    return float(lost.mean()), float(lost.quantile(0.9)), float(less)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voices", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    arguments.out.mkdir(parents=True, exist_ok=True)
    voices, held = read_all(arguments.voices, "train"), read_all(arguments.voices, "dev")
    print(len(voices), "voices to learn,", len(held), "held out", flush=True)
    cast, unseen = Cast(voices), Cast(held)
    checks = {}
    for below in (12.0, 6.0):
        for name, plain in (("other rooms", False), ("one room", True)):
            rng = np.random.default_rng(7)
            checks[f"{below:.0f} dB, {name}"] = Batch(
                [
                    scene(rng, unseen, below=(below, below), overlap=0, plain=plain)
                    for _ in range(96)
                ]
            )

    net, classes = MyVoice(), nn.Linear(PROFILE, len(voices), bias=False)
    nets = nn.ModuleDict({"net": net, "classes": classes})
    optimiser = torch.optim.AdamW(nets.parameters(), lr=arguments.rate, weight_decay=1e-3)
    average = copy.deepcopy(net).eval()
    first, last = 1, arguments.out / "last.pt"
    if last.is_file():
        saved = torch.load(last)
        nets.load_state_dict(saved["nets"])
        optimiser.load_state_dict(saved["optimiser"])
        average.load_state_dict(saved["average"])
        first = saved["step"] + 1
    ready: queue.Queue[Batch] = queue.Queue(4)

    def compose() -> None:
        rng = np.random.default_rng([first, 0])
        while True:
            ready.put(Batch([scene(rng, cast) for _ in range(arguments.batch)]))

    threading.Thread(target=compose, daemon=True).start()
    for step in range(first, arguments.steps + 1):
        done = step / arguments.steps
        for group in optimiser.param_groups:
            group["lr"] = (
                arguments.rate * min(1, step / 100) * (0.02 + 0.98 * math.cos(done * 1.57))
            )
        batch = ready.get()
        profile = net.profile(batch.enrolled, batch.known)
        logits, each = net(batch.live, profile)
        loss = judged(batch, logits)
        spoken = ((batch.mine > SPOKEN) & (batch.other < SPOKEN)).float()
        heard = F.normalize((each * spoken[..., None]).sum(1), dim=-1)
        centres = F.normalize(classes.weight, dim=-1)
        both, who = torch.cat([heard, profile]), torch.cat([batch.who, batch.who])
        near = both @ centres.T - MARGIN * F.one_hot(who, len(voices))
        told = F.cross_entropy(SHARPNESS * near, who)
        optimiser.zero_grad()
        (loss + KNOWN * told).backward()
        nn.utils.clip_grad_norm_(nets.parameters(), 5.0)
        optimiser.step()
        keep = min(0.995, step / (step + 20))
        for mean, value in zip(average.parameters(), net.parameters(), strict=True):
            mean.data.lerp_(value.detach(), 1 - keep)
        if step % 100 == 0:
            print(
                f"{step} loss {float(loss.detach()):.3f} told {float(told.detach()):.2f}",
                flush=True,
            )
        if step % 200 == 0 or step == arguments.steps:
            with torch.no_grad():
                for name, check in checks.items():
                    logits, _ = average(check.live, average.profile(check.enrolled, check.known))
                    lost, worst, less = measured(check, logits)
                    print(
                        f"  {name}: mine -{lost:.2f} ({worst:.2f}), other -{less:.1f}", flush=True
                    )
            state = {"nets": nets.state_dict(), "average": average.state_dict()}
            torch.save(
                state | {"optimiser": optimiser.state_dict(), "step": step},
                last.with_suffix(".new"),
            )
            last.with_suffix(".new").replace(last)


if __name__ == "__main__":
    main()
