"""Voices as their bands' energies: python -m export.my_voice.corpus OUT DATA [DATA…]

A data folder is laid out like the denoiser's (`export.denoise.corpus`): an ``index.csv`` with
``file``, ``kind``, ``split``, ``speaker_or_class`` and ``source_repo``. For each voice and split a
``.npy`` is written, float16 ``(T, BANDS)`` in dB at 100 Hz, 0 being the voice's loudness.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from export.voices import files_by_voice, read_together
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
        for (split, source, name), paths in files_by_voice(root).items():
            target = arguments.out / split / source / f"{name}.npy"
            if target.exists():
                continue
            levels = levels_of(read_together(paths, RATE))
            if len(levels) < LEAST * 100:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            np.save(target, (levels - loudness(levels)).astype(np.float16))
        print(root, flush=True)


if __name__ == "__main__":
    main()
