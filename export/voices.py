"""Clean voices: to measure on, and those of a data folder."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import soundfile
import soxr

from vcam.audio.frames import RATE, Block

UNLABELLED = "(unlabelled)"
"""The end of a voice's name in an index that stands for many people."""


def files_of(folder: Path) -> dict[str, list[Path]]:
    """The files of a folder by who speaks, as their names say: SOURCE__WHO_NUMBER, where SOURCE__,
    _NUMBER or a rate before it may be missing.

    Raises SystemExit for a folder without.
    """
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(p for p in folder.iterdir() if p.suffix in (".opus", ".wav", ".flac")):
        found[re.sub(r"(_\d+)?_\d+$", "", path.stem.split("__")[-1])].append(path)
    if not found:
        raise SystemExit(f"{folder} has no .opus, .wav or .flac files; name a folder of voices.")
    return found


def voices(folder: Path, seconds: int) -> list[Block]:
    """So much of each file, mono at 48 kHz, repeated where it is shorter.

    Raises SystemExit for a folder without.
    """
    files = sorted(path for paths in files_of(folder).values() for path in paths)
    return [np.resize(read_together([path], RATE), seconds * RATE) for path in files]


def files_by_voice(root: Path) -> dict[tuple[str, str, str], list[Path]]:
    """The clean files of a folder that is laid out like the denoiser's (`export.denoise.corpus`),
    by split, source and voice. Of a voice that several sources have, the source is the first; files
    of several people without their names are left out."""
    files: dict[tuple[str, str, str], list[Path]] = defaultdict(list)
    sources: dict[tuple[str, str], str] = {}
    with (root / "index.csv").open(newline="") as handle:
        for row in csv.DictReader(handle):
            if row["kind"] == "clean" and not row["speaker_or_class"].endswith(UNLABELLED):
                source = row["source_repo"].split("/")[-1].replace(" ", "_")
                name = row["speaker_or_class"].replace("/", "_")
                source = sources.setdefault((row["split"], name), source)
                files[row["split"], source, name].append(root / row["file"])
    return files


def read_together(paths: list[Path], rate: int) -> Block:
    """All of one voice, mono, one file behind the other."""
    parts = []
    for path in paths:
        sound, own = soundfile.read(path, dtype="float32", always_2d=True)
        parts.append(soxr.resample(sound.mean(1), own, rate))
    return np.concatenate(parts)
