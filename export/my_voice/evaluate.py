"""What a user loses and others are lowered by: python -m export.my_voice.evaluate VOICES [ROOT]

VOICES is a folder of recordings of one person each, who is told by the file's name
(`export.voices`) and of whom the first that is long enough counts. Every person is the user once:
ten seconds teach the profile, and then user and others speak in turns of four seconds, the others
12, 6 and 0 dB below, with the denoiser and the network (of the folder ROOT, if it is given) as in a
call. Levels are compared with the same call for everyone. Whose recordings are too short, or hold
too little of a voice to be learned, is left out and named.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from export.voices import files_of, read_together
from vcam import lips
from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.options import audio_options
from vcam.audio.pipeline import AudioPipeline, AudioState
from vcam.audio.stages.order import AudioOptions, sound_stages
from vcam.networks.sound import open_sound
from vcam.offline.my_voice import learned
from vcam.schema.settings import Settings

ENROLLED, TURN, TURNS = 10, 4, 4  # seconds, seconds, of each
NEEDED = ENROLLED + TURN * TURNS
BELOW = (12, 6, 0)
WINDOW = RATE // 5
SETTINGS = Settings(lips="off", denoiser="fast")
NOBODY = lips.ring_of([])


def said(
    pipeline: AudioPipeline,
    sound: Block,
    options: AudioOptions,
    ring: np.ndarray = NOBODY,
    state: AudioState | None = None,
) -> Block:
    """What comes out, in time with what went in; `ring` are lip observations of that time, from
    what led to the `state` on."""
    before, out = state.number if state else 0, []
    for i, block in enumerate(np.resize(sound, len(sound) + pipeline.latency).reshape(-1, HOP)):
        mouths = lips.select(ring, (before + i) * HOP / RATE)
        state, result = pipeline.step(state, block.astype(np.float32), options, mouths)
        out.append(result.block)
    return np.concatenate(out)[pipeline.latency :]


def energies(sound: Block) -> np.ndarray:
    """Of windows of 200 ms."""
    return np.square(sound.astype(float)).reshape(-1, WINDOW).sum(1) + 1e-9


def loud(sound: Block) -> float:
    each = energies(sound)
    return float(np.sqrt(each[each > each.max() / 300].mean()))


def people_of(folder: Path) -> dict[str, Block]:
    """`NEEDED` seconds of each person whose recording has as many."""
    found = {}
    for name, paths in files_of(folder).items():
        for path in paths:
            sound = read_together([path], RATE)
            if len(sound) >= NEEDED * RATE:
                found[name] = sound[: NEEDED * RATE]
                break
        else:
            print(f"left out: no recording of {name} has {NEEDED} s")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("voices", type=Path)
    parser.add_argument("root", type=Path, nargs="?")
    arguments = parser.parse_args()
    length = TURN * TURNS
    networks = open_sound(lips=False, my_voice=True, root=arguments.root)
    pipeline = AudioPipeline(sound_stages(networks))
    everyone = audio_options(SETTINGS)
    people, profiles = [], []
    for name, person in people_of(arguments.voices).items():
        if profile := learned(networks, person[: ENROLLED * RATE]):
            people.append(person)
            profiles.append(profile)
        else:
            print(f"left out: {ENROLLED} s of {name} are too little of a voice to be learned")
    if len(people) < 2:
        raise SystemExit(f"{arguments.voices} has fewer than two voices that can be measured.")
    print(f"{len(people)} voices\nbelow   user: mean   worst  under -3 dB   other: mean   least")
    rng = np.random.default_rng(0)
    for below in BELOW:
        lost, under, lowered = [], [], []
        for number, (person, profile) in enumerate(zip(people, profiles, strict=True)):
            other = people[(number + int(rng.integers(1, len(people)))) % len(people)]
            mine = person[ENROLLED * RATE :][: length * RATE].reshape(TURNS, -1)
            theirs = other[: length * RATE] * np.float32(
                loud(mine.ravel()) / loud(other[: length * RATE]) * 10 ** (-below / 20)
            )
            call = np.stack([mine, theirs.reshape(TURNS, -1)], 1).ravel()
            only = audio_options(
                SETTINGS.model_copy(update={"voices": "me", "my_voice": str(profile)})
            )
            before, after = (energies(said(pipeline, call, o)) for o in (everyone, only))
            turns = np.arange(len(before)) // (TURN * 5) % 2 == 0
            spoken = before > before[turns].max() / 1000
            own, away = turns & spoken, ~turns
            lost.append(10 * np.log10(after[own].sum() / before[own].sum()))
            under.append(np.mean(10 * np.log10(after[own] / before[own]) < -3))
            lowered.append(10 * np.log10(after[away].sum() / before[away].sum()))
        print(
            f"{below:3d} dB     {np.mean(lost):9.2f} {min(lost):8.2f} {np.mean(under):11.1%}"
            f"     {np.mean(lowered):9.1f} {max(lowered):8.1f}"
        )


if __name__ == "__main__":
    main()
