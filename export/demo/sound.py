"""Makes the demo's sound: a sentence by espeak-ng over the noise of a room, and its lip motion.

    python -m export.demo.sound

Writes vcam/assets/demo_sound.opus (48 kHz mono, looped) and demo_mouth.npy (uint8, 100 a second,
0 = closed to 255 = wide open), computed from the speech without the noise.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile as sf
import soxr

ASSETS = Path(__file__).parents[2] / "vcam" / "assets"
RATE, HOP = 48_000, 480
SECONDS = 18.0
TEXT = (
    "Hello! This is the demo of v cam. No camera is connected, so you see a picture that moves "
    "by program, and you hear a voice that was made by a computer. The fan and the keyboard "
    "behind me are noise, and the noise should be gone. Plug in your camera, and call a friend."
)
NOISE_DB = -9.0  # relative to the speech


def speech() -> np.ndarray:
    """float32 (SECONDS * RATE,), RMS about −23 dBFS, silence at both ends."""
    with tempfile.TemporaryDirectory() as folder:
        wave = Path(folder) / "speech.wav"
        subprocess.run(
            ["espeak-ng", "-v", "en-us+f3", "-s", "165", "-w", str(wave), TEXT], check=True
        )
        samples, rate = sf.read(wave, dtype="float32")
    voice = soxr.resample(samples, rate, RATE)
    out = np.zeros(int(SECONDS * RATE), np.float32)
    start = RATE // 2
    out[start : start + len(voice)] = voice[: len(out) - start]
    return out * (0.07 / np.sqrt(np.mean(voice**2)))


def noise(length: int) -> np.ndarray:
    """A fan (filtered noise and its hum) and a keyboard, seamless when looped; RMS 1."""
    random = np.random.default_rng(7)
    spectrum = np.fft.rfft(random.standard_normal(length))
    frequency = np.fft.rfftfreq(length, 1 / RATE)
    fan = np.fft.irfft(spectrum / (1 + (frequency / 300) ** 1.1), length)
    fan /= fan.std()
    moments = np.arange(length) / RATE
    for hertz, level in ((100, 0.3), (200, 0.15), (300, 0.08)):
        fan += level * np.sin(2 * np.pi * hertz * moments)
    keys = np.zeros(length)
    for moment in np.cumsum(random.uniform(0.09, 0.9, 60)):
        place = int(moment * RATE)
        if place + 2400 < length:
            burst = random.standard_normal(2400) * np.exp(-np.arange(2400) / 300)
            keys[place : place + 2400] += burst * random.uniform(2, 5)
    both = fan + keys
    return (both / both.std()).astype(np.float32)


def mouth(voice: np.ndarray) -> np.ndarray:
    """How far the mouth is open: the speech's level, opening faster than it closes."""
    blocks = voice.reshape(-1, HOP)
    level = 10 * np.log10(np.mean(blocks**2, axis=1) + 1e-9)
    target = np.clip((level + 45) / 30, 0, 1)
    opened, value = np.zeros(len(blocks)), 0.0
    for index, wanted in enumerate(target):
        value += (wanted - value) * (0.45 if wanted > value else 0.22)
        opened[index] = value
    # A mouth begins to open before it is heard.
    return np.roll((opened * 255).round().astype(np.uint8), -3)


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    voice = speech()
    level = np.sqrt(np.mean(voice[voice != 0] ** 2)) * 10 ** (NOISE_DB / 20)
    mixture = np.clip(voice + level * noise(len(voice)), -1, 1)
    target = ASSETS / "demo_sound.opus"
    sf.write(target, mixture, RATE, format="OGG", subtype="OPUS")
    np.save(ASSETS / "demo_mouth.npy", mouth(voice))
    print(target, target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
