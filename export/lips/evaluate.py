"""What the lips are worth, through the product's code: python -m export.lips.evaluate --data DIR

Talking faces of `DIR/av` (speakers that nothing was trained on), each followed or preceded by the
same face at rest, mixed with another talker of `DIR/audio/clean/dev`; net 1 with lips against
net 1 alone. Runs in the product's environment.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import av
import numpy as np
import soxr
from scipy.signal import butter, sosfilt

from vcam import lips
from vcam.audio.frames import HOP, RATE
from vcam.audio.pipeline import AudioPipeline
from vcam.audio.stages.order import AudioOptions, sound_stages
from vcam.networks.picture import open_face
from vcam.networks.sound import open_gate, open_sound
from vcam.offline.enhance.sound import ChannelEnhancer
from vcam.video.stages.face_tracker import FaceTracker
from vcam.video.stages.lips import mouths

FPS = 25
SNRS = (-5.0, 0.0, 5.0)


@dataclass(frozen=True)
class Film:
    """A target: float32 sound at 48 kHz and the lip observations of its picture."""

    name: str
    sound: np.ndarray
    track: np.ndarray

    @property
    def speaking(self) -> np.ndarray:
        """Bool for each sample: within 60 ms of sound of a voice."""
        frames = len(self.sound) // HOP
        loud = voiced(self.sound)
        wide = np.convolve(loud, np.ones(13), "same") > 0
        return np.pad(np.repeat(wide, HOP), (0, len(self.sound) - frames * HOP))


def voiced(sound: np.ndarray) -> np.ndarray:
    """Bool for each block: more than −30 dB of the loud parts between 100 and 6000 Hz."""
    band = sosfilt(butter(4, (100, 6000), "bandpass", fs=RATE, output="sos"), sound)
    power = np.square(band[: len(sound) // HOP * HOP]).reshape(-1, HOP).mean(1)
    return power > np.percentile(power, 95) * 1e-3


def read(path: Path) -> tuple[list[np.ndarray], np.ndarray]:
    """BGR pictures and the sound at 48 kHz."""
    with av.open(str(path)) as container:
        pictures = [f.to_ndarray(format="bgr24") for f in container.decode(video=0)]
    return pictures, sound_of(path)


def sound_of(path: Path, seconds: float = 1e9) -> np.ndarray:
    blocks, heard = [], 0.0
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=stream.rate)
        for frame in container.decode(stream):
            blocks += [part.to_ndarray()[0] for part in resampler.resample(frame)]
            heard += frame.samples / stream.rate
            if heard > seconds:
                break
    return soxr.resample(np.concatenate(blocks), stream.rate, RATE).astype(np.float32)


def film(name: str, path: Path, tracker: FaceTracker, rng: np.random.Generator) -> Film:
    """The clip with about its own length of the resting face before or after it."""
    pictures, sound = read(path)
    tail = pictures[-18:]
    rest = (tail + tail[::-1]) * 3
    rest = rest[: int(rng.uniform(2.2, 3.0) * FPS)]
    silent = np.resize(sound[-int(0.4 * RATE) :], len(rest) * RATE // FPS)
    sound = np.pad(sound, (0, max(0, len(pictures) * RATE // FPS - len(sound))))
    sound = sound[: len(pictures) * RATE // FPS]
    if rng.random() < 0.5:
        pictures, sound = pictures + rest, np.concatenate([sound, silent])
    else:
        pictures, sound = rest + pictures, np.concatenate([silent, sound])
    state, seen = None, []
    for i, picture in enumerate(pictures):
        state, faces = tracker.step(state, picture)
        seen += mouths(faces, picture, i / FPS, "auto")
    return Film(name, 0.3 * sound / np.abs(sound).max(), lips.ring_of(seen))


def enhanced(
    pipeline: AudioPipeline,
    sound: np.ndarray,
    track: np.ndarray | None,
    ahead: float = lips.LOOKAHEAD,
) -> np.ndarray:
    seen = None if track is None else partial(lips.select, track, ahead=ahead)
    channel = ChannelEnhancer(pipeline, AudioOptions(), RATE, seen)
    return np.concatenate([channel.push(sound), channel.finish()])[: len(sound)]


def si_sdr(estimate: np.ndarray, target: np.ndarray) -> float:
    """Le Roux et al. 2019, dB."""
    estimate, target = estimate - estimate.mean(), target - target.mean()
    wanted = target * (estimate @ target) / (target @ target)
    return float(10 * np.log10((wanted @ wanted) / np.square(estimate - wanted).sum()))


def compared(result: np.ndarray, plain: np.ndarray, shown: Film) -> dict[str, float]:
    """Gain of `result` over `plain`, attenuation in the target's silence, change of its level."""
    talk = shown.speaking
    still = ~talk
    target = shown.sound * talk
    level = [(sound @ target) / (target @ target) for sound in (result, plain)]
    quiet = [np.square(sound[still]).mean() for sound in (result, plain)]
    return {
        "gain": si_sdr(result, shown.sound) - si_sdr(plain, shown.sound),
        "plain": si_sdr(plain, shown.sound),
        "silence": float(10 * np.log10(quiet[1] / max(quiet[0], 1e-12))),
        "level": float(20 * np.log10(max(level[0], 1e-4) / level[1])),
    }


def perfect(plain: np.ndarray, shown: Film) -> np.ndarray:
    """What a gate that knows when the target speaks would give, with the same floor."""
    frames = len(shown.sound) // HOP
    gain = np.where(voiced(shown.sound), 1.0, 10 ** (-18 / 20))
    return plain * np.interp(np.arange(len(plain)) / HOP - 0.5, np.arange(frames), gain)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--models", type=Path, help="a folder with another manifest")
    parser.add_argument("--offsets", type=float, nargs="*", default=[0.0], help="seconds")
    parser.add_argument(
        "--ahead", type=float, default=lips.LOOKAHEAD, help="seconds; 0 is what a call has"
    )
    parser.add_argument("--speakers", default="grid_s2,grid_x_brbk7n,grid_x_lbax4n")
    parser.add_argument("--talkers", type=int, default=3, help="other talkers a clip")
    parser.add_argument("--clips", type=int, default=8)
    arguments = parser.parse_args()
    rng = np.random.default_rng(0)
    networks = replace(open_sound(lips=False), gate=open_gate(arguments.models))
    pipeline = AudioPipeline(sound_stages(networks))
    tracker = open_face()
    rows = [
        row
        for row in csv.DictReader((arguments.data / "av" / "index.csv").open())
        if row["speaker"] in arguments.speakers.split(",")
        and row["split"] == "dev"
        and row["file"].endswith(".mp4")
    ]
    films = [
        film(row["file"], arguments.data / "av" / row["file"], tracker, rng)
        for row in rows[: arguments.clips]
    ]
    voices = sorted((arguments.data / "audio" / "clean" / "dev").iterdir())
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    for shown in films:
        for _ in range(arguments.talkers):
            voice = sound_of(voices[rng.integers(len(voices))], 60)
            start = rng.integers(max(1, len(voice) - len(shown.sound)))
            other = np.resize(voice[start : start + len(shown.sound)], len(shown.sound))
            for snr in SNRS:
                ratio = np.square(shown.sound).sum() / np.square(other).sum() / 10 ** (snr / 10)
                scaled = other * np.sqrt(ratio, dtype=np.float32)
                mixed = shown.sound + scaled
                mixed = (mixed / max(1.0, np.abs(mixed).max())).astype(np.float32)
                plain = enhanced(pipeline, mixed, None)
                found[f"perfect {snr:+.0f} dB"].append(
                    compared(perfect(plain, shown), plain, shown)
                )
                for offset in arguments.offsets:
                    track = shown.track.copy()
                    track["time"] += offset
                    result = compared(
                        enhanced(pipeline, mixed, track, arguments.ahead), plain, shown
                    )
                    label = f" {1000 * offset:+.0f} ms" if offset else ""
                    found[f"{snr:+.0f} dB{label}"].append(result)
                    found[f"{shown.name}{label}"].append(result)
                    found[f"all{label}"].append(result)
    print(
        json.dumps(
            {
                name: {key: round(float(np.mean([v[key] for v in values])), 2) for key in values[0]}
                for name, values in found.items()
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
