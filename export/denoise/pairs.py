"""Makes the development pairs: python -m export.denoise.pairs DATA FOLDER [--alarms ESC].

Voices and noises of the split ``dev``, which no training reads, in turn; the same pairs every time.
``mixes`` are 48 kHz at -5 to 15 dB, ``hard`` are 16 kHz at -2 to 7 dB, 5 s each. Of ESC, a copy of
ESC-50 in slices as `export.denoise.gather` reads it, come ``alarms``: the alarm clocks of fold 5,
which no training reads either, as loud as ``mixes``.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile
import soxr

from export.denoise.corpus import Corpus, prepare
from vcam.audio.frames import RATE
from vcam.schema.errors import VcamError

SECONDS = 5
ALARMS = r"(5-\d+-[A-Z]-37)\d\.wav$"


class Kind(NamedTuple):
    """The rate, the lowest and highest SNR in dB, and the least bandwidth of the voices in Hz."""

    rate: int
    low: float
    high: float
    bandwidth: float


KINDS = {"mixes": Kind(RATE, -5.0, 15.0, 20_000), "hard": Kind(16_000, -2.0, 7.0, 7_500)}


def loud(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(sound)))) + 1e-9


def excerpt(corpus: Corpus, label: str, rng: np.random.Generator, least: float) -> np.ndarray:
    """`SECONDS` of a voice or noise that are not silent."""
    sound = np.zeros(SECONDS * RATE, np.float32)
    while loud(sound) < least:
        pieces = corpus.by_label[label]
        piece = pieces[rng.integers(len(pieces))]
        start = int(rng.integers(max(1, piece.length - len(sound))))
        sound = corpus.read(piece, start, len(sound))
    return sound


def alarms(folder: Path) -> list[np.ndarray]:
    """Alarm clocks, `SECONDS` of each. Raises VcamError when there are none."""
    takes = defaultdict(list)
    for path in sorted(folder.rglob("*.wav")):
        if found := re.search(ALARMS, path.name):
            takes[found[1]].append(path)
    sounds = []
    for paths in takes.values():
        parts = [soundfile.read(path, dtype="float32", always_2d=True) for path in paths]
        whole = np.concatenate([part.mean(1) for part, _ in parts])
        sounds.append(np.resize(soxr.resample(whole, parts[0][1], RATE), SECONDS * RATE))
    if not sounds:
        raise VcamError(f"{folder} holds no alarm clocks of ESC-50's fold 5.")
    return sounds


def pairs(cache: Path, folder: Path, count: int, bells: list[np.ndarray]) -> None:
    """Writes `count` pairs of each kind and their index.csv; of alarms where there are `bells`."""
    voices, noises = Corpus(cache, "clean", "dev"), Corpus(cache, "noise", "dev")
    rows: list[dict[str, str | int]] = []
    folder.mkdir(parents=True, exist_ok=True)
    kinds = KINDS | ({"alarms": KINDS["mixes"]} if bells else {})
    for kind, (rate, low, high, bandwidth) in kinds.items():
        rng = np.random.default_rng(len(rows))
        wide = [
            label
            for label in voices.labels
            if any(piece.bandwidth >= bandwidth for piece in voices.by_label[label])
        ]
        for number in range(count):
            clean = excerpt(voices, wide[number % len(wide)], rng, 0.01)
            if kind == "alarms":
                noise = bells[number % len(bells)]
            else:
                noise = excerpt(noises, noises.labels[number % len(noises.labels)], rng, 0.001)
            snr = low + (high - low) * (number + 0.5) / count
            snr = low + (snr * 7.0 - low) % (high - low)  # not in the order of the noises
            noise = noise * (loud(clean) / loud(noise) * 10 ** (-snr / 20))
            scale = min(0.1 / loud(clean), 0.9 / np.abs(clean + noise).max())
            clean, noisy = (soxr.resample(x * scale, RATE, rate) for x in (clean, clean + noise))
            name = f"{kind}_{number:02d}"
            soundfile.write(folder / f"{name}.clean.flac", clean, rate)
            soundfile.write(folder / f"{name}.noisy.flac", noisy, rate)
            rows.append({"name": name, "rate": rate, "kind": kind})
    with (folder / "index.csv").open("w", newline="") as handle:
        writer = csv.DictWriter(handle, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--alarms", type=Path, help="a folder with ESC-50 in slices")
    parser.add_argument("--count", type=int, default=24, help="pairs of each kind")
    arguments = parser.parse_args()
    decoded = arguments.folder / "decoded"  # not a training's: that folder is `cache`
    try:
        prepare([arguments.data], decoded)
        bells = alarms(arguments.alarms) if arguments.alarms else []
        pairs(decoded, arguments.folder, arguments.count, bells)
    except VcamError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main()
