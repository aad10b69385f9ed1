"""What the real output gets of a noisy voice that a program plays into the Enhanced Speaker.

python -m tests.devices.speaker_probe SECONDS records what went in and what came out side by side.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from threading import Event, Thread

import numpy as np
import pasimple

from tests.devices.probe import measured
from tests.devices.sound_probe import _on_the_clock
from vcam.audio.capture.demo import load_loop

RATE = 48_000
BLOCK = 480
HALF = RATE // 2
SLIP = RATE // 2


@dataclass(frozen=True)
class Heard:
    """For each half second of the voice the scale-invariant signal-to-distortion ratio in dB of
    what was played and of what was heard, and how much later that was, in ms."""

    played: list[float]
    heard: list[float]
    later_ms: float


def probe(environment: dict[str, str], seconds: float) -> Heard:
    """Runs it in a process of its own, against the server of `environment`."""
    return Heard(**measured("tests.devices.speaker_probe", environment, seconds))


def noisy_voice(seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """A voice, and the same in white noise of 6 dB less."""
    voice = load_loop().reshape(-1)[: int(seconds * RATE)].astype(np.float64) * 0.5
    noise = np.random.default_rng(0).standard_normal(len(voice)) * voice.std() / 2
    return voice, voice + noise


def _measure(seconds: float) -> Heard:
    stop = Event()
    recorded: dict[str, list[tuple[float, bytes]]] = {
        "enhanced_speaker.monitor": [],
        "speakers.monitor": [],
    }

    def record(device: str) -> None:
        with pasimple.PaSimple(
            pasimple.PA_STREAM_RECORD, pasimple.PA_SAMPLE_S16LE, 1, RATE, "probe", device,
            device_name=device, fragsize=BLOCK * 2, maxlength=RATE * 8,
        ) as stream:  # fmt: skip
            while not stop.is_set():
                recorded[device].append((time.monotonic(), stream.read(BLOCK * 2)))

    for device in recorded:
        Thread(target=record, args=(device,), daemon=True).start()
    voice, noisy = noisy_voice(seconds)
    # Silence first, as in a call: a program plays before anybody speaks.
    sound = np.concatenate([np.zeros(2 * RATE), noisy, np.zeros(RATE)])
    with pasimple.PaSimple(
        pasimple.PA_STREAM_PLAYBACK, pasimple.PA_SAMPLE_S16LE, 1, RATE, "a call", "voices",
        device_name="enhanced_speaker", tlength=BLOCK * 8, prebuf=BLOCK * 2, minreq=BLOCK * 2,
        maxlength=BLOCK * 80,
    ) as stream:  # fmt: skip
        stream.write((sound * 16000).clip(-32768, 32767).astype("<i2").tobytes())
        stream.drain()
    time.sleep(0.5)
    stop.set()
    time.sleep(0.2)
    (first, before), (second, after) = map(_on_the_clock, recorded.values())
    went_in, came_out = _place(before, voice), _place(after, voice)
    halves = range(0, min(len(voice), len(after) - came_out) - HALF, HALF)
    return Heard(
        played=[_si_sdr(voice[i : i + HALF], noisy[i : i + HALF]) for i in halves],
        heard=[_found(voice[i : i + HALF], after[max(0, came_out + i - SLIP) :]) for i in halves],
        later_ms=1e3 * (second + came_out / RATE - first - went_in / RATE),
    )


def _place(recording: np.ndarray, voice: np.ndarray) -> int:
    size = 1 << int(np.ceil(np.log2(len(recording) + len(voice))))
    product = np.fft.rfft(recording, size) * np.conj(np.fft.rfft(voice, size))
    return int(np.argmax(np.fft.irfft(product, size)[: max(1, len(recording) - len(voice))]))


def _found(part: np.ndarray, recording: np.ndarray) -> float:
    """By where it is best: a stumble of the server moves all that comes after it."""
    begin = _place(recording[: len(part) + 2 * SLIP], part)
    return _si_sdr(part, recording[begin : begin + len(part)])


def _si_sdr(reference: np.ndarray, estimate: np.ndarray) -> float:
    target = reference * (estimate @ reference) / (reference @ reference + 1e-9)
    error = estimate - target
    return float(10 * np.log10((target @ target + 1e-9) / (error @ error + 1e-9)))


if __name__ == "__main__":
    found = _measure(float(sys.argv[1]))
    print(json.dumps(found.__dict__))
