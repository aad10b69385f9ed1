"""Voices as their bands' energies: python -m export.my_voice.corpus OUT DATA [DATA…]

A data folder is laid out like the denoiser's (`export.denoise.corpus`): an ``index.csv`` with
``file``, ``kind``, ``split``, ``speaker_or_class`` and ``source_repo``. For each voice and split a
``.npy`` is written, float16 ``(T, BANDS)`` in dB at 100 Hz, 0 being the voice's loudness.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from vcam.audio.frames import RATE
from vcam.audio.stages.my_voice import levels_of, loudness

LEAST = 3.0
"""Seconds below which a voice is left out: half learns the profile, half is recognised."""


@dataclass(frozen=True)
class Voice:
    """`source` is where it comes from: voices of one source have been recorded alike."""

    name: str
    source: str
    levels: np.ndarray


def read_all(folder: Path, split: str) -> list[Voice]:
    """Those that `main` has written."""
    return [
        Voice(path.stem, path.parent.name, np.load(path).astype(np.float32))
        for path in sorted((folder / split).glob("*/*.npy"))
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("data", type=Path, nargs="+")
    arguments = parser.parse_args()
    for root in arguments.data:
        files: dict[tuple[str, str, str], list[Path]] = defaultdict(list)
        with (root / "index.csv").open(newline="") as handle:
            for row in csv.DictReader(handle):
                if row["kind"] == "clean":
                    source = row["source_repo"].split("/")[-1].replace(" ", "_")
                    files[row["split"], source, row["speaker_or_class"]].append(root / row["file"])
        for (split, source, name), paths in files.items():
            target = arguments.out / split / source / f"{name.replace('/', '_')}.npy"
            if target.exists():
                continue
            parts = []
            for path in paths:
                sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
                parts.append(levels_of(soxr.resample(sound.mean(1), rate, RATE)))
            levels = np.concatenate(parts)
            if len(levels) < LEAST * 100:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            np.save(target, (levels - loudness(levels)).astype(np.float16))
        print(root, flush=True)


if __name__ == "__main__":
    main()
