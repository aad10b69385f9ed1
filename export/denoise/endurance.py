"""Hours of sound through the product's code in one go: python -m export.denoise.endurance DATA

DATA holds `clean` and `noise`, folders of sound files. Voices and noises at random, at any level,
clipped, with pauses of digital silence, go through one pipeline whose state is never renewed. After
each hour a line: blocks that were not finite, the thread's own time per block, the largest value of
the state, and how far a fixed passage comes out from what a new pipeline makes of it.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from vcam.audio import frames
from vcam.audio.capture import demo
from vcam.audio.denoisers.registry import FAST, OWN
from vcam.audio.pipeline import AudioPipeline, AudioState
from vcam.audio.stages.order import AudioOptions, sound_stages
from vcam.networks.sound import open_sound

_HOUR = 3600 * frames.RATE // frames.HOP
_SETTLING = 300  # blocks
_OPTIONS = AudioOptions()

Array = np.ndarray


def read(path: Path) -> Array:
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    if rate == frames.RATE:
        return sound.mean(1)
    at = np.arange(0, len(sound) - 1, rate / frames.RATE)
    return np.interp(at, np.arange(len(sound)), sound.mean(1)).astype(np.float32)


def material(folder: Path, random: np.random.Generator) -> Iterator[Array]:
    """Passages without end, each of a few seconds."""
    suffixes = {".flac", ".wav", ".ogg", ".opus", ".mp3"}
    voices, noises = (
        sorted(path for path in (folder / kind).rglob("*") if path.suffix in suffixes)
        for kind in ("clean", "noise")
    )
    while True:
        voice, noise = (read(files[random.integers(len(files))]) for files in (voices, noises))
        voice = voice * (random.random() < 0.8)
        sound = voice + 10 ** random.uniform(-2, 0.5) * np.resize(noise, len(voice))
        sound *= 10 ** random.uniform(-3, 0.3) / max(1e-6, np.abs(sound).max())
        yield np.clip(sound, -1, 1).astype(np.float32)
        if random.random() < 0.2:
            yield np.zeros(random.integers(1, 30) * frames.RATE, np.float32)


def blocks(passages: Iterator[Array]) -> Iterator[Array]:
    for passage in passages:
        yield from passage[: len(passage) // frames.HOP * frames.HOP].reshape(-1, frames.HOP)


def heard(pipeline: AudioPipeline, state: AudioState | None) -> tuple[AudioState | None, Array]:
    """The demo's passage twice; what comes of the second time."""
    out = []
    for block in itertools.chain(*[demo.load_loop()] * 2):
        state, result = pipeline.step(state, block, _OPTIONS)
        out.append(result.block)
    return state, np.concatenate(out[len(out) // 2 :])


def largest(value: Any) -> float:
    """The largest number anywhere in a state."""
    if isinstance(value, np.ndarray):
        return float(np.abs(value).max()) if value.size and value.dtype.kind in "fc" else 0.0
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ()
    if hasattr(value, "__dict__"):
        parts = vars(value).values()
    return max(map(largest, parts), default=0.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--hours", type=int, default=12)
    parser.add_argument("--denoiser", choices=OWN, default=FAST)
    args = parser.parse_args()
    pipeline = AudioPipeline(sound_stages(open_sound(False, args.denoiser)))
    _, fresh = heard(pipeline, None)
    source = blocks(material(args.folder, np.random.default_rng(1)))
    state: AudioState | None = None
    print("hour  not finite  p50 ms  p99 ms  largest  from a new one dB")
    for hour in range(1, args.hours + 1):
        taken, broken = np.empty(_HOUR, np.float32), 0
        for number, block in enumerate(itertools.islice(source, _HOUR)):
            began = time.thread_time()
            state, result = pipeline.step(state, block, _OPTIONS)
            taken[number] = time.thread_time() - began
            broken += bool(result.errors) or not np.isfinite(result.block).all()
        state, now = heard(pipeline, state)
        away = 10 * np.log10(np.square(now - fresh).sum() / np.square(fresh).sum() + 1e-12)
        p50, p99 = np.percentile(taken[_SETTLING:] * 1e3, [50, 99])
        print(
            f"{hour:4}{broken:12}{p50:8.2f}{p99:8.2f}{largest(state):9.1f}{away:12.1f}", flush=True
        )


if __name__ == "__main__":
    main()
