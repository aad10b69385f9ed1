from collections.abc import Callable

import numpy as np

from vcam.audio import frames
from vcam.audio.frames import BINS, DELAY, HOP, RATE


def through(
    sound: np.ndarray, change: Callable[[np.ndarray], np.ndarray] = lambda spectrum: spectrum
) -> np.ndarray:
    history, overlap = frames.start()
    out = []
    for block in sound.reshape(-1, HOP):
        history, spectrum = frames.analyse(history, block)
        overlap, finished = frames.synthesise(overlap, change(spectrum))
        out.append(finished)
    return np.concatenate(out)


def test_unchanged_spectrum_gives_the_input_one_block_late() -> None:
    sound = np.random.default_rng(1).uniform(-1, 1, 50 * HOP).astype(np.float32)
    out = through(sound)
    assert np.abs(out[DELAY:] - sound[:-DELAY]).max() < 1e-5
    assert np.abs(out[:DELAY]).max() < 1e-5


def test_everything_stays_single_precision() -> None:
    history, overlap = frames.start()
    history, spectrum = frames.analyse(history, np.ones(HOP, np.float32))
    overlap, out = frames.synthesise(overlap, spectrum)
    assert spectrum.dtype == np.complex64 and spectrum.shape == (BINS,)
    assert {history.dtype, overlap.dtype, out.dtype} == {np.dtype(np.float32)}
    assert out.shape == (HOP,)


def test_states_are_values_and_can_be_used_again() -> None:
    rng = np.random.default_rng(2)
    first, second = rng.uniform(-1, 1, (2, HOP)).astype(np.float32)
    history, _ = frames.analyse(frames.start().history, first)
    kept = history.copy()
    _, once = frames.analyse(history, second)
    _, again = frames.analyse(history, second)
    assert np.array_equal(once, again) and np.array_equal(history, kept)


def test_delay_is_within_twenty_milliseconds() -> None:
    click = np.zeros(20 * HOP, np.float32)
    click[5 * HOP + 100] = 1
    late = int(np.argmax(np.abs(through(click)))) - (5 * HOP + 100)
    assert late == DELAY
    # a block is collected first, then comes out DELAY later
    assert (late + HOP) / RATE <= 0.020


def test_harmonics_of_a_low_voice_are_parted() -> None:
    """25 Hz bins: a dip between harmonics 100 Hz apart, which a 20 ms window would not show."""
    t = np.arange(RATE // 2) / RATE
    voice = np.sin(2 * np.pi * 100 * np.outer(np.arange(1, 20), t)).mean(0).astype(np.float32)
    history = frames.start().history
    for block in voice.reshape(-1, HOP):
        history, spectrum = frames.analyse(history, block)
    power = np.abs(spectrum) ** 2
    bins = np.arange(1, 19) * 4
    assert power[bins].mean() > 10 * power[bins + 2].mean()
