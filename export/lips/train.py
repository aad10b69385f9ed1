"""Trains nets 2 and 3 together: python -m export.lips.train --data DIR --out DIR …

Net 2 learns the IBM (1 where the band holds more than `SHARE` of a loud frame's energy); both
learn the mask they make: the error it leaves (what SI-SDR measures), words that are not cut, and
silence that is silent. The log shows the same of held-out people. A run that was stopped goes
on where it was when it is started again with the same --out.
"""

from __future__ import annotations

import argparse
import copy
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from export.lips import corpus
from export.lips.corpus import Clip
from export.lips.from_onnx import read_gate, read_lips
from export.lips.mixes import Mix, merged, mixture
from export.lips.model import Gate, Lips, gain
from export.lips.scenes import Scene, Webcam, scene

SHARE = 1e-4
ACTIVE = 10**-2.8
SPEECH = 10**-2.3
QUIET, KNOWN, LOST = 1.2, 0.3, 2.0
"""What a dB of silence, the IBM's cross-entropy, and a dB that 200 ms of the own voice lose beyond
`SPARED` weigh beside a dB of SI-SDR."""
SPARED = 1.0


class Pool:
    """A bank of scenes that is renewed bit by bit."""

    def __init__(
        self, rng: np.random.Generator, sets: list[tuple[float, list[Clip]]],
        depth: np.ndarray, webcam: Webcam, seconds: float, size: int, bank: Path | None = None,
    ) -> None:  # fmt: skip
        self.rng, self.sets, self.depth = rng, sets, depth
        self.webcam, self.seconds, self.size = webcam, seconds, size
        self.scenes: list[Scene] = []
        if bank and bank.is_file():
            with bank.open("rb") as file:
                self.scenes = pickle.load(file)
        self.faces = [clip for _, clips in sets for clip in clips[:: max(1, len(clips) // 400)]]
        self.renew(size - len(self.scenes))
        if bank:
            with bank.open("wb") as file:
                pickle.dump(self.scenes, file)

    def renew(self, count: int) -> None:
        shares = np.array([share for share, _ in self.sets])
        for _ in range(count):
            talks = self.sets[self.rng.choice(len(self.sets), p=shares / shares.sum())][1]
            self.scenes.append(
                scene(self.rng, self.faces, talks, self.depth, self.webcam, self.seconds)
            )
        del self.scenes[: -self.size]

    def draw(self, count: int) -> list[Scene]:
        return [self.scenes[i] for i in self.rng.integers(len(self.scenes), size=count)]


def objective(ibm: Tensor, g: Tensor, mix: Mix) -> tuple[Tensor, dict[str, float]]:
    """The loss and its parts. `gain` is the SI-SDR gain over no lips, dB, mean of the batch."""
    gains = gain(ibm.sigmoid(), g)
    error = ((1 - gains) ** 2 * mix.target + gains**2 * mix.rest).sum((1, 2))
    target = mix.target.sum((1, 2))
    rest = mix.rest.sum((1, 2))
    small = 0.003 * target + 0.02
    db = 10 * torch.log10((error + small) / (rest + small))
    total = mix.target.sum(2)
    active = (total > ACTIVE).float()
    near = F.max_pool1d(active[:, None], 13, 1, 6)[:, 0]
    loud = (mix.target / total.clamp_min(1e-6)[..., None] * gains**2).sum(2).clamp_min(1e-6)
    cut = (active * (1 - loud.sqrt()) ** 2).sum(1) / active.sum(1).clamp_min(20)
    weight = mix.rest / mix.rest.sum(2, keepdim=True).clamp_min(1e-6)
    open_ = ((1 - near) * (weight * gains).sum(2)).sum(1) / (1 - near).sum(1).clamp_min(20)
    spoken = (active[..., None] * mix.target).sum((1, 2))
    kept = (active[..., None] * gains * mix.target).sum((1, 2))
    change = 20 * torch.log10((kept + 0.1) / (spoken + 0.1))
    leak = ((1 - near)[..., None] * gains**2 * mix.rest).sum((1, 2))
    other = ((1 - near)[..., None] * mix.rest).sum((1, 2))
    quiet = 10 * torch.log10((leak + small) / (other + small))
    short = [F.avg_pool1d(part.sum(2)[:, None], 20, 5)[:, 0]
             for part in (mix.target, gains**2 * mix.target)]  # fmt: skip
    voice = (short[0] > SPEECH).float()
    fallen = -10 * torch.log10((short[1] + 1e-6) / (short[0] + 1e-6))
    lost = (voice * F.relu(fallen - SPARED)).sum(1) / voice.sum(1).clamp_min(10)
    loss = db.mean() + 1.5 * cut.mean() + open_.mean() + 6 * F.relu(-change - 0.6).mean()
    loss = loss + QUIET * quiet.mean() + LOST * lost.mean()
    heard = (target > 5) & (rest > 1) & (other > 1)
    db, cut, change, quiet = (v.detach()[heard] for v in (db, cut, change, quiet))
    parts = {
        "gain": -float(db.mean()),
        "least": -float(db.quantile(0.9)),
        "cut": float(cut.mean()),
        "quiet": -float(quiet.mean()),
        "loudest": -float(quiet.quantile(0.9)),
        "level": float(change.mean()),
        "lowest": float(change.quantile(0.1)),
        "below": 100 * float((fallen[voice > 0] > 3).float().mean()),
    }
    return loss, parts


def forward(lips: Lips, gate: Gate | None, mix: Mix) -> tuple[Tensor, Tensor]:
    """IBM logits and g; without net 3, g is 1."""
    ibm = lips(mix.features)
    if gate is None:
        return ibm, torch.ones_like(ibm)
    g, _ = gate(ibm.sigmoid(), mix.irm, mix.level, mix.trust)
    return ibm, g.sigmoid()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with av/ and audio/")
    parser.add_argument("--more", type=Path, nargs="*", default=[], help="folders like av/")
    parser.add_argument("--held", type=Path, nargs="*", default=[], help="the same, unseen")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--gate-after", type=float, default=0.2, help="share of steps")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--bank", type=int, default=800)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=Path, help="a folder with lips.onnx and gate.onnx")
    parser.add_argument("--renew", type=int, default=12, help="new scenes every 8 steps")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    arguments.out.mkdir(parents=True, exist_ok=True)
    last = arguments.out / "last.pt"
    saved = torch.load(last) if last.is_file() else None
    first = saved["step"] + 1 if saved else 1
    rng = np.random.default_rng([arguments.seed, first])

    sounds = corpus.read_all(
        arguments.data, arguments.more, arguments.held, arguments.out / "corpus.pkl"
    )
    voices, noises = merged(sounds.voices), merged(sounds.noises)
    shares = [(0.35, sounds.tv), (0.25, sounds.grid), (0.4, sounds.more)]
    train = Pool(
        rng,
        [(share, clips) for share, clips in shares if clips],
        sounds.depth,
        Webcam(),
        6.0,
        arguments.bank,
        arguments.out / "bank.pkl",
    )
    clean = Webcam(steady=1.0, dropped=0, offset=0, size=(55, 90), noise=(0.03, 0.08), turn=0.1,
                   small_motion=0, ahead=(1, 0, 0), word=0, dubbed=0, covered=0)  # fmt: skip
    others = [clip for clip in sounds.dev if clip.group != "grid_s1"]
    kinds = {
        "grid": (others, clean),
        "recorded": (others, replace(clean, ahead=(0, 1, 0))),
        "tv": (sounds.tv_dev, clean),
        "more": (sounds.more_dev, clean),
        "words": (sounds.more_dev, replace(clean, word=1)),
    }
    held = {
        name: mixture(
            np.random.default_rng(3),
            Pool(np.random.default_rng(1), [(1, clips)], sounds.depth, webcam, 6.0, 60).scenes,
            merged(sounds.voices_dev), noises, snr=(-5, 5), alone=0.2,
        )
        for name, (clips, webcam) in kinds.items() if clips
    }  # fmt: skip

    lips, gate = Lips(), Gate()
    sample = np.concatenate([s.features[::5] for s in train.scenes[:300]]).astype(np.float32)
    lips.mean.copy_(torch.from_numpy(sample.mean(0)))
    lips.scale.copy_(torch.from_numpy(1 / (sample.std(0) + 0.1)))
    if arguments.start:
        read_lips(lips, arguments.start / "lips.onnx")
        read_gate(gate, arguments.start / "gate.onnx")
    nets = nn.ModuleDict({"lips": lips, "gate": gate})
    optimiser = torch.optim.AdamW(nets.parameters(), lr=arguments.rate, weight_decay=1e-2)
    average = copy.deepcopy(nets).eval()
    if saved:
        nets.load_state_dict(saved["nets"])
        optimiser.load_state_dict(saved["optimiser"])
        for name in ("lips", "gate"):
            average[name].load_state_dict(saved[name])
    log = (arguments.out / "log.txt").open("a")
    for step in range(first, arguments.steps + 1):
        done = step / arguments.steps
        for group in optimiser.param_groups:
            fall = 0.02 + 0.98 * float(np.cos(done * 1.57))
            group["lr"] = arguments.rate * min(1, step / 100) * fall
        gated = done > arguments.gate_after
        mix = mixture(rng, train.draw(arguments.batch), voices, noises, snr=(-10, 10), alone=0.2)
        ibm, g = forward(lips, gate if gated else None, mix)
        known = (mix.target > SHARE).float()
        loss, _ = objective(ibm, g, mix)
        loss = loss + KNOWN * F.binary_cross_entropy_with_logits(ibm, known)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(nets.parameters(), 5.0)
        optimiser.step()
        keep = min(0.995, step / (step + 20))
        for mean, value in zip(average.parameters(), nets.parameters(), strict=True):
            mean.data.lerp_(value.detach(), 1 - keep)
        if step % 8 == 0:
            train.renew(arguments.renew)
        if step % 100 == 0 or step == 1:
            with torch.no_grad():
                scores = {
                    name: objective(
                        *forward(average["lips"], average["gate"] if gated else None, m), m
                    )[1]
                    for name, m in held.items()
                }
            line = f"{step} {done:.2f} loss {float(loss.detach()):.2f}\n" + "\n".join(
                f"  {n:8s} " + " ".join(f"{k} {v:5.2f}" for k, v in s.items())
                for n, s in scores.items()
            )
            print(line, flush=True)
            print(line, file=log, flush=True)
            state = {n: average[n].state_dict() for n in ("lips", "gate")}
            state |= {"nets": nets.state_dict(), "optimiser": optimiser.state_dict(), "step": step}
            torch.save(state, last.with_suffix(".new"))
            last.with_suffix(".new").replace(last)


if __name__ == "__main__":
    main()
