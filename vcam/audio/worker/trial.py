"""Keeps ten seconds of the microphone, before and after, for a person to hear and to see."""

from __future__ import annotations

import base64
import logging
import time
import wave
from pathlib import Path
from threading import Thread

import numpy as np
from numpy.typing import NDArray

from vcam.audio import measures
from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.pipeline import AudioResult
from vcam.schema.trial import KEPT_S, RESULT, SECONDS, SOUND, Side, Trial

_BLOCKS = SECONDS * RATE // HOP

log = logging.getLogger(__name__)


class TrialTape:
    """`add` belongs to the sound's thread, any may ask for the `seconds`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._begun = time.monotonic()
        self._heard: list[Block] = []
        self._sent: list[Block] = []
        self._places: list[int] = []

    @property
    def seconds(self) -> float:
        """How much is there."""
        return len(self._sent) * HOP / RATE

    def add(self, result: AudioResult) -> bool:
        """Takes what came in and what leaves; True when it is enough.

        Then a thread of its own measures it and writes it down, unless a microphone that was long
        in coming has made it so late that nobody would take it away again.
        """
        place = len(self._heard) * HOP - result.late
        self._heard.append(result.heard)
        if place < 0:
            return False  # from before
        self._places.append(place)
        self._sent.append(result.block)
        if len(self._sent) < _BLOCKS:
            return False
        if time.monotonic() - self._begun < KEPT_S / 2:
            Thread(target=self._write, name="trial", daemon=True).start()
        return True

    def _write(self) -> None:
        after = np.concatenate(self._sent)
        heard = np.concatenate(self._heard)
        before = np.concatenate([heard[place : place + HOP] for place in self._places])
        part = self._folder / f"{RESULT}.part"
        try:
            with wave.open(str(self._folder / SOUND), "wb") as file:
                file.setparams((2, 2, RATE, 0, "NONE", ""))
                stereo = np.stack([before, after], axis=1)
                file.writeframes((np.clip(stereo, -1, 1) * 32767).astype("<i2").tobytes())
            part.write_text(judged(before, after).model_dump_json())
            part.replace(self._folder / RESULT)
        except OSError as error:
            log.warning("the trial cannot be kept: %s", error)


def judged(before: Block, after: Block) -> Trial:
    """What is said of both, float32 of the same length."""
    shapes = [measures.spectra(sound) for sound in (before, after)]
    powers = [measures.powers(shape) for shape in shapes]
    quiet = measures.pauses(powers[0])
    sides = [
        Side(
            level=measures.loudness(power),
            noise=measures.lufs(float(power[quiet].mean())),
            **_drawn(measures.spectrogram(shape)),
        )
        for shape, power in zip(shapes, powers, strict=True)
    ]
    return Trial(before=sides[0], after=sides[1])


def _drawn(picture: NDArray[np.uint8]) -> dict[str, str | int]:
    height, width = picture.shape
    data = base64.b64encode(picture.tobytes()).decode()
    return {"spectrogram": data, "width": width, "height": height}
