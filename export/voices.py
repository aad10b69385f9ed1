"""Clean voices: to measure on, and those of a data folder."""

from __future__ import annotations

import csv
from collections import defaultdict
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


def files_by_voice(root: Path) -> dict[tuple[str, str, str], list[Path]]:
    """The clean files of a folder that is laid out like the denoiser's (`export.denoise.corpus`),
    by split, source and voice."""
    files: dict[tuple[str, str, str], list[Path]] = defaultdict(list)
    with (root / "index.csv").open(newline="") as handle:
        for row in csv.DictReader(handle):
            if row["kind"] == "clean":
                source = row["source_repo"].split("/")[-1].replace(" ", "_")
                name = row["speaker_or_class"].replace("/", "_")
                files[row["split"], source, name].append(root / row["file"])
    return files


def read_together(paths: list[Path], rate: int) -> Block:
    """All of one voice, mono, one file behind the other."""
    parts = []
    for path in paths:
        sound, own = soundfile.read(path, dtype="float32", always_2d=True)
        parts.append(soxr.resample(sound.mean(1), own, rate))
    return np.concatenate(parts)
