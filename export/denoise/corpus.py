"""The sound material of the denoiser's training: a folder of files decoded once into flat arrays.

A data folder has an ``index.csv`` with at least ``file``, ``kind`` (clean or noise), ``split``
(train or dev), ``speaker_or_class`` and ``native_rate``. The cache holds one int16 array per kind
and split, sampled at 48 kHz, and a JSON list of the pieces in it.
"""

from __future__ import annotations

import csv
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from vcam.audio.frames import RATE
from vcam.schema.errors import VcamError

# Played faster or slower, a voice is another voice: three variants triple the 62 there are.
SPEEDS = {"clean": (1.0, 0.88, 1.13), "noise": (1.0, 0.75, 1.3)}
# Sold as full band, measured to end lower.
KNOWN_BANDWIDTH = {"kerstin_F": 7500.0}


@dataclass(frozen=True)
class Piece:
    """One file at one speed: samples ``start`` to ``start + length`` of its array."""

    label: str
    start: int
    length: int
    bandwidth: float  # Hz; nothing but codec noise above it


class Corpus:
    """The pieces of one kind and split, read from the cache without loading it."""

    def __init__(self, cache: Path, kind: str, split: str) -> None:
        name = cache / f"{kind}_{split}"
        self.samples = np.memmap(name.with_suffix(".i16"), np.int16, "r")
        rows = json.loads(name.with_suffix(".json").read_text())
        self.pieces = [Piece(**row) for row in rows]
        self.labels = sorted({piece.label for piece in self.pieces})
        self.by_label = {
            label: [piece for piece in self.pieces if piece.label == label] for label in self.labels
        }

    def read(self, piece: Piece, start: int, length: int) -> np.ndarray:
        """`length` float32 samples in [-1, 1] of a piece, wrapping round at its end."""
        at = np.arange(start, start + length) % piece.length + piece.start
        if start + length <= piece.length:
            at = slice(piece.start + start, piece.start + start + length)
        return self.samples[at].astype(np.float32) * np.float32(1 / 32768)


def prepare(root: Path, cache: Path) -> None:
    """Decode the data folder `root` into `cache`, unless a finished cache is there.

    Raises:
        VcamError: the folder has no index.csv, or a split has no files.
    """
    done = cache / "done"
    if done.exists() and done.read_text() == str(root):
        return
    if not (root / "index.csv").exists():
        raise VcamError(f"{root} has no index.csv; give a folder laid out like the training data.")
    with (root / "index.csv").open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    cache.mkdir(parents=True, exist_ok=True)
    for kind, speeds in SPEEDS.items():
        for split in ("train", "dev"):
            chosen = [row for row in rows if row["kind"] == kind and row["split"] == split]
            if not chosen:
                raise VcamError(f"{root}/index.csv lists no {kind} files for the split {split}.")
            pieces, position = [], 0
            with (cache / f"{kind}_{split}.i16").open("wb") as out:
                for row in chosen:
                    sound, rate = soundfile.read(root / row["file"], dtype="float32")
                    mono = sound if sound.ndim == 1 else sound.mean(axis=1)
                    for speed in speeds if split == "train" else (1.0,):
                        turned = mono
                        if rate != RATE * speed:
                            turned = soxr.resample(mono, rate * speed, RATE, quality="MQ")
                        band = float(row["native_rate"] or rate) / 2
                        band = min(KNOWN_BANDWIDTH.get(row["speaker_or_class"], band), band)
                        label = row["speaker_or_class"]
                        piece = Piece(label, position, len(turned), band * speed)
                        np.clip(turned * 32767, -32768, 32767).astype(np.int16).tofile(out)
                        pieces.append(asdict(piece))
                        position += len(turned)
            (cache / f"{kind}_{split}.json").write_text(json.dumps(pieces))
    done.write_text(str(root))
