"""Measures the automatic level: python -m export.level.evaluate VOICES.

VOICES is a folder of files of one voice each. Each is said for 10 s at eight levels (RMS in dBFS,
clipped where that is too much), then nobody speaks for 3 s, with white noise of -45 dBFS. By level:
how many voices come out within 2 LU of -23 LUFS from the fourth second on, the mean and the worst
(ITU-R BS.1770-4), the highest true peak (dBTP); by how much the gain rises in the pause, and by how
much the last second of its noise is lifted (dB, the most of all voices).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import soxr

from export.voices import voices
from vcam.audio import measures
from vcam.audio.frames import DELAY, HOP, RATE, Block
from vcam.audio.pipeline import AudioPipeline, AudioState
from vcam.audio.speech_detector import open_detector
from vcam.audio.stages.level import TARGET, LevelStage
from vcam.audio.stages.order import AudioOptions

LEVELS = (-50, -44, -38, -31, -25, -19, -12, -6)
SPEECH, PAUSE, NOISE = 10, 3, -45
_SETTLED = 3 * RATE
_WITHIN = 2.0


def at(sound: Block, decibel: float) -> Block:
    """The sound at an RMS of so many dBFS, clipped where that is too much."""
    scaled = sound * 10 ** (decibel / 20) / np.sqrt(np.square(sound).mean())
    return np.clip(scaled, -1, 1).astype(np.float32)


def levelled(pipeline: AudioPipeline, sound: Block) -> tuple[Block, Block]:
    """What comes out, and the gain in dB after each block."""
    state: AudioState | None = None
    out, gains = [], []
    for block in sound.reshape(-1, HOP):
        state, result = pipeline.step(state, block, AudioOptions(level=True))
        known = state.stages[LevelStage.name]
        out.append(result.block)
        gains.append(known.gain - known.eased)
    return np.concatenate(out), np.array(gains, np.float32)


def true_peak(sound: Block) -> float:
    """dBTP, at four times the rate."""
    return float(20 * np.log10(np.abs(soxr.resample(sound, RATE, 4 * RATE)).max() + 1e-9))


def rms(sound: Block) -> float:
    return float(10 * np.log10(np.square(sound, dtype=np.float64).mean() + 1e-12))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("voices", type=Path)
    said = voices(parser.parse_args().voices, SPEECH)
    pipeline = AudioPipeline([LevelStage(open_detector())])
    noise = at(np.random.default_rng(0).standard_normal(PAUSE * RATE), NOISE)
    print("dBFS   within   mean LUFS   worst LU   peak dBTP   gain rises   noise lifted")
    for level in LEVELS:
        loudness, peaks, rises, lifts = [], [], [], []
        for voice in said:
            out, gains = levelled(pipeline, np.concatenate([at(voice, level), noise]))
            heard = out[DELAY : DELAY + SPEECH * RATE][_SETTLED:]
            loudness.append(measures.loudness(measures.powers(measures.spectra(heard))) or -120.0)
            peaks.append(true_peak(out))
            pause = gains[SPEECH * RATE // HOP :]
            rises.append(float(pause.max() - pause[0]))
            lifts.append(rms(out[-RATE:]) - rms(noise[-RATE:]))
        off = np.array(loudness) - TARGET
        print(
            f"{level:4}   {int((np.abs(off) <= _WITHIN).sum()):2} of {len(off)}"
            f"   {np.mean(loudness):9.1f}   {off[np.abs(off).argmax()]:8.1f}"
            f"   {max(peaks):9.2f}   {max(rises):10.2f}   {max(lifts):12.2f}"
        )


if __name__ == "__main__":
    main()
