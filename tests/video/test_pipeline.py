"""What leaves the pipeline: never the room while a background effect is on."""

from collections.abc import Sequence, Set
from typing import Any

import numpy as np
import pytest

from vcam.networks.picture import PictureNetworks
from vcam.video.i420 import to_bgr, to_i420
from vcam.video.pipeline import VideoPipeline, VideoResult
from vcam.video.stages import background, brightness
from vcam.video.stages.brightness import BrightnessStage
from vcam.video.stages.contract import MOST_SPARED
from vcam.video.stages.face import Face
from vcam.video.stages.order import VideoOptions, picture_stages
from vcam.video.stages.standby import standby_card

WIDTH, HEIGHT = 320, 180
ROOM = (40, 200, 60)  # BGR: a green that nothing else has
PERSON = (90, 120, 200)


def scene(person: bool = True) -> np.ndarray:
    frame = np.full((HEIGHT, WIDTH, 3), ROOM, np.uint8)
    if person:
        frame[40:, 110:210] = PERSON
    return frame


class Matte:
    """Knows where the scene's person is; fails on the calls it is told to."""

    def __init__(self, failing: Set[int] = frozenset(), result: np.ndarray | None = None) -> None:
        self.calls, self.failing, self.result = 0, failing, result
        self.states: list[object] = []

    def step(
        self, state: object, frame: np.ndarray, *, fine: bool = True
    ) -> tuple[object, np.ndarray]:
        self.calls += 1
        self.states.append(state)
        if self.calls in self.failing:
            raise RuntimeError("out of memory")
        alpha = np.zeros(frame.shape[:2], np.uint8)
        alpha[40:, 110:210] = 255
        return self.calls, alpha if self.result is None else self.result


BLUE = to_i420(np.full((HEIGHT, WIDTH, 3), (200, 40, 40), np.uint8))


def options(**changes: object) -> VideoOptions:
    chosen = {"effect": "image", "image": BLUE, "brightness": False, **changes}
    return VideoOptions(width=WIDTH, height=HEIGHT, **chosen)  # type: ignore[arg-type]


def shows_room(picture: np.ndarray) -> bool:
    bgr = to_bgr(picture).astype(int)
    return bool(
        ((bgr[..., 1] - bgr[..., 0] > 60) & (bgr[..., 1] - bgr[..., 2] > 60)).mean() > 0.001
    )


def run(pipeline: VideoPipeline, chosen: list[VideoOptions]) -> list[VideoResult]:
    state, results = None, []
    for index, wanted in enumerate(chosen):
        state, result = pipeline.step(state, scene(), index / 30, wanted)
        results.append(result)
    return results


def test_the_detector_of_this_test_sees_the_room() -> None:
    assert shows_room(to_i420(scene()))
    assert not shows_room(standby_card(WIDTH, HEIGHT))


@pytest.mark.parametrize("failing", [{1}, {1, 2, 3}, {2}, {3, 4}, set(range(1, 9))])
def test_no_frame_shows_the_room_when_the_model_fails(failing: set[int]) -> None:
    results = run(VideoPipeline(PictureNetworks(portrait=Matte(failing))), [options()] * 8)
    good = False
    for call, result in enumerate(results, 1):
        assert not shows_room(result.picture)
        if call in failing:
            assert result.shown == ("held" if good else "standby")
            assert "out of memory" in str(result.reason)
        else:
            assert (result.shown, result.reason) == ("live", None)
            good = True


def test_a_failed_network_starts_afresh() -> None:
    matte = Matte({3})
    run(VideoPipeline(PictureNetworks(portrait=matte)), [options()] * 4)
    assert matte.states == [None, 1, 2, None]


@pytest.mark.parametrize(
    "wrong",
    [
        np.full((10, 10), 255, np.uint8),
        np.ones((HEIGHT, WIDTH), np.float32),
        np.full((HEIGHT, WIDTH, 1), 255, np.uint8),
    ],
)
def test_a_matte_of_the_wrong_kind_is_no_matte(wrong: np.ndarray) -> None:
    result = run(VideoPipeline(PictureNetworks(portrait=Matte(result=wrong))), [options()])[0]
    assert (result.shown, shows_room(result.picture)) == ("standby", False)


def test_without_a_model_the_card_is_shown() -> None:
    for wanted in (options(), options(effect="blur")):
        result = run(VideoPipeline(PictureNetworks()), [wanted])[0]
        assert np.array_equal(result.picture, standby_card(WIDTH, HEIGHT))
        assert "portrait model" in str(result.reason)


def test_an_unreadable_background_is_no_reason_to_show_the_room() -> None:
    results = run(
        VideoPipeline(PictureNetworks(portrait=Matte())), [options(), options(image=None)]
    )
    assert [r.shown for r in results] == ["live", "held"]
    assert not any(shows_room(r.picture) for r in results)


def test_what_was_shown_without_an_effect_is_never_held() -> None:
    for open_room in (options(effect="none"), options(bypass=True)):
        matte = Matte({1})
        shown, after = run(VideoPipeline(PictureNetworks(portrait=matte)), [open_room, options()])
        assert shows_room(shown.picture)
        assert (after.shown, shows_room(after.picture)) == ("standby", False)


def test_a_change_of_size_does_not_hold_the_old_picture() -> None:
    pipeline = VideoPipeline(PictureNetworks(portrait=Matte({2})))
    state, _ = pipeline.step(None, scene(), 0, options())
    smaller = VideoOptions(width=160, height=120, effect="blur", brightness=False)
    _, result = pipeline.step(state, scene(), 0.1, smaller)
    assert result.shown == "standby"
    assert result.picture.shape == (180, 160)


def test_pause_shows_the_card_and_bypass_the_camera() -> None:
    pipeline = VideoPipeline(PictureNetworks(portrait=Matte()))
    paused, bypassed = run(pipeline, [options(pause=True), options(bypass=True)])
    assert np.array_equal(paused.picture, standby_card(WIDTH, HEIGHT))
    assert np.array_equal(bypassed.picture, to_i420(scene()))


def test_mirroring_swaps_left_and_right() -> None:
    frame = scene(person=False)
    frame[:, :40] = PERSON
    _, result = VideoPipeline(PictureNetworks()).step(
        None, frame, 0.0, options(effect="none", mirror=True)
    )
    picture = to_bgr(result.picture).astype(int)
    assert np.abs(picture[90, -20] - PERSON).max() < 12
    assert np.abs(picture[90, 20] - ROOM).max() < 12


@pytest.mark.parametrize(
    ("turn", "where"), [("0", (20, 30)), ("180", (-20, -30)), ("90", (20, -30)), ("270", (-20, 30))]
)
def test_a_camera_that_hangs_on_its_side_is_set_upright(turn: Any, where: tuple[int, int]) -> None:
    frame = np.full((HEIGHT, HEIGHT, 3), ROOM, np.uint8)
    frame[:40, :60] = PERSON  # top left
    square = VideoOptions(width=HEIGHT, height=HEIGHT, effect="none", brightness=False, turn=turn)
    _, result = VideoPipeline(PictureNetworks()).step(None, frame, 0.0, square)
    assert np.abs(to_bgr(result.picture)[where].astype(int) - PERSON).max() < 12


def test_a_frame_of_another_shape_is_letterboxed() -> None:
    square = np.full((100, 100, 3), 200, np.uint8)
    result = VideoPipeline(PictureNetworks()).step(None, square, 0, options(effect="none"))[1]
    bgr = to_bgr(result.picture)
    assert bgr[:, :60].max() < 10 and bgr[:, -60:].max() < 10
    assert abs(int(bgr[90, 160, 0]) - 200) < 4


def test_a_failing_face_network_costs_only_the_face() -> None:
    class Broken:
        def step(
            self, state: object, frame: np.ndarray, face: object = "auto", *, watchful: bool = False
        ) -> tuple[object, tuple[Face, ...]]:
            raise RuntimeError("no")

    pipeline = VideoPipeline(PictureNetworks(portrait=Matte(), face=Broken()))
    result = pipeline.step(None, scene(), 0, options(faces=True))[1]
    assert (result.shown, result.faces) == ("live", None)
    assert "face network" in str(result.reason)


@pytest.mark.parametrize("effect", ["image", "blur"])
def test_no_frame_shows_the_room_when_a_painter_fails(
    effect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no paint")

    pipeline = VideoPipeline(PictureNetworks(portrait=Matte()))
    state, first = pipeline.step(None, scene(), 0, options(effect=effect))
    monkeypatch.setattr(background, "composite", fail)
    _, held = pipeline.step(state, scene(), 0.1, options(effect=effect))
    assert (held.shown, str(held.reason)) == (
        "held",
        "The background failed (no paint), so the picture is held back.",
    )
    assert np.array_equal(held.picture, first.picture)
    card = pipeline.step(None, scene(), 0.2, options(effect=effect))[1]
    assert (card.shown, shows_room(card.picture)) == ("standby", False)


def test_a_painter_that_gives_a_picture_of_another_size_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(background, "composite", lambda *_: np.zeros((10, 10), np.uint8))
    result = run(VideoPipeline(PictureNetworks(portrait=Matte())), [options()])[0]
    assert (result.shown, shows_room(result.picture)) == ("standby", False)
    assert result.picture.shape == (HEIGHT * 3 // 2, WIDTH)


def test_a_painter_that_fails_is_left_out_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no light")

    monkeypatch.setattr(brightness, "measure", fail)
    result = run(VideoPipeline(PictureNetworks(portrait=Matte())), [options(brightness=True)])[0]
    assert (result.shown, shows_room(result.picture)) == ("live", False)
    assert str(result.reason) == "The effect brightness failed (no light) and is left out."


@pytest.mark.parametrize("effect", ["image", "blur"])
def test_no_frame_shows_the_room_whatever_is_left_out(effect: str) -> None:
    striped = scene()
    striped[::4] = striped[1::4] = 0

    def stripes(picture: np.ndarray) -> float:
        return float(np.abs(np.diff(picture[:HEIGHT, :80].astype(int), axis=0)).mean())

    pipeline, state = VideoPipeline(PictureNetworks(portrait=Matte({9, 10, 17}))), None
    assert stripes(to_i420(striped)) > 5
    for call, level in enumerate(np.random.default_rng(5).integers(0, MOST_SPARED + 1, 24), 1):
        chosen = options(effect=effect, spare=int(level))
        state, result = pipeline.step(state, striped, call / 30, chosen)
        assert stripes(result.picture) < 1
        assert result.shown == ("held" if call in {9, 10, 17} else "live")


class OneFace:
    """Where the scene's person has it."""

    def step(
        self, state: object, frame: np.ndarray, face: object = "auto", *, watchful: bool = False
    ) -> tuple[object, Sequence[Face]]:
        height, width = frame.shape[:2]
        turns = np.linspace(0, 40, 468)
        landmarks = np.zeros((468, 3), np.float32)
        landmarks[:, 0] = width / 2 + 0.08 * width * np.cos(turns)
        landmarks[:, 1] = 0.4 * height + 0.12 * height * np.sin(turns * 1.1)
        return state, [Face(1, landmarks, 20.0, me=True)]


EVERYTHING: dict[str, object] = {
    "brightness": True,
    "low_light": "auto",
    "touch_up": "strong",
    "exposure": 30,
    "light": 80,
    "framing": "auto",
    "people": "me",
    "dim": 20,
    "fade": 30,
}


@pytest.mark.parametrize("effect", ["image", "blur"])
@pytest.mark.parametrize("broken", [stage.name for stage in picture_stages(PictureNetworks())])
def test_no_frame_shows_the_room_whichever_stage_fails(
    effect: str, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all effects on, from the first frame on, now and then and for long."""
    room = np.random.default_rng(1).integers(0, 2, (HEIGHT, WIDTH, 1), np.uint8) * np.uint8(255)
    frame = np.broadcast_to(room, (HEIGHT, WIDTH, 3)).copy()
    frame[40:, 110:210] = PERSON
    networks = PictureNetworks(portrait=Matte(), face=OneFace())
    stage = next(one for one in picture_stages(networks) if one.name == broken)
    whole, calls = type(stage).step, 0

    def step(self: Any, *given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls in {1, 2, 5} or calls > 12:
            raise RuntimeError("no")
        return whole(self, *given)

    monkeypatch.setattr(type(stage), "step", step)
    pipeline, state, shown = VideoPipeline(networks), None, set()
    for i in range(20):
        state, result = pipeline.step(state, frame, i / 30, options(effect=effect, **EVERYTHING))
        shown.add(result.shown)
        fine = np.abs(np.diff(result.picture[:HEIGHT, : WIDTH // 5].astype(int), axis=1))
        assert fine.mean() < 8, (i, result.shown)
    assert calls > 12 and "live" in shown


def test_a_busy_machine_looks_for_faces_in_every_second_frame() -> None:
    class Counting:
        def step(
            self, state: int | None, *_: object, watchful: bool = False
        ) -> tuple[int, Sequence[Face]]:
            seen = (state or 0) + 1
            return seen, [Face(seen, np.zeros((468, 3), np.float32), 20.0)]

    pipeline = VideoPipeline(PictureNetworks(portrait=Matte(), face=Counting()))
    for spare, ids in ((1, [1, 2, 3, 4]), (2, [1, 1, 2, 2])):
        results = run(pipeline, [options(faces=True, spare=spare)] * 4)
        assert [face.id for result in results for face in result.faces or ()] == ids


def test_what_embellishes_is_left_out_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BrightnessStage, "embellishes", True)
    results = run(
        VideoPipeline(PictureNetworks(portrait=Matte()), timer=iter(range(1000)).__next__),
        [options(brightness=True), options(brightness=True, spare=1)],
    )
    assert ["brightness" in result.stages for result in results] == [True, False]


def test_stages_are_timed_by_the_callers_clock() -> None:
    ticks = iter(range(100))
    pipeline = VideoPipeline(PictureNetworks(portrait=Matte()), timer=lambda: next(ticks))
    stages = pipeline.step(None, scene(), 0, options(effect="blur", brightness=True))[1].stages
    assert set(stages) == {"convert", "matte", "brightness", "background"}
    assert set(stages.values()) == {1000.0}
