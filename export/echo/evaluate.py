"""Measures the echo stage: python -m export.echo.evaluate [--voices FOLDER] [--pairs FOLDER].

`--voices` makes rooms with the voices of a folder, `--pairs` reads recordings; see
`export.echo.scenes`. Of each: ERLE in far-end single talk without the first three seconds
(dB, ITU-T G.168's), AECMOS echo and degradation (Purin et al., ICASSP 2022; package speechmos, if
installed), and of near-end single talk PESQ-WB against the path without the stage. Beside ours
stands WebRTC's canceller alone.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import soxr
from pesq import pesq

from export.denoise.evaluate import SPEECH_RATE, aligned
from export.echo.scenes import Scene, Sound, recorded, simulated
from vcam.audio.denoisers.registry import BEST, OWN
from vcam.audio.echo_canceller import EchoCanceller
from vcam.audio.frames import HOP, RATE
from vcam.audio.pipeline import AudioPipeline, AudioState
from vcam.audio.stages.echo import EchoStage
from vcam.audio.stages.order import AudioOptions, call_stages
from vcam.networks.sound import open_sound

_TUNED = 3 * RATE  # samples after which a canceller is to be tuned
System = Callable[[Scene], Sound]


def webrtc(scene: Scene) -> Sound:
    """The canceller alone, from the first block on."""
    canceller = EchoCanceller()
    blocks = zip(scene.heard.reshape(-1, HOP), scene.far.reshape(-1, HOP), strict=True)
    return np.concatenate([canceller.process(heard, far) for heard, far in blocks])


def through(pipeline: AudioPipeline, options: AudioOptions) -> System:
    """The product's pipeline in a call."""

    def run(scene: Scene) -> Sound:
        state: AudioState | None = None
        out = []
        blocks = zip(scene.heard.reshape(-1, HOP), scene.far.reshape(-1, HOP), strict=True)
        for heard, far in blocks:
            state, result = pipeline.step(state, heard, options, reference=far)
            out.append(result.block)
        return np.concatenate(out)

    return run


def systems(denoiser: str) -> dict[str, System]:
    stages = call_stages(open_sound(False, denoiser), EchoCanceller)
    return {
        "microphone": lambda scene: scene.heard,
        "WebRTC": webrtc,
        "stage": through(AudioPipeline([EchoStage(EchoCanceller)]), AudioOptions()),
        "denoiser": through(AudioPipeline(stages), AudioOptions(echo="off")),
        "stage and denoiser": through(AudioPipeline(stages), AudioOptions()),
    }


def erle(heard: Sound, out: Sound) -> float:
    """Echo return loss enhancement in dB: by how much softer the echo is."""
    before, after = (float(np.mean(np.square(x[_TUNED:], dtype=np.float64))) for x in (heard, out))
    return 10 * np.log10((before + 1e-12) / (after + 1e-12))


def kept(plain: Sound, out: Sound) -> float:
    """PESQ-WB of near-end single talk against the path without the stage."""
    pair = aligned(plain, out, RATE // 10)
    return float(pesq(SPEECH_RATE, *(soxr.resample(x, RATE, SPEECH_RATE) for x in pair), "wb"))


def opinions() -> Callable[[Scene, Sound], tuple[float, float]] | None:
    """AECMOS at 16 kHz, echo and degradation, where speechmos is installed."""
    try:
        from speechmos.aecmos import AECMOS
    except ImportError:
        return None
    judge = AECMOS("aecmos_16kHz")

    def of(scene: Scene, out: Sound) -> tuple[float, float]:
        low = [
            np.clip(soxr.resample(x, RATE, SPEECH_RATE), -1, 1)[: 20 * SPEECH_RATE]
            for x in (scene.far, scene.heard, out)
        ]
        return judge._get_mos(scene.talk, *low)

    return of


def evaluate(scenes: Iterator[Scene], denoiser: str) -> dict[str, dict[str, float]]:
    """Means by talk, kind and system; and how long a block takes in the stage (median, ms)."""
    judge, found = opinions(), systems(denoiser)
    values: dict[str, dict[str, list[float]]] = {}
    for scene in scenes:
        plain = found["denoiser"](scene) if scene.talk == "nst" else None
        for name, system in found.items():
            out = system(scene)
            for kind in (scene.kind, "all"):
                row = values.setdefault(f"{scene.talk}, {kind}: {name}", {})
                if scene.talk == "st":
                    row.setdefault("erle", []).append(erle(scene.heard, out))
                if plain is not None and name == "stage and denoiser":
                    row.setdefault("pesq", []).append(kept(plain, out))
                if judge:
                    echo, degradation = judge(scene, out)
                    if scene.talk != "nst":
                        row.setdefault("echo", []).append(echo)
                    if scene.talk != "st":
                        row.setdefault("degradation", []).append(degradation)
    means = {
        name: {"n": len(next(iter(row.values()), []))}
        | {key: round(float(np.mean(v)), 2) for key, v in row.items()}
        for name, row in sorted(values.items())
    }
    return means | {"time": {"block_ms_p50": round(_block_ms(), 3)}}


def _block_ms() -> float:
    """What the stage adds to a block while it cancels."""
    pipeline = AudioPipeline([EchoStage(EchoCanceller)], timer=time.perf_counter)
    rng, state, times = np.random.default_rng(0), None, []
    for _ in range(2000):
        far = rng.standard_normal(HOP).astype(np.float32) * np.float32(0.1)
        state, result = pipeline.step(state, far * np.float32(0.3), AudioOptions(), reference=far)
        times.append(result.stages["echo"])
    return float(np.median(times[100:]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voices", type=Path, help="folder of files of one voice each")
    parser.add_argument("--rooms", type=int, default=20)
    parser.add_argument("--pairs", type=Path, help="folder of NAME_lpb.wav and NAME_mic.wav")
    parser.add_argument("--denoiser", choices=OWN, default=BEST)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    scenes = chain(
        simulated(chosen.voices, chosen.rooms) if chosen.voices else (),
        recorded(chosen.pairs) if chosen.pairs else (),
    )
    found = evaluate(scenes, chosen.denoiser)
    if chosen.json:
        print(json.dumps(found, indent=1))
        return
    for name, row in found.items():
        print(f"{name:45}", "  ".join(f"{key} {value}" for key, value in row.items()))


if __name__ == "__main__":
    main()
