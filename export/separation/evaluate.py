"""Measures how well talkers come apart: python -m export.separation.evaluate DATA [--talkers 2]

DATA is a folder of faces that nothing was trained on (`export.separation.corpus`). Clips of so many
different people are heard at once, at equal level, through the product's code: what the lips say is
that of the films, and each talker's sound is measured against what was said, before and after. In
dB but for PESQ-WB and STOI: means over talkers, and the share that gains less than 3 dB.
"""

from __future__ import annotations

import argparse
from itertools import groupby
from pathlib import Path

import numpy as np
import soxr

from export.lips.corpus import BLOCKS, RATE
from export.separation.corpus import Voice, read_faces
from vcam.audio.frames import RATE as FULL
from vcam.networks.models import open_model
from vcam.offline.separation.apart import taken_apart
from vcam.offline.separation.faces import SeenFace
from vcam.offline.separation.network import Separator

LEAST = 1.6
"""Seconds of a clip below which it is left out."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--split", default="train", help="of the index; none was trained on")
    parser.add_argument("--talkers", type=int, default=2)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seconds", type=float, help="put a person's clips together to so many")
    parser.add_argument("--models", type=Path)
    parser.add_argument("--opinions", action="store_true", help="PESQ and STOI as well")
    arguments = parser.parse_args()
    separator = Separator(open_model("separation", Separator.GRAPH, root=arguments.models))
    faces = read_faces(arguments.data, arguments.split)
    if arguments.seconds:
        faces = together(faces, arguments.seconds)
    faces = [face for face in faces if len(face.sound) > LEAST * RATE]
    rng = np.random.default_rng(9)
    rows = []
    for _ in range(arguments.count):
        chosen: list[Voice] = []
        for face in (faces[i] for i in rng.permutation(len(faces))):
            if all(face.name != other.name for other in chosen):
                chosen.append(face)
            if len(chosen) == arguments.talkers:
                break
        rows += measured(separator, chosen, opinions=arguments.opinions)
    values = np.array(rows)
    gained = values[:, 1] - values[:, 0]
    print(
        f"{arguments.talkers} talkers, {arguments.count} mixtures: SI-SDR {values[:, 0].mean():.1f}"
        f" → {values[:, 1].mean():.1f} dB, gain {gained.mean():.2f}, median "
        f"{np.median(gained):.2f}, below 3 dB {100 * (gained < 3).mean():.0f} %"
    )
    print("SDR {:.1f}, SIR {:.1f}, SAR {:.1f} dB".format(*values[:, 2:5].mean(0)))
    if arguments.opinions:
        print("PESQ {:.2f} → {:.2f}, STOI {:.3f} → {:.3f}".format(*values[:, 5:].mean(0)))


def together(faces: list[Voice], seconds: float) -> list[Voice]:
    """Each person's clips one after the other, in pieces of so many seconds."""
    found = []
    for name, clips in groupby(faces, key=lambda face: face.name):
        sounds, lips, length = [], [], 0
        for clip in clips:
            assert clip.lips is not None
            blocks = min(len(clip.lips), len(clip.sound) * BLOCKS // RATE)
            sounds.append(clip.sound[: blocks * RATE // BLOCKS])
            lips.append(clip.lips[:blocks])
            length += blocks
            if length >= seconds * BLOCKS:
                whole = round(seconds * BLOCKS)
                sound = np.concatenate(sounds)[: whole * RATE // BLOCKS]
                found.append(Voice(name, sound, np.concatenate(lips)[:whole]))
                sounds, lips, length = [], [], 0
    return found


def measured(separator: Separator, talkers: list[Voice], *, opinions: bool) -> list[list[float]]:
    """SI-SDR before and after, SDR, SIR, SAR, and PESQ and STOI before and after, by talker."""
    blocks = min(len(one.sound) * BLOCKS // RATE for one in talkers)
    length = blocks * RATE // BLOCKS
    voices = np.stack([one.sound[:length] / 32767.0 for one in talkers])
    voices *= 0.05 / np.sqrt(np.square(voices).mean(1, keepdims=True))
    mixture = voices.sum(0)
    faces = [
        SeenFace(
            0, (0.5, 0.5), (0.5, 0.5), 0, one.lips[:blocks], np.ones(len(one.lips[:blocks]), bool)
        )
        for one in talkers
    ]
    sound = soxr.resample(mixture, RATE, FULL).astype(np.float32)
    pieces: list[list[np.ndarray]] = [[] for _ in talkers]
    for said, rest in taken_apart(separator, faces, [sound]):
        for number, piece in enumerate(pieces):
            piece.append(said.get(number, np.zeros_like(rest)))
    rows = []
    for number, piece in enumerate(pieces):
        made = soxr.resample(np.concatenate(piece).astype(float), FULL, RATE)
        made = np.pad(made, (0, max(0, length - len(made))))[:length]
        row = [si_sdr(mixture, voices[number]), si_sdr(made, voices[number])]
        row += parts(made, number, voices)
        if opinions:
            row += [
                value for judge in (_pesq, _stoi) for value in judge(voices[number], mixture, made)
            ]
        rows.append(row)
    return rows


def si_sdr(made: np.ndarray, voice: np.ndarray) -> float:
    """Scale-invariant ratio of signal and distortion, dB (Le Roux et al., 2019)."""
    own = (made @ voice) / (voice @ voice) * voice
    return _ratio(own, made - own)


def parts(made: np.ndarray, number: int, voices: np.ndarray) -> list[float]:
    """SDR, SIR and SAR in dB, by projection on the voices as they are (Vincent et al., 2006,
    without their filters)."""
    own = (made @ voices[number]) / (voices[number] @ voices[number]) * voices[number]
    weights, *_ = np.linalg.lstsq(voices.T, made, rcond=None)
    all_of_them = weights @ voices
    return [
        _ratio(own, made - own),
        _ratio(own, all_of_them - own),
        _ratio(all_of_them, made - all_of_them),
    ]


def _ratio(signal: np.ndarray, error: np.ndarray) -> float:
    return float(10 * np.log10((signal @ signal + 1e-12) / (error @ error + 1e-12)))


def _pesq(voice: np.ndarray, mixture: np.ndarray, made: np.ndarray) -> list[float]:
    from pesq import pesq

    return [float(pesq(RATE, voice, heard, "wb")) for heard in (mixture, made)]


def _stoi(voice: np.ndarray, mixture: np.ndarray, made: np.ndarray) -> list[float]:
    from pystoi import stoi

    return [float(stoi(voice, heard, RATE)) for heard in (mixture, made)]


if __name__ == "__main__":
    main()
