"""Framing: still when it may be, smooth when it moves, and sharp where the camera is."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest

from vcam.networks.picture import PictureNetworks
from vcam.video.i420 import fit, to_i420
from vcam.video.pipeline import VideoPipeline
from vcam.video.stages.contract import FrameWork
from vcam.video.stages.face import Face
from vcam.video.stages.framing import (
    EYES,
    HEAD,
    WHOLE,
    FramingOptions,
    FramingStage,
    FramingState,
    Subject,
    View,
    best_view,
    cut,
    follow,
    move,
)
from vcam.video.stages.matte import Matte, reduce
from vcam.video.stages.order import VideoOptions

FPS = 30
HERE = 0.2  # how high the face is, of the picture


def somebody(x: float, eyes: float = 0.5, head: float = HERE) -> Subject:
    wide = head * 0.75 * 9 / 16 / 2
    return Subject(x - wide, x + wide, eyes, head)


def start(time: float = 0.0) -> FramingState:
    return FramingState(WHOLE, View(0, 0, 0), WHOLE, False, time, time, None)


def walk(subjects: Iterable[Subject | None]) -> Iterator[tuple[Subject | None, View]]:
    state = start()
    for i, subject in enumerate(subjects):
        state = follow(state, subject, i / FPS)
        yield subject, state.view


def scripted() -> list[Subject | None]:
    """In from the left, sits, sways, leans near and back, goes; one passes; nobody."""
    rng = np.random.default_rng(1)
    entering = [somebody(x) for x in np.linspace(0.15, 0.55, 4 * FPS)]
    sitting = [somebody(0.55 + 0.01 * rng.standard_normal()) for _ in range(5 * FPS)]
    near = np.concatenate([np.linspace(0.2, 0.3, FPS), np.linspace(0.3, 0.2, FPS)])
    leaning = [somebody(0.55, head=float(h)) for h in near]
    passing = [somebody(x, head=0.18) for x in np.linspace(0.1, 0.9, 5 * FPS)]
    return [*entering, *sitting, *leaning, *[None] * (4 * FPS), *passing, *[None] * (4 * FPS)]


def test_the_head_keeps_its_place_through_a_walk() -> None:
    missed = []
    for i, (subject, view) in enumerate(walk(scripted())):
        if subject is None or not 2 * FPS < i < 11 * FPS:
            continue
        best = best_view(subject)
        middle = (subject.left + subject.right) / 2
        missed.append(abs((middle - view.x) / view.size - (middle - best.x) / best.size))
    assert max(missed) <= 0.10


def test_nothing_jumps() -> None:
    views = [view for _, view in walk(scripted())]
    for before, after in zip(views, views[1:], strict=False):
        for side in (-0.5, 0.5):
            moved = (after.x + side * after.size) - (before.x + side * before.size)
            assert abs(moved) <= 0.02
            moved = (after.y + side * after.size) - (before.y + side * before.size)
            assert abs(moved) <= 0.02 * 16 / 9


def test_who_sits_and_sways_sets_nothing_in_motion() -> None:
    rng = np.random.default_rng(2)
    arrived = [somebody(0.5)] * (4 * FPS)
    swaying = [
        somebody(0.5 + 0.03 * np.sin(i / 20), 0.5 + 0.01 * rng.standard_normal())
        for i in range(10 * FPS)
    ]
    views = [view for _, view in walk([*arrived, *swaying])]
    assert views[4 * FPS] != WHOLE
    assert len(set(views[4 * FPS :])) == 1


def test_nobody_for_a_while_shows_all_and_a_moment_without_changes_nothing() -> None:
    arrived = [somebody(0.3)] * (4 * FPS)
    views = [view for _, view in walk([*arrived, *[None] * FPS, *arrived[:FPS], *[None] * 150])]
    assert len(set(views[4 * FPS : 6 * FPS])) == 1
    assert views[-1].size > 0.98


def test_the_eyes_are_a_third_from_the_top_and_two_are_both_in() -> None:
    view = best_view(somebody(0.5, 0.5))
    assert (0.5 - view.y) / view.size + 0.5 == pytest.approx(EYES)
    assert HERE / view.size == pytest.approx(HEAD)
    left, right = somebody(0.3), somebody(0.7)
    both = best_view(Subject(left.left, right.right, 0.5, HERE))
    assert both.x - both.size / 2 < left.left and both.x + both.size / 2 > right.right


@pytest.mark.parametrize("x", [0.02, 0.98])
def test_the_view_never_leaves_the_picture(x: float) -> None:
    for _, view in walk([somebody(x, 0.02)] * 90):
        assert view.size / 2 <= view.x <= 1 - view.size / 2 + 1e-9
        assert view.size / 2 <= view.y <= 1 - view.size / 2 + 1e-9


def test_a_pause_of_the_camera_is_no_jump() -> None:
    state = follow(start(), somebody(0.2), 0.0)
    after = move(follow(state, somebody(0.2), 0.03), 60.0)
    assert abs(after.view.x - state.view.x) < 0.05


def work(source: np.ndarray, width: int = 320, height: int = 180) -> FrameWork:
    frame = fit(source, width, height)
    picture = to_i420(frame)
    alpha = np.where(np.indices((height, width))[1] < width // 2, 255, 0).astype(np.uint8)
    points = np.full((468, 3), (width / 4, height / 4, 0), np.float32)
    return FrameWork(
        time=0.0,
        frame=frame,
        source=source,
        picture=picture,
        faces=[Face(1, points, 20.0, True)],
        matte=Matte(alpha, alpha, reduce(picture, alpha)),
    )


@pytest.mark.parametrize("size", [(640, 360), (320, 180), (320, 240), (240, 320)])
def test_picture_matte_and_faces_are_cut_alike(size: tuple[int, int]) -> None:
    """A camera of any size and shape: what the crop shows is what was there."""
    rng = np.random.default_rng(0)
    small = rng.integers(0, 256, (12, 16, 3), np.uint8)
    source = cv2.resize(small, size, interpolation=cv2.INTER_CUBIC)
    whole = work(source)
    view = View(0.4, 0.5, 0.5)
    found = cut(whole, view)
    left, top = round((0.4 - 0.25) * 320), round((0.5 - 0.25) * 180)
    there = whole.frame[top : top + 90, left : left + 160]
    again = cv2.resize(found.frame, (160, 90), interpolation=cv2.INTER_AREA)
    inside = (there.astype(int).sum(2) > 0) & (again.astype(int).sum(2) > 0)
    assert np.abs(there.astype(int) - again)[inside].mean() < 6
    assert found.matte is not None and whole.faces is not None and found.faces is not None
    border = int(np.flatnonzero(found.matte.alpha[90] < 128)[0])
    assert abs(border - (160 - left) * 2) <= 2
    x, y, _ = found.faces[0].landmarks[0]
    assert (x, y) == pytest.approx(((80 - left) * 2, (45 - top) * 2), abs=1)


def test_a_camera_with_more_pixels_loses_none() -> None:
    lines = np.zeros((360, 640, 3), np.uint8)
    lines[:, ::4] = lines[:, 1::4] = 255
    stage, state, options = FramingStage(), None, FramingOptions(zoom=200)
    for i in range(4 * FPS):
        state, near = stage.step(state, replace(work(lines), time=i / FPS), options)
    detail = near.frame[90, 20:-20, 0].astype(int)
    assert detail.max() - detail.min() > 200


def test_what_is_cut_off_by_hand_is_never_seen() -> None:
    room = np.zeros((180, 320, 3), np.uint8)
    room[:, :60] = 255
    options = FramingOptions(zoom=200)
    _, first = FramingStage().step(None, work(room), options)
    assert first.frame.max() < 10


def test_a_move_takes_as_long_at_half_the_rate() -> None:
    goal = View(0.4, 0.4, 0.6)
    views = []
    for rate in (30, 15):
        state = replace(start(), goal=goal, moving=True)
        for i in range(rate):
            state = move(state, (i + 1) / rate)
        views.append(state.view)
    assert np.allclose(views[0], views[1], atol=0.02)


def test_the_room_is_hidden_in_every_frame_of_a_move() -> None:
    """With a matte that says nobody is there, all that goes out is the background."""

    class Nobody:
        def step(
            self, state: None, frame: np.ndarray, *, fine: bool = True
        ) -> tuple[None, np.ndarray]:
            return None, np.zeros(frame.shape[:2], np.uint8)

    pipeline = VideoPipeline(PictureNetworks(portrait=Nobody()))
    room = np.random.default_rng(3).integers(0, 256, (360, 640, 3), np.uint8)
    image = to_i420(np.full((180, 320, 3), (200, 30, 60), np.uint8))
    options = VideoOptions(
        width=320, height=180, effect="image", image=image, brightness=False, zoom=250, pan_x=50
    )
    state = None
    for i in range(30):
        state, result = pipeline.step(state, room, i / FPS, options)
        assert np.array_equal(result.picture, image)
