"""The network `separation`: who of those in view makes what of the sound.

It hears the mixture up to 8 kHz and sees what each mouth can be saying (net 2 of the lip gate), and
gives a complex mask for each.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from vcam.networks.graph import Graph
from vcam.networks.models import Model

Halves = NDArray[np.float32]
Spectra = NDArray[np.complex64]

BINS = 320
"""Frequencies from 0 on, 25 Hz apart; what is at 8 kHz and above follows those below."""
LIPS = 21
"""What the lips say in one step: two blocks' masks of ten bands, and 1 where they are seen."""
COMPRESSION = 0.3
"""The exponent that magnitudes are heard with."""
RATE, WINDOW, HOP = 16_000, 640, 320
"""Of the sound that is heard: 40 ms every 20."""


class Separator:
    """Takes the model `separation`. Holds no state."""

    GRAPH: ClassVar = Graph(
        {"heard": ("steps", BINS, 2), "lips": ("talkers", "steps", LIPS)},
        {"masks": ("talkers", "steps", BINS, 2)},
    )

    def __init__(self, model: Model) -> None:
        self._model = model

    def masks(self, mixture: Spectra, lips: NDArray[np.float32]) -> Spectra:
        """Complex masks ``(N, T, BINS)``, of spectra ``(T, BINS)`` and what the lips of N talkers
        say, ``(N, T, LIPS)``."""
        masks = self._model.run({"heard": heard(mixture), "lips": lips})["masks"]
        return np.ascontiguousarray(masks).view(np.complex64)[..., 0]


def spectra(sound: NDArray[np.floating], window: int = WINDOW) -> Spectra:
    """Spectra ``(T, window / 2 + 1)`` of windows that lie half on each other."""
    windows = np.lib.stride_tricks.sliding_window_view(sound, window)[:: window // 2]
    return np.fft.rfft(windows * _shape(window)).astype(np.complex64)


def halves_of(spectra: NDArray[np.complexfloating]) -> tuple[Halves, Halves]:
    """The first and second halves ``(T, window / 2)`` of the windows: each second one and the next
    first one together are the sound again."""
    window = 2 * (spectra.shape[-1] - 1)
    parts = (np.fft.irfft(spectra, window) * _shape(window)).astype(np.float32)
    return parts[:, : window // 2], parts[:, window // 2 :]


def steps_of(said: NDArray[np.floating], seen: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Masks ``(T, bands)`` of blocks and whether the mouth was seen, as the network takes them,
    ``(T / 2, LIPS)``."""
    count = len(said) // 2
    pairs = (said * seen[:, None])[: 2 * count].reshape(count, -1)
    both = seen[: 2 * count : 2] & seen[1 : 2 * count : 2]
    return np.concatenate([pairs, both[:, None]], 1).astype(np.float32)


def heard(mixture: Spectra) -> NDArray[np.float32]:
    """Spectra ``(T, BINS)`` as the network hears them, real and imaginary part ``(T, BINS, 2)``:
    compressed, and whatever their level."""
    magnitude = np.abs(mixture)
    compressed = mixture * np.maximum(magnitude, 1e-8) ** (COMPRESSION - 1)
    level = np.sqrt(np.square(np.abs(compressed)).mean())
    scaled = (compressed / max(float(level), 1e-6)).astype(np.complex64)
    return np.ascontiguousarray(scaled).view(np.float32).reshape(*mixture.shape, 2)


def _shape(window: int) -> NDArray[np.float32]:
    """The root of Hann's window: with itself and half a window on it adds up to 1."""
    return np.sqrt(np.hanning(window + 1)[:-1]).astype(np.float32)
