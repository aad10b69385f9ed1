"""What is said of a piece of sound: how loud it is, how loud between the words, and its picture.

Loudness is that of ITU-R BS.1770-4 and EBU R 128: K-weighted power in gating blocks of 400 ms, an
absolute gate at −70 LUFS and a relative one 10 LU below the mean.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vcam.audio.frames import FREQUENCIES, HOP, LOOKBACK, RATE, Block

QUIETEST = -120.0
"""LUFS; what is softer counts as this."""
ROWS, COLUMN = 96, 2
"""A spectrogram's height, and how many blocks of 10 ms a column stands for."""

Powers = NDArray[np.float64]
"""K-weighted mean squares of the 40 ms around each block of 10 ms."""

_ABSOLUTE, _RELATIVE = -70.0, 10.0  # LUFS, LU
_MOMENT, _STEP = 40, 10  # blocks of a gating block, and between two of them
_PAUSES = 0.2  # of all blocks: speech pauses for more than that
_LOW, _HIGH = 80.0, 12_000.0  # Hz
_DARK, _BRIGHT = -100.0, -30.0  # dB of a row's power


def spectra(sound: Block) -> NDArray[np.float32]:
    """Power spectra ``(blocks, BINS)`` of the 40 ms around each block; their sum is the mean
    square."""
    window = np.hanning(LOOKBACK).astype(np.float32)
    padded = np.pad(sound, (LOOKBACK // 2 - HOP // 2, LOOKBACK))
    frames = np.lib.stride_tricks.sliding_window_view(padded, LOOKBACK)[::HOP][: len(sound) // HOP]
    transformed = np.fft.rfft(frames * window)
    scale = 2.0 / (LOOKBACK * float(window @ window))
    power: NDArray[np.float32] = (np.abs(transformed) ** 2 * scale).astype(np.float32)
    return power


def powers(spectra: NDArray[np.float32]) -> Powers:
    return spectra.astype(np.float64) @ k_weighting(FREQUENCIES)


def loudness(powers: Powers) -> float | None:
    """Integrated loudness in LUFS; None where nothing is above −70."""
    moments = np.lib.stride_tricks.sliding_window_view(powers, _MOMENT)[::_STEP].mean(1)
    loud = moments[moments > _power(_ABSOLUTE)]
    if not len(loud):
        return None
    return lufs(float(loud[loud > loud.mean() * 10 ** (-_RELATIVE / 10)].mean()))


def pauses(powers: Powers) -> NDArray[np.intp]:
    """The numbers of the quietest blocks, a fifth of all: what is heard there is noise."""
    return np.argsort(powers)[: max(1, int(_PAUSES * len(powers)))]


def lufs(power: float) -> float:
    return -0.691 + 10.0 * float(np.log10(max(power, _power(QUIETEST))))


def spectrogram(spectra: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A picture ``(ROWS, columns)`` on the mel scale, high tones above: 0 is at most −100 dB and
    255 at least −30."""
    columns = len(spectra) // COLUMN
    merged = spectra[: columns * COLUMN].reshape(columns, COLUMN, -1).mean(1)
    level = 10 * np.log10(merged @ _mel().T + 1e-15)
    part = np.clip((level - _DARK) / (_BRIGHT - _DARK), 0, 1)
    return np.ascontiguousarray((255 * part).astype(np.uint8).T[::-1])


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


def k_weighting(hertz: NDArray[np.floating]) -> NDArray[np.float64]:
    """The power response of both filters of BS.1770-4 at 48 kHz."""
    z = np.exp(-2j * np.pi * hertz.astype(np.float64) / RATE)
    shelf = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z**2) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z**2
    )
    high_pass = (1 - 2 * z + z**2) / (1 - 1.99004745483398 * z + 0.99007225036621 * z**2)
    return np.asarray(np.abs(shelf * high_pass) ** 2, np.float64)


def _mel() -> NDArray[np.float32]:
    """Triangles ``(ROWS, BINS)`` with tops of 1, evenly spaced in mel."""
    low, high = (2595 * np.log10(1 + hertz / 700) for hertz in (_LOW, _HIGH))
    edges = np.linspace(low, high, ROWS + 2)
    hertz = 700 * (10 ** (edges / 2595) - 1)
    width = np.maximum(np.diff(hertz), RATE / LOOKBACK)[:, None]  # no narrower than a bin
    rising = (FREQUENCIES - hertz[:-2, None]) / width[:-1]
    falling = (hertz[2:, None] - FREQUENCIES) / width[1:]
    return np.clip(np.minimum(rising, falling), 0, 1).astype(np.float32)
