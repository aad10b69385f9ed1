"""Writes composites with exact masks, for measuring: persons of a split in held-back rooms.

python -m export.portrait.composites --data DATA --work WORK OUT [--split dev] [--count 120]
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import cv2
import numpy as np

from export.portrait.data import Maker, Store, degrade

SIZES = ((800, 600), (800, 600), (600, 800), (450, 800))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--count", type=int, default=120)
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
            frame, matte = maker.composite(SIZES[number % len(SIZES)])
            frame = degrade(np.ascontiguousarray(frame), maker.random, maker.noise)
            name = f"composite_{number:03d}"
            cv2.imwrite(str(args.out / f"{name}.webp"), frame, [cv2.IMWRITE_WEBP_QUALITY, 95])
            cv2.imwrite(str(args.out / f"{name}.png"), ((matte > 127) * 255).astype(np.uint8))
            rows.writerow([f"{name}.webp", f"{name}.png"])


if __name__ == "__main__":
    main()
