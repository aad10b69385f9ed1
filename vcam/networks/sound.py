"""Which networks make the sound's pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vcam.audio.stages.denoise import Denoiser
from vcam.audio.stages.lipgate import LipGate
from vcam.networks.models import open_model


@dataclass(frozen=True)
class SoundNetworks:
    """`gate` is None where the lips are not looked at; `provider` is the denoiser's."""

    denoiser: Denoiser
    gate: LipGate | None
    provider: str


def open_sound(lips: bool, *, root: Path | None = None) -> SoundNetworks:
    """Opens them, from the models in `root` or else those that are shipped.

    Raises VcamError when a model is missing, damaged or another kind of network.
    """
    denoise = open_model("denoise", Denoiser.GRAPH, root=root)
    return SoundNetworks(Denoiser(denoise), open_gate(root) if lips else None, denoise.provider)


def open_gate(root: Path | None = None) -> LipGate:
    """The lip gate's two networks. Raises VcamError as `open_sound` does."""
    return LipGate(
        open_model("lips", LipGate.LIPS, root=root), open_model("gate", LipGate.GATE, root=root)
    )
