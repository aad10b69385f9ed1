"""Trains `separation`: python -m export.separation.train --help

Goes on from OUT/last.pt where there is one; that is written every few minutes.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import numpy as np
import soxr
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, IterableDataset

from export.denoise.rooms import room_bank
from export.lips.corpus import RATE, read_sound
from export.separation.corpus import Voice, read_faces, read_voices
from export.separation.model import Guess, Separation
from export.separation.scenes import Imagined, Material, Scene, scene
from vcam.audio.frames import RATE as FULL
from vcam.offline.separation.network import heard

TALKERS = {2: 0.65, 3: 0.35}
"""How many there are, and how often; more are told by the same weights."""
GUESSES = 0.3
"""What the loss of guesses counts."""
FLOOR = 1e-3
"""Errors below this share of a talker's energy count no more."""


class Taught(nn.Module):
    """The network and what teaches it: masks and guesses."""

    def __init__(self) -> None:
        super().__init__()
        self.network = Separation()
        self.guess = Guess()

    def forward(self, spectra: Tensor, lips: Tensor) -> tuple[Tensor, Tensor]:
        heard = self.network.hear(spectra)
        return self.network.part(heard, lips), self.guess(heard)


class Scenes(IterableDataset):
    """Batches without end: mixture, targets, lips; as many seconds of talk in each."""

    def __init__(self, material: Material, seed: int, batch: int, length: int) -> None:
        self._material, self._seed, self._batch, self._length = material, seed, batch, length

    def __iter__(self) -> Iterator[tuple[np.ndarray, ...]]:
        info = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self._seed, info.id if info else 0])
        while True:
            talkers = int(rng.choice(list(TALKERS), p=list(TALKERS.values())))
            count = round(2 * self._batch / talkers)
            yield joined(
                [scene(rng, self._material, talkers, self._length, 0.35) for _ in range(count)]
            )


def joined(scenes: list[Scene]) -> tuple[np.ndarray, ...]:
    """What is heard, mixtures, targets and lips of scenes of one length."""
    return (
        np.stack([heard(one.mixture) for one in scenes]),
        np.stack([one.mixture for one in scenes]),
        np.stack([one.targets for one in scenes]).astype(np.complex64),
        np.stack([one.lips for one in scenes]).astype(np.float32),
    )


def loss_of(masks: Tensor, mixture: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Mean loss in dB, and what each talker who speaks gains, in dB.

    Of who speaks, the ratio of voice and error; of who is silent, what is left of the mixture.
    """
    made = torch.view_as_complex(masks) * mixture[:, None]
    error = _power(targets - made)
    before = _power(targets - mixture[:, None])
    own, reference, speaks = _reference(mixture, targets)
    loss = 10 * torch.log10(error / reference + FLOOR)
    gained = 10 * torch.log10(before / error.clamp_min(1e-12))
    return loss.mean(), gained[speaks & (before > 1e-2 * own)]


def guess_loss_of(masks: Tensor, mixture: Tensor, targets: Tensor) -> Tensor:
    """The same of guessed voices, in that order in which they fit best (permutation invariant
    training, Kolbæk et al., 2017); where there are fewer talkers, of silence too."""
    missing = masks.shape[1] - targets.shape[1]
    targets = F.pad(targets, (0, 0, 0, 0, 0, missing))
    made = torch.view_as_complex(masks) * mixture[:, None]
    _, reference, _ = _reference(mixture, targets)
    error = _power(targets[:, None] - made[:, :, None])
    loss = 10 * torch.log10(error / reference[:, None] + FLOOR)
    order = torch.tensor(list(permutations(range(masks.shape[1]))))
    each = loss[:, order, torch.arange(masks.shape[1])]
    return each.mean(2).amin(1).mean()


def _power(sound: Tensor) -> Tensor:
    return sound.abs().square().sum((-2, -1))


def _reference(mixture: Tensor, targets: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Each talker's energy, what its error is measured against, and whether it speaks."""
    own = _power(targets)
    whole = _power(mixture)[:, None].expand_as(own)
    speaks = own > 1e-3 * whole
    return own, torch.where(speaks, own, whole), speaks


def material_of(data: Path, split: str, noises: Path, rooms: int, imagined: Imagined) -> Material:
    faces, voices = read_faces(data, split), read_voices(data, split)
    bank = (
        soxr.resample(room_bank(rooms, 1).T.astype(float), FULL, RATE).T if rooms else np.empty(0)
    )
    sounds = [
        read_sound(path, 20).astype(np.float32) for path in sorted((noises / split).iterdir())
    ]
    return Material.of(faces, voices, sounds, bank, imagined)


def imagined_of(data: Path) -> Imagined:
    return Imagined.learned([face for face in read_faces(data, "train") if _moves(face)])


def _moves(face: Voice) -> bool:
    return face.lips is not None and len(face.lips) > 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="of export.separation.corpus")
    parser.add_argument("--noises", type=Path, required=True, help="with train/ and dev/")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--hours", type=float, default=8.0, help="of training in all")
    parser.add_argument("--batch", type=int, default=12, help="scenes of two talkers")
    parser.add_argument("--length", type=int, default=200, help="of a scene, steps of 20 ms")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    last = arguments.out / "last.pt"

    imagined = imagined_of(arguments.data)
    dev = material_of(arguments.data, "dev", arguments.noises, 20, imagined)
    rng = np.random.default_rng(5)
    held = [joined([scene(rng, dev, n, 200, 0.35) for _ in range(12)]) for n in (2, 2, 2, 3, 3)]
    train = material_of(arguments.data, "train", arguments.noises, 300, imagined)
    print(len(train.faces), sum(map(len, train.voices)), "faces, voices", flush=True)

    taught = Taught()
    network, mean = taught.network, Separation()
    optimizer = torch.optim.AdamW(taught.parameters(), arguments.rate, weight_decay=0.01)
    step, spent = 0, 0.0
    if last.exists():
        kept = torch.load(last, weights_only=True)
        taught.load_state_dict(kept["taught"])
        optimizer.load_state_dict(kept["optimizer"])
        step, spent = kept["step"], kept["spent"]
        mean.load_state_dict(kept["mean"])
    else:
        mean.load_state_dict(network.state_dict())
    print(sum(p.numel() for p in network.parameters()), "weights, from step", step, flush=True)

    quick = torch.compile(taught, dynamic=False)
    scenes = Scenes(train, step + 1, arguments.batch, arguments.length)
    losses: list[tuple[float, float]] = []
    since = saved = time.monotonic()
    for spectra, mixture, targets, lips in DataLoader(
        scenes, batch_size=None, num_workers=1, prefetch_factor=4
    ):
        done = spent / (arguments.hours * 3600)
        if done >= 1:
            break
        rate = arguments.rate * min(1.0, (step + 1) / 300) * (0.02 + 0.98 * _falling(done))
        for group in optimizer.param_groups:
            group["lr"] = rate
        with torch.autocast("cpu", torch.bfloat16):
            masks, guesses = quick(spectra.bfloat16(), lips.bfloat16())
        loss, _ = loss_of(masks.float(), mixture, targets)
        guessed = guess_loss_of(guesses.float(), mixture, targets)
        optimizer.zero_grad()
        (loss + GUESSES * guessed).backward()
        nn.utils.clip_grad_norm_(taught.parameters(), 5.0)
        optimizer.step()
        with torch.no_grad():
            share = min(0.999, step / (step + 20))
            for held_mean, now in zip(mean.parameters(), network.parameters(), strict=True):
                held_mean.lerp_(now, 1 - share)
        step += 1
        losses.append((loss.item(), guessed.item()))
        spent += time.monotonic() - since
        since = time.monotonic()
        if since - saved > 180 or step in (20, 200):
            saved = since
            told = " ".join(f"{value:.2f}" for value in _gains(mean, held))
            print(
                f"{step} {spent / 3600:.2f} h loss, of guesses {np.mean(losses, 0).round(2)} "
                f"dev gains {told}",
                flush=True,
            )
            losses.clear()
            _save(last, taught, mean, optimizer, step, spent)
            since = time.monotonic()
    _save(last, taught, mean, optimizer, step, spent)


def _falling(done: float) -> float:
    return 0.5 + 0.5 * math.cos(math.pi * min(1.0, max(0.0, (done - 0.2) / 0.8)))


@torch.no_grad()
def _gains(network: Separation, held: list[tuple[np.ndarray, ...]]) -> list[float]:
    """Mean gain in dB of each batch."""
    gains = []
    for batch in held:
        spectra, mixture, targets, lips = (torch.from_numpy(part) for part in batch)
        with torch.autocast("cpu", torch.bfloat16):
            masks = network(spectra, lips)
        gains.append(loss_of(masks.float(), mixture, targets)[1].mean().item())
    return gains


def _save(
    path: Path,
    taught: Taught,
    mean: Separation,
    optimizer: torch.optim.Optimizer,
    step: int,
    spent: float,
) -> None:
    kept = {
        "taught": taught.state_dict(),
        "mean": mean.state_dict(),
        "optimizer": optimizer.state_dict(),
        "step": step,
        "spent": spent,
    }
    torch.save(kept, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


if __name__ == "__main__":
    main()
