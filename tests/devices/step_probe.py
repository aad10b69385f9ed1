"""How far apart a flash and a click, captured together, leave the Enhanced Camera and Microphone.

Both are read as applications read them: the picture by GStreamer from PipeWire, the sound through
libpulse. A moment is when the application gets the picture or the sample.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from threading import Event, Thread

import numpy as np
import pasimple

from tests.devices.probe import measured

RATE, BLOCK = 48_000, 480
_SIZE = (36, 64)
_BRIGHT, _LOUD = 128, 0.1


def offsets(
    environment: dict[str, str], seconds: float, *, period: float
) -> list[tuple[float, float]]:
    """When, in seconds from the beginning, a click came and by how much later than its flash.

    `period` is the time from one flash to the next. Runs in a process of its own.
    """
    found = measured("tests.devices.step_probe", environment, seconds, period)
    return [tuple(pair) for pair in found]


def _flashes(stop: Event, found: list[float]) -> None:
    height, width = _SIZE
    reader = subprocess.Popen(
        ["gst-launch-1.0", "-q", "pipewiresrc", "target-object=enhanced_camera", "!"]
        + ["videoconvert", "!", "videoscale", "method=nearest-neighbour", "!"]
        + [f"video/x-raw,format=GRAY8,width={width},height={height}", "!"]
        + ["fdsink", "sync=false"],
        stdout=subprocess.PIPE,
    )
    assert reader.stdout is not None
    bright = True
    while not stop.is_set() and (data := reader.stdout.read(height * width)):
        now, before = time.monotonic(), bright
        bright = float(np.frombuffer(data, np.uint8).mean()) > _BRIGHT
        if bright and not before:
            found.append(now)
    reader.terminate()
    reader.wait()


def _clicks(stop: Event, found: list[float]) -> None:
    with pasimple.PaSimple(
        pasimple.PA_STREAM_RECORD, pasimple.PA_SAMPLE_FLOAT32LE, 1, RATE, "probe", "clicks",
        device_name="enhanced_mic", fragsize=BLOCK * 4, maxlength=RATE * 4,
    ) as stream:  # fmt: skip
        quiet_since = blocks = 0
        early: list[float] = []  # the last arrivals, each without the time its sound takes
        while not stop.is_set():
            block = np.frombuffer(stream.read(BLOCK * 4), np.float32)
            blocks += 1
            early = [*early[-300:], time.monotonic() - blocks * BLOCK / RATE]
            loud = np.flatnonzero(np.abs(block) > _LOUD)
            if len(loud):
                if blocks - quiet_since > 10:
                    place = (blocks - 1) * BLOCK + int(loud[0])
                    found.append(min(early) + place / RATE)
                quiet_since = blocks


def _measure(seconds: float, period: float) -> list[tuple[float, float]]:
    stop = Event()
    seen: list[float] = []
    heard: list[float] = []
    threads = [
        Thread(target=_flashes, args=(stop, seen)),
        Thread(target=_clicks, args=(stop, heard)),
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    stop.set()
    for thread in threads:
        thread.join(5)
    nearest = [(click, min(seen, key=lambda flash: abs(flash - click))) for click in heard if seen]
    return [(c - began, c - flash) for c, flash in nearest if abs(c - flash) < period / 2]


if __name__ == "__main__":
    print(json.dumps(_measure(*map(float, sys.argv[1:]))))
