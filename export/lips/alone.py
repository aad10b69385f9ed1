"""What the lips cost who speaks alone: python -m export.lips.alone INDEX.csv …

Clean films of one talker (`index.csv` as in the data's `av/`) through the product's code, nobody
else speaking: net 1 with lips against net 1 alone. One line a film: the level, the worst 200 ms
that hold speech, the share of those that lose more than 3 dB. Runs in the product's environment.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np

from export.lips.evaluate import sound_of
from export.lips.probe import Probe, level, windows
from vcam import lips
from vcam.audio.frames import RATE
from vcam.offline.enhance.lips_track import lip_track


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path, nargs="+")
    parser.add_argument("--split", default="dev,train", help="of the index")
    parser.add_argument("--least", type=float, default=2.0, help="seconds a film must have")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each film")
    arguments = parser.parse_args()
    probes = {"live": Probe(0.0), "recorded": Probe(lips.LOOKAHEAD)}
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in probes}
    for index in arguments.index:
        for row in csv.DictReader(index.open()):
            path = index.parent / row["file"]
            if row["split"] not in arguments.split.split(",") or path.suffix != ".mp4":
                continue
            sound = sound_of(path)[: int(arguments.seconds * RATE)]
            track = lip_track(path) if len(sound) > arguments.least * RATE else None
            if track is None:
                continue
            sound *= np.float32(0.3 / np.abs(sound).max())
            for name, probe in probes.items():
                (energy,) = probe([sound], track)
                short = windows(energy)
                found[name].append((level(energy), short.min(), 100 * np.mean(short < -3)))
                print(f"{row['file'][-40:]:40} {name:9}", *(f"{v:6.2f}" for v in found[name][-1]))
    for name, values in found.items():
        levels, worst, shares = np.array(values).T
        print(
            f"{len(values)} films, {name}: level {levels.mean():.2f} dB (worst {levels.min():.2f}),"
            f" worst 200 ms {worst.min():.2f} dB, below -3 dB {shares.mean():.2f} %"
        )


if __name__ == "__main__":
    main()
