"""Whatever the denoiser does, the voice goes through in time and without a click."""

from collections.abc import Sequence

import numpy as np
import pytest

from vcam.audio.frames import BINS, DELAY, HOP
from vcam.audio.pipeline import AudioOptions, AudioPipeline, AudioResult, level_db
from vcam.lips import LANDMARKS, LipObservation


class Mask:
    """A stand-in for the network: the mask of block n is `values[n]`, an exception is raised."""

    def __init__(self, values: Sequence[float | Exception]) -> None:
        self.values = values

    def mask(self, state: int | None, spectrum: np.ndarray) -> tuple[int, np.ndarray]:
        turn = state or 0
        value = self.values[turn]
        if isinstance(value, Exception):
            raise value
        return turn + 1, np.full(BINS, value, np.float32)


class Gate:
    def __init__(self) -> None:
        self.seen: list[LipObservation | None] = []

    def step(
        self,
        state: None,
        irm: np.ndarray,
        spectrum: np.ndarray,
        observation: LipObservation | None,
    ) -> tuple[None, np.ndarray]:
        self.seen.append(observation)
        return state, irm


def run(
    pipeline: AudioPipeline,
    sound: np.ndarray,
    options: list[AudioOptions] | None = None,
    *,
    late: bool = False,
) -> tuple[np.ndarray, list[AudioResult]]:
    options = options or [AudioOptions()] * (len(sound) // HOP)
    state, blocks, results = None, [], []
    for i, option in enumerate(options):
        state, result = pipeline.step(state, sound[i * HOP : (i + 1) * HOP], option, late=late)
        blocks.append(result.block)
        results.append(result)
    return np.concatenate(blocks), results


@pytest.fixture
def sound() -> np.ndarray:
    return np.random.default_rng(0).uniform(-0.5, 0.5, 40 * HOP).astype(np.float32)


def tone(blocks: int) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * 300 * np.arange(blocks * HOP) / 48_000)).astype(np.float32)


def assert_plain(out: np.ndarray, sound: np.ndarray, begin: int = 0) -> None:
    np.testing.assert_allclose(out[DELAY + begin :], sound[begin : len(sound) - DELAY], atol=1e-5)


@pytest.mark.parametrize(
    "options",
    [
        AudioOptions(bypass=True),
        AudioOptions(denoise=False),
        AudioOptions(strength=0.0),
    ],
)
def test_the_plain_voice_is_the_delayed_input(sound: np.ndarray, options: AudioOptions) -> None:
    out, results = run(AudioPipeline(Mask([0.0] * 40)), sound, [options] * 40)
    assert_plain(out, sound)
    assert not any(result.bypassed for result in results)


def test_without_a_network_the_plain_voice_goes_through(sound: np.ndarray) -> None:
    out, results = run(AudioPipeline(None), sound)
    assert_plain(out, sound)
    assert not any(result.bypassed for result in results)


def test_strength_scales_what_is_taken_away(sound: np.ndarray) -> None:
    out, _ = run(AudioPipeline(Mask([0.2] * 40)), sound, [AudioOptions(strength=0.5)] * 40)
    np.testing.assert_allclose(out[DELAY:], 0.6 * sound[:-DELAY], atol=1e-5)


def test_bypass_takes_effect_within_a_block_and_without_a_click() -> None:
    sound = tone(40)
    options = [AudioOptions(bypass=i >= 20) for i in range(40)]
    out, _ = run(AudioPipeline(Mask([0.25] * 40)), sound, options)
    assert_plain(out, sound, begin=20 * HOP)
    assert np.abs(np.diff(out[HOP:])).max() < 1.1 * np.abs(np.diff(sound)).max()


def test_a_failing_network_is_counted_and_not_heard() -> None:
    sound = tone(40)
    out, results = run(AudioPipeline(Mask([1.0] * 10 + [RuntimeError("no memory")])), sound)
    assert_plain(out, sound)
    failed = [i for i, result in enumerate(results) if result.bypassed]
    assert failed == [i for i, result in enumerate(results) if result.error]
    assert "no memory" in str(results[10].error)
    assert failed[0] == 10


def test_a_network_that_gives_nonsense_is_not_heard(sound: np.ndarray) -> None:
    out, results = run(AudioPipeline(Mask([np.nan] * 40)), sound)
    assert_plain(out, sound)
    assert all(result.bypassed and result.error for result in results)


def test_a_late_block_goes_through_plain_and_is_counted(sound: np.ndarray) -> None:
    out, results = run(AudioPipeline(Mask([0.0] * 40)), sound, late=True)
    assert_plain(out, sound)
    assert all(result.bypassed and result.error is None for result in results)


def test_broken_samples_do_no_harm(sound: np.ndarray) -> None:
    sound[5 * HOP : 6 * HOP] = np.nan
    sound[8 * HOP] = np.inf
    sound[9 * HOP] = -1e30
    out, _ = run(AudioPipeline(Mask([1.0] * 40)), sound)
    assert np.isfinite(out).all() and np.abs(out).max() <= 1.0
    assert_plain(out, sound, begin=14 * HOP)


def test_the_gate_sees_the_observation_only_while_denoising(sound: np.ndarray) -> None:
    gate = Gate()
    seen = LipObservation(0.0, np.zeros((len(LANDMARKS), 2), np.float32), 60.0, 0.0, 1.0)
    pipeline = AudioPipeline(Mask([1.0] * 40), gate)
    state, _ = pipeline.step(None, sound[:HOP], AudioOptions(), seen)
    pipeline.step(state, sound[HOP : 2 * HOP], AudioOptions(bypass=True), seen)
    assert gate.seen == [seen]


def test_a_failing_gate_leaves_plain_denoising(sound: np.ndarray) -> None:
    class Failing:
        def step(self, *_: object) -> tuple[None, np.ndarray]:
            raise RuntimeError("no lips\nand much more")

    out, results = run(AudioPipeline(Mask([0.5] * 40), Failing()), sound)
    np.testing.assert_allclose(out[DELAY:], 0.5 * sound[:-DELAY], atol=1e-5)
    assert not any(result.bypassed for result in results)
    assert str(results[-1].error) == "The lip gate fails (no lips) and is left out."


def test_levels_are_in_dbfs(sound: np.ndarray) -> None:
    block = np.full(HOP, 0.1, np.float32)
    assert level_db(block) == pytest.approx(-20.0, abs=0.01)
    assert level_db(np.zeros(HOP, np.float32)) == -120.0
