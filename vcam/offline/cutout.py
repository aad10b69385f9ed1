"""Cuts persons out of picture files: an RGBA PNG for each."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from vcam.networks.picture import open_portrait
from vcam.picture_file import read_picture, strips, write_png
from vcam.schema.errors import VcamError
from vcam.video.stages.portrait import Portrait

WIDE, NARROW = 90, 6  # windows of the two passes of blur fusion, pixels
_REACH = (WIDE + NARROW) // 2 + 1  # as far as they see


def cutout_files(
    paths: Sequence[Path], out_dir: Path, *, portrait: Portrait | None = None
) -> list[Path]:
    """Writes `out_dir/NAME.png` for each picture NAME.*: RGBA, uint8, at the picture's size.

    The colours of border pixels are the person's alone, so no old background shines through.
    Every readable picture is written; then VcamError tells which files were not.
    """
    targets = _targets(paths, out_dir)
    portrait = portrait or open_portrait()
    failures = []
    for path, target in targets.items():
        try:
            write_png(target, _cut_out(path, portrait))
        except VcamError as error:
            failures.append(str(error))
    if failures:
        raise VcamError("cutout.failed", sentences=" ".join(failures))
    return list(targets.values())


def _cut_out(path: Path, portrait: Portrait) -> np.ndarray:
    picture, opacity = read_picture(path)
    alpha = portrait.cutout(picture)
    if opacity is not None:
        alpha = cv2.multiply(alpha, opacity, scale=1 / 255)
    person = np.empty((*alpha.shape, 4), np.uint8)
    person[..., 3] = alpha
    alpha = person[..., 3]
    for rows in strips(*alpha.shape):
        seen = slice(max(0, rows.start - _REACH), rows.stop + _REACH)
        colours = estimate_foreground(picture[seen], alpha[seen])
        person[rows, :, :3] = colours[rows.start - seen.start :][: rows.stop - rows.start]
    return person


def _targets(paths: Sequence[Path], out_dir: Path) -> dict[Path, Path]:
    targets: dict[Path, Path] = {}
    taken: dict[Path, Path] = {}
    for path in paths:
        target = out_dir / f"{path.stem}.png"
        if target in taken:
            raise VcamError("cutout.same_name", first=taken[target], second=path, path=target)
        if os.path.realpath(target) == os.path.realpath(path):
            raise VcamError("cutout.itself", path=path)
        targets[path], taken[target] = target, path
    if os.path.exists(out_dir) and not os.path.isdir(out_dir):
        raise VcamError("cutout.no_folder", path=out_dir)
    return targets


def estimate_foreground(picture: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """The person's own colours, uint8 (H, W, 3), also where the old background shines through.

    Blur fusion in two passes (Forte, "Approximate Fast Foreground Colour Estimation", ICIP 2021).
    """
    image = picture.astype(np.float32)
    weight = alpha[..., None].astype(np.float32) / 255
    person = room = image
    for window, power in ((WIDE, 4), (NARROW, 1)):  # first from the surest pixels alone
        person, room = _blur_fusion(image, person, room, weight, window, power)
    return person.round().clip(0, 255).astype(np.uint8)


def _blur_fusion(
    image: np.ndarray,
    person: np.ndarray,
    room: np.ndarray,
    weight: np.ndarray,
    window: int,
    power: int,
) -> tuple[np.ndarray, np.ndarray]:
    def box(values: np.ndarray) -> np.ndarray:
        blurred = cv2.blur(values, (window, window))
        return blurred if blurred.ndim == 3 else blurred[..., None]

    inside, outside = weight**power, (1 - weight) ** power
    blurred_person = box(person * inside) / (box(inside) + 1e-5)
    blurred_room = box(room * outside) / (box(outside) + 1e-5)
    rest = image - weight * blurred_person - (1 - weight) * blurred_room
    return (blurred_person + weight * rest).clip(0, 255), blurred_room
