"""Adds recordings to a training folder: python -m export.denoise.gather DATA NAME FOLDER.

FOLDER is an unpacked copy of the source NAME (a clone, ``dpkg-deb -x``); `export.denoise.sources`
says which of its files are voices or noises, whose they are and under which licence. No noise holds
speech, as far as their names and a detector can tell. DATA gets FLAC files, rows
of ``index.csv`` as `export.denoise.corpus` reads it, and ``ledger.csv``: what came from
where, under which licence. Persons are in training or in development, never in both; what is kept
for measuring the product is not taken at all.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
import soxr

from export.denoise.sources import SOURCES, VOICED, Source
from vcam.audio import speech_detector
from vcam.audio.frames import HOP, RATE
from vcam.schema.errors import VcamError

SHARD_SECONDS, NOISE_SECONDS, GAP_SECONDS = 300, 60, 0.1
SPOKEN = 0.1  # of a noise, at most
SUFFIXES = (".wav", ".ogg", ".oga", ".opus", ".flac", ".mp3")
COLUMNS = (
    "file", "kind", "split", "speaker_or_class", "source_repo", "licence",
    "clean_provenance", "style", "native_rate", "seconds",
)  # fmt: skip


def decibels(sound: np.ndarray, rate: int) -> np.ndarray:
    """Level of every 10 ms, dBFS."""
    size = rate // 100
    blocks = sound[: len(sound) // size * size].reshape(-1, size)
    return 10 * np.log10(np.square(blocks).mean(1) + 1e-12)


def fault(sound: np.ndarray, rate: int, source: Source) -> str | None:
    """Why a recording is of no use to a training, if it is not."""
    if len(sound) < rate * (0.25 if source.kind == "clean" else 0.05):
        return "too short"
    if np.abs(sound).max() < 1e-3:
        return "silent"
    if source.kind == "clean":
        if np.mean(np.abs(sound) > 0.999) > 0.003:
            return "clipped"
        low, high = np.percentile(decibels(sound, rate), (5, 95))
        if high - low < source.depth:
            return "noisy"
    elif source.mixed and spoken(sound, rate) > SPOKEN:
        return "speech"
    return None


_detector = cache(speech_detector.open_detector)


def spoken(sound: np.ndarray, rate: int) -> float:
    """The share of it that is speech to Silero's detector."""
    wide = soxr.resample(sound[: rate * NOISE_SECONDS], rate, RATE) / (2 * np.abs(sound).max())
    detector, state, heard = _detector(), None, []
    for block in wide[: len(wide) // HOP * HOP].astype(np.float32).reshape(-1, HOP):
        state, speech = detector.hear(state, block)
        heard.append(speech > 0.5)
    return float(np.mean(heard)) if heard else 0.0


def bandwidth(sound: np.ndarray, rate: int) -> float:
    """The frequency above which there is nothing, Hz, whatever the file's rate promises.

    Nothing: 85 dB below the strongest 250 Hz, or below a cliff of 22 dB within a kilohertz.
    """
    size = rate // 25
    starts = np.linspace(0, max(0, len(sound) - size), 400).astype(int)
    parts = np.stack([np.resize(sound[s : s + size], size) for s in starts]) * np.hanning(size)
    power = np.percentile(np.square(np.abs(np.fft.rfft(parts))), 97, axis=0)
    bands = 10 * np.log10(power[: len(power) // 10 * 10].reshape(-1, 10).mean(1) + 1e-12)
    above = np.flatnonzero(bands > bands.max() - 85)[-1]
    cliffs = [
        i for i in range(4, len(bands) - 4)
        if bands[i] - bands[i + 4] > 22 and bands[i + 4 :].max() < bands[i] - 18
    ]  # fmt: skip
    return 250.0 * (min([above, *[i + 2 for i in cliffs]]) + 1)


def trimmed(sound: np.ndarray, rate: int) -> np.ndarray:
    """The sound with its pauses cut to a quarter of a second."""
    levels = decibels(sound, rate)
    heard = np.convolve(levels > levels.max() - 45, np.ones(25), "same") > 0
    return sound[: len(heard) * (rate // 100)].reshape(len(heard), -1)[heard].ravel()


def recordings(source: Source, folder: Path, left_out: Counter) -> Iterator[tuple]:
    """Speaker or class, sound and rate of every recording that is of use."""
    takes: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder).as_posix()
        found = re.search(source.files, place)
        if found and path.suffix.lower() in SUFFIXES:
            groups = found.groupdict()
            who = (groups["who"] or "en").replace("/", "-")
            if re.match(source.kept, who):
                left_out["kept for measuring"] += 1
            elif source.mixed and re.search(VOICED, place.lower()):
                left_out["a voice or music by its name"] += 1
            else:
                takes[who, groups.get("take") or place].append(path)
    seen = set()
    for (who, _), paths in takes.items():
        try:
            parts = [soundfile.read(path, dtype="float32", always_2d=True) for path in paths]
        except soundfile.LibsndfileError:
            left_out["unreadable"] += 1
            continue
        rate = parts[0][1]
        sound = np.concatenate([part.mean(1) for part, _ in parts])
        digest = hashlib.sha1(sound.tobytes()).digest()
        reason = "duplicate" if digest in seen else fault(sound, rate, source)
        seen.add(digest)
        if reason:
            left_out[reason] += 1
        else:
            yield who, sound, rate


def gather(name: str, source: Source, folder: Path, data: Path) -> tuple[list[dict], Counter]:
    """Writes the source's sounds; its rows of the index, and why files were left out.

    Utterances for training are strung together without their pauses; those for development stay
    as they are, each in a file of its own.
    """
    left_out: Counter = Counter()
    voices = defaultdict(list)
    for who, sound, rate in recordings(source, folder, left_out):
        voices[who, rate].append(sound)
    rows = []
    for (who, rate), sounds in sorted(voices.items()):
        split = "dev" if re.match(source.dev, who) else "train"
        peaks = [float(np.abs(sound).max()) for sound in sounds]
        loudest = float(np.percentile(peaks, 95))
        shards: list[list[np.ndarray]] = [[]]
        for sound, peak in zip(sounds, peaks, strict=True):
            if split == "train" and source.kind == "clean":
                gap = np.zeros(int(rate * GAP_SECONDS), np.float32)
                sound = np.concatenate([trimmed(sound, rate), gap])
            sound = sound[: rate * NOISE_SECONDS] * (0.5 / (loudest if source.acted else peak))
            if shards[-1] and (split == "dev" or sum(map(len, shards[-1])) > rate * SHARD_SECONDS):
                shards.append([])
            shards[-1].append(np.clip(sound, -1, 1))
        spent, width = 0.0, bandwidth(np.concatenate(shards[0]), rate)
        for number, shard in enumerate(shards):
            if spent > source.cap:
                break
            sound = np.concatenate(shard)
            spent += len(sound) / rate
            file = f"{source.kind}/{split}/{name}__{who}_{rate}_{number:03d}.flac"
            (data / file).parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(data / file, sound, rate, subtype="PCM_16")
            rows.append(
                dict(
                    zip(
                        COLUMNS,
                        (file, source.kind, split, f"{name}_{who}", source.repo, source.licence,
                         "yes" if source.clean_provenance else "no",
                         "acted" if source.acted else "", int(2 * width),
                         round(len(sound) / rate, 1)),
                        strict=True,
                    )
                )
            )  # fmt: skip
    return rows, left_out


def write(path: Path, rows: list[dict]) -> None:
    with path.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def ledger(rows: list[dict]) -> list[dict]:
    """Hours and voices (or classes) by source, licence and split."""
    groups = defaultdict(list)
    for row in rows:
        key = ("kind", "split", "source_repo", "licence", "clean_provenance")
        groups[tuple(row[column] for column in key)].append(row)
    return [
        dict(zip(("kind", "split", "source", "licence", "clean_provenance"), key, strict=True))
        | {
            "speakers_or_classes": len({row["speaker_or_class"] for row in members}),
            "hours": round(sum(float(row["seconds"]) for row in members) / 3600, 2),
        }
        for key, members in sorted(groups.items())
    ]


def others(index: Path, name: str) -> list[dict]:
    """The rows of an index that are not of the source NAME; none where there is no index.

    Raises:
        VcamError: they hold the same recordings, taken as another source.
    """
    if not index.exists():
        return []
    with index.open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    kept = []
    for row in rows:
        source = Path(row["file"]).name.split("__")[0]
        if source == name:
            continue
        if source in SOURCES and _same(SOURCES[source], SOURCES[name]):
            raise VcamError(
                f"{index} has the recordings of {name} as {source} already; give another folder."
            )
        kept.append(row)
    return kept


def _same(one: Source, other: Source) -> bool:
    return (one.repo, one.kind) == (other.repo, other.kind)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("name", choices=SOURCES)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    index = arguments.data / "index.csv"
    try:
        before = others(index, arguments.name)
    except VcamError as error:
        raise SystemExit(str(error)) from error
    rows, left_out = gather(
        arguments.name, SOURCES[arguments.name], arguments.folder, arguments.data
    )
    if not rows:
        raise SystemExit(str(VcamError(f"{arguments.folder} holds nothing of {arguments.name}.")))
    rows += before
    write(index, rows)
    write(arguments.data / "ledger.csv", ledger(rows))
    print(f"{arguments.name}: {len(rows)} files in the index; left out {dict(left_out)}")


if __name__ == "__main__":
    main()
