"""The Enhanced Microphone through a virtual cable, VB-Cable on Windows and BlackHole on macOS, and
what plays for the Enhanced Speaker, which is a second cable: VB-Cable A, BlackHole 16ch.

Not yet run on either system.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import Any

import numpy as np
import soxr

from vcam.audio import portaudio
from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.publish.contract import MicrophonePublisher, PublishError
from vcam.schema.reasons import Reason

_QUEUE = 4  # blocks
_HELP = {
    "win32": Reason.of("cable.install_vb"),
    "darwin": Reason.of("cable.install_blackhole"),
}


class CablePublisher(MicrophonePublisher):
    """Plays into the virtual cable at its own rate; apps record from its other end."""

    kind = "cable"
    delay = 0.03
    """Until PortAudio tells what it is."""

    def __init__(self, changed: Callable[[], None]) -> None:
        super().__init__(changed)
        self._lock = Lock()
        self._samples: deque[np.ndarray] = deque()
        self._stream: Any = None

    @classmethod
    def obstacle(cls) -> Reason | None:
        return None if _cable() else _absence()

    def open(self) -> None:
        self.name = str(self._found()["name"])

    def readers(self) -> None:
        return None

    def wake(self) -> None:
        if self._stream is None:
            self._start()

    def send(self, block: Block) -> None:
        self.wake()
        if not self._stream.active:
            self.rest()
            raise PublishError("cable.stopped", device=self.name)
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

    def close(self, *, remove: bool = True) -> None:
        self.rest()

    def _found(self) -> dict[str, Any]:
        """PortAudio's description of the device that is played on. Raises PublishError where it is
        not there."""
        if (found := _cable()) is None:
            raise PublishError(_absence())
        return found

    def _start(self) -> None:
        library = portaudio.library()
        device = self._found()
        self.name = str(device["name"])
        rate = float(device["default_samplerate"])
        self._left = np.zeros(0, np.float32)
        same = rate == RATE
        self._resampler = None if same else soxr.ResampleStream(RATE, rate, 1, "float32", "MQ")
        try:
            stream = library.OutputStream(
                device=device["index"],
                samplerate=rate,
                channels=1,
                blocksize=round(rate * HOP / RATE),
                dtype="float32",
                latency="low",
                extra_settings=portaudio.extra_settings(),
                callback=self._wanted,
            )
            portaudio.start(stream)
        except library.PortAudioError as error:
            raise PublishError("cable.not_opened", device=self.name, error=error) from error
        self._stream = stream
        self.delay = float(stream.latency)

    def _wanted(self, out: Any, frames: int, _when: Any, _flags: Any) -> None:
        with self._lock:
            parts = [self._left, *self._samples]
            self._samples.clear()
        samples = np.concatenate(parts)
        now, self._left = samples[:frames], samples[frames:][-_QUEUE * frames :]
        out[: len(now), 0] = now
        out[len(now) :, 0] = 0.0
        self.xruns += len(now) < frames


class CableSpeaker(CablePublisher):
    """Plays on the default output what apps played into the second cable. Which apps play is not
    told, so it does not sleep."""

    kind = "speaker"

    def _found(self) -> dict[str, Any]:
        present = portaudio.devices()
        index = portaudio.default("output") if present else -1
        device = next((device for device in present if device["index"] == index), None)
        ours = (*portaudio.CABLES.values(), *portaudio.SPEAKER_CABLES.values())
        if device is None or device["name"].startswith(ours):
            raise PublishError("speaker.no_output")
        return device


def _cable() -> dict[str, Any] | None:
    """PortAudio's description of the virtual cable that is installed."""
    wanted = portaudio.CABLES.get(sys.platform)
    others = portaudio.SPEAKER_CABLES.get(sys.platform, "")
    for device in portaudio.devices():
        name = device["name"]
        if wanted and device["max_output_channels"] > 0 and name.startswith(wanted):
            if not name.startswith(others):
                return device
    return None


def _absence() -> Reason:
    cure = _HELP.get(sys.platform) or Reason.of("cable.unknown")
    return Reason.of("cable.none", cause=cure)
