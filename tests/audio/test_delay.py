"""Holding the sound back must not be heard, whatever the picture's delay does."""

import numpy as np
import pytest

from vcam.audio.frames import HOP, RATE
from vcam.audio.worker import delay


def run(
    sound: np.ndarray, wanted: list[float], state: delay.DelayState | None = None
) -> tuple[delay.DelayState, np.ndarray]:
    state = state or delay.start()
    out = []
    for i, seconds in enumerate(wanted):
        state, block = delay.step(state, sound[i * HOP : (i + 1) * HOP], seconds)
        out.append(block)
    return state, np.concatenate(out)


def tone(blocks: int, frequency: float = 440.0) -> np.ndarray:
    t = np.arange(blocks * HOP) / RATE
    return (0.5 * np.sin(2 * np.pi * frequency * t)).astype(np.float32)


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.5])
def test_a_constant_delay_gives_the_very_samples(seconds: float) -> None:
    sound = np.random.default_rng(0).uniform(-1, 1, 80 * HOP).astype(np.float32)
    state, out = run(sound, [seconds] * 80, delay.start(seconds))
    shift = round(delay.held(state) * RATE)
    assert abs(delay.held(state) - seconds) < 1e-4
    np.testing.assert_array_equal(out[shift:], sound[: len(sound) - shift])


@pytest.mark.parametrize(("before", "after"), [(0.02, 0.10), (0.10, 0.0)])
def test_a_change_while_someone_speaks_glides_there_without_a_click(
    before: float, after: float
) -> None:
    sound = tone(1000)
    wanted = [before] * 50 + [after] * 950
    state, out = run(sound, wanted, delay.start(before))
    steepest = np.abs(np.diff(sound)).max()
    assert np.abs(np.diff(out[30 * HOP :])).max() < 1.06 * steepest
    assert delay.held(state) == pytest.approx(after, abs=1e-4)


def test_a_change_in_silence_is_done_at_once() -> None:
    silence = np.zeros(3 * HOP, np.float32)
    state, _ = run(silence, [0.2] * 3)
    assert delay.held(state) == pytest.approx(0.2, abs=1e-4)


def test_a_trembling_target_leaves_the_delay_alone() -> None:
    sound = tone(200)
    wanted = [0.05 + 0.0015 * (-1) ** i for i in range(200)]
    state, out = run(sound, wanted, delay.start(0.05))
    assert delay.held(state) == pytest.approx(0.05, abs=1e-4)
    np.testing.assert_array_equal(out[10 * HOP :], sound[10 * HOP - 2402 :][: 190 * HOP])


def test_more_than_the_longest_delay_is_the_longest() -> None:
    state, _ = run(np.zeros(2 * HOP, np.float32), [9.0, -1.0])
    assert delay.held(state) < 0.001
    state, _ = run(np.zeros(2 * HOP, np.float32), [9.0, 9.0])
    assert delay.held(state) == pytest.approx(delay.LONGEST, abs=1e-4)
