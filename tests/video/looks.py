"""What effects do to faces, measured: python -m tests.video.looks FOLDER

`FOLDER` is laid out as the development data. Prints, of each effect at half and at full strength:
flicker of the face's mean luminance beyond the source's own (the largest step from a picture to
the next, of 255), how far skin moves in colour (CIELAB ΔE, and without lightness), and how much of
their gradient energy eyes, hair and beards keep.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from tests.pictures import picture_at
from vcam.networks.picture import PictureNetworks, open_picture
from vcam.video.i420 import planes, to_bgr
from vcam.video.pipeline import VideoPipeline, VideoResult
from vcam.video.stages.face import Face
from vcam.video.stages.order import VideoOptions

HEIGHT, WIDTH, FPS = 480, 640, 25
EFFECTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "light": ({"light": 50, "warmth": 0}, {"light": 100, "warmth": 0}),
    "touch-up": ({"touch_up": "light"}, {"touch_up": "strong"}),
    "exposure": ({"exposure": 25}, {"exposure": 50}),
}
"""At half and at full strength."""

_CHEEKS = ((50, 101, 36, 205), (280, 330, 266, 425))
_EYES = (
    70,
    63,
    105,
    66,
    107,
    336,
    296,
    334,
    293,
    300,
    446,
    450,
    6,
    230,
    226,
)  # with brows, glasses
_CHIN = (61, 84, 314, 291, 365, 152, 136)


def clips(data: Path, most: int = 8) -> Iterator[list[np.ndarray]]:
    """Talking faces, BGR, one second of each."""
    for path in sorted((data / "av").glob("grid_other/*.mp4"))[:most]:
        frames: list[np.ndarray] = []
        film = cv2.VideoCapture(str(path))
        while len(frames) < FPS and (read := film.read())[0]:
            frames.append(cv2.resize(read[1], (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC))
        yield frames


def portraits(data: Path, most: int = 60) -> Iterator[np.ndarray]:
    """Selfies of strangers, BGR, all of one size."""
    with (data / "portrait" / "index.csv").open() as file:
        names = [row["file"] for row in csv.DictReader(file) if row["file"].startswith("dev/eg")]
    for name in sorted(names)[:most]:
        picture = picture_at(data / "portrait" / name)
        wide = round(picture.shape[1] * HEIGHT / picture.shape[0])
        picture = cv2.resize(picture, (wide, HEIGHT), interpolation=cv2.INTER_AREA)
        left = (WIDTH - wide) // 2
        yield cv2.copyMakeBorder(
            picture, 0, 0, left, WIDTH - wide - left, cv2.BORDER_CONSTANT, value=(128, 128, 128)
        )


def shown(
    networks: PictureNetworks, frames: list[np.ndarray], *, seconds: float = 1 / FPS, **changes: Any
) -> list[VideoResult]:
    """What the pipeline makes of them, so many `seconds` apart; faces are looked for always."""
    chosen: dict[str, Any] = {"effect": "none", "brightness": False, "faces": True} | changes
    options = VideoOptions(width=WIDTH, height=HEIGHT, **chosen)
    pipeline, state, results = VideoPipeline(networks), None, []
    for i, frame in enumerate(frames):
        state, result = pipeline.step(state, frame, i * seconds, options)
        assert not result.reasons, result.reasons
        results.append(result)
    return results


def flicker(before: list[VideoResult], after: list[VideoResult]) -> float | None:
    """The largest step of the face's mean luminance beyond the source's own; None without a face
    throughout."""
    levels = []
    for pair in zip(before, after, strict=True):
        if not pair[0].faces:
            return None
        face = _mask(pair[0].faces[0], range(468))
        levels.append([_luma(result)[face].mean() for result in pair])
    steps = np.abs(np.diff(levels, axis=0))
    return float((steps[:, 1] - steps[:, 0]).max())


def skin_shift(before: VideoResult, after: VideoResult) -> tuple[float, float, float] | None:
    """How light the cheeks are (L*), their ΔE, and the same without lightness; None without a face
    or where there is no colour left in them to judge."""
    if not before.faces:
        return None
    cheeks = np.logical_or(*(_mask(before.faces[0], cheek) for cheek in _CHEEKS))
    if not cheeks.any():
        return None
    one, other = (lab(to_bgr(result.picture)[cheeks]) for result in (before, after))
    moved = other - one
    if one[0] > 88:  # burnt out
        return None
    return float(one[0]), float(np.linalg.norm(moved)), float(np.linalg.norm(moved[1:]))


def sharpness_kept(before: VideoResult, after: VideoResult) -> dict[str, float]:
    """Gradient energy of eyes (with brows and glasses), beards and hair, as a share of that before.

    Whose chin is far darker than the cheeks has a beard.
    """
    if not before.faces or before.alpha is None:
        return {}
    face = before.faces[0]
    left, top, right, bottom = (int(side) for side in face.box)
    hair = before.alpha > 250
    hair[_mask(face, range(468)) | (np.arange(HEIGHT)[:, None] > bottom)] = False
    luma, chin = _luma(before), _mask(face, _CHIN)
    cheeks = np.logical_or(*(_mask(face, cheek) for cheek in _CHEEKS))
    bearded = chin.any() and np.median(luma[chin]) < 0.75 * np.median(luma[cheeks])
    kept = {}
    for name, where in (
        ("eyes", _mask(face, _EYES)), ("beard", chin & bearded), ("hair", hair)
    ):  # fmt: skip
        if where.sum() > 50:
            one, other = (_gradient(_luma(result))[where].mean() for result in (before, after))
            kept[name] = float(other / max(one, 1e-3))
    return kept


def _mask(face: Face, points: Any) -> np.ndarray:
    hull = cv2.convexHull(face.landmarks[list(points), :2].round().astype(np.int32))
    return cv2.fillConvexPoly(np.zeros((HEIGHT, WIDTH), np.uint8), hull, 1).astype(bool)


def _luma(result: VideoResult) -> np.ndarray:
    return planes(result.picture)[0].astype(np.float32)


def _gradient(luma: np.ndarray) -> np.ndarray:
    return cv2.Sobel(luma, cv2.CV_32F, 1, 0) ** 2 + cv2.Sobel(luma, cv2.CV_32F, 0, 1) ** 2


def lab(pixels: np.ndarray) -> np.ndarray:
    """Their mean in CIELAB; BGR of 8 bits, (N, 3)."""
    scaled = pixels.reshape(1, -1, 3).astype(np.float32) / 255
    return cv2.cvtColor(scaled, cv2.COLOR_BGR2Lab)[0].mean(0)


def main(data: Path) -> None:
    networks = open_picture(["portrait", "face"])
    films, stills = list(clips(data)), list(portraits(data))
    for name, strengths in EFFECTS.items():
        for strength, changes in zip(("half", "full"), strengths, strict=True):
            steps = [
                flicker(shown(networks, film), shown(networks, film, **changes)) for film in films
            ]
            shifts, kept = [], []
            for still in stills:
                # The second picture: all has settled.
                one, other = (
                    shown(networks, [still] * 2, seconds=1, **more)[-1]
                    for more in ({"dim": 1}, changes)
                )
                shifts.append(skin_shift(one, other))
                kept.append(sharpness_kept(one, other))
            seen = np.array([shift for shift in shifts if shift])
            dark = seen[:, 0] < np.median(seen[:, 0])
            flickers = [step for step in steps if step is not None]
            line = f"{name:10} {strength}  flicker {max(flickers):.2f}"
            for skin, which in (("dark", dark), ("light", ~dark)):
                some = seen[which]
                line += f"  {skin} dE {some[:, 1].mean():.2f} (most {some[:, 1].max():.2f})"
                line += f" colour alone {some[:, 2].mean():.2f} ({some[:, 2].max():.2f})"
            for place in ("eyes", "beard", "hair"):
                shares = [one[place] for one in kept if place in one]
                line += f"  {place} {np.mean(shares):.3f} (least {min(shares):.3f})"
            print(line, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
