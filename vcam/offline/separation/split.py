"""Splits a recording's voices: who is seen gets a sound track each, all the rest another one."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from heapq import merge
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import av
import numpy as np
import soundfile

from vcam.audio.frames import RATE
from vcam.audio.stages.lipgate import LipGate
from vcam.audio.stages.my_voice import Levels, MyVoice
from vcam.lips import RECORD, LipObservation, ring_of
from vcam.networks.models import Model, open_model
from vcam.networks.picture import open_face
from vcam.offline import media
from vcam.offline.enhance.lips_track import first_sound
from vcam.offline.enhance.pictures import DecodePosition
from vcam.offline.enhance.resume import KEEP, Result, Work
from vcam.offline.enhance.tracks import KnownLips
from vcam.offline.separation.alone import Alone, voice_of
from vcam.offline.separation.apart import Mono, taken_apart
from vcam.offline.separation.faces import (
    BLOCKS,
    MOST,
    Decoded,
    FaceLooker,
    Looking,
    Said,
    SeenFace,
    seen_faces,
)
from vcam.offline.separation.names import REST, SOFTWARE, beside
from vcam.offline.separation.network import Separator
from vcam.offline.separation.persons import LEAST, Voice, persons_of
from vcam.offline.sound_file import Samples, packed, unpacked
from vcam.offline.sound_track import is_heard
from vcam.offline.transcript.speech import sound_of
from vcam.schema.errors import VcamError
from vcam.video.stages.face import Whose
from vcam.video.stages.face_tracker import FaceTracker

_NAME = "voices"
_SAID, _MOUTHS, _ALONE, _REST = range(1 << 16, (1 << 16) + 4)  # tracks among the work's results
_VOICES = 1 << 17  # and from here on those of the faces
_ENOUGH = 20.0  # seconds of a voice
_LOOKING = 0.8  # of the time; the rest is listening
_SUBTYPE = "PCM_16"


class SplitNetworks(NamedTuple):
    """Who is seen, what their lips say, what they make of the sound, and how they sound."""

    tracker: FaceTracker
    lips: Model
    separator: Separator
    voice: MyVoice


def open_split(root: Path | None = None) -> SplitNetworks:
    """Opens them. Raises VcamError when one is missing, damaged or another kind of network."""
    return SplitNetworks(
        open_face(root, MOST),
        open_model("lips", LipGate.LIPS, root=root),
        Separator(
            open_model("separation", Separator.GRAPH, root=root, threads=os.cpu_count() or 1)
        ),
        MyVoice(open_model("my_voice", MyVoice.GRAPH, root=root)),
    )


class PersonSound:
    """What somebody says in all of a recording: a `output.MadeSound`. It is in the work's `tracks`,
    where there is any of it."""

    begin = 0

    def __init__(self, work: Work, tracks: Sequence[int], samples: int, name: str) -> None:
        self._work, self._tracks, self._samples = work, tracks, samples
        self.name = name

    def pieces(self) -> Iterator[Samples]:
        made = merge(*map(self._work.results, self._tracks), key=attrgetter("pts"))
        done = 0
        for begin, parts in groupby(made, key=attrgetter("pts")):
            yield from _silence(begin - done)
            sounds = [next(unpacked([one.data], one.duration)) for one in parts]
            yield sum(sounds[1:], sounds[0])
            done = begin + len(sounds[0])
        yield from _silence(self._samples - done)


class _Kept(NamedTuple):
    """What a stopped job leaves beside its results: what of the film could not be decoded, from
    where on it is looked at, None when all of it was, and of how much of the sound the voices are
    kept."""

    decoded: Decoded
    position: DecodePosition | None = DecodePosition()
    looking: Looking = Looking()
    samples: int = 0
    finished: bool = False


def split_voices(
    networks: SplitNetworks,
    source: Path,
    track: int,
    work: Work,
    names: Sequence[str],
    whose: int | Whose,
    report: Callable[[float], None],
) -> list[PersonSound]:
    """The persons of a recording, in the order of `persons_of`, called by the `names`, and the
    rest; their sound is in the work and is together that of the sound track with this number, mono.
    It begins where the result does. The work also has, for `lips_of`, the lips of those who count
    (`whose`).

    Goes on where an earlier run was stopped; what it heard is heard once more. Raises VcamError
    when nobody is seen or the recording cannot be read.
    """
    begin, length = _times(source, track, film=media.is_film_name(work.target))
    looker = FaceLooker(networks.tracker, networks.lips, whose)

    def looked(time: float) -> None:
        report(_LOOKING * max(0.0, min(1.0, time / length)))

    _look(looker, source, begin, work, looked)
    state: _Kept = work.state[_NAME]
    faces = seen_faces(state.looking.places, map(_unpacked, work.results(_SAID)))
    if sum(face.seen.sum() for face in faces) < LEAST * BLOCKS:
        raise VcamError("split.no_faces", path=source)
    if not state.finished:
        _listen(networks.separator, source, track, work, faces, report)
    persons = persons_of(faces, _voices(networks.voice, work))
    if not persons:
        raise VcamError("split.no_faces", path=source)
    nobodys = set(range(len(faces))) - {one for person in persons for one in person}
    tracks = [[_VOICES + one for one in person] for person in persons]
    tracks.append([_REST, *(_VOICES + one for one in nobodys)])
    samples = work.state[_NAME].samples
    all_names = [*names[: len(persons)], REST]
    return [
        PersonSound(work, of_one, samples, name)
        for of_one, name in zip(tracks, all_names, strict=True)
    ]


def lips_of(work: Work) -> KnownLips | None:
    """The lips that count in a recording, if all of it was looked at."""
    state: _Kept | None = work.state.get(_NAME)
    if state is None or state.position is not None:
        return None
    pieces = (np.frombuffer(made.data, RECORD) for made in work.results(_MOUTHS))
    # What comes after the last key frame before a stop was decoded twice.
    return KnownLips(pieces, sorted(set(state.decoded.lost)), state.decoded.reached)


def write_sound(work: Work, sound: PersonSound, number: int) -> None:
    """A sound file of it with its number, to stand beside the result. Raises Unwritable."""
    path = work.beside(beside(work.target, sound.name).name)
    try:
        with soundfile.SoundFile(path, "w", RATE, 1, _SUBTYPE, format="FLAC") as file:
            file.software, file.tracknumber = SOFTWARE, str(number)
            for piece in sound.pieces():
                file.write(piece)
    except (OSError, soundfile.SoundFileError) as error:
        raise work.unwritable(error) from error


def _look(
    looker: FaceLooker, source: Path, begin: float, work: Work, report: Callable[[float], None]
) -> None:
    """Keeps what is seen in all of a film."""
    state: _Kept = work.state.get(_NAME) or _Kept(Decoded())
    if state.position is None:
        return
    looking, decoded, kept = state.looking, state.decoded, monotonic()
    said: list[Said] = []
    mouths: list[LipObservation] = []

    def keep(position: DecodePosition | None) -> None:
        made = {}
        if said:
            made[_SAID] = [_packed(one) for one in said]
        if mouths:
            ring = ring_of(mouths)
            ring["time"] += begin
            made[_MOUTHS] = [Result(0, 0, len(ring), True, ring.tobytes())]
        known = Looking(places=looking.places) if position is None else looking
        work.keep(_NAME, _Kept(decoded, position, known), made)
        said.clear()
        mouths.clear()

    for picture in looker.pictures(source, state.position, looking.followed, decoded):
        if monotonic() - kept > KEEP:
            keep(picture.position)
            kept = monotonic()
        looking, some, counting = looker.step(looking, picture, begin)
        said += some
        mouths += counting
        report(picture.time - begin)
    said += looker.finish(looking)
    keep(None)


def _listen(
    separator: Separator,
    source: Path,
    track: int,
    work: Work,
    faces: Sequence[SeenFace],
    report: Callable[[float], None],
) -> None:
    """Keeps what each face says, and the rest."""
    state: _Kept = work.state[_NAME]
    length = max(face.end for face in faces) * RATE / BLOCKS
    parts = sound_of(source, film=media.is_film_name(work.target), track=track, rate=RATE)
    made: dict[int, list[Result]] = defaultdict(list)
    begin, kept, alone = 0, monotonic(), Alone(faces)
    for said, rest in taken_apart(separator, faces, (part for part in parts if len(part))):
        heard = alone.of(said, rest)
        if begin >= state.samples:  # else it was kept before the job was stopped
            made[_REST].append(_result(begin, rest))
            for face, sound in said.items():
                made[_VOICES + face].append(_result(begin, sound))
            for face, levels in heard.items():
                data = levels.astype(np.float16).tobytes()
                made[_ALONE].append(Result(begin, face, len(levels), True, data))
        begin += len(rest)
        if monotonic() - kept > KEEP and made:
            work.keep(_NAME, state._replace(samples=begin), made)
            made, kept = defaultdict(list), monotonic()
        report(_LOOKING + (1 - _LOOKING) * min(1.0, begin / length))
    if not begin:
        raise VcamError("split.no_sound", path=source)
    work.keep(_NAME, state._replace(samples=begin, finished=True), made)


def _voices(network: MyVoice, work: Work) -> dict[int, Voice]:
    """How each face sounds that spoke alone."""
    levels: dict[int, list[Levels]] = defaultdict(list)
    for made in work.results(_ALONE):
        if sum(map(len, levels[made.dts])) < _ENOUGH * BLOCKS:
            rows = np.frombuffer(made.data, np.float16).reshape(made.duration, -1)
            levels[made.dts].append(rows.astype(np.float32))
    return {face: voice_of(network, np.concatenate(parts)) for face, parts in levels.items()}


def _silence(samples: int) -> Iterator[Samples]:
    for begin in range(0, samples, RATE):
        yield np.zeros((min(RATE, samples - begin), 1), np.float32)


def _result(begin: int, sound: Mono) -> Result:
    return Result(begin, begin, len(sound), True, packed(sound[:, None], RATE, _SUBTYPE))


def _packed(said: Said) -> Result:
    return Result(said.first, said.face, len(said.rows), True, said.rows.tobytes())


def _unpacked(made: Result) -> Said:
    return Said(made.dts, made.pts, np.frombuffer(made.data, np.float16).reshape(made.duration, -1))


def _times(source: Path, track: int, *, film: bool) -> tuple[float, float]:
    """The film's time at which the result begins, and its length, in seconds."""
    with media.opened(source) as container:
        if not any(map(is_heard, container.streams.audio)):
            raise VcamError("split.no_sound", path=source)
        begin, length = float(media.beginning(container)), (container.duration or 0) / av.time_base
    return begin if film else first_sound(source, track), max(1.0, length)
