"""Measures what the denoiser does to a room's echo: python -m export.denoise.reverberant VOICES.

VOICES is a folder of files of one voice each. Each is said for 8 s in simulated rooms of several
reverberation times (`export.denoise.rooms`), 0.8 m from the microphone, without noise. The target
is the voice with direct sound and early reflections alone (30 ms, faded out until 45 ms), which is
what the denoiser was trained towards. Means over the voices, before and after: SI-SDR in dB,
PESQ-WB, STOI.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from scipy.signal import fftconvolve

from export.denoise.evaluate import measure, own
from export.denoise.rooms import EARLY, image_response
from export.voices import voices
from vcam.audio.denoisers.registry import FAST, OWN
from vcam.audio.frames import RATE, Block

TIMES = (0.2, 0.4, 0.6)  # s
SECONDS, DISTANCE, LOUDNESS = 8, 0.8, 10 ** (-26 / 20)


def at_loudness(voice: Block) -> Block:
    """The voice at -26 dBFS."""
    return voice * np.float32(LOUDNESS / np.sqrt(np.square(voice).mean()))


def in_room(voice: Block, seconds: float, rng: np.random.Generator) -> tuple[Block, Block]:
    """The voice in a room of this reverberation time, and with early reflections alone."""
    room = rng.uniform([3.0, 3.0, 2.4], [6.0, 5.0, 3.0])
    microphone = rng.uniform(0.35, 0.65, 3) * room
    way = rng.normal(size=3) * [1, 1, 0.3]
    response = image_response(
        room, microphone + DISTANCE * way / np.linalg.norm(way), microphone, seconds
    )
    kept = np.clip((EARLY * 1.5 - np.arange(len(response))) / (EARLY * 0.5), 0, 1)
    whole, early = (fftconvolve(voice, r)[: len(voice)] for r in (response, response * kept))
    return whole.astype(np.float32), early.astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("voices", type=Path)
    parser.add_argument("--denoiser", choices=OWN, default=FAST, help="which of our own")
    arguments = parser.parse_args()
    said = [at_loudness(voice) for voice in voices(arguments.voices, SECONDS)]
    denoise = own(arguments.denoiser)
    print("RT60   SI-SDR before, after   PESQ before, after   STOI before, after")
    for seconds in TIMES:
        before, after = [], []
        for number, voice in enumerate(said):
            whole, early = in_room(voice, seconds, np.random.default_rng(number))
            before.append(measure(early, whole, RATE, None, None)[:3])
            after.append(measure(early, denoise(whole), RATE, None, None)[:3])
        (a, b, c), (d, e, f) = np.nanmean(before, 0), np.nanmean(after, 0)
        print(
            f"{seconds:4.1f}   {a:13.1f}, {d:5.1f}   {b:11.2f}, {e:5.2f}   {c:11.3f}, {f:5.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
