"""Reads talking mouths and other voices: landmarks, and sound as energies of 32 bands at 100 Hz.

The folder is laid out like the `av/` and `audio/` parts that `index.csv` there describe: `.npz`
landmarks (T, 52, 2 or 3) beside `.mp4` or `.opus` sound, and `tv_features_*.npz` with landmarks
and band energies only. Further folders like `av/` bring more talkers.
"""

from __future__ import annotations

import csv
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import soxr

from vcam.lips import normalise

BANDS = 32
RATE = 16_000
FPS, BLOCKS = 25, 100  # a second
PIECE = 3.0
"""Seconds of the pieces that longer films are cut into."""
MERGE = (0, 6, 10, 14, 17, 20, 23, 26, 28, 30, 32)
"""Where the bands of `vcam.audio.stages.lipgate` begin and end among these."""
EDGES = np.geomspace(80, 8000, BANDS + 1)
_LENGTH, _HOP, _FFT = 400, 160, 512
_FREQUENCIES = np.fft.rfftfreq(_FFT, 1 / RATE)
_MEMBERS = ((EDGES[:-1, None] <= _FREQUENCIES) & (EDGES[1:, None] > _FREQUENCIES)).astype(float)


@dataclass(frozen=True)
class Clip:
    """A talking mouth.

    Attributes:
        points: float32 ``(T, 52, 2)`` at 25 fps, normalised as in `vcam.lips.normalise`.
        energy: float32 ``(T', 32)`` at 100 Hz, 1.0 being the clip's 95th percentile of the sum.
        group: who speaks, as far as known.
    """

    points: np.ndarray
    energy: np.ndarray
    group: str

    @property
    def rests(self) -> bool:
        """Whether the last 0.7 s are silent."""
        return bool(self.energy[-70:].sum(1).max() < 0.01)


def band_energy(sound: np.ndarray) -> np.ndarray:
    """Energies ``(frames, 32)`` of 16 kHz sound: 25 ms Hann windows every 10 ms."""
    frames = np.lib.stride_tricks.sliding_window_view(sound, _LENGTH)[::_HOP]
    spectrum = np.fft.rfft(frames * np.hanning(_LENGTH), _FFT)
    return (np.abs(spectrum) ** 2 @ _MEMBERS.T).astype(np.float32)


def read_sound(path: Path, seconds: float = 1e9) -> np.ndarray:
    """All channels together, at 16 kHz, float64."""
    blocks, heard = [], 0.0
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        rate = stream.rate
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=rate)
        for frame in container.decode(stream):
            blocks += [part.to_ndarray()[0] for part in resampler.resample(frame)]
            heard += frame.samples / rate
            if heard > seconds:
                break
    return soxr.resample(np.concatenate(blocks).astype(float), rate, RATE)


def unit(energy: np.ndarray) -> np.ndarray:
    """Energies scaled so that the 95th percentile of their sum is 1."""
    return (energy / max(np.percentile(energy.sum(1), 95), 1e-12)).astype(np.float32)


def _normalised(points: np.ndarray) -> np.ndarray:
    return np.stack([normalise(frame[:, :2])[0] for frame in points.astype(float)])


def talking_clips(folder: Path, splits: Sequence[str]) -> list[Clip]:
    """The clips of `folder/index.csv` with these splits, sound and landmarks, in pieces of about
    `PIECE` seconds in which the face was seen throughout."""
    clips = []
    for row in csv.DictReader((folder / "index.csv").open()):
        if row["split"] not in splits or not row["file"].endswith((".mp4", ".opus")):
            continue
        saved = np.load(folder / row["landmarks"])
        points = saved["landmarks"].astype(float)[:, :, :2]
        fps = float(saved["fps"]) if "fps" in saved else float(row.get("fps") or FPS)
        at = np.arange(int((len(points) - 1) * FPS / fps) + 1) * fps / FPS
        low = np.minimum(at.astype(int), len(points) - 2)
        points = points[low] + (points[low + 1] - points[low]) * (at - low)[:, None, None]
        energy = unit(band_energy(read_sound(folder / row["file"])))
        count = max(1, round(len(points) / FPS / PIECE))
        for first, last in pairwise(np.linspace(0, len(points), count + 1).astype(int)):
            if last - first >= FPS // 2 and not np.isnan(points[first:last]).any():
                heard = energy[first * BLOCKS // FPS : last * BLOCKS // FPS]
                clips.append(Clip(_normalised(points[first:last]), heard, row["speaker"]))
    return clips


def tv_clips(path: Path) -> list[Clip]:
    """Landmarks and energies without sound."""
    data = np.load(path)
    clips = []
    for name in data:
        if not name.startswith("lm_") or np.isnan(data[name]).any():
            continue
        energy = unit(10 ** data["be_" + name[3:]].astype(float))
        clips.append(Clip(_normalised(data[name]), energy, "tv"))
    return clips


def depth(folder: Path) -> np.ndarray:
    """Mean depth ``(52,)`` of the landmarks in units of the eye distance, nearer is negative."""
    found = []
    for row in list(csv.DictReader((folder / "index.csv").open()))[:60]:
        points = np.load(folder / row["landmarks"])["landmarks"].astype(float)
        if points.shape[2] == 3:
            sizes = [normalise(frame[:, :2])[1] for frame in points]
            found.append((points[:, :, 2] / np.array(sizes)[:, None]).mean(0))
    mean = np.mean(found, 0)
    return mean - mean[[40, 43]].mean()


def voices(folder: Path, split: str, seconds: float) -> list[np.ndarray]:
    """Energies of every file of `folder/<split>`, the first `seconds` of each."""
    return [
        unit(band_energy(read_sound(path, seconds))) for path in sorted((folder / split).iterdir())
    ]


@dataclass(frozen=True)
class Corpus:
    """Everything nets 2 and 3 learn from and are held against."""

    tv: list[Clip]
    tv_dev: list[Clip]
    grid: list[Clip]
    more: list[Clip]
    dev: list[Clip]
    more_dev: list[Clip]
    depth: np.ndarray
    voices: list[np.ndarray]
    voices_dev: list[np.ndarray]
    noises: list[np.ndarray]


def read_all(data: Path, more: Sequence[Path], held: Sequence[Path], cache: Path) -> Corpus:
    """Reads `data/av`, `data/audio`, all of the talkers of `more` and, never to be trained on, of
    `held`, or the cache that an earlier run left."""
    if cache.is_file():
        with cache.open("rb") as file:
            return pickle.load(file)
    mouths, audio = data / "av", data / "audio"
    corpus = Corpus(
        tv=tv_clips(mouths / "tv_features_train.npz"),
        tv_dev=tv_clips(mouths / "tv_features_dev.npz"),
        grid=talking_clips(mouths, ["train"]),
        more=[clip for folder in more for clip in talking_clips(folder, ["train", "dev"])],
        dev=talking_clips(mouths, ["dev"]),
        more_dev=[clip for folder in held for clip in talking_clips(folder, ["train", "dev"])],
        depth=depth(mouths),
        voices=voices(audio / "clean", "train", 40),
        voices_dev=voices(audio / "clean", "dev", 40),
        noises=voices(audio / "noise", "train", 20),
    )
    with cache.open("wb") as file:
        pickle.dump(corpus, file)
    return corpus
