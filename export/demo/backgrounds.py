"""Draws the backgrounds that come with vcam: python -m export.demo.backgrounds

Rooms and lights as a lens sees them far out of focus; nothing in them is a photograph.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

FOLDER = Path(__file__).parents[2] / "vcam/assets/backgrounds"
WIDTH, HEIGHT = 1920, 1080
QUALITY = 82

Colour = tuple[int, int, int]
"""Red, green, blue."""


def draw() -> dict[str, np.ndarray]:
    """By name, float32 (HEIGHT, WIDTH, 3), BGR 0..255."""
    return {"dusk": _dusk(), "harbour": _harbour(), "linen": _linen(), "sage": _sage()}


def _dusk() -> np.ndarray:
    """An evening sky, and lights far away beneath it."""
    picture = _down((46, 52, 98), (150, 96, 134), (238, 160, 122), (112, 74, 92))
    _lights(picture, [(255, 196, 140), (255, 224, 180), (250, 150, 130)], (0.66, 0.98), 34, 3)
    return picture


def _harbour() -> np.ndarray:
    """A town at night behind a window."""
    picture = _down((12, 20, 38), (20, 36, 62), (28, 54, 84), (14, 28, 48))
    colours: list[Colour] = [(255, 190, 110), (255, 226, 170), (130, 190, 235), (240, 120, 90)]
    _lights(picture, colours, (0.42, 0.86), 60, 7)
    return picture


def _linen() -> np.ndarray:
    """A light wall with the sun through a window on it."""
    picture = _down((226, 219, 208), (232, 226, 216), (214, 205, 192), (190, 179, 164))
    sun = np.zeros((HEIGHT, WIDTH), np.float32)
    for column in range(2):
        for row in range(3):
            left, top = 930 + 270 * column, 90 + 250 * row
            pane = np.array([[0, 0], [235, 0], [235, 215], [0, 215]]) + (left, top)
            pane[:, 0] -= pane[:, 1] // 3
            cv2.fillConvexPoly(sun, pane.astype(np.int32), 1.0)
    picture += cv2.GaussianBlur(sun, (0, 0), 22)[..., None] * np.float32([14, 26, 32])
    return picture


def _sage() -> np.ndarray:
    """A green wall, leaves' shadows on it."""
    picture = _down((142, 158, 144), (150, 166, 150), (132, 148, 134), (104, 120, 108))
    rng = np.random.default_rng(4)
    shade = np.zeros((HEIGHT, WIDTH), np.float32)
    for _ in range(26):
        x, y = rng.uniform(-60, 620), rng.uniform(-40, 900)
        angle, long = rng.uniform(-60, 40), rng.uniform(120, 230)
        axes = (round(long), round(long * 0.24))
        cv2.ellipse(shade, (round(x), round(y)), axes, angle, 0, 360, 0.55, -1)
    picture -= cv2.GaussianBlur(shade, (0, 0), 26)[..., None] * np.float32([30, 34, 34])
    return picture


def _down(*colours: Colour) -> np.ndarray:
    """From colour to colour downwards, darker towards the corners."""
    stops = np.linspace(0, 1, len(colours))
    at = np.linspace(0, 1, HEIGHT)
    rows = [np.interp(at, stops, [c[channel] for c in colours]) for channel in (2, 1, 0)]
    picture = np.repeat(np.stack(rows, -1)[:, None], WIDTH, 1).astype(np.float32)
    picture = cv2.GaussianBlur(picture, (0, 0), 90)
    y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    return picture * (1 - 0.16 * (x * x + 0.6 * y * y))[..., None].astype(np.float32)


def _lights(
    picture: np.ndarray, colours: list[Colour], rows: tuple[float, float], count: int, seed: int
) -> None:
    """Discs of light, as a lens makes them; they add up."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        disc = np.zeros((HEIGHT, WIDTH), np.float32)
        high = rng.triangular(rows[0], sum(rows) / 2, rows[1])
        at = round(rng.uniform(0, WIDTH)), round(HEIGHT * high)
        size = round(rng.uniform(22, 78))
        cv2.circle(disc, at, size, float(rng.uniform(0.12, 0.42)), -1, cv2.LINE_AA)
        disc = cv2.GaussianBlur(disc, (0, 0), 4 + 0.1 * size)
        picture += disc[..., None] * np.float32(colours[rng.integers(len(colours))][::-1])


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    FOLDER.mkdir(exist_ok=True)
    for name, picture in draw().items():
        smooth = picture.clip(0, 255).round().astype(np.uint8)
        cv2.imwrite(str(FOLDER / f"{name}.webp"), smooth, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])


if __name__ == "__main__":
    main()
