"""The demo's sound: a computer's voice in a noisy room, in step with the demo's picture."""

from __future__ import annotations

import time

import numpy as np
import soundfile as sf

from vcam import demo
from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.microphone import Captured, Microphone


class DemoMicrophone(Microphone):
    """Gives the loop's blocks in real time."""

    label = "demo"

    def __init__(self) -> None:
        self._loop = load_loop()
        self._next = int(time.monotonic() * RATE / HOP) + 1

    def read(self) -> Captured:
        now = time.monotonic()
        newest = int(now * RATE / HOP)
        if newest - self._next > 20:  # the machine slept, or nobody asked
            self.dropped += newest - self._next
            self._next = newest
        captured = self._next * HOP / RATE
        # A block is there once its last sample was captured.
        time.sleep(max(0.0, captured + HOP / RATE - now))
        self._next += 1
        block = self._loop[int(demo.place(captured + HOP / RATE / 2))]
        return Captured(block.copy(), captured)

    def close(self) -> None:
        """There is nothing to let go."""


def load_loop() -> np.ndarray:
    """The whole loop, float32 (T, 480): one block for each value of `demo.mouth()`."""
    samples, _ = sf.read(demo.ASSETS / "demo_sound.opus", dtype="float32")
    blocks: Block = samples[: len(demo.mouth()) * HOP].reshape(-1, HOP)
    return blocks
