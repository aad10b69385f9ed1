"""From what a person chose to what the picture's pipeline obeys, live and on recordings."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

from vcam.schema.settings import SETTINGS, Settings
from vcam.video.i420 import to_i420
from vcam.video.stages.face import choice
from vcam.video.stages.order import VideoOptions


def video_options(
    settings: Settings, size: tuple[int, int], image: np.ndarray | None = None
) -> VideoOptions:
    """The options for pictures of a `size` (width, height; pixels, even).

    What is called the same in both is taken over, so that a stage's switch needs no line here.
    `image` is the background's picture, I420 of that size (`vcam.video.i420.cover`), where a
    picture is chosen; None while it cannot be read.
    """
    width, height = size
    chosen: dict[str, Any] = {
        field.name: getattr(settings, field.name)
        for field in fields(VideoOptions)
        if field.name in SETTINGS
    }
    if settings.colour is not None:
        image = to_i420(np.full((height, width, 3), settings.colour, np.uint8))
    effect = settings.background if settings.background in ("none", "blur") else "image"
    chosen |= {"width": width, "height": height, "effect": effect, "image": image}
    chosen |= {
        "blur": settings.blur / 100,
        "faces": settings.lips == "auto",
        "face": choice(settings.face),
    }
    return VideoOptions(**chosen)
