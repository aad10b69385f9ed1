"""Training samples: crops of portraits and rooms, and their degraded halves."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from export.superres.degrade import Picture, Random, Recipe, degrade

ROOMS_FOR_TRAINING = 300  # the rest of the empty rooms stays unseen


@dataclass(frozen=True, kw_only=True)
class Diet:
    """What crops are taken of which pictures."""

    rooms: float = 0.1  # share of pictures without a person
    smaller: float = 0.5  # share made smaller first: sharper, and without their own compression
    smallest: float = 0.5


class Samples:
    """Sample `number` is always the same for one seed: a crop and its degraded half."""

    def __init__(self, folder: Path, diet: Diet, recipe: Recipe, seed: int) -> None:
        """`folder` holds `index.csv` with `file` and `split` (train, background).

        Compressed pictures stay in memory, decoded ones do not."""
        with open(folder / "index.csv", newline="") as table:
            rows = list(csv.DictReader(table))
        self._portraits = [_bytes(folder, r) for r in rows if r["split"] == "train"]
        rooms = [r for r in rows if r["split"] == "background"]
        self._rooms = [_bytes(folder, r) for r in rooms[:ROOMS_FOR_TRAINING]]
        self._diet, self._recipe, self._seed = diet, recipe, seed

    def __call__(self, number: int, size: int, reach: int) -> tuple[Picture, Picture]:
        """The degraded half (S + 2·reach, same, 3) and the original (2S, 2S, 3), S = `size`."""
        random = np.random.default_rng((self._seed, number))
        crop = self._crop(2 * (size + 2 * reach), random)
        half = degrade(crop, random, self._recipe)
        return half, crop[2 * reach : -2 * reach, 2 * reach : -2 * reach]

    def _crop(self, side: int, random: Random) -> Picture:
        room = bool(self._rooms) and random.random() < self._diet.rooms
        drawer = self._rooms if room else self._portraits
        picture = cv2.imdecode(drawer[random.integers(len(drawer))], cv2.IMREAD_COLOR)
        if random.random() < self._diet.smaller:
            scale = random.uniform(self._diet.smallest, 1.0)
            picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        picture = _at_least(picture, side)
        height, width = picture.shape[:2]
        # Faces are in the middle of the upper half.
        x = np.clip(random.normal(0.5, 0.25) * width - side / 2, 0, width - side)
        y = np.clip(random.normal(0.4, 0.25) * height - side / 2, 0, height - side)
        crop = picture[int(y) : int(y) + side, int(x) : int(x) + side]
        return np.ascontiguousarray(cv2.flip(crop, 1) if random.random() < 0.5 else crop)


def _at_least(picture: Picture, side: int) -> Picture:
    down, across = (max(0, side - have) for have in picture.shape[:2])
    return cv2.copyMakeBorder(picture, 0, down, 0, across, cv2.BORDER_REFLECT)


def _bytes(folder: Path, row: dict[str, str]) -> np.ndarray:
    return np.fromfile(folder / row["file"], np.uint8)
