"""A trial of the microphone says what happened to the voice, at the same moments."""

from __future__ import annotations

import json
import threading
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.material import spoken
from tests.waiting import until
from vcam.audio import measures
from vcam.audio.capture.contract import Captured
from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.worker import trial
from vcam.audio.worker.enhancer import Enhancer
from vcam.audio.worker.trial import TrialTape, judged
from vcam.daemon.protocol import VideoDelay
from vcam.schema.settings import Settings
from vcam.schema.trial import RESULT, SOUND, Trial
from vcam.troubles import Troubles


def tone(hertz: float) -> Block:
    return (0.1 * np.sin(2 * np.pi * hertz / RATE * np.arange(5 * RATE))).astype(np.float32)


def test_before_and_after_are_of_the_same_moments_while_the_delay_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "_BLOCKS", 150)
    voice, tape, enhancer = spoken(4.0), TrialTape(tmp_path), Enhancer(Troubles())
    for number, block in enumerate(voice.reshape(-1, HOP)):
        picture = VideoDelay(0.05 if number < 50 else 0.15, live=True)
        captured = Captured(block, number * HOP / RATE)
        _, result = enhancer.step(captured, 1, Settings(), picture, lambda moment: None)
        if tape.add(result):
            break
    until((tmp_path / RESULT).exists)
    with wave.open(str(tmp_path / SOUND), "rb") as file:
        assert (file.getframerate(), file.getnframes()) == (RATE, 150 * HOP)
        both = np.frombuffer(file.readframes(150 * HOP), "<i2").reshape(-1, 2)
    apart = np.abs(both[:, 0].astype(int) - both[:, 1])
    assert apart[3 * HOP :].max() <= 1  # without networks both are the same
    assert np.abs(both).max() > 3000
    found = Trial.model_validate(json.loads((tmp_path / RESULT).read_text()))
    assert found.removed == pytest.approx(0, abs=0.5) and found.before.width == 75


def test_what_comes_too_late_for_anybody_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "_BLOCKS", 1)
    monkeypatch.setattr(trial, "KEPT_S", 0.0)
    before = threading.enumerate()
    _, result = Enhancer(Troubles()).step(
        Captured(spoken(0.01), 0.0), 1, Settings(), VideoDelay(0.0, live=False), lambda moment: None
    )
    tape, full = TrialTape(tmp_path), False
    while not full:
        full = tape.add(result)
    for thread in set(threading.enumerate()) - set(before):
        thread.join()
    assert list(tmp_path.iterdir()) == []


def test_the_figures_are_those_of_the_standard_and_of_the_pauses() -> None:
    powers = measures.powers(measures.spectra(tone(997.0)))
    assert measures.loudness(powers) == pytest.approx(-23.0, abs=0.1)  # BS.1770-4
    noise = np.random.default_rng(0).normal(0, 0.003, 5 * RATE).astype(np.float32)
    voice = spoken(5.0)
    voice[: 2 * RATE] = 0
    found = judged(voice + noise, voice + noise * np.float32(0.1))
    assert found.removed == pytest.approx(20, abs=2)
    assert found.before.level == pytest.approx(found.after.level or 0.0, abs=0.5)
    nothing = judged(np.zeros(5 * RATE, np.float32), np.zeros(5 * RATE, np.float32))
    assert nothing.before.level is None and nothing.removed == 0


def test_the_picture_shows_a_tone_where_it_is() -> None:
    low, high = (
        measures.spectrogram(measures.spectra(tone(frequency)))[:, 20].argmax()
        for frequency in (300.0, 3000.0)
    )
    assert high < low  # high tones above
