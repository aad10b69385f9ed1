"""Measures: python -m export.superres.evaluate MODEL.onnx --pictures DATA --clips DATA [--json F].

Held-out pictures are made smaller and worse in fixed ways, none of them the training's own chain,
and enlarged again. Higher is better for PSNR (dB, RGB) and SSIM (luma; Wang et al., 2004), lower
for the rest: GMSD (luma; Xue et al., 2014), a perceptual distance that needs no weights, here times
100; `faces`, how far the 468 landmarks of a face move, in hundredths of the eyes' distance; and
`flicker`, the mean change from picture to picture that the true film does not have, 0..255.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import onnxruntime as ort

from export.pictures import read_picture
from export.superres.degrade import Picture, Random, bgr, through_h264
from vcam.networks.models import Model, ModelInfo
from vcam.networks.picture import open_face
from vcam.offline.superres import SuperResolution

Enlarge = Callable[[Picture], Picture]
LEFT_EYE, RIGHT_EYE = 33, 263
FRAMES = 40  # of every clip
STILLS = 6  # pictures that are shown again and again


def halved(picture: Picture, blur: float = 0.0) -> Picture:
    if blur:
        picture = cv2.GaussianBlur(picture, (0, 0), blur)
    return cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)


def noisy(picture: Picture, deviation: float, random: Random) -> Picture:
    noise = deviation * random.standard_normal(picture.shape, np.float32)
    return (picture + noise).round().clip(0, 255).astype(np.uint8)


def jpeg(picture: Picture, quality: int) -> Picture:
    data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


def film(pictures: list[Picture], crf: int) -> list[Picture]:
    height, width = pictures[0].shape[:2]
    return [bgr(one)[:height, :width] for one in through_h264(pictures, crf, "veryfast")]


KINDS: dict[str, Callable[[Picture, Random], Picture]] = {
    "clean": lambda whole, random: halved(whole),
    "jpeg 75": lambda whole, random: jpeg(halved(whole), 75),
    "light": lambda whole, random: jpeg(noisy(halved(whole, 0.7), 3, random), 85),
    "medium": lambda whole, random: jpeg(noisy(halved(whole, 1.2), 6, random), 75),
    "heavy": lambda whole, random: jpeg(noisy(halved(whole, 2.0), 12, random), 50),
    "h264": lambda whole, random: film([noisy(halved(whole, 0.7), 3, random)], 26)[0],
}
"""What is done to a picture of even sides before it is enlarged."""


def psnr(found: Picture, true: Picture) -> float:
    return float(cv2.PSNR(found, true))


def ssim(found: Picture, true: Picture) -> float:
    def mean(values: np.ndarray) -> np.ndarray:
        return cv2.GaussianBlur(values, (11, 11), 1.5)[5:-5, 5:-5]

    a, b = luma(found), luma(true)
    mean_a, mean_b = mean(a), mean(b)
    var_a, var_b = mean(a * a) - mean_a**2, mean(b * b) - mean_b**2
    both = mean(a * b) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    top = (2 * mean_a * mean_b + c1) * (2 * both + c2)
    return float((top / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))).mean())


def gmsd(found: Picture, true: Picture) -> float:
    def gradient(picture: Picture) -> np.ndarray:
        small = cv2.resize(luma(picture), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        prewitt = np.float32([[1, 0, -1]] * 3) / 3
        return np.hypot(cv2.filter2D(small, -1, prewitt), cv2.filter2D(small, -1, prewitt.T))

    a, b = gradient(found), gradient(true)
    return 100 * float(((2 * a * b + 170) / (a**2 + b**2 + 170)).std())


def luma(picture: Picture) -> np.ndarray:
    return cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32)


class Faces:
    """How far enlarging moves the landmarks of the first face."""

    def __init__(self) -> None:
        self._tracker = open_face()

    def __call__(self, found: Picture, true: Picture) -> float:
        """NaN where the true picture shows no face."""
        wanted = self._landmarks(true)
        if wanted is None:
            return np.nan
        eyes = float(np.linalg.norm(wanted[LEFT_EYE] - wanted[RIGHT_EYE]))
        got = self._landmarks(found)
        if got is None:
            return np.inf
        return 100 * float(np.linalg.norm(got - wanted, axis=1).mean()) / eyes

    def _landmarks(self, picture: Picture) -> np.ndarray | None:
        faces = self._tracker.step(None, picture)[1]
        return faces[0].landmarks[:, :2] if faces else None


Row = dict[str, float]


def pictures(folder: Path, every: int) -> Iterator[Picture]:
    """The development pictures, with even sides."""
    with open(folder / "index.csv", newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["split"] == "dev"]
    for row in rows[::every]:
        picture = read_picture(folder / row["file"])
        yield picture[: picture.shape[0] & ~1, : picture.shape[1] & ~1]


def on_pictures(
    enlargers: dict[str, Enlarge], folder: Path, every: int
) -> dict[str, dict[str, Row]]:
    """Mean scores by kind of degradation and enlarger; of `faces` the median, as some are lost."""
    measures = (psnr, ssim, gmsd, Faces())
    found: dict[str, dict[str, list[list[float]]]] = {}
    for number, whole in enumerate(pictures(folder, every)):
        for kind, spoil in KINDS.items():
            half = spoil(whole, np.random.default_rng(number))
            for name, enlarge in enlargers.items():
                got = enlarge(half)
                scores = [measure(got, whole) for measure in measures]
                found.setdefault(kind, {}).setdefault(name, []).append(scores)
    return {
        kind: {
            name: means(("psnr", "ssim", "gmsd"), np.array(rows)[:, :3])
            | {"faces": round(float(np.nanmedian(np.array(rows)[:, 3])), 4)}
            for name, rows in by_name.items()
        }
        for kind, by_name in found.items()
    }


def means(names: Sequence[str], rows: np.ndarray) -> Row:
    return dict(zip(names, rows.mean(0).round(4).tolist(), strict=True))


def clips(folder: Path) -> Iterator[list[Picture]]:
    """The beginnings of five films of four speakers that no training saw."""
    with open(folder / "index.csv", newline="") as table:
        rows = [
            row
            for row in csv.DictReader(table)
            if row["split"] == "dev" and row["file"].endswith(".mp4")
        ]
    chosen: dict[str, list[Path]] = {}
    for row in rows:
        chosen.setdefault(row["speaker"], []).append(folder / row["file"])
    for path in [path for paths in chosen.values() for path in paths[:2]]:
        with av.open(str(path)) as container:
            frames = [bgr(frame) for frame in islice(container.decode(video=0), FRAMES)]
        yield [frame[: frame.shape[0] & ~1, : frame.shape[1] & ~1] for frame in frames]


def stills(folder: Path) -> Iterator[list[Picture]]:
    """Pictures in which nothing moves."""
    for picture in islice(pictures(folder, 150 // STILLS), STILLS):
        yield [picture] * 10


def recorded(wholes: list[Picture], random: Random) -> list[Picture]:
    return film([noisy(halved(one, 0.7), 4, random) for one in wholes], 26)


def live(wholes: list[Picture], random: Random) -> list[Picture]:
    """As a webcam gives it: every picture compressed by itself."""
    return [jpeg(noisy(halved(one, 0.7), 4, random), 80) for one in wholes]


def on_films(
    enlargers: dict[str, Enlarge],
    films: Iterator[list[Picture]],
    spoil: Callable[[list[Picture], Random], list[Picture]],
) -> dict[str, Row]:
    """Mean scores of films."""
    found: dict[str, list[list[float]]] = {}
    for number, wholes in enumerate(films):
        halves = spoil(wholes, np.random.default_rng(number))
        for name, enlarge in enlargers.items():
            got = [enlarge(half) for half in halves]
            pairs = list(zip(got, wholes, strict=True))
            scores = [float(np.mean([m(*pair) for pair in pairs])) for m in (psnr, ssim, gmsd)]
            errors = [luma(a) - luma(b) for a, b in pairs]
            changes = [np.abs(b - a).mean() for a, b in pairwise(errors)]
            found.setdefault(name, []).append([*scores, float(np.mean(changes))])
    return {
        name: means(("psnr", "ssim", "gmsd", "flicker"), np.array(rows))
        for name, rows in found.items()
    }


def pace(enlarge: Enlarge, seconds: float = 5.0) -> float:
    """Pictures of 640 × 360 per second."""
    picture = np.random.default_rng(0).integers(0, 255, (360, 640, 3), np.uint8)
    enlarge(picture)
    count, begin = 0, time.perf_counter()
    while (passed := time.perf_counter() - begin) < seconds:
        enlarge(picture)
        count += 1
    return count / passed


def open_file(path: Path, threads: int) -> Model:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return Model(ModelInfo("superres", path, "", "", ""), session, "CPUExecutionProvider")


def enlargers(path: Path, threads: int) -> dict[str, Enlarge]:
    network = SuperResolution(open_file(path, threads))
    return {
        "bicubic": lambda small: cv2.resize(small, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC),
        "Lanczos": lambda small: cv2.resize(
            small, None, fx=2, fy=2, interpolation=cv2.INTER_LANCZOS4
        ),
        "superres": lambda small: network(small, 2),
    }


def before_and_after(enlarge: Enlarge, path: Path, out: Path) -> None:
    """A sheet: for three kinds of degradation bicubic, the network and the truth, magnified.

    It shows the middle of the upper half, where portraits have the face.
    """
    whole = read_picture(path)
    height, width = whole.shape[0] // 4, whole.shape[1] // 4
    whole = whole[: 2 * height, width : 3 * width]
    rows = []
    for kind in ("light", "medium", "heavy"):
        half = KINDS[kind](whole, np.random.default_rng(0))
        bicubic = cv2.resize(half, whole.shape[1::-1], interpolation=cv2.INTER_CUBIC)
        rows.append(np.hstack([bicubic, enlarge(half), whole]))
    sheet = cv2.resize(np.vstack(rows), None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
    cv2.imwrite(str(out), sheet, [cv2.IMWRITE_WEBP_QUALITY, 85])


def show(name: str, table: dict[str, Row]) -> None:
    for enlarger, row in table.items():
        numbers = "  ".join(f"{key} {value:7.3f}" for key, value in row.items())
        print(f"{name:10s} {enlarger:10s} {numbers}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--pictures", type=Path, help="folder with index.csv; its split dev")
    parser.add_argument("--clips", type=Path, help="folder with index.csv; its films of split dev")
    parser.add_argument("--every", type=int, default=1, help="only every N-th picture")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--pace", action="store_true", help="measure pictures per second")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--sheet", nargs=2, type=Path, metavar=("PICTURE", "OUT"))
    arguments = parser.parse_args()
    ways = enlargers(arguments.model, arguments.threads)
    results: dict[str, object] = {}
    if arguments.pictures:
        results["pictures"] = by_kind = on_pictures(ways, arguments.pictures, arguments.every)
        for kind, table in by_kind.items():
            show(kind, table)
        results["stills"] = still = on_films(ways, stills(arguments.pictures), live)
        show("stills", still)
    if arguments.clips:
        results["clips"] = moving = on_films(ways, clips(arguments.clips), recorded)
        show("clips", moving)
    if arguments.pace:
        results["fps"] = round(pace(ways["superres"]), 2)
        print(f"{results['fps']} pictures of 640x360 per second, {arguments.threads} threads")
    if arguments.sheet:
        before_and_after(ways["superres"], *arguments.sheet)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
