"""Writes composites with exact masks, for measuring: persons of a split in held-back rooms.

python -m export.portrait.composites --data DATA --work WORK OUT [--split dev] [--count 120]
    [--plain]

With `--plain` the persons stay where they were in their pictures and a webcam's faults are left
out: as easy as rendered portraits.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import cv2
import numpy as np

from export.portrait.data import Array, Maker, Store, clean_foreground, degrade, match_light

SIZES = ((800, 600), (800, 600), (600, 800), (450, 800))
LONG_SIDE = 800


def webcam(maker: Maker, number: int) -> tuple[Array, Array]:
    """Frame and matte: one or two persons placed anew, degraded as webcams degrade."""
    frame, matte = maker.composite(SIZES[number % len(SIZES)])
    return degrade(np.ascontiguousarray(frame), maker.random, maker.noise), matte


def plain(maker: Maker, number: int) -> tuple[Array, Array]:
    """Frame and matte: the portrait's person in front of a room, with a little noise."""
    portraits = maker.by_source.get("eg1800") or range(len(maker.persons))
    person, matte = clean_foreground(maker.persons[portraits[number % len(portraits)]])
    scale = LONG_SIDE / max(matte.shape)
    size = (round(matte.shape[1] * scale), round(matte.shape[0] * scale))
    person = cv2.resize(person, size, interpolation=cv2.INTER_CUBIC)
    matte = cv2.resize(matte, size, interpolation=cv2.INTER_CUBIC)
    room = maker.room(matte.shape)
    person = match_light(person, matte, room, maker.random)
    weight = matte[..., None] / 255
    frame = person * weight + room * (1 - weight) + maker.random.normal(0, 2, person.shape)
    return frame.round().clip(0, 255).astype(np.uint8), matte


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--count", type=int, default=120)
    parser.add_argument("--plain", action="store_true")
    args = parser.parse_args()
    cache = args.work / "cache"
    maker = Maker(
        Store(args.data, args.split, cache),
        Store(args.data, "background", cache),
        seed=11,
        held_back=True,
    )
    args.out.mkdir(parents=True, exist_ok=True)
    with open(args.out / "index.csv", "w", newline="") as table:
        rows = csv.writer(table)
        rows.writerow(["file", "mask"])
        for number in range(args.count):
            frame, matte = (plain if args.plain else webcam)(maker, number)
            name = f"composite_{number:03d}"
            cv2.imwrite(str(args.out / f"{name}.webp"), frame, [cv2.IMWRITE_WEBP_QUALITY, 95])
            cv2.imwrite(str(args.out / f"{name}.png"), ((matte > 127) * 255).astype(np.uint8))
            rows.writerow([f"{name}.webp", f"{name}.png"])


if __name__ == "__main__":
    main()
