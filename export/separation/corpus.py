"""Voices and talking faces as training takes them: python -m export.separation.corpus --help

A folder of voices is laid out like the denoiser's (`export.denoise.corpus`), one of faces like
``av/`` of the development data (`export.lips.corpus`). Of each voice a ``.npy`` is written, int16
at 16 kHz, and of each film an ``.npz`` with its sound and what net 2 reads from its lips.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from export.lips.corpus import BLOCKS, FPS, RATE, read_sound
from export.lips.scenes import watched
from export.voices import files_by_voice, read_together
from vcam.audio.stages.lipgate import LipGate
from vcam.lips import LOOKAHEAD
from vcam.networks.models import Model, open_model

LEAST = 3.0
"""Seconds of a voice below which it is left out."""


@dataclass(frozen=True)
class Voice:
    """Sound at 16 kHz in [-1, 1], and, where the face was seen, the bands' masks ``(T, 10)`` at
    100 Hz that its lips say."""

    name: str
    sound: np.ndarray
    lips: np.ndarray | None = None


def read_voices(folder: Path, split: str) -> list[Voice]:
    return [
        Voice(f"{path.parent.name}/{path.stem}", np.load(path, mmap_mode="r"))
        for path in sorted((folder / split / "voices").glob("*/*.npy"))
    ]


def read_faces(folder: Path, split: str) -> list[Voice]:
    """Those of one person share their name."""
    found = []
    for path in sorted((folder / split / "faces").glob("*/*.npz")):
        with np.load(path) as kept:
            found.append(Voice(path.parent.name, kept["sound"], kept["lips"]))
    return found


def lips_say(model: Model, points: np.ndarray, fps: float, ahead: float = LOOKAHEAD) -> np.ndarray:
    """Net 2's masks ``(T, 10)`` at 100 Hz for landmarks ``(N, 52, 2)`` in pixels."""
    times = np.arange(len(points)) / fps
    blocks = int(len(points) / fps * BLOCKS)
    features, _ = watched(times, points, np.ones(len(points)), blocks, ahead)
    rows = [model.run({"features": row[None].astype(np.float32)})["ibm"][0] for row in features]
    return np.stack(rows)


def _write_voices(root: Path, out: Path) -> None:
    for (split, source, name), paths in files_by_voice(root).items():
        target = out / split / "voices" / source / f"{name}.npy"
        if not target.exists():
            _save(target, read_together(paths, RATE))


def _write_faces(root: Path, out: Path, model: Model) -> None:
    with (root / "index.csv").open(newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["file"].endswith((".mp4", ".opus"))]
    for row in rows:
        target = out / row["split"] / "faces" / row["speaker"] / f"{Path(row['file']).stem}.npz"
        if target.exists():
            continue
        saved = np.load(root / row["landmarks"])
        points = saved["landmarks"].astype(float)[:, :, :2]
        if np.isnan(points).any():
            continue
        fps = float(saved["fps"]) if "fps" in saved else float(row.get("fps") or FPS)
        lips = lips_say(model, points, fps)
        sound = read_sound(root / row["file"])
        length = min(len(sound), len(lips) * RATE // BLOCKS)
        target.parent.mkdir(parents=True, exist_ok=True)
        np.savez(
            target,
            sound=_packed(sound[:length]),
            lips=lips[: length * BLOCKS // RATE].astype(np.float16),
        )


def _save(target: Path, sound: np.ndarray) -> None:
    if len(sound) >= LEAST * RATE:
        target.parent.mkdir(parents=True, exist_ok=True)
        np.save(target, _packed(sound))


def _packed(sound: np.ndarray) -> np.ndarray:
    return (np.clip(sound, -1, 1) * 32767).astype(np.int16)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--voices", type=Path, nargs="*", default=[])
    parser.add_argument("--faces", type=Path, nargs="*", default=[])
    arguments = parser.parse_args()
    model = open_model("lips", LipGate.LIPS)
    for root in arguments.faces:
        _write_faces(root, arguments.out, model)
        print(root, flush=True)
    for root in arguments.voices:
        _write_voices(root, arguments.out)
        print(root, flush=True)


if __name__ == "__main__":
    main()
