"""Touch-up: skin gets calmer, and everything that makes a face a face stays."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.material import person_in_a_room
from tests.video import looks
from vcam.networks.picture import PictureNetworks, open_picture
from vcam.video.i420 import planes, to_i420
from vcam.video.pipeline import VideoPipeline
from vcam.video.stages.face import Face
from vcam.video.stages.order import VideoOptions
from vcam.video.stages.touchup import touch_up


@pytest.fixture(scope="module")
def networks() -> PictureNetworks:
    return open_picture(["portrait", "face"])


@pytest.fixture(scope="module")
def portrait() -> np.ndarray:
    return person_in_a_room(480, 640, size=1.6)[0]


@pytest.fixture(scope="module")
def face(networks: PictureNetworks, portrait: np.ndarray) -> Face:
    assert networks.face is not None
    _, (found, *_) = networks.face.step(None, portrait)
    return found


def cheek(face: Face) -> tuple[int, int]:
    x, y = face.landmarks[50, :2].round().astype(int)
    return int(x), int(y)


def test_a_spot_on_the_cheek_fades_and_more_so_with_more(portrait: np.ndarray, face: Face) -> None:
    spotted = portrait.copy()
    cv2.circle(spotted, cheek(face), 2, [int(c) - 8 for c in portrait[cheek(face)[::-1]]], -1)
    x, y = cheek(face)
    here = np.s_[y - 2 : y + 3, x - 2 : x + 3]
    left = []
    for strength in ("off", "light", "strong"):
        clean, spot = to_i420(portrait), to_i420(spotted)
        if strength != "off":
            for i420 in (clean, spot):
                touch_up(i420, face, strength)
        left.append((planes(clean)[0][here].astype(int) - planes(spot)[0][here]).mean())
    assert left[0] > left[1] > left[2]
    assert left[2] < 0.8 * left[0]


def test_nothing_beyond_the_faces_skin_is_touched(portrait: np.ndarray, face: Face) -> None:
    before, after = to_i420(portrait), to_i420(portrait)
    touch_up(after, face, "strong")
    changed = planes(before)[0] != planes(after)[0]
    oval = cv2.convexHull(face.landmarks[:, :2].round().astype(np.int32))
    inside = cv2.fillConvexPoly(np.zeros(changed.shape, np.uint8), oval, 1).astype(bool)
    assert changed[inside].mean() > 0.1 and not changed[~inside].any()
    for iris in ((159, 145), (386, 374)):
        x, y = face.landmarks[list(iris), :2].mean(0).round().astype(int)
        assert not changed[y - 2 : y + 3, x - 4 : x + 5].any()


def test_a_face_at_the_edge_of_the_picture_is_no_trouble(face: Face) -> None:
    for off in (-250.0, 250.0):
        landmarks = face.landmarks + np.array([off, off, 0], np.float32)
        touch_up(to_i420(np.full((480, 640, 3), 99, np.uint8)), Face(1, landmarks, 9.0), "strong")


def test_it_comes_gradually(networks: PictureNetworks, portrait: np.ndarray) -> None:
    pipeline, state, off = VideoPipeline(networks), None, []
    options = VideoOptions(
        width=640, height=480, effect="none", brightness=False, touch_up="strong"
    )
    for i in range(24):
        state, result = pipeline.step(state, portrait, i / 30, options)
        moved = planes(result.picture)[0].astype(int) - planes(to_i420(portrait))[0]
        off.append(np.abs(moved).mean())
    assert off[0] == 0 and off[-1] > 0
    assert max(np.diff(off)) < 0.2 * off[-1]


@pytest.mark.long
def test_faces_stay_calm_and_real(networks: PictureNetworks, data_dir: Path) -> None:
    half, full = looks.EFFECTS["touch-up"]
    film = next(looks.clips(data_dir))
    step = looks.flicker(looks.shown(networks, film), looks.shown(networks, film, **full))
    assert step is not None and step <= 0.5
    for still in looks.portraits(data_dir, 6):
        one, other = (
            looks.shown(networks, [still] * 2, seconds=1, **more)[-1] for more in ({"dim": 1}, half)
        )
        assert min(looks.sharpness_kept(one, other).values()) >= 0.97
        shift = looks.skin_shift(one, other)
        assert shift is None or shift[1] <= 2.0
