"""Muted is silent: soon, without a click, and whatever else goes wrong."""

from typing import Any

import numpy as np
import pytest

from tests.audio.test_pipeline import Gain, Mask, run, tone
from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.pipeline import AudioPipeline, AudioState
from vcam.audio.stages.contract import SoundStage, SoundWork
from vcam.audio.stages.denoise import DenoiseStage
from vcam.audio.stages.mute import FADE, MuteOptions, MuteStage, MuteState
from vcam.audio.stages.order import AudioOptions, call_stages, sound_stages
from vcam.schema.errors import VcamError
from vcam.schema.recordings import for_recordings

BLOCKS = 60
OFF, ON = 20, 40
"""The blocks from which the mute is on, and off again."""


def muted(**also: Any) -> list[AudioOptions]:
    return [AudioOptions(mute=OFF <= i < ON, **also) for i in range(BLOCKS)]


def call(*stages: SoundStage[Any, AudioOptions]) -> AudioPipeline:
    return AudioPipeline([*stages, *call_stages(None)])


@pytest.mark.parametrize("bypass", [False, True])
def test_it_is_silent_within_30_ms_and_heard_again_as_soon(bypass: bool) -> None:
    sound = tone(BLOCKS)
    plain, _ = run(call(), sound, [AudioOptions(bypass=bypass)] * BLOCKS)
    out, results = run(call(), sound, muted(bypass=bypass))
    soon = RATE * 30 // 1000 - HOP  # a block is under way when the key is pressed
    np.testing.assert_array_equal(out[: OFF * HOP], plain[: OFF * HOP])
    assert not out[OFF * HOP + soon : ON * HOP].any()
    np.testing.assert_array_equal(out[ON * HOP + soon :], plain[ON * HOP + soon :])
    assert results[ON - 1].level_in_db > -20 and results[ON - 1].level_out_db == -120
    assert not any(result.error or result.bypassed for result in results)


def test_the_edges_do_not_click() -> None:
    """Neither a step nor what an ear would take for one: sound far above the tone's own."""
    sound = tone(BLOCKS)
    out, _ = run(call(), sound, muted())
    steady = out[5 * HOP : 15 * HOP]
    assert np.abs(np.diff(out[HOP:])).max() <= 1.05 * np.abs(np.diff(steady)).max()
    assert above_4_khz(out, OFF) < -90.0 and above_4_khz(out, ON) < -90.0
    cut = np.where(np.arange(len(sound)) < OFF * HOP + 40, sound, np.float32(0))
    assert above_4_khz(cut, OFF) > -50.0  # what a cut would be


def above_4_khz(sound: Block, block: int) -> float:
    """dB of the power above 4 kHz against all of a plain tone's, in 60 ms around a block."""
    window = np.blackman(6 * HOP)
    power = np.abs(np.fft.rfft(window * sound[(block - 2) * HOP : (block + 4) * HOP])) ** 2
    whole = np.abs(np.fft.rfft(window * tone(6))) ** 2
    high = np.fft.rfftfreq(6 * HOP, 1 / RATE) > 4000
    return float(10 * np.log10(power[high].sum() / whole.sum()))


def test_a_fade_turns_around_half_way() -> None:
    sound = np.full(BLOCKS * HOP, 0.5, np.float32)
    options = [AudioOptions(mute=i == OFF) for i in range(BLOCKS)]
    out, _ = run(call(), sound, options)
    around = out[(OFF - 1) * HOP : (OFF + 3) * HOP]
    assert around.min() == pytest.approx(0.25, abs=1e-3)
    assert np.abs(np.diff(around)).max() < 0.5 * np.pi / FADE
    np.testing.assert_allclose(out[(OFF + 2) * HOP :], 0.5, atol=1e-6)


def test_its_state_is_a_value() -> None:
    """A step can be done again, and goes on from any that was kept."""
    pipeline, sound = call(), tone(BLOCKS)
    states: list[AudioState | None] = [None]
    blocks = []
    for i, option in enumerate(muted()):
        state, result = pipeline.step(states[-1], sound[i * HOP : (i + 1) * HOP], option)
        states.append(state)
        blocks.append(result.block)
    for i in (OFF, OFF + 1, ON, ON + 1):
        again = call().step(states[i], sound[i * HOP : (i + 1) * HOP], muted()[i])[1]
        np.testing.assert_array_equal(again.block, blocks[i])


def test_a_stream_that_begins_muted_is_never_heard() -> None:
    """A microphone that is plugged in again, or a daemon that is started again."""
    out, _ = run(call(), tone(BLOCKS), [AudioOptions(mute=True)] * BLOCKS)
    assert not out.any()


@pytest.mark.parametrize(
    "failing",
    [
        DenoiseStage(Mask([RuntimeError("no memory")] * BLOCKS)),
        DenoiseStage(Mask([np.nan] * BLOCKS)),
        Gain("before", bad=0),
        Gain("after", bad=0),
    ],
)
def test_it_holds_whatever_fails(failing: SoundStage[Any, AudioOptions]) -> None:
    out, results = run(call(failing), tone(BLOCKS), muted())
    assert not out[(OFF + 2) * HOP : ON * HOP].any() and out[ON * HOP :].any()
    assert all(result.error for result in results)


def test_a_late_block_stays_muted() -> None:
    out, _ = run(call(DenoiseStage(Mask([1.0] * BLOCKS))), tone(BLOCKS), muted(), late=True)
    assert not out[(OFF + 2) * HOP : ON * HOP].any()


def test_a_mute_that_fails_is_silence_while_it_is_on_and_not_else() -> None:
    class Failing(MuteStage):
        def step(
            self, state: MuteState | None, work: SoundWork, options: MuteOptions
        ) -> tuple[MuteState, SoundWork]:
            raise RuntimeError("no fade")

    sound = tone(BLOCKS)
    plain, _ = run(AudioPipeline(), sound)
    out, results = run(AudioPipeline([Failing()]), sound, muted())
    assert not out[OFF * HOP : ON * HOP].any()
    np.testing.assert_array_equal(out[: OFF * HOP], plain[: OFF * HOP])
    np.testing.assert_array_equal(out[ON * HOP :], plain[ON * HOP :])
    assert all("no fade" in str(result.error) for result in results)


def test_it_knows_whether_somebody_speaks_into_it() -> None:
    """Not for a cough, not without the mute, and no longer once it is quiet."""

    def spoken(loud: int, quiet: int, *, mute: bool = True) -> bool:
        state: AudioState | None = None
        for sound in (tone(loud), np.zeros(quiet * HOP, np.float32)):
            for block in sound.reshape(-1, HOP):
                state, _ = call().step(state, block, AudioOptions(mute=mute))
        assert state is not None
        return bool(state.stages[MuteStage.name].spoken_to)

    assert spoken(150, 50) and not spoken(50, 0) and not spoken(150, 200)
    assert not spoken(150, 0, mute=False)


def test_recordings_of_others_have_none() -> None:
    assert not any(stage.name == MuteStage.name for stage in sound_stages(None))
    with pytest.raises(VcamError, match="no 'mute'"):
        for_recordings(mute=True)
