"""Low light: noise goes where nothing moves, what moves leaves no trail, clean pictures stay."""

from pathlib import Path

import numpy as np
import pytest

from tests.video import looks
from vcam.video.i420 import planes, to_i420
from vcam.video.stages.contract import FrameWork
from vcam.video.stages.lowlight import LowLightOptions, LowLightStage

HEIGHT, WIDTH, FPS = 180, 320, 30


def filtered(frames: list[np.ndarray]) -> list[np.ndarray]:
    """Their luminance, I420 pictures in and planes out."""
    state, shown = None, []
    for i, i420 in enumerate(frames):
        bgr = np.empty((i420.shape[0] * 2 // 3, i420.shape[1], 3), np.uint8)
        work = FrameWork(time=i / FPS, frame=bgr, source=bgr, picture=i420.copy())
        state, work = LowLightStage().step(state, work, LowLightOptions(low_light="auto"))
        shown.append(planes(work.picture)[0].astype(float))
    return shown


def noisy(clean: np.ndarray, noise: float, rng: np.random.Generator) -> np.ndarray:
    """A BGR picture as a camera sees it in the dark, I420."""
    grain = rng.normal(0, noise, clean.shape)
    return to_i420((clean + grain).clip(0, 255).astype(np.uint8))


def room() -> np.ndarray:
    ramp = np.linspace(30, 90, WIDTH)
    return np.repeat(np.repeat(ramp[None], HEIGHT, 0)[..., None], 3, 2).astype(np.float32)


@pytest.mark.parametrize("noise", [3.0, 8.0])
def test_noise_that_rests_is_halved_and_the_light_stays(noise: float) -> None:
    rng = np.random.default_rng(1)
    frames = [noisy(room(), noise, rng) for _ in range(50)]
    shown, clean = filtered(frames), planes(to_i420(room().astype(np.uint8)))[0].astype(float)
    before = (planes(frames[-1])[0] - clean).std()
    assert (shown[-1] - clean).std() < 0.5 * before
    steps = np.diff([picture.mean() for picture in shown])
    assert np.abs(steps).max() <= 0.5
    assert abs(shown[-1].mean() - clean.mean()) < 0.5


def test_what_moves_keeps_its_edges_and_leaves_no_trail() -> None:
    rng, frames, bars = np.random.default_rng(2), [], []
    for i in range(60):
        picture = room()
        bars.append(4 * i)
        picture[40:140, bars[-1] : bars[-1] + 40] += 30
        frames.append((noisy(picture, 4.0, rng), picture))
    shown = filtered([frame for frame, _ in frames])
    trails, edges = [], []
    for i in range(35, 60):
        truth = planes(to_i420(frames[i][1].astype(np.uint8)))[0].astype(float)
        left = bars[i]
        off = shown[i][45:135, left - 30 : left - 4] - truth[45:135, left - 30 : left - 4]
        trails.append(abs(off.mean(0)).max())
        step = (
            shown[i][45:135, left : left + 3].mean() - shown[i][45:135, left - 4 : left - 1].mean()
        )
        edges.append(step / (truth[90, left + 1] - truth[90, left - 3]))
    assert np.mean(trails) < 1.5
    assert np.mean(edges) > 0.9


def test_without_noise_nothing_is_changed() -> None:
    frames = []
    for i in range(10):
        picture = room()
        picture[40:140, 8 * i : 8 * i + 40] += 30
        frames.append(to_i420(picture.astype(np.uint8)))
    for before, after in zip(frames, filtered(frames), strict=True):
        assert np.array_equal(planes(before)[0], after)


def test_a_dark_film_of_a_talker_comes_nearer_to_the_clean_one(data_dir: Path) -> None:
    rng = np.random.default_rng(3)
    clean = [0.4 * frame.astype(np.float32) + 8 for frame in next(looks.clips(data_dir))]
    frames = [noisy(picture, 6.0, rng) for picture in clean]
    shown = filtered(frames)
    gains = []
    for i in range(5, len(clean)):
        truth = planes(to_i420(clean[i].astype(np.uint8)))[0].astype(float)
        before, after = planes(frames[i])[0] - truth, shown[i] - truth
        gains.append(10 * np.log10((before**2).mean() / (after**2).mean()))
    assert min(gains) > 5.0  # dB
