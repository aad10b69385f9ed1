"""Whatever the denoiser does, the voice goes through in time and without a click."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pytest

from vcam.audio.frames import BINS, DELAY, HOP, RATE
from vcam.audio.pipeline import (
    AudioPipeline,
    AudioResult,
    AudioState,
    level_db,
)
from vcam.audio.stages.contract import Row, SoundStage, SoundWork
from vcam.audio.stages.denoise import DenoiseStage, SoundDenoiser, SoundDenoiseStage
from vcam.audio.stages.lipgate import LipGateStage
from vcam.audio.stages.order import AudioOptions
from vcam.lips import LANDMARKS, LipObservation
from vcam.offline.enhance.sound import ChannelEnhancer

Stages = list[SoundStage[Any, AudioOptions]]


class Mask:
    """A stand-in for the network: of block n it leaves `values[n]`, an exception is raised."""

    lookahead = 0

    def __init__(self, values: Sequence[float | Exception]) -> None:
        self.values = values

    def clean(self, state: int | None, spectrum: np.ndarray) -> tuple[int, np.ndarray]:
        turn = state or 0
        value = self.values[turn]
        if isinstance(value, Exception):
            raise value
        return turn + 1, spectrum * np.float32(value)


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


def masked(
    values: Sequence[float | Exception], *more: SoundStage[Any, AudioOptions]
) -> AudioPipeline:
    return AudioPipeline([DenoiseStage(Mask(values)), *more])


def run(
    pipeline: AudioPipeline,
    sound: np.ndarray,
    options: Sequence[AudioOptions] = (),
    **also: Any,
) -> tuple[np.ndarray, list[AudioResult]]:
    options = options or [AudioOptions()] * (len(sound) // HOP)
    state: AudioState | None = None
    results = []
    for i, option in enumerate(options):
        state, result = pipeline.step(state, sound[i * HOP : (i + 1) * HOP], option, **also)
        results.append(result)
    return np.concatenate([result.block for result in results]), results


@pytest.fixture
def sound() -> np.ndarray:
    return np.random.default_rng(0).uniform(-0.5, 0.5, 40 * HOP).astype(np.float32)


def tone(blocks: int) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * 300 * np.arange(blocks * HOP) / 48_000)).astype(np.float32)


def assert_fades(out: np.ndarray, sound: np.ndarray) -> None:
    """The sound, within 1 dB and without a click where it fades from one way to the other."""
    assert np.abs(out[DELAY:] - sound[:-DELAY]).max() < 0.11 * np.abs(sound).max()
    assert np.abs(np.diff(out[HOP:])).max() < 1.2 * np.abs(np.diff(sound)).max()


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
    out, results = run(masked([0.0] * 40), sound, [options] * 40)
    assert_plain(out, sound)
    assert not any(result.bypassed for result in results)


def test_without_a_network_the_plain_voice_goes_through(sound: np.ndarray) -> None:
    out, results = run(AudioPipeline(), sound)
    assert_plain(out, sound)
    assert not any(result.bypassed for result in results)


def test_strength_scales_what_is_taken_away(sound: np.ndarray) -> None:
    out, _ = run(masked([0.2] * 40), sound, [AudioOptions(strength=0.5)] * 40)
    np.testing.assert_allclose(out[DELAY:], 0.6 * sound[:-DELAY], atol=1e-5)


def test_strength_takes_nothing_from_what_lowers_other_voices(sound: np.ndarray) -> None:
    class Lowering(SoundStage[None, AudioOptions]):
        name = "lowering"
        row = "mask"
        failure = "denoiser.failed"

        def wanted(self, options: AudioOptions) -> bool:
            return True

        def step(
            self, state: None, work: SoundWork, options: AudioOptions
        ) -> tuple[None, SoundWork]:
            return None, work if work.clean is None else work._replace(clean=work.clean * 0.1)

    out, _ = run(masked([0.2] * 40, Lowering()), sound, [AudioOptions(strength=0.5)] * 40)
    np.testing.assert_allclose(out[DELAY:], 0.06 * sound[:-DELAY], atol=1e-5)


def test_bypass_takes_effect_within_a_block_and_without_a_click() -> None:
    sound = tone(40)
    options = [AudioOptions(bypass=i >= 20) for i in range(40)]
    out, _ = run(masked([0.25] * 40), sound, options)
    assert_plain(out, sound, begin=20 * HOP)
    assert np.abs(np.diff(out[HOP:])).max() < 1.1 * np.abs(np.diff(sound)).max()


def test_a_failing_network_is_counted_and_not_heard() -> None:
    sound = tone(40)
    out, results = run(masked([1.0] * 10 + [RuntimeError("no memory")]), sound)
    assert_fades(out, sound)
    failed = [i for i, result in enumerate(results) if result.bypassed]
    assert failed == [i for i, result in enumerate(results) if result.error]
    assert "no memory" in str(results[10].error)
    assert failed[0] == 10


def test_a_network_that_gives_nonsense_is_not_heard(sound: np.ndarray) -> None:
    out, results = run(masked([np.nan] * 40), sound)
    assert_plain(out, sound)
    assert all(result.bypassed and result.error for result in results)


def test_a_mask_of_another_shape_is_not_heard(sound: np.ndarray) -> None:
    class Short(SoundStage[None, AudioOptions]):
        name = "short"
        row = "mask"
        failure = "denoiser.failed"

        def wanted(self, options: AudioOptions) -> bool:
            return True

        def step(
            self, state: None, work: SoundWork, options: AudioOptions
        ) -> tuple[None, SoundWork]:
            return None, work._replace(mask=np.zeros(BINS - 1, np.float32))

    out, results = run(AudioPipeline([Short()]), sound)
    assert_plain(out, sound)
    assert "its mask has the shape (960,)" in str(results[0].error)


def test_of_two_stages_that_fail_both_are_told(sound: np.ndarray) -> None:
    stages: Stages = [DenoiseStage(Mask([RuntimeError("no memory")])), Gain("after", bad=0)]
    out, results = run(AudioPipeline(stages), sound)
    assert_plain(out, sound)
    assert list(results[0].errors) == ["denoise", "gain"]


def test_a_late_block_goes_through_plain_and_is_counted(sound: np.ndarray) -> None:
    out, results = run(masked([0.0] * 40), sound, late=True)
    assert_plain(out, sound)
    assert all(result.bypassed and result.error is None for result in results)


def test_broken_samples_do_no_harm(sound: np.ndarray) -> None:
    sound[5 * HOP : 6 * HOP] = np.nan
    sound[8 * HOP] = np.inf
    sound[9 * HOP] = -1e30
    out, _ = run(masked([1.0] * 40), sound)
    assert np.isfinite(out).all() and np.abs(out).max() <= 1.0
    assert_plain(out, sound, begin=14 * HOP)


def test_the_gate_sees_the_observation_only_while_denoising(sound: np.ndarray) -> None:
    gate = Gate()
    seen = LipObservation(0.0, np.zeros((len(LANDMARKS), 2), np.float32), 60.0, 0.0, 1.0)
    pipeline = masked([1.0] * 40, LipGateStage(gate))
    state, _ = pipeline.step(None, sound[:HOP], AudioOptions(), (seen,))
    pipeline.step(state, sound[HOP : 2 * HOP], AudioOptions(bypass=True), (seen,))
    assert gate.seen == [seen]


class Wide:
    """As open as a mouth, which is below 1 while it rests."""

    def step(
        self,
        state: float | None,
        irm: np.ndarray,
        spectrum: np.ndarray,
        observation: LipObservation | None,
    ) -> tuple[float, np.ndarray]:
        return (state or 0) + 1, irm * np.float32(observation.size if observation else 1.0)


def test_of_several_mouths_the_one_that_speaks_opens_the_gate(sound: np.ndarray) -> None:
    points = np.zeros((len(LANDMARKS), 2), np.float32)

    def mouths(*sizes: float) -> tuple[LipObservation, ...]:
        return tuple(
            LipObservation(0.0, points, s, 0.0, 1.0, face=3 + i) for i, s in enumerate(sizes)
        )

    stage = LipGateStage(Wide())
    spectrum = np.ones(BINS, np.complex64)
    left = np.full(BINS, 0.8, np.float32)
    plain = SoundWork(sound[:HOP], spectrum, left, clean=spectrum * left)
    state, heard = None, []
    for seen in (mouths(0.1, 0.1), mouths(0.1, 1.0), mouths(0.5, 0.1), mouths(0.1), ()):
        state, done = stage.step(state, plain._replace(mouths=seen), AudioOptions())
        assert done.mask is not None
        heard.append(round(float(done.mask[0] / 0.8), 3))
    assert heard == [0.1, 1.0, 0.5, 0.1, 1.0]
    assert state == {3: 5}, "who left the picture is forgotten, who cannot be read is not"


class Behind(SoundDenoiser[tuple[np.ndarray, ...]]):
    """Leaves the sound as it is, three blocks later."""

    lookahead = 3

    def start(self) -> tuple[np.ndarray, ...]:
        return (np.zeros(HOP, np.float32),) * 3

    def step(
        self, state: tuple[np.ndarray, ...], block: np.ndarray
    ) -> tuple[tuple[np.ndarray, ...], np.ndarray]:
        return (*state[1:], block), state[0]


class Shut(Gate):
    """Shuts while it is shown a mouth."""

    def step(
        self,
        state: None,
        irm: np.ndarray,
        spectrum: np.ndarray,
        observation: LipObservation | None,
    ) -> tuple[None, np.ndarray]:
        return state, irm if observation is None else irm * np.float32(1e-3)


def test_a_denoiser_that_looks_ahead_is_gated_by_the_mouth_of_its_own_moment(
    sound: np.ndarray,
) -> None:
    pipeline = AudioPipeline([SoundDenoiseStage(Behind()), LipGateStage(Shut())])
    assert pipeline.latency == DELAY + 3 * HOP
    mouth = LipObservation(0.0, np.zeros((len(LANDMARKS), 2), np.float32), 60.0, 0.0, 1.0)
    state, out = None, []
    for number in range(40):
        block = sound[number * HOP : (number + 1) * HOP]
        seen = (mouth,) if 10 <= number < 20 else ()
        state, result = pipeline.step(state, block, AudioOptions(), seen)
        out.append(result.block)
    heard = np.concatenate(out)[pipeline.latency :]
    np.testing.assert_allclose(heard[: 9 * HOP], sound[: 9 * HOP], atol=1e-4)
    assert np.abs(heard[10 * HOP : 19 * HOP]).max() < 0.01
    np.testing.assert_allclose(heard[20 * HOP :], sound[20 * HOP : len(heard)], atol=1e-4)


def test_a_denoiser_that_missed_a_block_is_not_heard_until_it_has_caught_up(
    sound: np.ndarray,
) -> None:
    pipeline = AudioPipeline([SoundDenoiseStage(Behind())])
    state, out, plain = None, [], []
    for number in range(40):
        block = sound[number * HOP : (number + 1) * HOP]
        state, result = pipeline.step(state, block, AudioOptions(), late=number == 20)
        out.append(result.block)
        plain.append(result.bypassed)
    heard = np.concatenate(out)[pipeline.latency :]
    np.testing.assert_allclose(heard, sound[: len(heard)], atol=1e-4)
    assert [number for number in range(40) if plain[number]] == [*range(20, 27)]


def test_a_failing_gate_leaves_plain_denoising(sound: np.ndarray) -> None:
    class Failing:
        def step(self, *_: object) -> tuple[None, np.ndarray]:
            raise RuntimeError("no lips\nand much more")

    out, results = run(masked([0.5] * 40, LipGateStage(Failing())), sound)
    np.testing.assert_allclose(out[DELAY:], 0.5 * sound[:-DELAY], atol=1e-5)
    assert not any(result.bypassed for result in results)
    assert str(results[-1].error) == "The lip gate fails (no lips) and is left out."


def test_levels_are_in_dbfs(sound: np.ndarray) -> None:
    block = np.full(HOP, 0.1, np.float32)
    assert level_db(block) == pytest.approx(-20.0, abs=0.01)
    assert level_db(np.zeros(HOP, np.float32)) == -120.0


class Gain(SoundStage[int, AudioOptions]):
    """Counts its blocks and doubles them; fails at `bad`."""

    name = "gain"
    failure = "denoiser.failed"

    def __init__(self, row: Row, bad: int | None = None) -> None:
        self.row = row  # type: ignore[misc]
        self.bad = bad

    def wanted(self, options: AudioOptions) -> bool:
        return options.strength == 1.0

    def step(
        self, state: int | None, work: SoundWork, options: AudioOptions
    ) -> tuple[int, SoundWork]:
        count = (state or 0) + 1
        if count - 1 == self.bad:
            return count, work._replace(block=work.block * np.float32(np.nan))
        return count, work._replace(block=2 * work.block)


class Later(SoundStage[np.ndarray, AudioOptions]):
    """A stage that gives out the block before."""

    name = "later"
    row = "before"
    latency = HOP
    failure = "denoiser.failed"

    def wanted(self, options: AudioOptions) -> bool:
        return True

    def step(
        self, state: np.ndarray | None, work: SoundWork, options: AudioOptions
    ) -> tuple[np.ndarray, SoundWork]:
        last = np.zeros(HOP, np.float32) if state is None else state
        return work.block, work._replace(block=last)


@pytest.mark.parametrize("row", ["before", "after"])
def test_a_stage_before_or_after_the_spectrum_changes_the_sound(
    sound: np.ndarray, row: Literal["before", "after"]
) -> None:
    quiet = sound / 4
    out, results = run(AudioPipeline([Gain(row)]), quiet)
    assert_plain(out, 2 * quiet)
    assert not any(result.bypassed for result in results)


def test_bypass_leaves_out_every_stage(sound: np.ndarray) -> None:
    stages: Stages = [
        Gain("before"),
        DenoiseStage(Mask([0.0] * 40)),
        Gain("after"),
    ]
    out, _ = run(AudioPipeline(stages), sound, [AudioOptions(bypass=True)] * 40)
    assert_plain(out, sound)


def test_a_stage_that_is_not_wanted_forgets(sound: np.ndarray) -> None:
    pipeline = AudioPipeline([Gain("after")])
    state, _ = pipeline.step(None, sound[:HOP], AudioOptions())
    assert state.stages == {"gain": 1}
    state, _ = pipeline.step(state, sound[:HOP], AudioOptions(strength=0.5))
    assert state.stages == {}


def test_a_stage_that_gives_no_sound_is_left_out_and_says_so(sound: np.ndarray) -> None:
    quiet = sound / 4
    out, results = run(AudioPipeline([Gain("after", bad=3)]), quiet)
    assert [i for i, result in enumerate(results) if result.error] == list(range(3, 40, 4))
    assert "not finite" in str(results[3].error)
    np.testing.assert_allclose(out[3 * HOP : 4 * HOP], quiet[2 * HOP : 3 * HOP], atol=1e-5)


def test_a_late_block_keeps_what_the_stages_know(sound: np.ndarray) -> None:
    pipeline = masked([1.0, 0.5, 0.25])
    state, _ = pipeline.step(None, sound[:HOP], AudioOptions())
    after, _ = pipeline.step(state, sound[:HOP], AudioOptions(), late=True)
    assert after.stages["denoise"] is state.stages["denoise"]


def test_the_latency_is_the_sum_and_recordings_come_back_aligned(sound: np.ndarray) -> None:
    pipeline = AudioPipeline([Later(), DenoiseStage(Mask([1.0] * 50))])
    assert pipeline.latency == DELAY + HOP
    channel = ChannelEnhancer(pipeline, AudioOptions(), RATE)
    out = np.concatenate([channel.push(sound[:-100]), channel.finish()])[: len(sound) - 100]
    np.testing.assert_allclose(out, sound[:-100], atol=1e-5)


def test_a_stage_may_ask_for_what_the_loudspeakers_play(sound: np.ndarray) -> None:
    class Echo(Later):
        latency = 0
        reference = True

        def step(
            self, state: np.ndarray | None, work: SoundWork, options: AudioOptions
        ) -> tuple[np.ndarray, SoundWork]:
            assert work.reference is not None
            return work.block, work._replace(block=work.block - work.reference)

    assert not masked([1.0]).reference
    pipeline = AudioPipeline([Echo()])
    assert pipeline.reference
    _, result = pipeline.step(None, sound[:HOP], AudioOptions(), reference=sound[:HOP])
    assert result.error is None and result.level_in_db > -20
    _, result = pipeline.step(None, sound[:HOP], AudioOptions(), reference=sound[:HOP])
    assert np.abs(result.block).max() == 0


def test_times_are_told_by_the_clock_that_is_given(sound: np.ndarray) -> None:
    ticks = iter(range(100))
    stages: Stages = [
        Gain("before"),
        DenoiseStage(Mask([1.0])),
        Later(),
    ]
    _, result = AudioPipeline(stages, timer=lambda: next(ticks) / 1e3).step(
        None, sound[:HOP], AudioOptions()
    )
    names = ["gain", "later", "analyse", "denoise", "synthesise"]
    assert list(result.stages) == names
    assert [result.stages[name] for name in names] == pytest.approx([1.0] * 5)
    assert AudioPipeline(stages).step(None, sound[:HOP], AudioOptions())[1].stages == {}
