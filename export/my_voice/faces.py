"""The same with the user's face in view: python -m export.my_voice.faces FILMS VOICES [ROOT]

FILMS is a folder of films of one talker each, some seconds long, with their sound; VOICES one of
recordings of others. In turns of three seconds each talker speaks, and then rests (the film's first
picture, with noise) while one of the others does, 12, 6 and 0 dB below. What user and other lose
against the same call without lips and for everyone: by the lips, by the voice, and by both. The
user's voice is learned from the film itself, which flatters the voice and both alike.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import av
import numpy as np

from export.my_voice.evaluate import NOBODY, energies, loud, said
from export.voices import voices
from vcam import lips
from vcam.audio.frames import RATE, Block
from vcam.audio.options import audio_options
from vcam.audio.pipeline import AudioPipeline
from vcam.audio.stages.order import sound_stages
from vcam.networks.picture import open_face
from vcam.networks.sound import open_sound
from vcam.offline.my_voice import learned
from vcam.schema.settings import Settings
from vcam.video.stages.lips import mouths

TURN, TURNS, FPS = 3, 4, 25  # seconds, of each, pictures a second
BELOW = (12, 6, 0)
ENROLLED = 10  # seconds


def sound_of(path: Path) -> Block:
    """`TURN` seconds of it, mono at 48 kHz."""
    resampler = av.AudioResampler("flt", "mono", RATE)
    with av.open(str(path)) as container:
        parts = [
            part.to_ndarray().ravel()
            for frame in container.decode(audio=0)
            for part in resampler.resample(frame)
        ]
    return np.resize(np.concatenate(parts), TURN * RATE).astype(np.float32)


def seen_in(path: Path) -> np.ndarray:
    """The lip observations of the turns, for `vcam.lips.select`."""
    with av.open(str(path)) as container:
        film = [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
    film = film[: TURN * FPS]
    tracker, state, found = open_face(), None, []
    rng = np.random.default_rng(0)
    for i in range(2 * TURN * TURNS * FPS):
        at = i % (2 * TURN * FPS)
        frame = film[min(at, len(film) - 1)]
        if at >= TURN * FPS:
            noise = rng.integers(-4, 5, film[0].shape)
            frame = np.clip(film[0].astype(int) + noise, 0, 255).astype(np.uint8)
        state, faces = tracker.step(state, frame, "auto")
        found += mouths(faces, frame, i / FPS, "auto")
    return lips.ring_of(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("films", type=Path)
    parser.add_argument("voices", type=Path)
    parser.add_argument("root", type=Path, nargs="?")
    arguments = parser.parse_args()
    networks = open_sound(lips=True, my_voice=True, root=arguments.root)
    pipeline = AudioPipeline(sound_stages(networks))
    others = voices(arguments.voices, TURN * TURNS)
    lost: dict[tuple[str, int], list[tuple[float, float, float]]] = {}

    def heard(call: Block, ring: np.ndarray, settings: Settings) -> np.ndarray:
        return energies(said(pipeline, call, audio_options(settings), ring))

    for number, film in enumerate(sorted(arguments.films.glob("*.mp4"))):
        mine, ring = sound_of(film), seen_in(film)
        profile = learned(networks, np.resize(mine, ENROLLED * RATE))
        everyone = Settings(denoiser="fast")
        me = everyone.model_copy(update={"voices": "me", "my_voice": str(profile)})
        other = others[number % len(others)].reshape(TURNS, -1)
        for below in BELOW:
            theirs = other * np.float32(loud(mine) / loud(other.ravel()) * 10 ** (-below / 20))
            call = np.stack([np.tile(mine, (TURNS, 1)), theirs], 1).ravel()
            before = heard(call, NOBODY, everyone)
            turns = np.arange(len(before)) // (TURN * 5) % 2 == 0
            own = turns & (before > before[turns].max() / 100)
            for name, seen, settings in (
                ("lips", ring, everyone),
                ("voice", NOBODY, me),
                ("both", ring, me),
            ):
                after = heard(call, seen, settings)
                one, two = (10 * np.log10(after[w].sum() / before[w].sum()) for w in (own, ~turns))
                under = float(np.mean(10 * np.log10(after[own] / before[own]) < -3))
                lost.setdefault((name, below), []).append((float(one), under, float(two)))
    print("            user: mean   worst  under -3 dB   other: mean   least")
    for (name, below), each in lost.items():
        one, under, two = np.array(each).T
        print(
            f"{name:5} {below:2d} dB {one.mean():9.2f} {one.min():8.2f} {under.mean():11.1%}"
            f"     {two.mean():9.1f} {two.max():8.1f}"
        )


if __name__ == "__main__":
    main()
