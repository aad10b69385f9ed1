"""Calls with loudspeakers: simulated ones, and recordings as the AEC Challenge lays them out.

Cutler et al., "ICASSP 2023 Acoustic Echo Cancellation Challenge", arXiv:2309.12553, whose names for
the talks are used: ``st`` far-end single talk, ``nst`` near-end single talk, ``dt`` double talk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from export.denoise.rooms import image_response
from export.voices import files_of
from vcam.audio.frames import HOP, RATE
from vcam.schema.errors import VcamError

Sound = NDArray[np.float32]
Talk = Literal["st", "nst", "dt"]
SECONDS = 16
DELAYS = (0.02, 0.08, 0.15, 0.25, 0.4)  # s, between reference and echo, beside the room's own
DRIFT = 100e-6
_TALKS: dict[str, Talk] = {
    "farend_singletalk": "st",
    "nearend_singletalk": "nst",
    "doubletalk": "dt",
}


@dataclass(frozen=True)
class Scene:
    """Sounds at 48 kHz, all of one length: a whole number of blocks.

    `far` is what the loudspeakers are given, `heard` the microphone, `near` what it would hear
    without them; None in recordings. `kind` is what is hard about it.
    """

    name: str
    talk: Talk
    kind: str
    far: Sound
    heard: Sound
    near: Sound | None = None


def recorded(folder: Path) -> Iterator[Scene]:
    """Those of NAME_TALK_lpb.wav and NAME_TALK_mic.wav. Raises VcamError for a folder without."""
    found = sorted(folder.glob("*_lpb.wav"))
    if not found:
        raise VcamError(f"{folder} has no pairs NAME_lpb.wav and NAME_mic.wav.")
    for path in found:
        name = path.name.removesuffix("_lpb.wav")
        talk = next((talk for word, talk in _TALKS.items() if word in name), None)
        if talk is None:
            raise VcamError(f"{path} says in its name none of {', '.join(_TALKS)}.")
        far, heard = (_read(path.with_name(f"{name}_{part}.wav")) for part in ("lpb", "mic"))
        length = min(len(far), len(heard)) // HOP * HOP
        kind = "moving" if "movement" in name else "recorded"
        yield Scene(name, talk, kind, far[:length], heard[:length])


def simulated(voices: Path, count: int) -> Iterator[Scene]:
    """`count` rooms, each with all talks, one kind of difficulty and one of the `DELAYS`.

    `voices` is a folder of files of one voice each, whose it is told by the name
    (`export.voices.files_of`); near and far are never of the same person.
    """
    persons = list(files_of(voices).values())
    if len(persons) < 2:
        raise VcamError(f"{voices} has voices of fewer than two persons.")
    for i in range(count):
        rng = np.random.default_rng(i)
        one, other = (
            persons[person][rng.integers(len(persons[person]))]
            for person in rng.choice(len(persons), 2, replace=False)
        )
        far = _level(_voice(one, rng), -23)
        near = _level(_voice(other, rng), rng.uniform(-33, -25))
        kind = ("plain", "drift", "distortion", "noise")[i % 4]
        delay = DELAYS[i % len(DELAYS)]
        echo = _level(_echo(far, rng, kind, delay), rng.uniform(-38, -26))
        room = rng.standard_normal(len(far)).astype(np.float32)
        noise = _level(room, -48 if kind == "noise" else -68)
        talks: dict[Talk, tuple[Sound, Sound]] = {
            "st": (echo, np.zeros_like(near)),
            "nst": (np.zeros_like(echo), near),
            "dt": (echo, near),
        }
        for talk, (of_far, of_near) in talks.items():
            yield Scene(
                f"{kind} {1e3 * delay:.0f} ms",
                talk,
                kind,
                np.zeros_like(far) if talk == "nst" else far,
                np.clip(of_far + of_near + noise, -1, 1),
                of_near + noise,
            )


def _echo(far: Sound, rng: np.random.Generator, kind: str, delay: float) -> Sound:
    """What a laptop's loudspeaker makes of it in a room, `delay` seconds later."""
    room = rng.uniform([2.5, 2.5, 2.3], [6.0, 5.0, 3.0])
    microphone = rng.uniform(0.3, 0.7, 3) * room
    speaker = microphone + rng.uniform(-0.3, 0.3, 3)
    response = image_response(room, speaker, microphone, float(rng.uniform(0.2, 0.6)))
    played = np.tanh(6 * far).astype(np.float32) / 6 if kind == "distortion" else far
    played = np.diff(played, prepend=np.float32(0)) + np.float32(0.3) * played  # a small cone
    echo = np.fft.irfft(np.fft.rfft(played, 1 << 21) * np.fft.rfft(response, 1 << 21), 1 << 21)[
        : len(far)
    ]
    if kind == "drift":
        places = np.arange(len(echo)) * (1 + DRIFT)
        echo = np.interp(places, np.arange(len(echo)), echo)
    late = round(delay * RATE)
    return np.concatenate([np.zeros(late), echo])[: len(far)].astype(np.float32)


def _voice(path: Path, rng: np.random.Generator) -> Sound:
    sound = _read(path)
    start = int(rng.integers(0, max(1, len(sound) - SECONDS * RATE)))
    return np.resize(sound[start : start + SECONDS * RATE], SECONDS * RATE)


def _read(path: Path) -> Sound:
    sound, rate = soundfile.read(path, dtype="float32")
    mono = sound if sound.ndim == 1 else sound.mean(axis=1)
    return soxr.resample(mono, rate, RATE).astype(np.float32)


def _level(sound: Sound, decibels: float) -> Sound:
    rms = float(np.sqrt(np.mean(np.square(sound)))) + 1e-9
    return (sound * (10 ** (decibels / 20) / rms)).astype(np.float32)
