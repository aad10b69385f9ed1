"""The Enhanced Microphone through a virtual cable: VB-Cable on Windows, BlackHole on macOS.

Not yet run on either system.
"""

from __future__ import annotations

import sys
from collections import deque
from threading import Lock
from typing import Any

import numpy as np
import soxr

from vcam.audio import portaudio
from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.publish.registry import Publisher, PublishError

_QUEUE = 4  # blocks
_HELP = {
    "win32": "install VB-Cable (https://vb-audio.com/Cable) and choose 'CABLE Output' in your call",
    "darwin": "install BlackHole (brew install blackhole-2ch) and choose 'BlackHole' in your call",
}


class CablePublisher(Publisher):
    """Plays into the virtual cable at its own rate; apps record from its other end.

    Raises PublishError when no cable is installed or it cannot be opened.
    """

    delay = 0.03

    def __init__(self) -> None:
        wanted = portaudio.CABLES.get(sys.platform, "\0")
        found = [
            (index, device)
            for index, device in enumerate(portaudio.devices())
            if device["max_output_channels"] > 0 and device["name"].startswith(wanted)
        ]
        if not found:
            raise PublishError(
                "There is no virtual microphone: "
                f"{_HELP.get(sys.platform, 'this system has no virtual cable vcam knows')}."
            )
        self._index, device = found[0]
        self.label = str(device["name"])
        self._rate = float(device["default_samplerate"])
        self._lock = Lock()
        self._samples: deque[np.ndarray] = deque()
        self._stream: Any = None

    @property
    def problem(self) -> str | None:
        return None

    @property
    def readers(self) -> tuple[str, ...] | None:
        return None

    def start(self) -> None:
        if self._stream is None:
            self._open()

    def write(self, block: Block) -> None:
        self.start()
        if not self._stream.active:
            self.rest()
            raise PublishError(f"{self.label} no longer takes our sound.")
        resampled = block if self._resampler is None else self._resampler.resample_chunk(block)
        with self._lock:
            self._samples.append(resampled)
            while len(self._samples) > _QUEUE:
                self._samples.popleft()
                self.xruns += 1

    def rest(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            portaudio.close(stream)
        self._samples.clear()

    def close(self, *, remove: bool) -> None:
        self.rest()

    def _open(self) -> None:
        library = portaudio.library()
        self._left = np.zeros(0, np.float32)
        same = self._rate == RATE
        self._resampler = (
            None if same else soxr.ResampleStream(RATE, self._rate, 1, "float32", "MQ")
        )
        try:
            self._stream = library.OutputStream(
                device=self._index,
                samplerate=self._rate,
                channels=1,
                blocksize=round(self._rate * HOP / RATE),
                dtype="float32",
                latency="low",
                callback=self._wanted,
            )
            portaudio.opened(self._stream)
            self._stream.start()
        except library.PortAudioError as error:
            raise PublishError(f"{self.label} cannot be opened ({error}).") from error

    def _wanted(self, out: Any, frames: int, _when: Any, _flags: Any) -> None:
        with self._lock:
            parts = [self._left, *self._samples]
            self._samples.clear()
        samples = np.concatenate(parts)
        now, self._left = samples[:frames], samples[frames:][-_QUEUE * frames :]
        out[: len(now), 0] = now
        out[len(now) :, 0] = 0.0
        self.xruns += len(now) < frames
