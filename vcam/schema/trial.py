"""A trial of the microphone: ten seconds as they came in and as others hear them."""

from __future__ import annotations

from pydantic import BaseModel

SECONDS = 10
"""How long it is."""
KEPT_S = 60.0
"""Seconds from the wish on; then nobody waits for it any more, and its files are removed."""
RATE = 48_000
"""Samples a second."""
RESULT = "trial.json"
"""The `Trial`, in the folder that was asked for; it is there once it is whole."""
SOUND = "trial.wav"
"""16 bits; the left channel is before, the right one after, at the same moments."""


class Side(BaseModel):
    """How it sounds. Levels in LUFS (EBU R 128), None for silence; `noise` is what is heard in the
    pauses. `spectrogram` is a grey picture of `width` times `height` bytes in base64, its rows from
    high to low tones."""

    level: float | None
    noise: float
    spectrogram: str
    width: int
    height: int


class Trial(BaseModel):
    before: Side
    after: Side

    @property
    def removed(self) -> float:
        """By how many dB the noise has become softer, at least 0."""
        return max(0.0, self.before.noise - self.after.noise)
