"""Which networks make the sound's pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vcam.audio.denoisers.registry import FAST, open_denoiser
from vcam.audio.stages.denoise import FrameDenoiser, SoundDenoiser
from vcam.audio.stages.lipgate import LipGate
from vcam.audio.stages.my_voice import MyVoice
from vcam.networks.models import open_model


@dataclass(frozen=True)
class SoundNetworks:
    """`gate` is None where the lips are not looked at, `my_voice` where all voices count;
    `provider` is the denoiser's."""

    denoiser: FrameDenoiser | SoundDenoiser[Any]
    gate: LipGate | None
    my_voice: MyVoice | None
    provider: str


def open_sound(
    lips: bool,
    denoiser: str = FAST,
    *,
    my_voice: bool = False,
    root: Path | None = None,
) -> SoundNetworks:
    """Opens them, from the models in `root` or else those that are shipped.

    Raises VcamError when a model is missing, damaged or another kind of network, or the denoiser's
    package is not here.
    """
    opened = open_denoiser(denoiser, root=root)
    return SoundNetworks(
        denoiser=opened.denoiser,
        gate=open_gate(root) if lips else None,
        my_voice=open_my_voice(root) if my_voice else None,
        provider=opened.provider,
    )


def open_gate(root: Path | None = None) -> LipGate:
    """The lip gate's two networks. Raises VcamError as `open_sound` does."""
    return LipGate(
        open_model("lips", LipGate.LIPS, root=root), open_model("gate", LipGate.GATE, root=root)
    )


def open_my_voice(root: Path | None = None) -> MyVoice:
    """The network that knows the user's voice. Raises VcamError as `open_sound` does."""
    return MyVoice(open_model("my_voice", MyVoice.GRAPH, root=root))
