"""Streaming short-time Fourier analysis and synthesis, 10 ms at a time.

The windows are asymmetric (Mauler and Martin, "A low delay, variable resolution, perfect
reconstruction spectral analysis-synthesis system", EUSIPCO 2007): the analysis looks back
``LOOKBACK`` samples (40 ms, bins of 25 Hz, fine enough to part the harmonics of a voice) while
synthesis uses only the newest ``WINDOW`` of them (20 ms). Their product over that part is a
periodic Hann window, so an unchanged spectrum comes out as the input, ``DELAY`` samples late:
the fine resolution costs no delay.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
HOP = 480  # one block, 10 ms
WINDOW = 2 * HOP  # what synthesis overlaps and adds
LOOKBACK = 4 * HOP  # what analysis sees
BINS = LOOKBACK // 2 + 1
DELAY = HOP  # output block t holds input block t - 1

Block = NDArray[np.float32]
Spectrum = NDArray[np.complex64]


def _windows() -> tuple[Block, Block]:
    rise = np.sin(np.pi * np.arange(LOOKBACK - HOP) / (2 * (LOOKBACK - HOP)))
    fall = np.cos(np.pi * np.arange(HOP) / WINDOW)
    analysis = np.concatenate([rise, fall])
    product = np.sin(np.pi * np.arange(WINDOW) / WINDOW) ** 2
    synthesis = np.zeros(LOOKBACK)
    synthesis[-WINDOW:] = product / np.maximum(analysis[-WINDOW:], 1e-9)
    synthesis[-HOP:] = fall  # where the quotient would be 0/0 at the far end
    return analysis.astype(np.float32), synthesis.astype(np.float32)


ANALYSIS, SYNTHESIS = _windows()
_NEWEST = SYNTHESIS[-WINDOW:]
FREQUENCIES: NDArray[np.float32] = np.linspace(0, RATE / 2, BINS, dtype=np.float32)


class FrameState(NamedTuple):
    """What one block leaves behind for the next."""

    history: Block  # (LOOKBACK - HOP,) newest input
    overlap: Block  # (HOP,) half-finished output


def start() -> FrameState:
    """The state before the first block: silence."""
    return FrameState(np.zeros(LOOKBACK - HOP, np.float32), np.zeros(HOP, np.float32))


def analyse(history: Block, block: Block) -> tuple[Block, Spectrum]:
    """The new history and the spectrum, complex64 ``(BINS,)``, of the newest 40 ms.

    Args:
        history: float32 ``(LOOKBACK - HOP,)``, the samples before `block`.
        block: float32 ``(HOP,)`` in [-1, 1].
    """
    recent = np.concatenate([history, block])
    return recent[HOP:], np.fft.rfft(recent * ANALYSIS).astype(np.complex64, copy=False)


def synthesise(overlap: Block, spectrum: Spectrum) -> tuple[Block, Block]:
    """The new overlap and the finished block, float32 ``(HOP,)``, `DELAY` samples late."""
    frame = np.fft.irfft(spectrum, LOOKBACK)[-WINDOW:].astype(np.float32, copy=False) * _NEWEST
    return frame[HOP:], overlap + frame[:HOP]
