"""Measures matting models: python -m export.portrait.evaluate MODEL.onnx … --pairs FOLDER

Prints a table and, with `--json`, writes the same numbers: IoU, boundary IoU of the 5-pixel inner
bands, mean absolute difference, and flicker (mean change of alpha, 0..255, from frame to frame
where the true matte does not change) on stills with camera noise and on slowly moving persons.

A model is ours (its coarse network; the point head lies beside it) or a plain segmentation net
(input `small` of a fixed size), as `export.portrait.to_onnx` writes them. `FOLDER/index.csv` has
`file` and `mask`, and `split` where there are several.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime as ort

from export.pictures import read_picture
from export.portrait import points_beside
from export.portrait.data import clean_foreground
from vcam.networks.models import Model, ModelInfo
from vcam.video.stages.portrait import Portrait, PortraitState, resized

Array = np.ndarray
BAND = 5
CROSS = np.ones((3, 3), np.uint8)


def open_file(path: Path, threads: int = 1) -> Model:
    """A model that need not be in the manifest."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return Model(ModelInfo(path.stem, path, "", "", ""), session, "CPUExecutionProvider")


class Plain:
    """A segmentation net behind the interface of Portrait; it has no state."""

    def __init__(self, model: Model):
        self._model = model
        self._size = tuple(model.session.get_inputs()[0].shape[:2])

    def step(self, state: None, frame: Array) -> tuple[None, Array]:
        small = cv2.resize(frame, self._size[::-1], interpolation=cv2.INTER_AREA)
        alpha = self._model.run({"small": small})["coarse"]
        alpha = cv2.resize(alpha, frame.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        return None, (alpha * 255 + 0.5).astype(np.uint8)

    def cutout(self, frame: Array) -> Array:
        return self.step(None, frame)[1]


class Live(Portrait):
    """The live path on a still after `frames` frames, the later ones with the prior."""

    def __init__(self, coarse: Model, points: Model, frames: int):
        super().__init__(coarse, points)
        self._frames = frames

    def cutout(self, frame: Array) -> Array:
        state = None
        for _ in range(self._frames):
            state, alpha = self.step(state, frame)
        return alpha


class CoarseOnly(Portrait):
    """Without the point head, for the ablation."""

    def cutout(self, frame: Array) -> Array:
        state, _ = self.step(None, frame)
        return resized((state.crude.matte * 255 + 0.5).astype(np.uint8), frame.shape[:2])


def band(mask: Array) -> Array:
    inner = cv2.erode(mask.astype(np.uint8), CROSS, iterations=BAND, borderValue=1)
    return mask & ~inner.astype(bool)


def scores(alpha: Array, truth: Array) -> tuple[float, float, float]:
    """IoU, boundary IoU and MAD of alpha against a mask, both uint8 (H, W)."""
    found, true = alpha > 127, truth > 127
    edge, true_edge = band(found), band(true)
    return (
        (found & true).sum() / max(1, (found | true).sum()),
        (edge & true_edge).sum() / max(1, (edge | true_edge).sum()),
        float(np.abs(alpha / 255.0 - true).mean()),
    )


def read_pairs(
    folder: Path, split: str | None, longest: int | None, every: int
) -> Iterator[tuple[str, Array, Array]]:
    """Group, picture and mask; scaled so that the long side is `longest` when that is given."""
    with open(folder / "index.csv", newline="") as table:
        rows = [r for r in csv.DictReader(table) if split is None or r.get("split") == split]
    for row in rows[::every]:
        picture = read_picture(folder / row["file"])
        mask = read_picture(folder / row["mask"], cv2.IMREAD_GRAYSCALE)
        name = Path(row["file"])
        if longest:
            factor = longest / max(mask.shape)
            size = tuple(round(side * factor) for side in mask.shape)
            picture = cv2.resize(picture, size[::-1], interpolation=cv2.INTER_CUBIC)
            smooth = cv2.resize(mask, size[::-1], interpolation=cv2.INTER_CUBIC)
            mask = ((cv2.GaussianBlur(smooth, (0, 0), 1.0) > 127) * 255).astype(np.uint8)
        yield name.stem.split("_")[0], picture, mask


def difference(alpha: Array, truth: Array, side: int = 160) -> Array:
    """Outlines of a failure without the photograph: white right, red too much, blue missing."""
    scale = side / max(truth.shape)
    size = (max(1, round(truth.shape[1] * scale)), max(1, round(truth.shape[0] * scale)))
    found = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
    true = cv2.resize(truth, size, interpolation=cv2.INTER_AREA)
    picture = np.full((side, side, 3), 40, np.uint8)
    both = np.minimum(found, true)
    view = picture[: size[1], : size[0]]
    view[:] = cv2.merge([true, both, found])
    return picture


def write_worst(cutout: Callable[[Array], Array], pairs: Iterator, out: Path) -> None:
    """A sheet of the twelve pictures with the least IoU."""
    rows = []
    for _, picture, mask in pairs:
        alpha = cutout(picture)
        rows.append((scores(alpha, mask)[0], difference(alpha, mask)))
    worst = [image for _, image in sorted(rows, key=lambda row: row[0])[:12]]
    worst += [np.full_like(worst[0], 40)] * (-len(worst) % 6)
    sheet = np.vstack([np.hstack(worst[i : i + 6]) for i in range(0, len(worst), 6)])
    cv2.imwrite(str(out), sheet, [cv2.IMWRITE_PNG_COMPRESSION, 9])


def quality(cutout: Callable[[Array], Array], pairs: Iterator[tuple[str, Array, Array]]) -> dict:
    rows: dict[str, list[tuple[float, float, float]]] = {}
    for group, picture, mask in pairs:
        row = scores(cutout(picture), mask)
        rows.setdefault(group, []).append(row)
        rows.setdefault("all", []).append(row)
    return {
        group: dict(zip(("iou", "biou5", "mad"), np.mean(found, 0).round(4).tolist(), strict=True))
        | {"n": len(found)}
        for group, found in rows.items()
    }


def flicker(net: Any, folder: Path, split: str | None, people: int, frames: int = 12) -> dict:
    """Mean |change of alpha| per frame outside the true motion, in 0..255: still and moving."""
    random = np.random.default_rng(7)
    still, moving = [], []
    step = 150 // people if people < 150 else 1
    for number, (_, picture, mask) in enumerate(read_pairs(folder, split, 720, step)):
        if number == people:
            break
        still.append(_flicker_of(net, _still(picture, frames, random)))
        moving.append(_flicker_of(net, _moving(picture, mask, frames, random)))
    return {"still": round(float(np.mean(still)), 4), "moving": round(float(np.mean(moving)), 4)}


def _noisy(picture: Array, random: np.random.Generator) -> Array:
    noise = random.standard_normal(picture.shape, np.float32) * 2.5
    return (picture + noise).round().clip(0, 255).astype(np.uint8)


def _still(picture: Array, frames: int, random: np.random.Generator) -> Iterator[tuple]:
    for _ in range(frames):
        yield _noisy(picture, random), None


def _moving(
    picture: Array, mask: Array, frames: int, random: np.random.Generator
) -> Iterator[tuple]:
    """The person drifts by a pixel per frame over a blurred copy of the picture."""
    colours, matte = clean_foreground(np.dstack([picture, mask]))
    background = cv2.GaussianBlur(picture[:, ::-1], (0, 0), 25)
    size = picture.shape[1::-1]
    for number in range(frames):
        move = np.array([[1, 0, number], [0, 1, 0.3 * number]], np.float32)
        alpha = cv2.warpAffine(matte, move, size)
        person = cv2.warpAffine(colours, move, size, borderMode=cv2.BORDER_REPLICATE)
        weight = alpha[..., None].astype(np.float32) / 255
        yield _noisy(person * weight + background * (1 - weight), random), alpha


def _flicker_of(net: Any, sequence: Iterator[tuple]) -> float:
    state: PortraitState | None = None
    before = before_truth = None
    changes = []
    for number, (frame, truth) in enumerate(sequence):
        state, alpha = net.step(state, frame)
        alpha = alpha.astype(np.int16)
        if before is not None and number > 3:  # after the first frames have settled
            change = np.abs(alpha - before)
            if truth is not None and before_truth is not None:
                moved = (cv2.absdiff(truth, before_truth) > 2).astype(np.uint8)
                change = change[cv2.dilate(moved, CROSS, iterations=2) == 0]
            changes.append(change.mean())
        before, before_truth = alpha, truth
    return float(np.mean(changes))


def variants(path: Path, ablation: bool) -> dict[str, Any]:
    model = open_file(path)
    if len(model.session.get_inputs()) == 1:
        return {path.stem: Plain(model)}
    both = model, open_file(points_beside(path))
    nets: dict[str, Any] = {path.stem: Portrait(*both)}
    if ablation:
        nets[f"{path.stem}, coarse only"] = CoarseOnly(*both)
        nets[f"{path.stem}, + PointRend"] = Live(*both, 1)
        nets[f"{path.stem}, + prior"] = Live(*both, 5)
    return nets


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--pairs", type=Path, required=True, help="folder with index.csv")
    parser.add_argument("--split", help="rows of this split only")
    parser.add_argument("--long-side", type=int, help="scale the pairs to this long side")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--flicker", type=int, default=0, metavar="N", help="on N persons")
    parser.add_argument("--ablation", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--worst", type=Path, help="write a sheet of the first model's failures")
    args = parser.parse_args()
    results: dict[str, dict] = {}
    print(f"{'model':36s} {'set':10s} {'n':>4s} {'IoU':>7s} {'bIoU5':>7s} {'MAD':>7s}")
    for path in args.models:
        for name, net in variants(path, args.ablation).items():
            pairs = read_pairs(args.pairs, args.split, args.long_side, args.every)
            results[name] = {"quality": quality(net.cutout, pairs)}
            for group, row in results[name]["quality"].items():
                numbers = f"{row['iou']:7.4f} {row['biou5']:7.4f} {row['mad']:7.4f}"
                print(f"{name:36s} {group:10s} {row['n']:4d} {numbers}", flush=True)
            if args.flicker:
                shake = flicker(net, args.pairs, args.split, args.flicker)
                results[name]["flicker"] = shake
                print(f"{name:36s} flicker still {shake['still']} moving {shake['moving']}")
    if args.worst:
        net = next(iter(variants(args.models[0], False).values()))
        pairs = read_pairs(args.pairs, args.split, args.long_side, args.every)
        write_worst(net.cutout, pairs, args.worst)
    if args.json:
        args.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
