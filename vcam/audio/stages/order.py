"""The stages of the sound, in their order: a new one is a file of its own and two lines here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vcam.audio.stages.contract import SoundStage
from vcam.audio.stages.denoise import DenoiseOptions, denoise_stage
from vcam.audio.stages.echo import Canceller, EchoOptions, EchoStage
from vcam.audio.stages.level import LevelOptions, LevelStage, SpeechDetector
from vcam.audio.stages.lipgate import LipGateStage
from vcam.audio.stages.mute import MuteOptions, MuteStage
from vcam.audio.stages.my_voice import MyVoiceOptions, MyVoiceStage

if TYPE_CHECKING:
    from vcam.networks.sound import SoundNetworks


@dataclass(frozen=True, kw_only=True)
class AudioOptions(EchoOptions, DenoiseOptions, MyVoiceOptions, LevelOptions, MuteOptions):
    """What the sound is to be like: what every stage obeys, and what goes for all of them.

    `bypass` is the plain voice, and silence where that is muted.
    """

    bypass: bool = False


def sound_stages(networks: SoundNetworks | None) -> tuple[SoundStage[Any, AudioOptions], ...]:
    """Those of calls and recordings; without networks those that need none."""
    stages: list[SoundStage[Any, AudioOptions]] = []
    if networks is not None:
        stages.append(denoise_stage(networks.denoiser))
        if networks.gate is not None:
            stages.append(LipGateStage(networks.gate))
        if networks.my_voice is not None:
            stages.append(MyVoiceStage(networks.my_voice))
    return tuple(stages)


def call_stages(
    networks: SoundNetworks | None,
    canceller: Callable[[], Canceller] | None = None,
    detector: SpeechDetector | None = None,
) -> tuple[SoundStage[Any, AudioOptions], ...]:
    """Those of a call: first the echo, where there is a canceller, then the level, where there is a
    detector of speech, and last of all the mute.

    Recordings do not tell what the loudspeakers played, and keep their loudness.
    """
    echo = () if canceller is None else (EchoStage(canceller),)
    level = () if detector is None else (LevelStage(detector),)
    return (*echo, *sound_stages(networks), *level, MuteStage())
