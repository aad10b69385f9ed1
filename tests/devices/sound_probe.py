"""How much later, and how whole, the virtual microphone gives what the hardware one heard.

White noise is played into the fake hardware microphone; that microphone and the Enhanced
Microphone are recorded side by side and compared window by window.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import dataclass
from threading import Event, Thread

import numpy as np
import pasimple

from tests.devices.probe import measured

RATE = 48_000
BLOCK = 480
WINDOW = 9600
LONGEST = int(0.7 * RATE)


@dataclass(frozen=True)
class Probe:
    """`lag_ms` and `match` (normalised correlation, 0…1) of each 0.2 s window, in order."""

    lag_ms: list[float]
    match: list[float]

    @property
    def median_ms(self) -> float:
        return float(
            np.median([lag for lag, fit in zip(self.lag_ms, self.match, strict=True) if fit > 0.9])
        )

    @property
    def bad(self) -> int:
        """Windows with a gap, a click or a jump of the delay."""
        jumps = np.abs(np.diff(self.lag_ms)) > 0.5
        return int(sum(fit < 0.9 for fit in self.match) + jumps.sum())


def probe(environment: dict[str, str], seconds: float) -> Probe:
    """Runs the comparison in a process of its own, against the server of `environment`."""
    return Probe(**measured("tests.devices.sound_probe", environment, seconds))


def _measure(seconds: float) -> Probe:
    stop = Event()
    heard: dict[str, list[tuple[float, bytes]]] = {"hw_mic": [], "enhanced_mic": []}

    def feed() -> None:
        rng = np.random.default_rng(1)
        with pasimple.PaSimple(
            pasimple.PA_STREAM_PLAYBACK, pasimple.PA_SAMPLE_S16LE, 1, RATE, "probe", "feed",
            device_name="hw_mic_feed", tlength=BLOCK * 8, prebuf=BLOCK * 2, minreq=BLOCK * 2,
            maxlength=BLOCK * 80,
        ) as stream:  # fmt: skip
            while not stop.is_set():
                noise = rng.standard_normal(BLOCK) * 4000
                stream.write(noise.clip(-32000, 32000).astype("<i2").tobytes())

    def record(device: str) -> None:
        with pasimple.PaSimple(
            pasimple.PA_STREAM_RECORD, pasimple.PA_SAMPLE_S16LE, 1, RATE, "probe", device,
            device_name=device, fragsize=BLOCK * 2, maxlength=RATE * 8,
        ) as stream:  # fmt: skip
            while not stop.is_set():
                data = stream.read(BLOCK * 2)
                heard[device].append((time.monotonic(), data))

    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(4))
    except PermissionError:
        pass  # then a busy machine shows in the result
    threads = [Thread(target=feed, daemon=True)]
    threads += [Thread(target=record, args=(device,), daemon=True) for device in heard]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    stop.set()
    time.sleep(0.3)
    return _compare(*(heard[device] for device in ("hw_mic", "enhanced_mic")))


def _compare(fed: list[tuple[float, bytes]], got: list[tuple[float, bytes]]) -> Probe:
    (first, reference), (second, output) = _on_the_clock(fed), _on_the_clock(got)
    shift = round((second - first) * RATE)
    lags, fits = [], []
    for begin in range(2 * RATE, len(output) - WINDOW, WINDOW):
        low = begin + shift - LONGEST
        high = begin + shift + WINDOW + 2400
        if low < 0 or high > len(reference):
            continue
        window, around = output[begin : begin + WINDOW], reference[low:high]
        size = 1 << int(np.ceil(np.log2(len(around) + WINDOW)))
        spectrum = np.fft.rfft(around, size) * np.conj(np.fft.rfft(window, size))
        correlation = np.fft.irfft(spectrum, size)[: len(around) - WINDOW]
        best = int(np.argmax(correlation))
        norm = np.linalg.norm(window) * np.linalg.norm(around[best : best + WINDOW]) + 1e-9
        lags.append((LONGEST - best) / RATE * 1e3)
        fits.append(float(correlation[best] / norm))
    return Probe(lags, fits)


def _on_the_clock(blocks: list[tuple[float, bytes]]) -> tuple[float, np.ndarray]:
    """When sample 0 arrived, by the earliest arrivals, and the samples."""
    times = np.array([when for when, _ in blocks])
    ends = np.cumsum([len(data) // 2 for _, data in blocks])
    origin = float(np.percentile((times - ends / RATE)[20:], 5))
    samples = np.frombuffer(b"".join(data for _, data in blocks), "<i2").astype(np.float32)
    return origin, samples


if __name__ == "__main__":
    found = _measure(float(sys.argv[1]))
    print(json.dumps({"lag_ms": found.lag_ms, "match": found.match}))
