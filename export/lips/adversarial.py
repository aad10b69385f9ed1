"""What the lips cost where they are wrong: python -m export.lips.adversarial --data DIR

One row a case, through the product's code: how the lips change the level of the speaker's own
voice (all of it, and the worst 200 ms that hold speech), alone and with another talker of
`DIR/audio/clean/dev` throughout, and that talker's level while the face listens before the case.
Faces and voices are GRID's of `DIR/av`. A case begins after two sentences and a listening face,
so that the lips are known, unless it says *from the start*. Runs in the product's environment.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.signal import butter, sosfilt

from export.lips.evaluate import FPS, sound_of
from export.lips.probe import Probe, level, windows
from vcam import lips
from vcam.audio.frames import HOP, RATE
from vcam.lips import LANDMARKS, LipObservation

FRAME = RATE // FPS
_MOUTH = slice(0, 40)
_AT = {landmark: i for i, landmark in enumerate(LANDMARKS)}
_LOWER = [
    _AT[i] for i in (146, 91, 181, 84, 17, 314, 405, 321, 375, 95, 88, 178, 87, 14, 317, 402, 318,
                     324, 152)
]  # fmt: skip
_STARTS = {"bin, place": r"[bp]", "lay, set": r"[ls]"}
_ENDS = {"now": r".*n$", "again": r".*a$"}


@dataclass(frozen=True)
class Part:
    """Pictures ``(T, 52, 2)`` in normalised coordinates at 25 a second, sound ``(T * FRAME,)``,
    how sure the landmarks are ``(T,)``, and whether this is what a case is about."""

    points: np.ndarray
    sound: np.ndarray
    sure: np.ndarray
    meant: bool = False


@dataclass(frozen=True)
class Face:
    """The sentences of one speaker, by GRID's code of what is said."""

    name: str
    sentences: dict[str, Part]


def part(points: np.ndarray, sound: np.ndarray) -> Part:
    count = min(len(points), len(sound) // FRAME)
    return Part(points[:count], sound[: count * FRAME], np.ones(count))


def faces(data: Path) -> list[Face]:
    """GRID's dev speakers, whose landmarks were seen in every picture."""
    found: dict[str, dict[str, Part]] = {}
    for row in csv.DictReader((data / "av" / "index.csv").open()):
        points = np.load(data / "av" / row["landmarks"])["landmarks"][:, :, :2].astype(float)
        if row["split"] != "dev" or np.isnan(points).any():
            continue
        sound = sound_of(data / "av" / row["file"])
        sound = 0.3 * sound / np.abs(sound).max()
        normal = np.stack([lips.normalise(frame)[0] for frame in points])
        code = re.findall(r"[bpls][bgrw][abiw][a-z][0-9z][anps]", row["file"])
        name = code[-1] if code else row["file"]
        found.setdefault(row["speaker"], {})[name] = part(normal, sound)
    return [Face(name, dict(list(said.items())[:12])) for name, said in found.items()]


def gap(points: np.ndarray) -> np.ndarray:
    return np.abs(points[:, _AT[14], 1] - points[:, _AT[13], 1])


def resting(face: Face, count: int, rng: np.random.Generator) -> Part:
    """The most closed mouth of the face's first sentence, breathing and trembling a little."""
    first = next(iter(face.sentences.values())).points
    time = np.arange(count) / FPS
    points = first[np.argmin(gap(first))] + rng.normal(0, 0.0015, (count, *first.shape[1:]))
    points[:, :, 1] += 0.002 * np.sin(2 * np.pi * 0.3 * time + rng.uniform(0, 6))[:, None]
    return Part(points, np.zeros(count * FRAME, np.float32), np.ones(count))


def joined(parts: list[Part]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sound, lip observations and, for each block, whether it is meant. A face that begins or
    stops to rest glides there within four pictures."""
    points = [p.points.copy() for p in parts]
    for before, after, a, b in zip(points, points[1:], parts, parts[1:], strict=False):
        weight = (np.arange(1, 5) / 5)[:, None, None]
        if not a.sound.any() and len(before) >= 4:
            before[-4:] += (after[0] - before[-4:]) * weight
        elif not b.sound.any() and len(after) >= 4:
            after[:4] = before[-1] + (after[:4] - before[-1]) * weight
    sure = np.concatenate([p.sure for p in parts])
    track = lips.ring_of(
        [
            LipObservation(i / FPS, frame.astype(np.float32), 70.0, 0.0, float(sure[i]))
            for i, frame in enumerate(np.concatenate(points))
        ]
    )
    meant = np.concatenate([np.repeat(p.meant, len(p.sound) // HOP) for p in parts])
    return np.concatenate([p.sound for p in parts]).astype(np.float32), track, meant


def loud(sound: np.ndarray) -> np.ndarray:
    """The blocks, 10 ms each, within 15 dB of the loud ones over 50 ms."""
    power = np.square(sound[: len(sound) // HOP * HOP]).reshape(-1, HOP).mean(1)
    power = np.convolve(power, np.ones(5), "same")
    return np.flatnonzero(power > np.percentile(power, 95) * 10**-1.5)


def cut(sentence: Part, first: int, last: int) -> Part:
    """The blocks of a sentence with a fade of 10 ms, the pictures around them, and silence."""
    begin, end = max(0, first // 4 - 2), min(len(sentence.points), last // 4 + 2)
    envelope = np.zeros(len(sentence.sound))
    envelope[first * HOP : last * HOP] = 1
    envelope = np.convolve(envelope, np.ones(HOP) / HOP, "same")
    sound = (sentence.sound * envelope)[begin * FRAME : end * FRAME]
    return Part(sentence.points[begin:end], sound, sentence.sure[begin:end], meant=True)


def syllables(
    pattern: str, at: Callable[[np.ndarray], tuple[int, int]]
) -> Callable[[Face, np.random.Generator], list[Part]]:
    def build(face: Face, rng: np.random.Generator) -> list[Part]:
        said = [s for code, s in face.sentences.items() if re.fullmatch(pattern + ".*", code)]
        parts = []
        for sentence in said[:4]:
            parts += [cut(sentence, *at(loud(sentence.sound))), resting(face, 40, rng)]
        return parts

    return build


def sentences(face: Face, rng: np.random.Generator) -> list[Part]:
    said = list(face.sentences.values())
    return [replace(s, meant=True) for s in (said * 2)[-2:]]


def hummed(seconds: float) -> Callable[[Face, np.random.Generator], list[Part]]:
    """The beginning of the voice below 600 Hz at an even level, from a mouth at rest."""

    def build(face: Face, rng: np.random.Generator) -> list[Part]:
        voice = sentences(face, rng)[0].sound
        first = loud(voice)[0]
        tone = voice[(first + 5) * HOP : (first + 15) * HOP]
        tone = np.concatenate([tone, tone[::-1]])
        tone = sosfilt(butter(4, 600, fs=RATE, output="sos"), np.resize(tone, int(seconds * RATE)))
        tone *= 0.1 / np.abs(tone).max() * np.hanning(len(tone)) ** 0.2
        parts = []
        for _ in range(3):
            rest = resting(face, -(-len(tone) // FRAME), rng)
            sound = np.pad(tone, (0, len(rest.sound) - len(tone)))
            parts += [replace(rest, sound=sound, meant=True), resting(face, 40, rng)]
        return parts

    return build


Picture = Callable[[Part, Face, np.random.Generator], Part]


def seen(change: Picture) -> Callable[[Face, np.random.Generator], list[Part]]:
    return lambda face, rng: [change(s, face, rng) for s in sentences(face, rng)]


def still(part: Part, face: Face, rng: np.random.Generator) -> Part:
    return replace(part, points=resting(face, len(part.points), rng).points)


def frozen(part: Part, face: Face, rng: np.random.Generator) -> Part:
    return replace(part, points=np.repeat(part.points[:1], len(part.points), 0))


def trembling(noise: float, sure: float) -> Picture:
    """The landmarks of lips that are not to be seen."""

    def change(part: Part, face: Face, rng: np.random.Generator) -> Part:
        rest = resting(face, len(part.points), rng).points
        rest[:, _MOUTH] += rng.normal(0, noise, (len(rest), 1, 2)) * (0.5, 1)
        rest[:, _LOWER] += rng.normal(0, noise, (len(rest), 1, 2)) * (0.5, 1)
        return replace(part, points=rest, sure=np.full(len(rest), sure))

    return change


def beard(part: Part, face: Face, rng: np.random.Generator) -> Part:
    """Half of the motion, and landmarks that tremble."""
    rest = resting(face, len(part.points), rng).points
    points = rest + 0.5 * (part.points - rest)
    points[:, _MOUTH] += rng.normal(0, 0.006, points[:, _MOUTH].shape)
    return replace(part, points=points)


def subtitles(part: Part, face: Face, rng: np.random.Generator) -> Part:
    """Letters over the lower lip: it follows them, anew every second."""
    points, steps = part.points.copy(), len(part.points) // FPS + 1
    points[:, _LOWER] = resting(face, len(points), rng).points[:, _LOWER]
    points[:, _LOWER] += np.repeat(rng.normal(0, 0.02, (steps, 1, 2)), FPS, 0)[: len(points)]
    return replace(part, points=points)


def laughing(part: Part, face: Face, rng: np.random.Generator) -> Part:
    """Five "ha" a second from a mouth that is held open and wide."""
    points = resting(face, len(part.points), rng).points
    middle = points[:, _MOUTH].mean(1, keepdims=True)
    points[:, _MOUTH] += (points[:, _MOUTH] - middle) * (0.15, 0.0)
    points[:, _LOWER, 1] += 0.12
    time = np.arange(len(part.sound)) / RATE
    return replace(part, points=points, sound=part.sound * (np.sin(2 * np.pi * 5 * time) > -0.2))


def profile(part: Part, face: Face, rng: np.random.Generator) -> Part:
    """A head turned by 50 degrees, as `normalise` leaves it: narrow, and less sure."""
    return replace(part, points=part.points * (0.64, 1.0), sure=np.full(len(part.sure), 0.4))


def dubbed(part: Part, face: Face, rng: np.random.Generator) -> Part:
    """Lips that say another sentence, and pause."""
    other = next(iter(face.sentences.values())).points[::-1]
    rest = resting(face, FPS, rng).points
    points = np.resize(np.concatenate([other, rest]), (2 * len(part.points), *other.shape[1:]))
    return replace(part, points=points[rng.integers(FPS) :][: len(part.points)])


Track = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def late(seconds: float) -> Track:
    def change(track: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        track = track.copy()
        track["time"] += seconds
        return track

    return change


def paced(fps: float) -> Track:
    def change(track: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return track[np.arange(0, len(track) - 1, FPS / fps).astype(int)]

    return change


def dropping(track: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A third of the pictures, and now and then half a second of them, do not arrive."""
    gaps = np.floor(track["time"] / 0.5).astype(int) % 4 == 3
    return track[(rng.random(len(track)) > 0.33) & ~gaps]


@dataclass(frozen=True)
class Case:
    """What happens, to what the track becomes, and whether it is so from the first picture."""

    build: Callable[[Face, np.random.Generator], list[Part]]
    track: Track = lambda track, rng: track
    from_the_start: bool = False


def first_word(blocks: np.ndarray) -> tuple[int, int]:
    return max(0, int(blocks[0]) - 5), int(blocks[0]) + 25


def last_word(blocks: np.ndarray) -> tuple[int, int]:
    return int(blocks[-1]) - 30, int(blocks[-1]) + 5


CASES = {
    "sentences": Case(sentences),
    **{f"a word: {word}": Case(syllables(p, first_word)) for word, p in _STARTS.items()},
    **{f"a word: {word}": Case(syllables(p, last_word)) for word, p in _ENDS.items()},
    "mm-hm (0.5 s) from closed lips": Case(hummed(0.5)),
    "humming for 1.5 s": Case(hummed(1.5)),
    "laughing": Case(seen(laughing)),
    "closed mouth from the start": Case(seen(still), from_the_start=True),
    "closed mouth in the middle of a call": Case(seen(still)),
    "mask, landmarks frozen, from the start": Case(seen(frozen), from_the_start=True),
    "mask, landmarks trembling": Case(seen(trembling(0.012, 1.0))),
    "a hand or cup, landmarks unsure": Case(seen(trembling(0.02, 0.4))),
    "beard": Case(seen(beard)),
    "profile": Case(seen(profile)),
    "subtitles over the mouth": Case(seen(subtitles)),
    "dubbed, from the start": Case(seen(dubbed), from_the_start=True),
    "dubbed": Case(seen(dubbed)),
    "pictures dropped": Case(sentences, dropping),
    "10 pictures a second": Case(sentences, paced(10)),
    "lips 120 ms early": Case(sentences, late(-0.12)),
    "lips 120 ms late": Case(sentences, late(0.12)),
}


def story(case: Case, face: Face, rng: np.random.Generator) -> tuple[list[Part], slice]:
    """The parts, and the blocks in which the face only listens."""
    meant = case.build(face, rng)
    if case.from_the_start or not meant:
        return [*meant, resting(face, FPS, rng)], slice(0, 0)
    known = [replace(s, meant=False) for s in sentences(face, rng)]
    begin = sum(len(s.sound) for s in known) // HOP
    listening = resting(face, 4 * FPS, rng)
    return (
        [*known, listening, *meant, resting(face, FPS, rng)],
        slice(begin + 150, begin + len(listening.sound) // HOP),
    )


def other(face: Face, length: int, snr: float, voice: np.ndarray) -> np.ndarray:
    """Another talker, `snr` dB below the sentences of the face."""
    said = next(iter(face.sentences.values())).sound
    own = np.square(said.reshape(-1, HOP)).mean(1)[loud(said)].mean()
    begin = RATE
    voice = np.resize(voice[begin:], length)
    return voice * np.float32(np.sqrt(own / np.square(voice).mean() / 10 ** (snr / 10)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--ahead", type=float, default=0.0, help="seconds; recordings have 0.32")
    parser.add_argument("--snr", type=float, nargs="*", default=[-5.0, 0.0, 5.0], help="dB")
    parser.add_argument("--speakers", default="", help="only those with this in their name")
    parser.add_argument("--cases", default="", help="only those with this in their name")
    arguments = parser.parse_args()
    probe = Probe(arguments.ahead)
    found = [f for f in faces(arguments.data) if arguments.speakers in f.name]
    voices = sorted((arguments.data / "audio" / "clean" / "dev").iterdir())
    print("| case | alone: level, worst 200 ms | with another: level, worst 200 ms | another |")
    print("|---|---|---|---|")
    for name, case in CASES.items():
        if arguments.cases not in name:
            continue
        alone, mixed, lowered = [], [], []
        for number, face in enumerate(found):
            rng = np.random.default_rng(number)
            parts, listening = story(case, face, rng)
            if not any(p.meant for p in parts):
                continue
            sound, track, meant = joined(parts)
            track = case.track(track, rng)
            (energy,) = probe([sound], track)
            alone.append((level(energy, meant), windows(energy, meant).min()))
            for snr in arguments.snr:
                voice = sound_of(voices[rng.integers(len(voices))], 60)
                energy, rest = probe([sound, other(face, len(sound), snr, voice)], track)
                mixed.append((level(energy, meant), windows(energy, meant).min()))
                if listening.stop:
                    lowered.append(level(rest, listening))
        if not alone:
            continue
        cells = [f"{np.mean(v, 0)[0]:.1f}, {np.min(v, 0)[1]:.1f}" for v in (alone, mixed)]
        print(f"| {name} | {' | '.join(cells)} | {np.mean(lowered or np.nan):.1f} |", flush=True)


if __name__ == "__main__":
    main()
