"""Measures what a denoiser takes away from voices alone: python -m export.denoise.clean DATA.

DATA is a folder as `export.denoise.gather` makes it; every clean file of its split ``dev`` goes
through the product's streaming code, and through other denoisers that are installed, without any
noise added. Of every voice: the share of its 100 ms windows of speech that come out more than
10 dB lower, the longest run of them, and the SI-SDR against the recording.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile
import soxr
from scipy.signal import butter, sosfilt, sosfilt_zi

from export.denoise.evaluate import System, aligned, own, peers, si_sdr
from vcam.audio.denoisers.registry import FAST, OWN
from vcam.audio.frames import RATE
from vcam.schema.errors import VcamError

WINDOW = RATE // 10
LOWERED = 10.0  # dB: no longer a matter of taste, the word is hard to hear
SPEECH = 20.0  # dB below the loudest window of an utterance is speech
LEAST = -65.0  # dBFS, and not below this


class Loss(NamedTuple):
    """What became of one voice, or of all."""

    windows: int
    lowered: int
    longest: float  # seconds on end
    si_sdr: float  # dB, mean over the utterances

    @property
    def share(self) -> float:
        """Per cent of the speech that was lowered."""
        return 100 * self.lowered / max(1, self.windows)


_VOICED = butter(4, 70, "highpass", fs=RATE, output="sos")


def levels(sound: np.ndarray) -> np.ndarray:
    """Level of every window above 70 Hz, dBFS: a recorder that is switched on thumps below."""
    high, _ = sosfilt(_VOICED, sound, zi=sosfilt_zi(_VOICED) * sound[0])
    blocks = high[: len(sound) // WINDOW * WINDOW].reshape(-1, WINDOW)
    return 10 * np.log10(np.square(blocks).mean(1) + 1e-12)


def lowered(clean: np.ndarray, out: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which windows are speech, and which of these came out more than `LOWERED` lower."""
    before, after = levels(clean), levels(out)
    spoken = before > max(before.max() - SPEECH, LEAST)
    return spoken, spoken & (before - after > LOWERED)


def loss(system: System, utterances: list[np.ndarray]) -> Loss:
    """What `system` does to the utterances of one person, each heard from a fresh start."""
    windows, gone, longest, ratios = 0, 0, 0, []
    for sound in utterances:
        clean, out = aligned(sound, system(sound), RATE // 5)
        spoken, low = lowered(clean, out)
        windows, gone = windows + int(spoken.sum()), gone + int(low.sum())
        run = 0
        for window in low:
            run = run + 1 if window else 0
            longest = max(longest, run)
        ratios.append(si_sdr(clean, out))
    return Loss(windows, gone, longest * WINDOW / RATE, float(np.mean(ratios)))


def total(losses: list[Loss]) -> Loss:
    return Loss(
        sum(one.windows for one in losses),
        sum(one.lowered for one in losses),
        max(one.longest for one in losses),
        float(np.mean([one.si_sdr for one in losses])),
    )


def utterances(data: Path, split: str = "dev", most: int = 60) -> dict[str, list[np.ndarray]]:
    """By voice, the first `most` clean files of a split, at 48 kHz and 10 s of each at most.

    Raises:
        VcamError: the folder has no index.csv, or no voices in that split.
    """
    if not (data / "index.csv").exists():
        raise VcamError(f"{data} has no index.csv; give a folder made by export.denoise.gather.")
    found: dict[str, list[np.ndarray]] = defaultdict(list)
    with (data / "index.csv").open(newline="") as handle:
        for row in csv.DictReader(handle):
            voice = row["speaker_or_class"]
            if row["kind"] == "clean" and row["split"] == split and len(found[voice]) < most:
                sound, rate = soundfile.read(data / row["file"], dtype="float32", always_2d=True)
                mono = sound[: 10 * rate].mean(1)
                found[voice].append(soxr.resample(mono, rate, RATE) if rate != RATE else mono)
    found = {voice: sounds for voice, sounds in found.items() if sounds}
    if not found:
        raise VcamError(f"{data}/index.csv lists no clean files for the split {split}.")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--denoiser", choices=OWN, default=FAST, help="which of our own")
    parser.add_argument("--file", type=Path, help="its network, instead of the manifest's")
    parser.add_argument("--only-ours", action="store_true")
    parser.add_argument("--gain", type=float, default=0.0, help="dB on every recording")
    arguments = parser.parse_args()
    try:
        systems = {"ours": own(arguments.denoiser, arguments.file)}
        systems |= {} if arguments.only_ours else peers()
        gain = np.float32(10 ** (arguments.gain / 20))
        voices = {
            voice: [sound * gain for sound in sounds]
            for voice, sounds in utterances(arguments.data).items()
        }
    except VcamError as error:
        raise SystemExit(str(error)) from error
    print(f"{'system':9}{'voice':26}{'windows':>9}{'lowered %':>11}{'longest s':>11}{'SI-SDR':>8}")
    for name, system in systems.items():
        losses = {voice: loss(system, sounds) for voice, sounds in sorted(voices.items())}
        for voice, one in [*losses.items(), ("all", total([*losses.values()]))]:
            print(
                f"{name:9}{voice:26}{one.windows:9d}{one.share:11.2f}{one.longest:11.1f}"
                f"{one.si_sdr:8.1f}"
            )


if __name__ == "__main__":
    main()
