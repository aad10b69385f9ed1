"""Degrades pictures as cameras, chats and recordings do, and halves them.

First- or second-order chains of blur, resizing, noise and compression after Real-ESRGAN (Wang et
al., 2021), with H.264 besides JPEG, and milder: the network is to restore, not to invent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.special import j1

Picture = NDArray[np.uint8]
Random = np.random.Generator
FILTERS = (cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4)


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How often and how strongly; deviations in pixels or in 0..255."""

    clean: float = 0.2  # only made smaller
    twice: float = 0.25  # a second round of everything
    blur: float = 0.7
    sinc: float = 0.1  # of the blurs
    widest: float = 2.2  # standard deviation of a blur
    noise: float = 0.65
    loudest: float = 14.0  # standard deviation of noise
    compress: float = 0.7
    video: float = 0.25  # of the compressions
    worst_jpeg: int = 30


def degrade(picture: Picture, random: Random, recipe: Recipe) -> Picture:
    """BGR (H, W, 3) with even sides → its degraded half, BGR (H/2, W/2, 3)."""
    half = (picture.shape[1] // 2, picture.shape[0] // 2)
    if random.random() < recipe.clean:
        return resized(picture, half, random)
    small = picture
    if random.random() < recipe.twice:
        small = _blurred(small, random, recipe, 0.6)
        scale = random.uniform(0.4, 1.0)
        size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
        small = _noisy(resized(small, size, random), random, recipe, 0.6)
        small = _compressed(small, random, recipe)
        small = resized(_blurred(small, random, recipe, 0.4), half, random)
        small = _noisy(small, random, recipe, 0.6)
    else:
        small = _noisy(
            resized(_blurred(small, random, recipe, 1.0), half, random), random, recipe, 1.0
        )
    return _compressed(small, random, recipe)


def resized(picture: Picture, size: tuple[int, int], random: Random) -> Picture:
    """`size` is (width, height). Half of the cubic and Lanczos reductions are smoothed first, as
    most programs do; OpenCV itself is not."""
    how = int(random.choice(FILTERS))
    ratio = picture.shape[1] / size[0]
    if ratio > 1 and how in (cv2.INTER_CUBIC, cv2.INTER_LANCZOS4) and random.random() < 0.5:
        picture = _gaussian(picture, 0.35 * ratio)
    return cv2.resize(picture, size, interpolation=how)


def _blurred(picture: Picture, random: Random, recipe: Recipe, strength: float) -> Picture:
    if random.random() > recipe.blur:
        return picture
    if random.random() < recipe.sinc:
        return cv2.filter2D(picture, -1, _sinc(random.uniform(1.2, np.pi)))
    first = strength * recipe.widest * random.beta(1.2, 1.8) + 0.1
    second = first if random.random() < 0.6 else first * random.uniform(0.3, 1.0)
    return cv2.filter2D(picture, -1, _kernel(first, second, random.uniform(0, np.pi)))


def _gaussian(picture: Picture, deviation: float) -> Picture:
    return cv2.GaussianBlur(picture, (0, 0), deviation)


def _kernel(first: float, second: float, angle: float) -> NDArray[np.float32]:
    """A Gaussian with two deviations, turned."""
    reach = int(np.ceil(3 * max(first, second)))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    along = (x * np.cos(angle) + y * np.sin(angle)) / first
    across = (y * np.cos(angle) - x * np.sin(angle)) / max(second, 0.1)
    kernel = np.exp(-0.5 * (along**2 + across**2))
    return (kernel / kernel.sum()).astype(np.float32)


def _sinc(cutoff: float, reach: int = 6) -> NDArray[np.float32]:
    """A round low pass that rings; `cutoff` in radians per pixel."""
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    radius = np.maximum(np.hypot(x, y), 1e-6)
    kernel = cutoff * j1(cutoff * radius) / (2 * np.pi * radius)
    return (kernel / kernel.sum()).astype(np.float32)


def _noisy(picture: Picture, random: Random, recipe: Recipe, strength: float) -> Picture:
    if random.random() > recipe.noise:
        return picture
    deviation = strength * recipe.loudest * random.beta(1.0, 2.0) + 0.5
    shape = picture.shape if random.random() < 0.6 else (*picture.shape[:2], 1)
    noise = random.standard_normal(shape, np.float32) * deviation
    if random.random() < 0.3:  # light comes in quanta: more noise where it is bright
        noise = noise * np.sqrt(picture / np.float32(96))
    if random.random() < 0.2:  # a camera's own processing makes grains of it
        grains = cv2.GaussianBlur(noise, (0, 0), random.uniform(0.4, 0.8))
        noise = 1.5 * grains.reshape(noise.shape)
    return (picture + noise).round().clip(0, 255).astype(np.uint8)


def _compressed(picture: Picture, random: Random, recipe: Recipe) -> Picture:
    if random.random() > recipe.compress:
        return picture
    if random.random() < recipe.video:
        return filmed(picture, int(random.integers(18, 34)), random)
    quality = round(recipe.worst_jpeg + (96 - recipe.worst_jpeg) * random.beta(1.6, 1.0))
    return cv2.imdecode(
        cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR
    )


def filmed(picture: Picture, crf: int, random: Random) -> Picture:
    """The last of three pictures of an H.264 film in which the view drifts to where it is."""
    height, width = picture.shape[:2]
    drift = random.integers(-2, 3, 2)
    frames = [
        cv2.warpAffine(
            picture,
            np.float32([[1, 0, drift[0] * far], [0, 1, drift[1] * far]]),
            (width, height),
            borderMode=cv2.BORDER_REFLECT,
        )
        for far in (2, 1)
    ]
    return bgr(through_h264([*frames, picture], crf)[-1])[:height, :width]


def through_h264(
    frames: Sequence[Picture], crf: int, preset: str = "ultrafast"
) -> list[av.VideoFrame]:
    """BGR pictures of one size, encoded and decoded; odd sides are made even by a line more."""
    height, width = frames[0].shape[:2]
    encoder = av.CodecContext.create("libx264", "w")
    encoder.height, encoder.width = height + height % 2, width + width % 2
    encoder.pix_fmt, encoder.time_base = "yuv420p", Fraction(1, 25)
    encoder.options = {"crf": str(crf), "preset": preset, "tune": "zerolatency", "threads": "1"}
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    found = []
    for number, frame in enumerate(frames):
        even = cv2.copyMakeBorder(frame, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
        picture = av.VideoFrame.from_ndarray(even, format="bgr24")
        picture.pts = number
        for packet in encoder.encode(picture):
            found += decoder.decode(packet)
    for packet in encoder.encode(None):
        found += decoder.decode(packet)
    return found + decoder.decode(None)


def bgr(frame: av.VideoFrame) -> Picture:
    return frame.to_ndarray(format="bgr24")
