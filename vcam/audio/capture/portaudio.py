"""Microphones through PortAudio: Windows, macOS, and Linux without a sound server."""

from __future__ import annotations

import time
from collections import deque
from threading import Condition
from typing import Any, Self

import numpy as np
import soxr

from vcam.audio import portaudio
from vcam.audio.capture.contract import (
    Captured,
    Microphone,
    MicrophoneChoice,
    MicrophoneError,
)
from vcam.audio.frames import HOP, RATE
from vcam.audio.system import MicrophoneInfo

_QUEUE = 20  # blocks
_PATIENCE = 2.0  # seconds without sound before the device counts as gone


class PortAudioMicrophone(Microphone):
    """PortAudio's device of this name, at its own rate and channel count, brought to 48 kHz."""

    own = portaudio.CABLE_ENDS

    def __init__(self, name: str, label: str) -> None:
        library = portaudio.library()
        present = (d for d in portaudio.devices() if d["max_input_channels"] > 0)
        device = next((d for d in present if d["name"] == name), None)
        if device is None:
            raise MicrophoneError("microphone.gone", name=label)
        self.label = label
        self._ready = Condition()
        self._blocks: deque[Captured] = deque()
        self._left = np.zeros(0, np.float32)
        try:
            rate = device["default_samplerate"]
            self._resampler = (
                None if rate == RATE else soxr.ResampleStream(rate, RATE, 1, "float32", "MQ")
            )
            self._stream = library.InputStream(
                device=device["index"],
                samplerate=rate,
                channels=min(2, device["max_input_channels"]),
                blocksize=round(rate * HOP / RATE),
                dtype="float32",
                latency="low",
                extra_settings=portaudio.extra_settings(),
                callback=self._heard,
            )
            portaudio.start(self._stream)
        except (library.PortAudioError, ValueError) as error:
            raise MicrophoneError("microphone.not_opened", name=label, error=error) from error

    @classmethod
    def present(cls) -> list[MicrophoneInfo] | None:
        found = portaudio.devices()
        if not found:
            return None
        default = portaudio.default("input")
        usable = [
            device
            for device in found
            if device["max_input_channels"] > 0
            and not device["name"].startswith(cls.own)
            and not device["name"].endswith(portaudio.MONITOR)
        ]
        return [
            MicrophoneInfo(i, device["name"], device["name"], device["index"] == default)
            for i, device in enumerate(usable)
        ]

    @classmethod
    def open(cls, choice: MicrophoneChoice) -> Self:
        return cls(choice.name, choice.label)

    def read(self) -> Captured:
        with self._ready:
            if not self._ready.wait_for(lambda: self._blocks, timeout=_PATIENCE):
                raise MicrophoneError("microphone.silent", name=self.label)
            return self._blocks.popleft()

    def close(self) -> None:
        portaudio.close(self._stream)

    def _heard(self, data: Any, _frames: int, when: Any, flags: Any) -> None:
        delay = when.currentTime - when.inputBufferAdcTime
        captured = time.monotonic() - (delay if 0 <= delay < 1 else HOP / RATE)
        captured -= len(self._left) / RATE
        mono = data.mean(axis=1)
        if self._resampler is not None:
            mono = self._resampler.resample_chunk(mono)
        samples = np.concatenate([self._left, mono])
        whole = len(samples) // HOP
        with self._ready:
            for i in range(whole):
                block = samples[i * HOP : (i + 1) * HOP].copy()
                self._blocks.append(Captured(block, captured + i * HOP / RATE))
            while len(self._blocks) > _QUEUE:
                self._blocks.popleft()
                self.dropped += 1
            self.dropped += bool(flags.input_overflow)
            self._ready.notify()
        self._left = samples[whole * HOP :]
