"""Backgrounds and borders, judged on pictures whose truth is known."""

import cv2
import numpy as np
import pytest

from vcam.video.i420 import cover, to_bgr, to_i420
from vcam.video.stages import brightness
from vcam.video.stages.background import (
    blur_background,
    composite,
    local_colours,
    subdue,
)
from vcam.video.stages.matte import feather, reduce

HEIGHT, WIDTH = 360, 640
ROOM, PERSON, NEW = (60, 180, 70), (70, 90, 190), (190, 60, 50)  # BGR


def matte(softness: float = 3.0) -> np.ndarray:
    hard = np.zeros((HEIGHT, WIDTH), np.float32)
    cv2.ellipse(hard, (WIDTH // 2, HEIGHT), (110, 260), 0, 0, 360, 1.0, -1)
    return (cv2.GaussianBlur(hard, (0, 0), softness) * 255 + 0.5).astype(np.uint8)


def plain(colour: tuple[int, int, int]) -> np.ndarray:
    return np.full((HEIGHT, WIDTH, 3), colour, np.uint8)


def mixed(alpha: np.ndarray, front: np.ndarray, back: np.ndarray) -> np.ndarray:
    a = alpha[..., None].astype(np.float32) / 255
    return (front * a + back * (1 - a) + 0.5).astype(np.uint8)


def in_i420(frame: np.ndarray) -> np.ndarray:
    return to_bgr(to_i420(frame))


def before_new_background(frame: np.ndarray, alpha: np.ndarray, back: np.ndarray) -> np.ndarray:
    picture = to_i420(frame)
    reduced = reduce(picture, alpha)
    return to_bgr(composite(picture, alpha, to_i420(back), reduced, local_colours(reduced)))


def test_no_rim_of_the_old_room_is_left() -> None:
    alpha = matte()
    got = before_new_background(mixed(alpha, plain(PERSON), plain(ROOM)), alpha, plain(NEW))
    border = (alpha > 10) & (alpha < 245)
    naive = in_i420(mixed(alpha, mixed(alpha, plain(PERSON), plain(ROOM)), plain(NEW)))
    truth = in_i420(mixed(alpha, plain(PERSON), plain(NEW))).astype(int)
    error = np.abs(got.astype(int) - truth)[border].mean()
    assert error < 0.35 * np.abs(naive.astype(int) - truth)[border].mean()
    # Green belongs to the old room alone.
    assert got[border][:, 1].max() <= max(PERSON[1], NEW[1]) + 12


def test_inside_and_outside_are_exact() -> None:
    alpha = matte()
    noise = np.random.default_rng(0).integers(0, 255, (HEIGHT // 4, WIDTH // 4, 3), np.uint8)
    frame = cv2.resize(noise, (WIDTH, HEIGHT))
    got = before_new_background(frame, alpha, plain(NEW))
    inside = cv2.erode(alpha, np.ones((5, 5))) == 255
    outside = cv2.dilate(alpha, np.ones((5, 5))) == 0
    same = in_i420(frame)
    assert np.array_equal(got[inside], same[inside])
    assert np.array_equal(got[outside], in_i420(plain(NEW))[outside])


@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_the_person_does_not_bleed_into_the_blurred_room(strength: float) -> None:
    alpha = matte(1.0)
    picture = to_i420(mixed(alpha, plain((20, 20, 240)), plain((120, 120, 120))))
    room = blur_background(reduce(picture, alpha), strength)
    outside = cv2.dilate(alpha, np.ones((3, 3))) == 0
    assert np.abs(to_bgr(room)[outside].astype(int) - 120).max() <= 6


def test_blur_makes_text_unreadable_even_at_its_weakest() -> None:
    board = plain((240, 240, 240))
    for row in range(40, HEIGHT, 30):
        cv2.putText(board, "secret 1234567890", (20, row), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (0,) * 3)
    nobody = np.zeros((HEIGHT, WIDTH), np.uint8)
    reduced = reduce(to_i420(board), nobody)
    detail = [float(cv2.Laplacian(board[..., 1], cv2.CV_32F).var())]
    for strength in (0.0, 0.5, 1.0):
        soft = to_bgr(blur_background(reduced, strength))[..., 1]
        detail.append(float(cv2.Laplacian(soft, cv2.CV_32F).var()))
    assert detail[1] < detail[0] / 100
    assert detail[1] > detail[2] >= detail[3]


@pytest.mark.parametrize("size", [(160, 120), (320, 180), (642, 362), (1920, 1080), (3840, 2160)])
def test_every_size_and_an_empty_or_full_matte(size: tuple[int, int]) -> None:
    width, height = size
    frame = np.full((height, width, 3), ROOM, np.uint8)
    picture = to_i420(frame)
    for value in (0, 255, 128) if width < 1000 else (0, 255):
        alpha = feather(np.full((height, width), value, np.uint8), 2)
        reduced = reduce(picture, alpha)
        room = blur_background(reduced, 0.5)
        out = composite(picture, alpha, room, reduced, local_colours(reduced))
        assert out.shape == (height * 3 // 2, width)
        assert np.abs(to_bgr(out)[::8, ::8].astype(int) - ROOM).max() < 8


def test_cover_keeps_the_shape_and_the_centre() -> None:
    picture = np.zeros((400, 300, 3), np.uint8)
    cv2.circle(picture, (150, 200), 60, (255, 255, 255), -1)
    got = to_bgr(cover(picture, 640, 360))[..., 0] > 128
    rows, columns = np.flatnonzero(got.any(1)), np.flatnonzero(got.any(0))
    assert abs(len(rows) - len(columns)) <= 3
    assert abs(rows.mean() - 180) < 3 and abs(columns.mean() - 320) < 3


def test_feather_widens_the_border_and_keeps_it_in_place() -> None:
    hard = np.zeros((100, 100), np.uint8)
    hard[:, 50:] = 255
    soft = feather(hard, 4)
    assert 6 <= ((soft[50] > 0) & (soft[50] < 255)).sum() <= 9
    assert abs(int((soft[50] > 127).argmax()) - 50) <= 1
    assert np.array_equal(feather(hard, 0), hard)


def lit(level: float) -> np.ndarray:
    return np.full((HEIGHT, WIDTH), 16 + 219 * level, np.uint8)


def after(seconds: float, level: float, state: brightness.Exposure | None) -> brightness.Exposure:
    steps = round(seconds * 30)
    start = state.time if state else 0.0
    for index in range(1, steps + 1):
        luminance = brightness.measure(lit(level), matte())
        state = brightness.adapt(state, luminance, start + index / 30)
    assert state is not None
    return state


def shown(level: float, state: brightness.Exposure) -> float:
    curves = brightness.tone_curves(state)
    value = lit(level)[0, 0]
    return (float(curves[0][value] if curves else value) - 16) / 219


def test_a_dark_person_is_lifted_and_a_good_one_left_alone() -> None:
    assert shown(0.3, after(1, 0.3, None)) == pytest.approx(brightness.DARK, abs=0.02)
    assert 0.2 < shown(0.12, after(1, 0.12, None)) < brightness.DARK
    assert brightness.tone_curves(after(1, 0.55, None)) is None
    assert shown(0.9, after(1, 0.9, None)) < 0.88


def test_the_person_is_measured_and_not_the_window() -> None:
    luma = lit(0.95)
    luma[matte() > 0] = lit(0.3)[0, 0]
    assert brightness.measure(luma, matte()) == pytest.approx(0.3, abs=0.01)
    face = (300.0, 200.0, 340.0, 240.0)
    assert brightness.measure(luma, None, face) == pytest.approx(0.3, abs=0.01)
    assert brightness.measure(luma, np.zeros_like(luma)) is None


def test_brightness_glides_and_does_not_pump() -> None:
    state = after(2, 0.55, None)
    curves = []
    for index in range(300):
        wobble = 0.55 + 0.04 * np.sin(index / 3) + 0.1 * (100 < index < 106)
        state = brightness.adapt(state, wobble, 2 + index / 30)
        curves.append(state.value)
    assert np.ptp(curves) == 0
    before = state.value
    state = brightness.adapt(state, 0.2, state.time + 1 / 30)
    assert abs(state.value - before) < 0.03
    state = after(8, 0.2, state)
    assert shown(0.2, state) > 0.36
    assert brightness.adapt(state, None, state.time + 1).value == pytest.approx(
        state.value, abs=0.02
    )


def test_a_background_loses_light_and_colour_and_the_person_none() -> None:
    picture = to_i420(plain(NEW))
    before = to_bgr(picture)[0, 0].astype(float)
    grey = picture.copy()
    subdue(grey, 0, 100)
    assert np.ptp(to_bgr(grey)[0, 0].astype(int)) <= 1
    dark = picture.copy()
    subdue(dark, 50, 0)
    assert np.abs(to_bgr(dark)[0, 0] - before / 2).max() <= 3
    untouched = picture.copy()
    subdue(untouched, 0, 0)
    assert np.array_equal(untouched, picture)
