"""Learns what the user's voice sounds like, from a recording of it alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.pipeline import AudioPipeline
from vcam.audio.stages.my_voice import Profile, levels_of, loudness, voiced
from vcam.audio.stages.order import AudioOptions, sound_stages
from vcam.networks.sound import SoundNetworks, open_sound
from vcam.offline.voice import beginning
from vcam.schema.errors import VcamError

SECONDS = 60
"""Of a recording, no more are listened to."""
_LEAST = 4.0  # seconds of voice
_QUIETEST = -60.0  # dBFS
_FULL_SCALE = 20 * np.log10(HOP)  # of a tone, as `levels_of` has it, about


def learn(path: Path, channel: int | None = None) -> Profile:
    """From a media file; `channel`, from 0, or all of them together.

    Raises VcamError when it cannot be read or holds too little of a voice.
    """
    sound = beginning(path, SECONDS, channel)
    profile = learned(open_sound(lips=False, my_voice=True), sound)
    if profile is None:
        raise VcamError("voices.too_little")
    return profile


def learned(networks: SoundNetworks, sound: Block) -> Profile | None:
    """From float32 samples at 48 kHz in [-1, 1]; None when they hold too little of a voice."""
    assert networks.my_voice is not None
    if len(sound) < HOP:
        return None
    pipeline = AudioPipeline(sound_stages(networks))
    state, clean = None, []
    for block in np.resize(sound, len(sound) // HOP * HOP).reshape(-1, HOP):
        state, result = pipeline.step(state, block, AudioOptions())
        clean.append(result.block)
    levels = levels_of(np.concatenate(clean))
    quiet = loudness(levels) - _FULL_SCALE < _QUIETEST
    if quiet or voiced(levels).sum() < _LEAST * RATE / HOP:
        return None
    return networks.my_voice.profile(levels)
