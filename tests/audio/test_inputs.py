"""Which channels of a source are the microphone."""

from __future__ import annotations

import numpy as np
import pytest

from vcam.audio.capture import inputs
from vcam.audio.frames import HOP

EIGHT = [f"aux{i}" for i in range(8)]
FOUR = EIGHT[:4]
STEREO = ["front-left", "front-right"]


def tone(blocks: int, level: float) -> np.ndarray:
    """At 100 Hz, so that every block is a period and a click would stand out."""
    period = np.sin(2 * np.pi * np.arange(HOP) / HOP) * np.sqrt(2) * 10 ** (level / 20)
    return np.tile(period, blocks)


def noise(blocks: int, channels: int, level: float) -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.standard_normal((blocks * HOP, channels)) * 10 ** (level / 20)


def heard(positions: list[str], sound: np.ndarray) -> np.ndarray:
    state, parts = inputs.start(positions), []
    for block in sound.astype(np.float32).reshape(-1, HOP, len(positions)):
        state, one = inputs.mixed(state, block)
        parts.append(one)
    return np.concatenate(parts)


def level(sound: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-12))


@pytest.mark.parametrize("floor", [-130.0, -80.0, -50.0])
def test_the_one_input_with_a_voice_is_heard_as_loud_as_it_is(floor: float) -> None:
    sound = noise(150, 8, floor)
    sound[:, 2] += tone(150, -25)
    assert level(heard(EIGHT, sound)[-50 * HOP :]) == pytest.approx(-25, abs=0.1)


def test_microphones_that_hear_the_same_stay_a_mean() -> None:
    sound = np.repeat(tone(150, -25)[:, np.newaxis], 4, axis=1) * (1.0, 0.9, 0.8, 0.7)
    array = ["front-left", "front-right", "rear-left", "rear-right"]
    np.testing.assert_allclose(heard(array, sound), sound.mean(axis=1), atol=1e-6)


def test_stereo_is_what_the_server_makes_of_it_unless_one_side_is_silent() -> None:
    sound = noise(150, 2, -75)
    sound[:, 0] += tone(150, -25)
    np.testing.assert_allclose(heard(STEREO, sound), sound.mean(axis=1), atol=1e-6)
    sound[:, 1] = 0
    assert level(heard(STEREO, sound)[-50 * HOP :]) == pytest.approx(-25, abs=0.1)


def test_no_pause_changes_what_is_heard_and_a_bump_elsewhere_costs_no_voice() -> None:
    sound = noise(500, 4, -70)
    sound[: 100 * HOP, 2] += tone(100, -25)
    sound[300 * HOP :, 2] += tone(200, -25)
    sound[400 * HOP : 410 * HOP, 3] += tone(10, -6)
    out = heard(FOUR, sound)
    assert level(out[300 * HOP : 301 * HOP]) == pytest.approx(-25, abs=0.2)
    assert level(out[420 * HOP :]) > -31.5


def test_a_second_voice_is_heard_and_nothing_clicks() -> None:
    sound = noise(300, 4, -110)
    sound[: 150 * HOP, 2] += tone(150, -25)
    sound[150 * HOP :, 3] += tone(150, -25)
    out = heard(FOUR, sound)
    assert -31.5 < level(out[180 * HOP :]) < -24.9
    steepest = np.abs(np.diff(tone(1, -25))).max()
    assert np.abs(np.diff(out)).max() < 1.2 * steepest
