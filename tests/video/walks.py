"""Several persons in one room, by script, and how well they are told apart, measured:
python -m tests.video.walks FOLDER [PEOPLE]

`FOLDER` is laid out as the development data, of which 9 `PEOPLE` walk, three at a time. Of each
walk, prints how much of the matte's own part of the chosen one is left and how much of the others
is shown, as a share of the picture: the mean over its pictures, and the worst.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from tests.pictures import picture_at
from vcam import demo
from vcam.networks.picture import PictureNetworks, open_picture
from vcam.video.capture.demo import draw_room
from vcam.video.pipeline import VideoPipeline
from vcam.video.stages.order import VideoOptions

HEIGHT, WIDTH, FPS = 360, 640, 30


@dataclass(frozen=True, eq=False)
class Actor:
    """A cut-out person, BGRA uint8, and where its middle and its lower end are at a time, as shares
    of the picture's width and height, with its height as a share of the latter; None while away."""

    picture: np.ndarray
    path: Callable[[float], tuple[float, float, float] | None]


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture, BGR, and what of each actor can be seen in it, 0..1."""

    frame: np.ndarray
    visible: list[np.ndarray]


def play(actors: Sequence[Actor], seconds: float) -> Iterator[Scene]:
    """The first is the farthest away."""
    room = draw_room(WIDTH, HEIGHT).astype(np.float32)
    for i in range(round(seconds * FPS)):
        frame = room.copy()
        visible: list[np.ndarray] = []
        for actor in actors:
            alpha = np.zeros((HEIGHT, WIDTH), np.float32)
            if (place := actor.path(i / FPS)) is not None:
                colour, alpha = _placed(actor.picture, *place)
                frame += alpha[..., None] * (colour - frame)
                visible = [other * (1 - alpha) for other in visible]
            visible.append(alpha)
        yield Scene(frame.round().astype(np.uint8), visible)


def _placed(picture: np.ndarray, x: float, y: float, tall: float) -> tuple[np.ndarray, np.ndarray]:
    scale = tall * HEIGHT / picture.shape[0]
    to = np.array(
        [
            [scale, 0, x * WIDTH - scale * picture.shape[1] / 2],
            [0, scale, y * HEIGHT - scale * picture.shape[0]],
        ]
    )
    done = cv2.warpAffine(picture, to, (WIDTH, HEIGHT), flags=cv2.INTER_AREA).astype(np.float32)
    return done[..., :3], done[..., 3] / 255


def demo_person(*, hue: int = 0, light: float = 1.0, flip: bool = False) -> np.ndarray:
    """The demo's portrait, dressed otherwise by `hue` (0..179), BGRA."""
    picture = picture_at(demo.ASSETS / "demo_portrait.webp", cv2.IMREAD_UNCHANGED)
    hsv = cv2.cvtColor(picture[..., :3], cv2.COLOR_BGR2HSV)
    clothes = np.arange(len(picture)) > 0.5 * len(picture)
    hsv[clothes, :, 0] = (hsv[clothes, :, 0].astype(int) + hue) % 180
    bgr = (cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR) * light).clip(0, 255).astype(np.uint8)
    picture = np.dstack([bgr, picture[..., 3]])
    return cv2.flip(picture, 1) if flip else picture


def portraits(data: Path, most: int) -> list[np.ndarray]:
    """Strangers, BGRA."""
    found = []
    with (data / "portrait" / "index.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["file"].startswith("dev/eg")]
    for row in sorted(rows, key=lambda row: row["file"])[:most]:
        picture = picture_at(data / "portrait" / row["file"])
        mask = picture_at(data / "portrait" / row["mask"], cv2.IMREAD_GRAYSCALE)
        found.append(np.dstack([picture, mask]))
    return found


def still(x: float, tall: float = 0.8) -> Callable[[float], tuple[float, float, float]]:
    """Somebody who sits and sways."""
    return lambda t: (x + 0.012 * np.sin(1.7 * t), 1.02, tall + 0.01 * np.sin(1.1 * t))


def passing(
    begin: float, speed: float, tall: float = 0.7, y: float = 1.02
) -> Callable[[float], tuple[float, float, float] | None]:
    """Walks through at `speed` widths a second, from the left or, below 0, from the right."""

    def path(t: float) -> tuple[float, float, float] | None:
        x = (-0.3 if speed > 0 else 1.3) + speed * (t - begin)
        return (x, y + 0.008 * np.sin(9 * t), tall) if -0.4 < x < 1.4 and t >= begin else None

    return path


def shares(alpha: np.ndarray, scene: Scene, chosen: int) -> tuple[float, float]:
    """Of a matte, uint8: how much of the chosen actor is in it, and how much of the others, as a
    share of the picture."""
    shown, own = alpha.astype(np.float32) / 255, scene.visible[chosen]
    others = sum((one for k, one in enumerate(scene.visible) if k != chosen), np.zeros_like(own))
    left = float((shown * own).sum() / max(own.sum(), 1.0))
    return left, float((shown * (others > 0.5) * (own < 0.1)).mean())


def played(
    networks: PictureNetworks, scenes: Sequence[Scene], chosen: int, **changes: Any
) -> np.ndarray:
    """The `shares` of each picture as the pipeline makes it, float (N, 2)."""
    pipeline, state = VideoPipeline(networks), None
    options = VideoOptions(width=WIDTH, height=HEIGHT, brightness=False, **changes)
    found = []
    for i, scene in enumerate(scenes):
        state, result = pipeline.step(state, scene.frame, i / FPS, options)
        assert result.alpha is not None, result.reasons
        found.append(shares(result.alpha, scene, chosen))
    return np.array(found)


def walks(me: Actor, one: np.ndarray, two: np.ndarray) -> dict[str, list[Actor]]:
    """What others do, the farthest away first."""
    return {
        "beside": [Actor(one, still(0.2, 0.75)), me],
        "behind": [Actor(one, passing(0.5, 0.3)), me],
        "two behind": [Actor(one, passing(0.5, 0.25)), Actor(two, passing(1.5, -0.3, 0.65)), me],
        "before": [me, Actor(one, passing(0.5, 0.3, 1.0, 1.2))],
    }


def main(data: Path, most: int) -> None:
    networks = open_picture(["portrait", "face"])
    people = portraits(data, most)
    for i in range(0, len(people) - 2, 3):
        me = Actor(people[i], still(0.55))
        for name, actors in walks(me, *people[i + 1 : i + 3]).items():
            scenes, chosen = list(play(actors, 6.5)), actors.index(me)
            everyone, alone = (
                played(networks, scenes, chosen, people=people) for people in ("everyone", "me")
            )
            left = alone[:, 0] / np.maximum(everyone[:, 0], 0.01)
            print(
                f"{i // 3} {name:10}  of the chosen one {left.mean():.3f} (least {left.min():.3f}) "
                f"of others {alone[:, 1].mean():.4f} (most {alone[:, 1].max():.4f}), "
                f"with everyone {everyone[:, 1].mean():.4f} ({everyone[:, 1].max():.4f})",
                flush=True,
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 9)
