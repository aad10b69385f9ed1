"""The demo's sound: a computer's voice in a noisy room, in step with the demo's picture."""

from __future__ import annotations

from typing import Self

import numpy as np
import soundfile as sf

from vcam import demo
from vcam.audio.capture.contract import Captured, Microphone, MicrophoneChoice
from vcam.audio.capture.pace import Pace
from vcam.audio.frames import HOP, RATE, Block


class DemoMicrophone(Microphone):
    """Gives the loop's blocks in real time."""

    label = "demo"

    def __init__(self) -> None:
        self._loop = load_loop()
        self._pace = Pace()

    @classmethod
    def open(cls, choice: MicrophoneChoice) -> Self:
        return cls()

    def read(self) -> Captured:
        self.dropped += self._pace.missed()
        captured = self._pace.wait()
        block = self._loop[int(demo.place(captured + HOP / RATE / 2))]
        return Captured(block.copy(), captured)

    def close(self) -> None:
        """There is nothing to let go."""


def load_loop() -> np.ndarray:
    """The whole loop, float32 (T, 480): one block for each value of `demo.mouth()`."""
    samples, _ = sf.read(demo.ASSETS / "demo_sound.opus", dtype="float32")
    blocks: Block = samples[: len(demo.mouth()) * HOP].reshape(-1, HOP)
    return blocks
