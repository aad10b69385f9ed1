"""The same with the user's face in view: python -m export.my_voice.faces FILMS VOICES [ROOT]

FILMS is a folder of films of one talker each, some seconds long, with their sound; VOICES one of
recordings of others. In turns of three seconds each talker speaks, and then rests (the film's first
picture, with noise) while one of the others does, 12, 6 and 0 dB below. What user and other lose
against the same call without lips and for everyone: by the lips, by the voice, and by both. The
user's voice is learned from the film itself, which flatters the voice and both alike.

`seen` is both, with a voice that was learned from the lips in a lesson before: the same turns, two
of the talker's to one of rest. In `turns` somebody else speaks in that rest, as loud as the talker,
and in `over` the talker's lips move meanwhile. What is lost is that of the turns after the lesson.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np

from export.my_voice.evaluate import NOBODY, energies, loud, said
from export.voices import voices
from vcam import lips
from vcam.audio.frames import HOP, RATE, Block
from vcam.audio.options import audio_options
from vcam.audio.pipeline import AudioPipeline, AudioState
from vcam.audio.stages.my_voice import MyVoiceStage, MyVoiceState
from vcam.audio.stages.order import sound_stages
from vcam.networks.picture import open_face
from vcam.networks.sound import open_sound
from vcam.offline.my_voice import learned
from vcam.schema.settings import Settings
from vcam.video.stages.lips import mouths

TURN, TURNS, FPS = 3, 4, 25  # seconds, of each, pictures a second
BELOW = (12, 6, 0)
ENROLLED = 10  # seconds
LESSON = (True, True, False) * 8
"""The turns in which the voice is learned from the lips: whether the user talks, or another."""
ALL = (True,) * len(LESSON)


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
    """The lip observations of a turn and a rest, for `vcam.lips.select`."""
    with av.open(str(path)) as container:
        film = [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
    film = film[: TURN * FPS]
    tracker, state, found = open_face(), None, []
    rng = np.random.default_rng(0)
    for i in range(2 * TURN * FPS):
        frame = film[min(i % (TURN * FPS), len(film) - 1)]
        if i >= TURN * FPS:
            noise = rng.integers(-4, 5, film[0].shape)
            frame = np.clip(film[0].astype(int) + noise, 0, 255).astype(np.uint8)
        state, faces = tracker.step(state, frame, "auto")
        found += mouths(faces, frame, i / FPS, "auto")
    return lips.ring_of(found)


def in_turns(seen: np.ndarray, talks: Sequence[bool], begin: float = 0.0) -> np.ndarray:
    """Those of turns in which the lips move or rest, from a time on."""
    parts = []
    for i, moves in enumerate(talks):
        part = seen[(seen["time"] < TURN - 0.5 / FPS) == moves]
        part["time"] += begin + TURN * (i if moves else i - 1)
        parts.append(part)
    return np.concatenate(parts)


def taught(
    pipeline: AudioPipeline, turns: Sequence[Block], ring: np.ndarray, settings: Settings
) -> AudioState:
    """What the turns of a lesson leave, up to that in which the voice has been learned."""
    state: AudioState | None = None
    for turn in turns:
        for block in turn.reshape(-1, HOP):
            mouths = lips.select(ring, state.number * HOP / RATE if state else 0.0)
            state, _ = pipeline.step(state, block, audio_options(settings), mouths)
        assert state is not None
        known: MyVoiceState = state.stages[MyVoiceStage.name]
        if known.enrolment is not None and known.enrolment.over:
            return state
    raise SystemExit("The lesson was too short.")


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

    def heard(
        call: Block, ring: np.ndarray, settings: Settings, state: AudioState | None = None
    ) -> np.ndarray:
        return energies(said(pipeline, call, audio_options(settings), ring, state))

    for number, film in enumerate(sorted(arguments.films.glob("*.mp4"))):
        mine, seen = sound_of(film), seen_in(film)
        profile = learned(networks, np.resize(mine, ENROLLED * RATE))
        everyone = Settings(denoiser="fast")
        me = everyone.model_copy(update={"voices": "me", "my_voice": str(profile)})
        learns = everyone.model_copy(update={"voices": "me"})
        other = others[number % len(others)].reshape(TURNS, -1)
        lessons = {}
        for name, rest, talks in (("seen", 0, LESSON), ("turns", 1, LESSON), ("over", 1, ALL)):
            equal = other * np.float32(rest * loud(mine) / loud(other.ravel()))
            said_then = [mine if own else equal[i % TURNS] for i, own in enumerate(LESSON)]
            lessons[name] = taught(pipeline, said_then, in_turns(seen, talks), learns)
        for below in BELOW:
            theirs = other * np.float32(loud(mine) / loud(other.ravel()) * 10 ** (-below / 20))
            call = np.stack([np.tile(mine, (TURNS, 1)), theirs], 1).ravel()
            before = heard(call, NOBODY, everyone)
            turns = np.arange(len(before)) // (TURN * 5) % 2 == 0
            own = turns & (before > before[turns].max() / 100)
            ways: list[tuple[str, bool, Settings, AudioState | None]] = [
                ("lips", True, everyone, None),
                ("voice", False, me, None),
                ("both", True, me, None),
                *((name, True, learns, state) for name, state in lessons.items()),
            ]
            for name, sees, settings, state in ways:
                begin = state.number * HOP / RATE if state else 0.0
                ring = in_turns(seen, (True, False) * TURNS, begin) if sees else NOBODY
                after = heard(call, ring, settings, state)
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
