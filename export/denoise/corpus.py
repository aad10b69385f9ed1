"""The sound material of the denoiser's training: folders of files decoded once into flat arrays.

A data folder has an ``index.csv`` with at least ``file``, ``kind`` (clean or noise), ``split``
(train or dev), ``speaker_or_class`` and ``native_rate``; where `export.denoise.gather` has made
it, also ``style`` (acted or nothing) and ``clean_provenance`` (yes or no; no where it is missing).
The cache holds one int16 array per kind and split, sampled at 48 kHz, and a JSON list of the
pieces in it.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from vcam.audio.frames import RATE
from vcam.schema.errors import VcamError

# Sold as full band, measured to end lower.
KNOWN_BANDWIDTH = {"kerstin_F": 7500.0}


@dataclass(frozen=True)
class Piece:
    """One file: samples ``start`` to ``start + length`` of its array."""

    label: str
    start: int
    length: int
    bandwidth: float  # Hz; nothing but codec noise above it
    acted: bool = False  # raised, sad, shouted: not the voice of someone reading


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


def prepare(roots: Sequence[Path], cache: Path, *, clean_provenance: bool = False) -> None:
    """Decode the data folders `roots` into `cache`, unless that is done for these indices.

    Args:
        clean_provenance: take only what its index says is free for any use.

    Raises:
        VcamError: a folder has no index.csv, a split has no files, or a voice is in both splits.
    """
    for root in roots:
        if not (root / "index.csv").exists():
            raise VcamError(
                f"{root} has no index.csv; give a folder laid out like the training data."
            )
    listed = [
        [str(root), hashlib.sha256((root / "index.csv").read_bytes()).hexdigest()] for root in roots
    ]
    done, wanted = cache / "done", json.dumps([listed, clean_provenance])
    if done.exists() and done.read_text() == wanted:
        return
    rows: list[dict] = []
    for root in roots:
        with (root / "index.csv").open(newline="") as handle:
            rows += [row | {"path": root / row["file"]} for row in csv.DictReader(handle)]
    if clean_provenance:
        rows = [row for row in rows if row.get("clean_provenance") == "yes"]
    both = {
        row["speaker_or_class"] for row in rows if row["kind"] == "clean" and row["split"] == "dev"
    } & {row["speaker_or_class"] for row in rows if row["split"] == "train"}
    if both:
        raise VcamError(f"Voices both in training and in development: {', '.join(sorted(both))}.")
    cache.mkdir(parents=True, exist_ok=True)
    done.unlink(missing_ok=True)
    for kind in ("clean", "noise"):
        for split in ("train", "dev"):
            chosen = [row for row in rows if row["kind"] == kind and row["split"] == split]
            if not chosen and split == "train":
                raise VcamError(f"The indices list no {kind} files for the split {split}.")
            pieces, position = [], 0
            with (cache / f"{kind}_{split}.i16").open("wb") as out:
                for row in chosen:
                    sound, rate = soundfile.read(row["path"], dtype="float32")
                    mono = sound if sound.ndim == 1 else sound.mean(axis=1)
                    if rate != RATE:
                        mono = soxr.resample(mono, rate, RATE, quality="MQ")
                    label = row["speaker_or_class"]
                    band = float(row["native_rate"] or rate) / 2
                    band = min(KNOWN_BANDWIDTH.get(label, band), band)
                    acted = row.get("style") == "acted"
                    np.clip(mono * 32767, -32768, 32767).astype(np.int16).tofile(out)
                    pieces.append(asdict(Piece(label, position, len(mono), band, acted)))
                    position += len(mono)
            (cache / f"{kind}_{split}.json").write_text(json.dumps(pieces))
    done.write_text(wanted)
