"""Training samples: real portraits, composites and empty rooms, degraded as webcams degrade.

A folder of data holds `index.csv` with `file`, `mask` and `split` (train, dev, background); masks
are white where the person is.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from export.pictures import read_picture

Array = np.ndarray
HELD_BACK = 50  # backgrounds kept for composites that measure


@dataclass(frozen=True)
class Pair:
    name: str
    picture: Path
    mask: Path | None

    @property
    def source(self) -> str:
        return self.name.split("_")[0]


def read_index(folder: Path, split: str) -> list[Pair]:
    with open(folder / "index.csv", newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["split"] == split]
    return [
        Pair(Path(r["file"]).stem, folder / r["file"], folder / r["mask"] if r["mask"] else None)
        for r in rows
    ]


@dataclass
class Store:
    """Decoded pictures (H, W, 4) uint8 BGR + matte, one memory map in `cache`: decoded anew where
    the index lists others than are in it."""

    folder: Path
    split: str
    cache: Path
    pairs: list[Pair] = field(init=False)

    def __post_init__(self) -> None:
        self.pairs = read_index(self.folder, self.split)
        self.cache.mkdir(parents=True, exist_ok=True)
        data, shapes = self.cache / f"{self.split}.bin", self.cache / f"{self.split}.npy"
        listed = self.cache / f"{self.split}.json"
        wanted = json.dumps([[str(pair.picture), str(pair.mask)] for pair in self.pairs])
        if not listed.exists() or listed.read_text() != wanted:
            listed.unlink(missing_ok=True)
            with open(data, "wb") as out:
                table = [self._decode(pair, out.write) for pair in self.pairs]
            np.save(shapes, np.array(table))
            listed.write_text(wanted)
        self.shapes = np.load(shapes)
        self.offsets = np.concatenate([[0], np.cumsum(self.shapes.prod(1) * 4)])
        self.data = np.memmap(data, np.uint8, "r")

    @staticmethod
    def _decode(pair: Pair, write: Callable[[bytes], object]) -> tuple[int, int]:
        picture = read_picture(pair.picture)
        height, width = picture.shape[:2]
        matte = np.zeros((height, width), np.uint8)
        if pair.mask is not None:
            matte = (read_picture(pair.mask, cv2.IMREAD_GRAYSCALE) > 127).astype(np.uint8) * 255
            matte = cv2.GaussianBlur(matte, (0, 0), 0.8)  # a binary mask's staircase is no border
        write(np.dstack([picture, matte]).tobytes())
        return height, width

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, number: int) -> Array:
        start, stop = self.offsets[number], self.offsets[number + 1]
        return np.asarray(self.data[start:stop]).reshape(*self.shapes[number], 4)


@dataclass(frozen=True)
class Sample:
    """frame uint8 (H, W, 3) BGR, matte uint8 (H, W), prior (h, w) in [0, 1], border: trust."""

    frame: Array
    matte: Array
    prior: Array
    border: float


# How often each source is drawn, and how far its masks' borders can be trusted.
SHARE = {"eg1800": 0.72, "ccp": 0.14, "hsd290": 0.11, "pennfudan": 0.03}
TRUST = {"eg1800": 1.0, "ccp": 1.0, "hsd290": 0.6, "pennfudan": 0.6}
CUT_OUT = {"eg1800": 0.6, "ccp": 0.3, "hsd290": 0.1}  # sources of the persons in composites


def clean_foreground(person: Array) -> tuple[Array, Array]:
    """Colours of the person continued over the border, and a matte drawn in by about a pixel."""
    sure = cv2.erode(person[..., 3], np.ones((5, 5), np.uint8))
    weight = (sure > 250).astype(np.float32)
    colour = cv2.blur(person[..., :3] * weight[..., None], (13, 13))
    colour /= np.maximum(cv2.blur(weight, (13, 13)), 1e-3)[..., None]
    picture = np.where(weight[..., None] > 0, person[..., :3], colour.clip(0, 255))
    matte = cv2.GaussianBlur(cv2.erode(person[..., 3], np.ones((3, 3), np.uint8)), (0, 0), 0.8)
    return picture.astype(np.uint8), matte


class Maker:
    """Makes samples from stores of persons and rooms. One random generator, seeded."""

    def __init__(self, persons: Store, rooms: Store, seed: int, *, held_back: bool = False):
        self.persons, self.rooms = persons, rooms
        last = len(rooms) - HELD_BACK
        self.room_numbers = range(last, len(rooms)) if held_back else range(last)
        self.random = np.random.default_rng(seed)
        self.by_source: dict[str, list[int]] = {}
        for number, pair in enumerate(persons.pairs):
            self.by_source.setdefault(pair.source, []).append(number)
        self.noise = self.random.standard_normal((1 << 21,)).astype(np.float32)

    def sample(self, size: tuple[int, int], small: tuple[int, int]) -> Sample:
        """A frame of `size` (H, W) and a prior of `small` (h, w)."""
        kind = self.random.random()
        if kind < 0.68:
            frame, matte, border = self._real(size)
        elif kind < 0.94:
            frame, matte, border = *self.composite(size), 1.0
        else:
            frame = self._empty(size) if kind < 0.97 else self.room(size)
            matte, border = np.zeros(size, np.uint8), 1.0
        if self.random.random() < 0.04:  # upside down
            frame, matte = cv2.flip(frame, 0), cv2.flip(matte, 0)
        if self.random.random() < 0.5:
            frame, matte = cv2.flip(frame, 1), cv2.flip(matte, 1)
        frame = degrade(np.ascontiguousarray(frame), self.random, self.noise)
        prior = self._prior(np.ascontiguousarray(matte), small)
        return Sample(frame, np.ascontiguousarray(matte), prior, border)

    def _draw(self, shares: dict[str, float]) -> tuple[Array, str]:
        known = {name: share for name, share in shares.items() if name in self.by_source}
        known = known or dict.fromkeys(self.by_source, 1.0)
        weights = np.array(list(known.values()))
        name = str(self.random.choice(list(known), p=weights / weights.sum()))
        return self.persons[int(self.random.choice(self.by_source[name]))], name

    def _real(self, size: tuple[int, int]) -> tuple[Array, Array, float]:
        person, source = self._draw(SHARE)
        warped = cv2.warpAffine(
            person,
            self._crop(person, size),
            size[::-1],
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return warped[..., :3], warped[..., 3], TRUST.get(source, 1.0)

    def _crop(self, person: Array, size: tuple[int, int]) -> Array:
        """Affine map of a crop (mostly inside the picture, sometimes turned) onto the frame."""
        random, (height, width) = self.random, size
        h, w = person.shape[:2]
        fit = max(height / h, width / w)  # covers the frame
        whole = min(height / h, width / w)
        if random.random() < 0.45:  # the whole picture, its aspect bent to the frame's if close
            sx, sy = width / w, height / h
            bend = max(sx / sy, sy / sx)
            if bend > 1.35:
                sx = sy = fit
            x, y = (width - sx * w) / 2, (height - sy * h) * random.uniform(0, 1)
        else:
            sx = sy = fit * random.uniform(max(0.8, min(1.0, whole / fit)), 1.35)
            box = cv2.boundingRect((person[::4, ::4, 3] > 127).astype(np.uint8))
            cx = (box[0] + box[2] * random.uniform(0.2, 0.8)) * 4
            cy = (box[1] + min(box[3], box[2] * 1.2) * random.uniform(0.1, 0.9)) * 4
            x = (
                np.clip(width / 2 - sx * cx, width - sx * w, 0)
                if sx * w > width
                else ((width - sx * w) / 2)
            )
            y = (
                np.clip(height / 2 - sy * cy, height - sy * h, 0)
                if sy * h > height
                else ((height - sy * h) / 2)
            )
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), random.normal(0, 4), 1.0)
        if random.random() < 0.5:
            turn = np.eye(2, 3)
        return turn @ np.array([[sx, 0, x], [0, sy, y], [0, 0, 1]])

    def _empty(self, size: tuple[int, int]) -> Array:
        """A part of a street picture without a person; a room when none is found."""
        person, _ = self._draw({"ccp": 0.5, "pennfudan": 0.5})
        h, w = person.shape[:2]
        for _ in range(12):
            height = int(h * self.random.uniform(0.2, 0.6))
            width = min(int(height * size[1] / size[0]), int(w * 0.6))
            y = int(self.random.integers(h - height + 1))
            x = int(self.random.integers(w - width + 1))
            part = person[y : y + height, x : x + width]
            if part[..., 3].max() < 8:
                return cv2.resize(part[..., :3], size[::-1], interpolation=cv2.INTER_LINEAR)
        return self.room(size)

    def room(self, size: tuple[int, int]) -> Array:
        """A part of a room without people, uint8 (H, W, 3) BGR."""
        room = self.rooms[int(self.random.choice(self.room_numbers))][..., :3]
        (height, width), (h, w) = size, room.shape[:2]
        scale = max(height / h, width / w) * self.random.uniform(1.0, 2.0)
        x = self.random.uniform(width - scale * w, 0)
        y = self.random.uniform(height - scale * h, 0)
        out = cv2.warpAffine(
            room,
            np.array([[scale, 0, x], [0, scale, y]]),
            (width, height),
            borderMode=cv2.BORDER_REFLECT,
        )
        if self.random.random() < 0.5:  # out of focus
            out = cv2.GaussianBlur(out, (0, 0), self.random.uniform(0.5, 0.008 * height))
        return out

    def composite(self, size: tuple[int, int]) -> tuple[Array, Array]:
        """One or two persons in a room: frame and matte."""
        random, (height, width) = self.random, size
        frame = self.room(size)
        total = np.zeros(size, np.uint8)
        people = 2 if random.random() < (0.3 if width >= height else 0.1) else 1
        for number in range(people):
            person, _ = self._draw(CUT_OUT)
            picture, matte = clean_foreground(person)
            h, w = matte.shape
            x0, y0, bw, bh = cv2.boundingRect((matte > 127).astype(np.uint8))
            tall = bh > 1.9 * bw  # a standing person: the upper body
            view = bw * 1.5 if tall else bh
            scale = height / max(view, 1) * random.uniform(0.7, 1.25) * (0.8 if people == 2 else 1)
            if bw * scale > 1.1 * width:
                scale = 1.1 * width / bw
            place = (number + 0.5) / people + random.normal(0, 0.08 + 0.08 / people)
            x = width * place - scale * (x0 + bw / 2)
            # A picture that ends at the person's waist must end at the frame's edge too.
            y = height * random.uniform(0.05, 0.35) - scale * y0
            if scale * h + y < height and y0 + bh > h - 4:
                y = height - scale * h + 2
            move = np.array([[scale, 0, x], [0, scale, y]])
            if x0 < 3 and x0 + bw > w - 3 and scale * w < width:
                move *= width / (scale * w)
                move[0, 2], move[1, 2] = 0, height - move[1, 1] * h + 2
            to = (width, height)
            picture = cv2.warpAffine(picture, move, to, borderMode=cv2.BORDER_REPLICATE)
            matte = cv2.warpAffine(matte, move, to)
            picture = match_light(picture, matte, frame, random)
            alpha = cv2.merge([matte] * 3).astype(np.float32) * (1 / 255)
            frame = (picture * alpha + frame * (1 - alpha) + 0.5).astype(np.uint8)
            total = np.maximum(total, matte)
        return frame, total

    def _prior(self, matte: Array, small: tuple[int, int]) -> Array:
        random, kind = self.random, self.random.random()
        h, w = small
        if kind < 0.4:
            return np.full(small, 0.5, np.float32)
        prior = cv2.resize(matte, (w, h), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        if kind < 0.5:  # wrong: flipped, shifted far, empty or full
            wrong = random.integers(4)
            if wrong == 0:
                return np.ascontiguousarray(prior[:, ::-1])
            if wrong == 1:
                return np.roll(prior, int(w * random.uniform(0.1, 0.5)), 1)
            return np.full(small, float(wrong == 2), np.float32)
        spread = 0.015 if kind < 0.85 else 0.05
        move = cv2.getRotationMatrix2D(
            (w / 2, h / 2), random.normal(0, 60 * spread), 1 + random.normal(0, spread)
        )
        move[:, 2] += random.normal(0, spread * w, 2)
        prior = cv2.warpAffine(prior, move, (w, h), borderMode=cv2.BORDER_REPLICATE)
        if random.random() < 0.6:  # a border that wobbles
            shift = random.standard_normal((2, h // 16, w // 16)).astype(np.float32)
            shift = [cv2.resize(s, (w, h)) * random.uniform(0, 3) for s in shift]
            y, x = np.mgrid[:h, :w].astype(np.float32)
            prior = cv2.remap(prior, x + shift[0], y + shift[1], cv2.INTER_LINEAR)
        if random.random() < 0.3:  # a piece missing or too much
            cx, cy = int(random.integers(w)), int(random.integers(h))
            axes = tuple(int(a) for a in random.uniform(0.03, 0.15, 2) * w)
            cv2.ellipse(prior, (cx, cy), axes, 0, 0, 360, float(random.random() < 0.5), -1)
        return cv2.GaussianBlur(prior, (0, 0), random.uniform(0.3, 2.0))


def match_light(picture: Array, matte: Array, frame: Array, random: np.random.Generator) -> Array:
    """Moves the person's mean colour and contrast some way to the room's."""
    small, weight = picture[::8, ::8].reshape(-1, 3), matte[::8, ::8].reshape(-1) / 255.0
    if weight.sum() < 4:
        return picture
    mean = (small * weight[:, None]).sum(0) / weight.sum()
    room = frame[::8, ::8].reshape(-1, 3).mean(0)
    gain = ((room + 40) / (mean + 40)) ** random.uniform(0, 0.6)
    table = np.arange(256)[:, None] * gain * random.uniform(0.85, 1.15)
    return cv2.LUT(picture, table.clip(0, 255).astype(np.uint8)[None])


def degrade(frame: Array, random: np.random.Generator, noise: Array) -> Array:
    """Light, colour, motion blur, sensor noise and JPEG, each with some probability."""
    gamma = np.exp(random.normal(0, 0.25)) if random.random() < 0.7 else 1.0
    gain = random.uniform(0.6, 1.3) if random.random() < 0.6 else 1.0
    if random.random() < 0.08:  # low light
        gain *= random.uniform(0.2, 0.5)
    tint = np.exp(random.normal(0, 0.07, 3)) if random.random() < 0.5 else np.ones(3)
    lift = random.uniform(0, 25) if random.random() < 0.2 else 0.0
    table = (np.arange(256)[:, None] / 255.0) ** gamma * gain * tint * (255 - lift) + lift
    frame = cv2.LUT(frame, table.clip(0, 255).astype(np.uint8)[None])
    if random.random() < 0.08:  # grey, or nearly
        grey = cv2.cvtColor(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
        frame = cv2.addWeighted(frame, 1 - (mix := random.uniform(0.5, 1)), grey, mix, 0)
    blur = random.random()
    if blur < 0.08:
        length = int(random.integers(3, 12))
        kernel = np.zeros((length, length), np.float32)
        cv2.line(
            kernel,
            (0, int(random.integers(length))),
            (length - 1, int(random.integers(length))),
            1.0,
        )
        frame = cv2.filter2D(frame, -1, kernel / kernel.sum())
    elif blur < 0.25:
        frame = cv2.GaussianBlur(frame, (0, 0), random.uniform(0.4, 1.8))
    if random.random() < 0.45:
        strength = random.exponential(4.0)
        size = frame.shape[0] * frame.shape[1] * 3
        start = int(random.integers(len(noise) // 2))
        pattern = np.resize(noise[start:], size).reshape(frame.shape)
        frame = cv2.add(
            frame, (pattern * strength).astype(np.int8).astype(np.int16), dtype=cv2.CV_8U
        )
    if random.random() < 0.3:
        quality = int(random.integers(35, 95))
        frame = cv2.imdecode(
            cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR
        )
    return frame
