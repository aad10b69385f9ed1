"""Trains the denoiser: python -m export.denoise.train OUT DATA… [--first NETWORK].

The state after every few hundred steps is OUT/checkpoint.pt; the same command continues from it.
"""

from __future__ import annotations

import argparse
import math
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import torch
from torch import Tensor

from export.denoise.corpus import prepare
from export.denoise.data import Batch, Mixer, Recipe, rms
from export.denoise.model import BANDS, PAIRS, SINGLES, Denoiser, Shape
from export.denoise.opinion import LOUDNESS, Opinion, low_mask, sound
from export.weights import from_onnx
from vcam.schema.errors import VcamError


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that decides the result, apart from the data."""

    steps: int = 6000
    rate: float = 8e-4
    warm_up: int = 200
    decay: float = 0.01
    clip: float = 3.0
    average: float = 0.995
    seed: int = 1
    compression: float = 0.3
    complex_share: float = 0.3
    over_suppression: float = 0.4
    weigh_by_noisy: bool = True
    snr_weight: float = 1.0
    envelope_weight: float = 15.0
    erased_weight: float = 0.3  # per dB that is missing of the speech, beyond `spared`
    spared: float = 3.0
    opinion_weight: float = 1.6  # of estimated listeners, where --opinion gives their file
    judged: int = 1  # examples of a batch that they hear
    judged_every: int = 3  # steps: hearing costs more than the rest of a step
    augment_features: float = 0.15
    muon: bool = True
    shape: Shape = field(default_factory=Shape)
    recipe: Recipe = field(default_factory=Recipe)


def loss_of(
    logits: Tensor, batch: Batch, plan: Plan, opinion: Opinion | None
) -> tuple[Tensor, dict[str, float]]:
    """Compressed-spectrum error, over-suppression, signal-to-error ratio, likeness of envelopes
    and, on some examples, listeners' estimated opinion of a mask.

    The compressed error is Braun and Tashev's (ICASSP 2021) with exponent 0.3; a voice taken
    away costs more than a noise left. The ratio is SI-SDR's without the scaling, over the
    analysis frames instead of the samples.
    """
    clean, heard, cross, voiced, low = batch
    mask = torch.sigmoid(logits)
    squared = mask.square() * heard
    # every example counts alike: quiet or loud, voice or noise alone
    scale = torch.where(voiced, clean.mean((0, 2)), heard.mean((0, 2)))[None, :, None] + 1e-12
    half = plan.compression / 2
    c = (clean / scale + 1e-6) ** half
    e = (squared / scale + 1e-6) ** half
    magnitude = (c - e).square()
    phase = (cross / (clean * heard + 1e-20).sqrt()).clamp(-1, 1)
    full = c.square() + e.square() - 2 * c * e * phase
    error = (1 - plan.complex_share) * magnitude + plan.complex_share * full
    if plan.over_suppression:
        error = error + plan.over_suppression * (c - e).clamp(min=0).square()
    if plan.weigh_by_noisy:
        # empty high bands: the mask there is noise
        error = error * ((heard / scale + 1e-8).log10() / 5 + 1.2).clamp(0.02, 1)
    error = error.mean()
    wrong = (clean + squared - 2 * mask * cross).sum((0, 2))
    total = clean.sum((0, 2))
    ratio = 10 * torch.log10(total / (wrong + 1e-3 * total + 1e-12) + 1e-12)
    ratio = ratio[voiced].mean()
    before = 10 * torch.log10(
        total / ((clean + heard - 2 * cross).sum((0, 2)) + 1e-3 * total + 1e-12) + 1e-12
    )
    alike = similarity(clean / scale, squared / scale)[voiced].mean()
    noise = (clean + heard - 2 * cross).clamp(min=0)
    missing = erased(clean / scale, squared / scale, noise / scale, plan.spared)
    loss = (
        50 * error
        - plan.snr_weight * ratio
        - plan.envelope_weight * alike
        + plan.erased_weight * missing
    )
    parts = {
        "error": error,
        "snr": ratio,
        "gain": ratio - before[voiced].mean(),
        "stoi": alike,
        "erased": missing,
    }
    # a nearly clean voice is to stay as it is, whatever would please listeners more
    chosen = torch.nonzero(voiced & (before < 10))[: plan.judged, 0]
    if opinion is not None and len(chosen):
        gain = LOUDNESS / rms(clean[:, chosen])
        finished = Denoiser.mask(logits[:, chosen])
        marks = opinion(sound(low_mask(finished) * low[:, chosen]) * gain[:, None]).mean(0)
        loss = loss - plan.opinion_weight * plan.judged_every * marks[2]
        parts |= {"sig": marks[0], "bak": marks[1], "ovrl": marks[2]}
    return loss, {name: value.item() for name, value in parts.items()}


SEGMENT = 38  # frames, about 384 ms


def thirds() -> Tensor:
    """Weights ``(BANDS, 15)`` that sum the bands into STOI's third octaves from 150 Hz on."""
    edges = 150 * 2 ** ((torch.arange(16) - 0.5) / 3)
    centres = torch.cat(
        [
            25.0 * torch.arange(SINGLES),
            4000.0 + 50 * torch.arange(PAIRS) + 12.5,
            torch.full((BANDS - SINGLES - PAIRS,), 9000.0),
        ]
    )[:, None]
    return ((centres >= edges[:-1]) & (centres < edges[1:])).float()


def similarity(clean: Tensor, estimate: Tensor) -> Tensor:
    """How alike the envelopes of third octaves are, ``(batch,)``, 1 at best.

    The short-time objective intelligibility measure (Taal et al., IEEE TASLP 2011) on the
    analysis frames; times without speech are left out by their energy.
    """
    weights = thirds().to(clean.device)
    pairs = [(energy @ weights + 1e-6).sqrt() for energy in (clean, estimate)]
    x, y = (envelope.unfold(0, SEGMENT, 10) for envelope in pairs)  # (times, batch, 15, SEGMENT)
    y = y * (x.square().sum(-1, keepdim=True) / y.square().sum(-1, keepdim=True)).sqrt()
    y = torch.minimum(y, x * (1 + 10 ** (15 / 20)))
    x, y = (v - v.mean(-1, keepdim=True) for v in (x, y))
    correlation = (x * y).sum(-1) / (x.square().sum(-1) * y.square().sum(-1) + 1e-12).sqrt()
    energy = clean.sum(-1).unfold(0, SEGMENT, 10).mean(-1)
    spoken = (energy > 1e-2 * energy.amax(0)).float()
    return (correlation.mean(-1) * spoken).sum(0) / (spoken.sum(0) + 1e-9)


def erased(clean: Tensor, estimate: Tensor, noise: Tensor, spared: float) -> Tensor:
    """How many dB of the speech are missing, beyond `spared`, mean of third octaves and of all.

    Only where the voice is heard above the noise counts. In decibels, the error of a mask that is
    all but closed still says which way to go; in any error of the spectrum its gradient is next to
    nothing, and whole sentences stay lost.
    """
    weights = thirds().to(clean.device)
    weights = torch.cat(
        [weights, torch.ones_like(weights[:, :3])], 1
    )  # all of it counts three times
    x, y, n = (energy @ weights for energy in (clean, estimate, noise))
    lost = 10 * torch.log10((x + 1e-9) / (y + 1e-3 * x + 1e-9))
    spoken = ((x > 4 * n) & (x > 1e-3 * x.amax(0))).float()
    return ((lost - spared).clamp(min=0) * spoken).sum() / (spoken.sum() + 1)


def augment(features: Tensor, share: float) -> Tensor:
    """SpecAugment (Park et al., 2019) on a share of the examples: bands above 2 kHz, short times.

    Masked features read as the mean; the target stays what it was.
    """
    frames, batch, _ = features.shape
    features = features.clone()
    for index in torch.nonzero(torch.rand(batch) < share)[:, 0].tolist():
        low = int(torch.randint(SINGLES // 2, BANDS - 20, ()))
        features[:, index, low : low + int(torch.randint(4, 30, ()))] = 0
        start = int(torch.randint(0, frames, ()))
        features[start : start + int(torch.randint(2, 12, ())), index] = 0
    return features


def learning_rate(step: int, plan: Plan) -> float:
    """Linear warm-up, then half a cosine down to a hundredth."""
    if step < plan.warm_up:
        return plan.rate * (step + 1) / plan.warm_up
    done = (step - plan.warm_up) / max(1, plan.steps - plan.warm_up)
    return plan.rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, done))))


def batches(mixer: Mixer, start: int, stop: int) -> Iterator[Batch]:
    """Mixtures `start` to `stop`, made one ahead in a thread."""
    ready: queue.Queue[Batch | Exception] = queue.Queue(2)

    def fill() -> None:
        try:
            for number in range(start, stop):
                ready.put(mixer.batch(number))
        except Exception as error:
            ready.put(error)

    threading.Thread(target=fill, daemon=True).start()
    for _ in range(start, stop):
        item = ready.get()
        if isinstance(item, Exception):
            raise item
        yield item


def calibrate(model: Denoiser, mixer: Mixer) -> None:
    """Sets the features' mean and deviation from a few mixtures."""
    with torch.no_grad():
        energy = [mixer.batch(10**9 + number).noisy for number in range(6)]
        logs = torch.cat([model.logs(e, model.levels(e))[20:] for e in energy], 1)
        model.mean.copy_(logs.mean((0, 1)))
        model.deviation.copy_(logs.std((0, 1)).clamp(min=0.3))


def optimizers(model: Denoiser, plan: Plan) -> list[torch.optim.Optimizer]:
    """Muon (Jordan et al., 2024) for the blocks' matrices, AdamW for the rest."""
    matrices = [p for p in model.blocks.parameters() if p.ndim > 1 and min(p.shape) > 16]
    if not plan.muon:
        matrices = []
    inside = {id(p) for p in matrices}
    rest = [p for p in model.parameters() if id(p) not in inside]
    adam = torch.optim.AdamW(
        [
            {"params": [p for p in rest if p.ndim > 1], "weight_decay": plan.decay},
            {"params": [p for p in rest if p.ndim <= 1], "weight_decay": 0.0},
        ],
        lr=plan.rate,
        betas=(0.9, 0.98),
    )
    if not matrices:
        return [adam]
    return [
        adam,
        torch.optim.Muon(
            matrices, lr=plan.rate, weight_decay=plan.decay, adjust_lr_fn="match_rms_adamw"
        ),
    ]


def train(
    data: Sequence[Path],
    out: Path,
    plan: Plan,
    device: str,
    first: Path | None = None,
    opinion: Path | None = None,
    clean_provenance: bool = False,
) -> None:
    """Trains, or continues from OUT/checkpoint.pt; writes OUT/log.txt as it goes.

    Args:
        data: folders as `corpus.prepare` reads them, with `clean_provenance`.
        first: a checkpoint or converted network whose (averaged) weights are the start; it may
            have fewer blocks.
        opinion: DNSMOS's file ``sig_bak_ovr.onnx``, if its opinion is to be part of the loss.
    """
    out.mkdir(parents=True, exist_ok=True)
    prepare(data, out.parent / "cache", clean_provenance=clean_provenance)
    torch.manual_seed(plan.seed)
    mixer = Mixer(out.parent / "cache", plan.recipe, plan.seed)
    model = Denoiser(plan.shape)
    checkpoint, step, seconds = out / "checkpoint.pt", 0, 0.0
    saved = None
    if checkpoint.exists():
        saved = torch.load(checkpoint, map_location=device, weights_only=True)
        model.load_state_dict(saved["model"])
        step, seconds = saved["step"], saved["seconds"]
    elif first is not None:
        grow(model, weights(first))
    else:
        calibrate(model, mixer)
    model.to(device)
    listeners = Opinion(opinion, device) if opinion else None
    averaged = {k: v.detach().clone().float() for k, v in model.state_dict().items()}
    chosen = optimizers(model, plan)
    if saved is not None:
        averaged = saved["averaged"]
        for optimizer, state in zip(chosen, saved["optimizers"], strict=True):
            optimizer.load_state_dict(state)
    log = (out / "log.txt").open("a")
    sums: dict[str, list[float]] = {}
    began = time.monotonic() - seconds
    for batch in batches(mixer, step, plan.steps):
        for group in [group for optimizer in chosen for group in optimizer.param_groups]:
            group["lr"] = learning_rate(step, plan)
        torch.manual_seed(plan.seed * 10**6 + step)
        with torch.no_grad():
            batch = Batch(*(x.to(device) for x in batch))
            features = augment(model.features(batch.noisy), plan.augment_features)
        with torch.autocast(device, torch.bfloat16):
            logits = model(features)
        hearing = listeners if step % plan.judged_every == 0 else None
        loss, parts = loss_of(logits, batch, plan, hearing)
        model.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), plan.clip)
        for optimizer in chosen:
            optimizer.step()
        step += 1
        with torch.no_grad():
            share = min(plan.average, step / (step + 10))
            for name, value in model.state_dict().items():
                averaged[name].lerp_(value.float(), 1 - share)
        for key, value in parts.items():
            sums.setdefault(key, []).append(value)
        if step % 50 == 0 or step == plan.steps:
            text = "  ".join(f"{key} {sum(of) / len(of):.4f}" for key, of in sums.items())
            print(f"{step:6d}  {time.monotonic() - began:7.0f} s  {text}", file=log, flush=True)
            sums = {}
        if step % 100 == 0 or step == plan.steps:
            save(checkpoint, model, averaged, chosen, step, time.monotonic() - began, plan)


def grow(model: Denoiser, first: dict[str, Tensor]) -> None:
    """Starts from a network of as many blocks or fewer: those it lacks pass their input on."""
    unknown = model.load_state_dict(first, strict=False)
    known = 1 + max(int(name.split(".")[1]) for name in first if name.startswith("blocks."))
    new = {name for name in model.state_dict() if name.startswith("blocks.")} - set(first)
    if unknown.unexpected_keys or set(unknown.missing_keys) != new:
        raise VcamError("The network to start from is not of this kind.")
    with torch.no_grad():
        for block in model.blocks[known:]:
            block.project.weight[: model.shape.width] = 0
            block.project.bias[: model.shape.width] = 0


def weights(path: Path) -> dict[str, Tensor]:
    """The averaged weights of a checkpoint, or those of a converted network (.onnx)."""
    if path.suffix == ".onnx":
        return from_onnx(path, "network.")
    return torch.load(path, map_location="cpu", weights_only=True)["averaged"]


def save(
    path: Path,
    model: Denoiser,
    averaged: dict[str, Tensor],
    chosen: list[torch.optim.Optimizer],
    step: int,
    seconds: float,
    plan: Plan,
) -> None:
    """Writes the checkpoint under another name first: a stop never leaves half of one."""
    torch.save(
        {
            "model": model.state_dict(),
            "averaged": averaged,
            "step": step,
            "optimizers": [o.state_dict() for o in chosen],
            "seconds": seconds,
            "plan": asdict(plan),
        },
        path.with_suffix(".new"),
    )
    path.with_suffix(".new").replace(path)


def overridden(plan: Plan, settings: list[str]) -> Plan:
    """The plan with ``name=value`` settings of it, its recipe or its shape."""
    values = asdict(plan)
    for setting in settings:
        name, _, text = setting.partition("=")
        for group in (values, values["recipe"], values["shape"]):
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
    recipe, shape = Recipe(**values.pop("recipe")), Shape(**values.pop("shape"))
    return Plan(**values, recipe=recipe, shape=shape)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument(
        "--clean-provenance", action="store_true", help="only sources that are free for any use"
    )
    parser.add_argument("--first", type=Path, help="a checkpoint or .onnx to start from")
    parser.add_argument("--opinion", type=Path, help="sig_bak_ovr.onnx: hear the result as well")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    names = ", ".join(f.name for f in (*fields(Plan), *fields(Recipe), *fields(Shape)))
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=names)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    plan = overridden(Plan(), arguments.set)
    train(
        arguments.data,
        arguments.out,
        plan,
        arguments.device,
        arguments.first,
        arguments.opinion,
        arguments.clean_provenance,
    )


if __name__ == "__main__":
    main()
