"""What each installed denoiser costs in the product's code: python -m export.denoise.cost.

Milliseconds of the thread's own time per block of 10 ms, on the demo's noisy voice, and the delay.
"""

from __future__ import annotations

import argparse
import itertools
import time

import numpy as np

from vcam.audio.capture import demo
from vcam.audio.denoisers import registry
from vcam.audio.pipeline import AudioPipeline, AudioState
from vcam.audio.stages.denoise import denoise_stage
from vcam.audio.stages.order import AudioOptions

BLOCKS, WARM_UP = 2_000, 100


def cost(pipeline: AudioPipeline) -> np.ndarray:
    """Milliseconds, ``(BLOCKS,)``."""
    state: AudioState | None = None
    taken = []
    for block in itertools.islice(itertools.cycle(demo.load_loop()), WARM_UP + BLOCKS):
        began = time.thread_time()
        state, _ = pipeline.step(state, block, AudioOptions())
        taken.append(time.thread_time() - began)
    return np.array(taken[WARM_UP:]) * 1e3


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    for name in filter(registry.installed, registry.NAMES):
        stage = denoise_stage(registry.open_denoiser(name).denoiser)
        p50, p99 = np.percentile(cost(AudioPipeline([stage])), [50, 99])
        print(f"{name:6}{registry.delay_ms(name):5.0f} ms delay{p50:8.2f}{p99:8.2f} ms (p50, p99)")


if __name__ == "__main__":
    main()
