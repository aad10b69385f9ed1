"""Pictures for docs: before and after, for each effect, of the demo's person, through the pipeline
that calls have. `installer/screenshots` takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from tests.material import person_in_a_room
from tests.video import walks
from tests.video.walks import Actor, demo_person, play, still
from vcam.client import BACKGROUNDS
from vcam.networks.picture import open_picture
from vcam.picture_file import read_picture
from vcam.video.i420 import cover, to_bgr
from vcam.video.pipeline import VideoPipeline
from vcam.video.stages.order import VideoOptions

WIDTH, HEIGHT, FPS = 1280, 720, 30
SHOWN = (480, 270)
QUALITY = 78


class Scene(NamedTuple):
    """What is before the camera, as a function of the picture's number, for so many of them; `part`
    (0..1) of the picture is shown, around (x, y) in shares of it."""

    picture: Callable[[int], np.ndarray]
    count: int = 30
    part: float = 1.0
    x: float = 0.5
    y: float = 0.5


def scenes() -> dict[str, tuple[Scene, dict[str, Any]]]:
    room, _ = person_in_a_room(HEIGHT, WIDTH, size=1.9)
    aside = _large(play([Actor(demo_person(), still(0.76, 0.46))], 1 / 30))[0]
    dark = cv2.convertScaleAbs(room, alpha=0.45)
    two = [
        Actor(demo_person(hue=75, flip=True), still(0.26, 0.8)),
        Actor(demo_person(), still(0.66)),
    ]
    pair = _large(play(two, 1))
    dusk, wall = (
        cover(read_picture(BACKGROUNDS / f"{name}.webp")[0], WIDTH, HEIGHT)
        for name in ("dusk", "linen")
    )

    def noisy(i: int) -> np.ndarray:
        grain = np.random.default_rng(i).normal(0, 9, dark.shape)
        return (dark + grain).clip(0, 255).astype(np.uint8)

    plain, face = Scene(lambda _: room), Scene(lambda _: room, part=0.5, y=0.36)
    return {
        "framing": (Scene(lambda _: aside, 150), {"framing": "auto"}),
        "blur": (plain, {"effect": "blur"}),
        "picture": (plain, {"effect": "image", "image": dusk}),
        "dim": (plain, {"dim": 45, "fade": 60}),
        "people": (
            Scene(lambda i: pair[i % len(pair)]),
            {"effect": "image", "image": wall, "people": "me"},
        ),
        "brightness": (Scene(lambda _: dark), {"brightness": True}),
        "light": (Scene(lambda _: dark, part=0.7, y=0.42), {"light": 100, "exposure": 15}),
        "low-light": (Scene(noisy, 40, 0.4, 0.45, 0.4), {"low_light": "auto"}),
        "touch-up": (face, {"touch_up": "strong"}),
    }


def _large(scenes: Iterable[walks.Scene]) -> list[np.ndarray]:
    return [cv2.resize(scene.frame, (WIDTH, HEIGHT)) for scene in scenes]


def take(target: Path) -> None:
    """Writes effect-NAME.webp for each into a folder."""
    networks = open_picture(["portrait", "face"])
    for name, (scene, changes) in scenes().items():
        chosen = {"effect": "none", "brightness": False, **changes}
        options = VideoOptions(width=WIDTH, height=HEIGHT, **chosen)
        pipeline, state = VideoPipeline(networks), None
        for i in range(scene.count):
            state, result = pipeline.step(state, scene.picture(i), i / FPS, options)
            assert not result.reasons, result.reasons
        halves = [_part(scene, picture) for picture in (scene.picture(i), to_bgr(result.picture))]
        line = np.full((SHOWN[1], 4, 3), 255, np.uint8)
        both = np.hstack([halves[0], line, halves[1]])
        path = str(target / f"effect-{name}.webp")
        if not cv2.imwrite(path, both, [cv2.IMWRITE_WEBP_QUALITY, QUALITY]):
            raise SystemExit(f"{path} could not be written")


def _part(scene: Scene, picture: np.ndarray) -> np.ndarray:
    wide, tall = round(scene.part * WIDTH), round(scene.part * HEIGHT)
    left = min(max(0, round(scene.x * WIDTH - wide / 2)), WIDTH - wide)
    top = min(max(0, round(scene.y * HEIGHT - tall / 2)), HEIGHT - tall)
    here = picture[top : top + tall, left : left + wide]
    return cv2.resize(here, SHOWN, interpolation=cv2.INTER_AREA)
