"""A voice comes out at one loudness: soon, without pumping, and with no peak that clips.

Speech and other sounds are told apart by the real detector.
"""

from __future__ import annotations

import pickle
import platform
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.material import spoken
from vcam.audio import measures
from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.pipeline import AudioPipeline, AudioResult, AudioState
from vcam.audio.speech_detector import open_detector
from vcam.audio.stages.level import CEILING, TARGET, LevelStage
from vcam.audio.stages.order import AudioOptions, call_stages
from vcam.networks.sound import open_sound
from vcam.schema.errors import VcamError
from vcam.schema.presets import SHIPPED

SETTLED = 3 * RATE
ON = AudioOptions(level=True, denoise=False)


@cache
def pipeline() -> AudioPipeline:
    return AudioPipeline([LevelStage(open_detector())])


def run(
    sound: Block, options: list[AudioOptions] | None = None, state: AudioState | None = None
) -> tuple[Block, list[float], AudioState, list[AudioResult]]:
    out, gains, results = [], [], []
    for number, block in enumerate(sound.reshape(-1, HOP)):
        state, result = pipeline().step(state, block, options[number] if options else ON)
        known = state.stages.get(LevelStage.name)
        gains.append(known.gain - known.eased if known else 0.0)
        out.append(result.block)
        results.append(result)
    assert state is not None
    return np.concatenate(out), gains, state, results


def at(sound: Block, decibel: float) -> Block:
    """The sound at an RMS of so many dBFS, clipped where that is too much."""
    scaled = sound * 10 ** (decibel / 20) / np.sqrt(np.square(sound).mean())
    return np.clip(scaled, -1, 1).astype(np.float32)


def loudness(sound: Block) -> float | None:
    return measures.loudness(measures.powers(measures.spectra(sound)))


def true_peak(sound: Block) -> float:
    """dBTP, at eight times the rate."""
    spectrum = np.fft.rfft(sound.astype(float))
    dense = np.fft.irfft(spectrum, 8 * len(sound)) * 8
    return float(20 * np.log10(np.abs(dense).max() + 1e-9))


@pytest.mark.parametrize("decibel", [-50, -6])
def test_a_voice_comes_out_at_its_loudness_from_the_fourth_second_on(decibel: float) -> None:
    out, _, _, results = run(at(spoken(6.0), decibel))
    assert loudness(out[SETTLED:]) == pytest.approx(TARGET, abs=2.0)
    assert true_peak(out) <= CEILING
    assert not any(result.error for result in results)


def test_a_pause_moves_nothing_and_a_noise_in_it_is_not_lifted() -> None:
    voice = at(spoken(4.0), -40)
    noise = at(np.random.default_rng(1).normal(0, 1, 2 * RATE).astype(np.float32), -40)
    room = noise * np.float32(1e-3)
    _, gains, state, _ = run(np.concatenate([voice, room]))
    assert gains[400] > 10 and np.ptp(gains[400:]) < 1.0
    out, _, state, _ = run(noise, state=state)
    assert measures.lufs(float(np.square(out[-RATE:]).mean())) < -39.5
    _, gains, _, _ = run(voice[: 2 * RATE], state=state)
    assert gains[0] < 1 and gains[-1] > 10  # and comes back with the voice


def test_what_is_no_voice_is_never_lifted() -> None:
    random, time = np.random.default_rng(2), np.arange(2 * RATE) / RATE
    steady = random.normal(0, 1, 2 * RATE)
    cry = np.sign(np.sin(2 * np.pi * (450 + 60 * np.sin(9 * time)) * time)) * (time % 1 < 0.7)
    ticks = np.where(time % 0.5 < 0.01, steady, 0.0)
    for noise in (steady, cry, ticks):
        sound = at(noise.astype(np.float32), -40)
        out, gains, _, _ = run(sound)
        assert max(gains) == 0.0
        assert np.square(out).sum() <= 1.01 * np.square(sound).sum()


def test_crying_and_barking_are_no_voices(data_dir: Path) -> None:
    for name in ("esc10__004---Baby-cry_00", "esc10__001---Dog-bark_00"):
        file = data_dir / "audio" / "noise" / "dev" / f"{name}.opus"
        noise, _ = soundfile.read(file, frames=3 * RATE, dtype="float32")
        assert max(run(at(noise, -40))[1]) < 1.0, name


def test_a_loud_voice_after_a_quiet_one_is_turned_down_at_once() -> None:
    voice = spoken(4.0)
    out, _, _, _ = run(np.concatenate([at(voice, -45), at(voice, -12)]))
    assert true_peak(out) <= CEILING
    powers = measures.powers(measures.spectra(out[4 * RATE :]))
    assert measures.lufs(float(powers.max())) < TARGET + 15
    assert loudness(out[7 * RATE :]) == pytest.approx(TARGET, abs=2.5)


def test_switching_it_and_bypassing_do_not_click() -> None:
    hum = (0.1 * np.sin(2 * np.pi * 300 / RATE * np.arange(RATE))).astype(np.float32)
    sound = np.concatenate([at(spoken(4.0), -20), hum])
    for off in (AudioOptions(denoise=False), AudioOptions(level=True, bypass=True)):
        options = [ON] * 450 + [off] * 50
        out, gains, _, _ = run(sound, options)
        assert abs(gains[440]) > 1
        steps = np.abs(np.diff(out[420 * HOP :]))
        assert steps.max() < 1.2 * np.abs(np.diff(hum)).max()
        np.testing.assert_allclose(out[-10 * HOP :], sound[-11 * HOP : -HOP], atol=1e-4)


def test_its_state_is_a_value() -> None:
    voice = at(spoken(1.6), -40)
    whole, _, _, _ = run(voice)
    _, _, state, _ = run(voice[: RATE // 2 + 2 * HOP])
    rest, _, _, _ = run(voice[RATE // 2 + 2 * HOP :], state=pickle.loads(pickle.dumps(state)))
    np.testing.assert_array_equal(rest, whole[RATE // 2 + 2 * HOP :])


def test_with_the_denoiser_too_and_last_before_the_mute() -> None:
    stages = call_stages(open_sound(lips=False), detector=open_detector())
    assert [stage.name for stage in stages][-2:] == ["level", "mute"]
    state: AudioState | None = None
    for block in at(spoken(2.0), -35).reshape(-1, HOP):
        state, result = AudioPipeline(stages).step(state, block, AudioOptions(level=True))
        assert not result.errors
    assert state is not None and state.stages[LevelStage.name].gain > 3


def test_without_the_package_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = sys.modules["vcam.audio.speech_detector"]
    monkeypatch.setattr(module, "_PACKAGE", "silero-vad-of-nobody")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    with pytest.raises(VcamError, match=r"install vcam again\.$"):
        open_detector()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the package has all machines")
def test_where_there_is_no_such_package_nobody_is_told_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module: Any = sys.modules["vcam.audio.speech_detector"]
    monkeypatch.setattr(module, "_PACKAGE", "silero-vad-of-nobody")
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    with pytest.raises(VcamError, match="on ARM yet"):
        open_detector()


def test_music_keeps_its_loudness() -> None:
    assert SHIPPED["Music"]["level"] is False
