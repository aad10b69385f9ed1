"""Makes the development pairs: python -m export.denoise.pairs DATA FOLDER.

Voices and noises of the split ``dev``, which no training reads, in turn; the same pairs every time.
``mixes`` are 48 kHz at -5 to 15 dB, ``hard`` are 16 kHz at -2 to 7 dB, 5 s each.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
import soundfile
import soxr

from export.denoise.corpus import Corpus, prepare
from vcam.audio.frames import RATE

SECONDS = 5
KINDS = {"mixes": (RATE, -5.0, 15.0, 20_000), "hard": (16_000, -2.0, 7.0, 7_500)}


def loud(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(sound)))) + 1e-9


def pairs(cache: Path, folder: Path, count: int) -> None:
    """Writes `count` pairs of each kind and their index.csv."""
    voices, noises = Corpus(cache, "clean", "dev"), Corpus(cache, "noise", "dev")
    length = SECONDS * RATE
    rows: list[dict[str, str | int]] = []
    folder.mkdir(parents=True, exist_ok=True)
    for kind, (rate, low, high, bandwidth) in KINDS.items():
        rng = np.random.default_rng(len(rows))
        wide = [
            label
            for label in voices.labels
            if any(piece.bandwidth >= bandwidth for piece in voices.by_label[label])
        ]
        for number in range(count):
            clean = noise = np.zeros(length, np.float32)
            while loud(clean) < 0.01:
                choice = voices.by_label[wide[number % len(wide)]]
                piece = choice[rng.integers(len(choice))]
                clean = voices.read(piece, int(rng.integers(max(1, piece.length - length))), length)
            while loud(noise) < 0.001:
                choice = noises.by_label[noises.labels[number % len(noises.labels)]]
                piece = choice[rng.integers(len(choice))]
                noise = noises.read(piece, int(rng.integers(max(1, piece.length - length))), length)
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
    parser.add_argument("--count", type=int, default=24, help="pairs of each kind")
    arguments = parser.parse_args()
    cache = arguments.folder.parent / "cache"
    prepare([arguments.data], cache)
    pairs(cache, arguments.folder, arguments.count)


if __name__ == "__main__":
    main()
