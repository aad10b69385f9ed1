"""Measures a meeting of two in turns: python -m export.separation.turns FILMS

FILMS is a folder of films of one talker each, 25 pictures a second, who is silent at the beginning.
Each two of them become one film, side by side, who speak in turns of three seconds and rest with a
trembling first picture; it goes through `vcam enhance --split-voices`. Printed is how much of who
speaks is left in the own track, in the other's and in the rest, in dB of the sound, in the mean and
for the worst turn.
"""

from __future__ import annotations

import argparse
import itertools
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import cv2
import numpy as np
import soundfile

from export.lips.corpus import read_sound
from vcam.offline.enhance.batch import enhance_files
from vcam.offline.enhance.options import EnhanceOptions
from vcam.schema.recordings import for_recordings

FPS, RATE = 25, 16_000
TURN, TURNS, HEIGHT = 3, 4, 288
"""Seconds, how many, and pixels."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("films", type=Path)
    arguments = parser.parse_args()
    talkers = [_talker(path) for path in sorted(arguments.films.glob("*.mp4"))]
    rows = [row for pair in itertools.combinations(talkers, 2) for row in levels_of(*pair)]
    names = "own track", "the other's", "rest"
    for name, column, worst in zip(names, np.array(rows).T, (min, max, max), strict=True):
        print(f"{name}: {column.mean():.1f} dB, worst {worst(column):.1f} dB")


def levels_of(*pair: tuple[list[np.ndarray], np.ndarray]) -> list[list[float]]:
    """For each turn, in dB: what is left of it in the own track, in the other's and in the rest."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder / "two.mp4", *pair)
        options = EnhanceOptions(settings=for_recordings(), split_voices=True)
        enhance_files([folder / "two.mp4"], folder / "out", options)
        made = [
            soundfile.read(folder / "out" / f"two - {track}.flac")[0]
            for track in ("Person 1", "Person 2", "Rest")
        ]
    step = TURN * 48_000
    power = np.array(
        [[np.square(one[i * step : (i + 1) * step]).mean() for one in made] for i in range(TURNS)]
    )
    whole = [np.square(sum(made)[i * step : (i + 1) * step]).mean() for i in range(TURNS)]
    decibels = 10 * np.log10(power / np.array(whole)[:, None] + 1e-9)
    return [[row[i % 2], row[1 - i % 2], row[2]] for i, row in enumerate(decibels)]


def _talker(path: Path) -> tuple[list[np.ndarray], np.ndarray]:
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
    width = round(frames[0].shape[1] * HEIGHT / frames[0].shape[0]) // 2 * 2
    pictures = [cv2.resize(frame, (width, HEIGHT)) for frame in frames[: TURN * FPS]]
    pictures += pictures[-1:] * (TURN * FPS - len(pictures))
    sound = read_sound(path)[: TURN * RATE]
    sound = 0.05 * sound / np.sqrt(np.square(sound).mean())
    return pictures, np.pad(sound, (0, TURN * RATE - len(sound)))


def _write(path: Path, *pair: tuple[list[np.ndarray], np.ndarray]) -> None:
    rng = np.random.default_rng(0)

    def resting(picture: np.ndarray) -> np.ndarray:
        noise = rng.integers(-3, 4, picture.shape)
        return np.clip(picture.astype(int) + noise, 0, 255).astype(np.uint8)

    with av.open(str(path), "w") as film:
        picture, track = film.add_stream("libx264", rate=FPS), film.add_stream("aac", rate=RATE)
        picture.width = sum(pictures[0].shape[1] for pictures, _ in pair)
        picture.height, picture.pix_fmt, picture.options = HEIGHT, "yuv420p", {"crf": "12"}
        track.layout, track.bit_rate = "mono", 128_000
        for turn in range(TURNS):
            for i in range(TURN * FPS):
                halves = [
                    pictures[i] if turn % 2 == number else resting(pictures[0])
                    for number, (pictures, _) in enumerate(pair)
                ]
                shown = np.ascontiguousarray(np.hstack(halves))
                film.mux(picture.encode(av.VideoFrame.from_ndarray(shown, format="bgr24")))
        film.mux(picture.encode())
        sound = np.concatenate([pair[turn % 2][1] for turn in range(TURNS)]).astype(np.float32)
        for begin in range(0, len(sound), 1024):
            part = np.ascontiguousarray(sound[None, begin : begin + 1024])
            frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="mono")
            frame.rate, frame.pts, frame.time_base = RATE, begin, Fraction(1, RATE)
            film.mux(track.encode(frame))
        film.mux(track.encode())


if __name__ == "__main__":
    main()
