"""Clean voices to measure on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
import soxr

from vcam.audio.frames import RATE, Block


def voices(folder: Path, seconds: int) -> list[Block]:
    """So much of each, mono at 48 kHz, repeated where it is shorter.

    Raises SystemExit for a folder without.
    """
    files = sorted(p for p in folder.iterdir() if p.suffix in (".opus", ".wav", ".flac"))
    if not files:
        raise SystemExit(f"{folder} has no .opus, .wav or .flac files; name a folder of voices.")
    found = []
    for path in files:
        sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
        found.append(np.resize(soxr.resample(sound.mean(1), rate, RATE), seconds * RATE))
    return found
