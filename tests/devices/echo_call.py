"""A call with loudspeakers: a far voice is played to a sink, which leaks into the fake microphone.

python -m tests.devices.echo_call SECONDS SINK… plays so long in all, to each sink in turn as the
default one, and prints how loud the fake microphone and the Enhanced Microphone were, in dBFS, for
every second.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from threading import Thread

import numpy as np

from tests.devices.probe import measured
from vcam.audio.capture.demo import load_loop

RATE = 48_000
LEAK_MS = 60
"""What loopback and servers add to it is unknown, as it is in a room."""


def call(environment: dict[str, str], seconds: float, *sinks: str) -> dict[str, list[float]]:
    """Runs it in a process of its own, against the server of `environment`."""
    return measured("tests.devices.echo_call", environment, seconds, *sinks)


def leak(sink: str) -> list[str]:
    """The words for pactl that let a sink be heard by the fake microphone."""
    return [
        "load-module",
        "module-loopback",
        f"source={sink}.monitor",
        "sink=hw_mic_feed",
        f"latency_msec={LEAK_MS}",
        "source_dont_move=true",
        "sink_dont_move=true",
    ]


def _measure(seconds: float, sinks: list[str]) -> dict[str, list[float]]:
    heard: dict[str, bytearray] = {"hw_mic": bytearray(), "enhanced_mic": bytearray()}
    records = [Thread(target=_record, args=(name, heard[name]), daemon=True) for name in heard]
    for thread in records:
        thread.start()
    time.sleep(3)
    each = seconds / len(sinks)
    voice = (load_loop().reshape(-1)[: int(each * RATE)] * 16000).astype("<i2").tobytes()
    for sink in sinks:
        subprocess.run(
            ["pactl", "set-default-sink", sink], check=True, timeout=10, capture_output=True
        )
        subprocess.run(
            ["pacat", f"--device={sink}", "--raw", "--format=s16le", "--channels=1",
             f"--rate={RATE}", "--latency-msec=40"],
            input=voice, check=True, timeout=each * 4 + 20,
        )  # fmt: skip
    time.sleep(0.5)
    return {name: _levels(bytes(data)) for name, data in heard.items()}


def _record(device: str, into: bytearray) -> None:
    command = ["parec", f"--device={device}", "--raw", "--format=s16le", "--channels=1"]
    process = subprocess.Popen(
        [*command, f"--rate={RATE}", "--latency-msec=20"], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    while data := process.stdout.read1(1 << 14):  # type: ignore[attr-defined]
        into += data


def _levels(data: bytes) -> list[float]:
    sound = np.frombuffer(data[: len(data) // 2 * 2], "<i2").astype(np.float64) / 32768
    seconds = sound[: len(sound) // RATE * RATE].reshape(-1, RATE)
    return [float(10 * np.log10(np.mean(second**2) + 1e-12)) for second in seconds]


if __name__ == "__main__":
    print(json.dumps(_measure(float(sys.argv[1]), sys.argv[2:])))
