"""Light on the person: it stays off the room, follows the head calmly, and leaves faces real."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.material import person_in_a_room
from tests.video import looks
from vcam.networks.picture import PictureNetworks, open_picture
from vcam.video.i420 import planes, to_bgr, to_i420
from vcam.video.pipeline import VideoPipeline
from vcam.video.stages.contract import FrameWork
from vcam.video.stages.face import LANDMARKS, Face
from vcam.video.stages.light import LightOptions, LightStage, LightState, follow
from vcam.video.stages.matte import Matte, reduce
from vcam.video.stages.order import VideoOptions

HEIGHT, WIDTH, FPS = 180, 320, 30
FACE = (140.0, 50.0, 180.0, 110.0)
GREY = np.full((HEIGHT, WIDTH, 3), 110, np.uint8)


@pytest.fixture(scope="module")
def networks() -> PictureNetworks:
    return open_picture(["portrait", "face"])


def face(x: float = 0.0, y: float = 0.0, number: int = 1) -> Face:
    left, top, right, bottom = FACE
    landmarks = np.zeros((LANDMARKS, 3), np.float32)
    landmarks[:, 0] = np.linspace(left + x, right + x, LANDMARKS)
    landmarks[:, 1] = np.linspace(top + y, bottom + y, LANDMARKS)
    return Face(number, landmarks, 20.0, me=True)


def work(*faces: Face, time: float = 0.0, frame: np.ndarray = GREY) -> FrameWork:
    picture = to_i420(frame)
    alpha = np.zeros((HEIGHT, WIDTH), np.uint8)
    alpha[30:, 80:240] = 255
    matte = Matte(alpha, alpha, reduce(picture, alpha))
    return FrameWork(
        time=time, frame=frame, source=frame, picture=picture, faces=faces, matte=matte
    )


def lit(*faces: Face, state: LightState | None = None, **chosen: Any) -> np.ndarray:
    _, done = LightStage().step(state, work(*faces), LightOptions(**chosen))
    return planes(done.picture)[0].astype(int)


def test_the_lamp_falls_on_the_face_and_not_on_the_room() -> None:
    before, after = lit(face()), lit(face(), light=60)
    gained = after - before
    assert gained[:, :80].max() == gained[:, 240:].max() == gained[:30].max() == 0
    assert gained[60:100, 150:170].mean() > 15 > 10 > gained[170:, 90:110].mean() > 0


@pytest.mark.parametrize("chosen", [{"light": 100}, {"exposure": 50}, {"exposure": -50}])
@pytest.mark.parametrize("level", [16, 235])
def test_black_stays_black_and_white_below_its_limit(level: int, chosen: dict[str, Any]) -> None:
    shown = work(face())
    planes(shown.picture)[0][:] = level
    _, done = LightStage().step(None, shown, LightOptions(**chosen))
    luma = planes(done.picture)[0]
    assert luma.max() == 16 if level == 16 else luma.max() <= 243


@pytest.mark.parametrize("skin", [(45, 60, 95), (75, 105, 170), (130, 165, 230), (120, 150, 250)])
def test_skin_keeps_its_colour_even_where_red_is_about_to_end(skin: tuple[int, int, int]) -> None:
    shown = work(face(), frame=np.full((HEIGHT, WIDTH, 3), skin, np.uint8))
    before, after = (
        looks.lab(to_bgr(picture)[60:100, 150:170].reshape(-1, 3))
        for picture in (
            shown.picture.copy(),
            LightStage().step(None, shown, LightOptions(light=100, warmth=0))[1].picture,
        )
    )
    assert np.linalg.norm((after - before)[1:]) < 2.0


def test_exposure_is_the_persons_alone_and_goes_both_ways() -> None:
    before = lit()
    for amount in (30, -30):
        moved = lit(exposure=amount) - before
        assert not moved[:, :80].any()
        assert np.sign(moved[100, 160]) == np.sign(amount) and abs(moved[100, 160]) > 8


def test_a_trembling_face_makes_no_flicker() -> None:
    rng, state, levels = np.random.default_rng(1), None, []
    for i in range(60):
        shown = work(face(*rng.normal(0, 1, 2)), time=i / FPS)
        state, done = LightStage().step(state, shown, LightOptions(light=100))
        levels.append(planes(done.picture)[0][50:110, 140:180].mean())
    assert np.abs(np.diff(levels)).max() <= 0.5


def test_who_turns_away_fades_out_of_the_light_and_comes_back_into_it() -> None:
    state, levels = None, []
    for i in range(180):
        seen = [] if 30 <= i < 105 else [face()]
        state = follow(state, seen, HEIGHT, i / FPS)
        levels.append(sum(head.level for head in state.heads))
    assert (levels[29], min(levels), levels[-1]) == (1.0, 0.0, 1.0)
    assert np.abs(np.diff(levels)).max() < 0.08


def test_a_face_that_moves_takes_its_lamp_along() -> None:
    state = follow(None, [face()], HEIGHT, 0.0)
    for i in range(60):
        state = follow(state, [face(x=min(i, 40))], HEIGHT, i / FPS)
    (head,) = state.heads
    assert head.x == pytest.approx((160 + 40) / HEIGHT, abs=0.01)


def test_the_room_gets_darker_without_being_hidden(networks: PictureNetworks) -> None:
    frame, person = person_in_a_room(360, 640)
    pipeline = VideoPipeline(networks)
    options = VideoOptions(width=640, height=360, effect="none", brightness=False, dim=50)
    _, result = pipeline.step(None, frame, 0.0, options)
    before, after = (planes(i420)[0].astype(int) - 16 for i420 in (to_i420(frame), result.picture))
    assert result.shown == "live" and not result.reasons
    room, inside = after[:60, :120], after[200:340, 300:340]
    assert room.mean() == pytest.approx(before[:60, :120].mean() / 2, rel=0.03)
    assert inside.mean() == pytest.approx(before[200:340, 300:340].mean(), rel=0.03)
    assert person[200:340, 300:340].all()


@pytest.mark.long
def test_faces_stay_calm_and_real(networks: PictureNetworks, data_dir: Path) -> None:
    half, full = looks.EFFECTS["light"]
    film = next(looks.clips(data_dir))
    plain = looks.shown(networks, film)
    for strength in (half, full):
        step = looks.flicker(plain, looks.shown(networks, film, **strength))
        assert step is not None and step <= 0.5
    for still in list(looks.portraits(data_dir, 6)):
        one, *others = (
            looks.shown(networks, [still] * 2, seconds=1, **more)[-1]
            for more in ({"dim": 1}, half, full)
        )
        for other in others:
            assert min(looks.sharpness_kept(one, other).values()) >= 0.97
