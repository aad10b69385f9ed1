"""One recording: all that is made of it, and what became of it."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np

from vcam.audio.denoisers.registry import BEST, OTHERS
from vcam.audio.options import audio_options
from vcam.audio.pipeline import AudioPipeline
from vcam.audio.stages.order import sound_stages
from vcam.moving_picture import MovingPicture, moves
from vcam.names import AUTO
from vcam.networks.models import open_model
from vcam.networks.picture import open_picture
from vcam.networks.sound import SoundNetworks, open_sound
from vcam.offline import media
from vcam.offline.enhance.film import enhance_film, make_span, take_up_spans
from vcam.offline.enhance.film_plan import FilmOptions, FilmPipelines
from vcam.offline.enhance.lips_track import lip_track
from vcam.offline.enhance.options import EnhanceOptions, touches_sound
from vcam.offline.enhance.resume import Halted, Work, job_of
from vcam.offline.enhance.sound import enhance_file
from vcam.offline.enhance.spans import Span
from vcam.offline.separation.names import REST, beside, called, people_in
from vcam.offline.separation.split import (
    PersonSound,
    lips_of,
    open_split,
    split_voices,
    write_sound,
)
from vcam.offline.superres import SuperResolution
from vcam.offline.transcript import model as speech_model
from vcam.offline.transcript.recognise import Recogniser, transcribe
from vcam.offline.voice import find_track
from vcam.picture_file import read_picture
from vcam.schema.errors import VcamError, brief
from vcam.schema.reasons import Reason
from vcam.schema.recordings import FOR_RECORDINGS
from vcam.schema.settings import Settings
from vcam.video.options import video_options

Progress = Callable[[Path, float], None]
"""Is told a recording, or what has to be fetched first, and how much of it is done, 0 to 1."""

log = logging.getLogger(__name__)

_SPLIT_SHARE = 0.5  # of the time, beside the rest
_FILM_SHARE = {True: 0.6, False: 0.1}  # of the time, beside a transcript: drawn anew or not


@dataclass(frozen=True)
class Enhanced:
    """What became of one file: `error` is None when `target` has been written, `missing` says
    why something that was wanted with it has not, `notes` what is worth knowing about it, and
    `denoiser` what cleaned the voice."""

    source: Path
    target: Path
    error: Reason | None = None
    missing: Reason | None = None
    notes: Sequence[Reason] = ()
    denoiser: str | None = None


def identity(options: EnhanceOptions) -> dict[str, Any]:
    """What the results depend on, beside the recording and this vcam; plain values.

    Raises VcamError when the background cannot be shown.
    """
    return _identity(options, _background(options.settings.picture))


class Enhancer:
    """The networks, opened once for all files."""

    def __init__(self, options: EnhanceOptions, report: Progress) -> None:
        """`report` is told what is fetched. Raises VcamError when something does not open."""
        settings = options.settings
        background = _background(settings.picture)
        self._transcribes = options.transcript is not None
        self._track, self._face = options.track, settings.face
        lips = settings.denoise and settings.lips == "auto"
        self._denoiser, sound = _open_sound(settings, lips)
        network = sound.my_voice if sound is not None else None
        self._enrols = network is not None and not network.knows(settings.my_voice)
        if self._enrols and not audio_options(settings).enrols:
            raise VcamError("voices.not_learned")
        self._identity = _identity(options, background) | {"denoiser": self._denoiser}
        drawn = video_options(settings, (2, 2))
        picture = open_picture(replace(drawn, faces=lips).networks)
        superres = None
        if options.superres > 1:
            superres = SuperResolution(
                open_model("superres", SuperResolution.GRAPH, threads=os.cpu_count() or 1)
            )
        self._pipelines = FilmPipelines(AudioPipeline(sound_stages(sound)), picture, superres)
        self._film = FilmOptions(
            settings=settings,
            background=background,
            superres=options.superres,
            sound=audio_options(settings) if touches_sound(settings) else None,
        )

        self._split = open_split() if options.split_voices else None
        self._names = called(options.names)
        self._recogniser: Recogniser | None = None
        self._missing: Reason | None = None
        if options.transcript is not None:
            try:
                self._recogniser = Recogniser(
                    options.transcript, partial(report, Path(speech_model.NAME))
                )
            except VcamError as error:
                self._missing = error.reason

    def spans(self, source: Path) -> list[Span]:
        """In which a recording's pictures can be made apart: those of a long film that are drawn
        anew. Else there are none."""
        if not self._film.redraws:
            return []
        try:
            with media.opened(source) as container:
                if media.seen_picture(source, container) is None:
                    return []
                found = self._film.spans(container)
        except (av.FFmpegError, OSError, ValueError, VcamError):
            return []  # `enhance` says it
        return found if len(found) > 1 else []

    def make_span(self, source: Path, target: Path, span: Span, packed: Path) -> None:
        """A span of the film that becomes `target`, as one file for `enhance`. Raises VcamError."""
        job = job_of(source, self._identity | {"span": span})
        with Work(target, job) as work:
            track, _ = self._voice_of(source, work)
            make_span(self._pipelines, self._film, source, work, track, span)
            work.pack(packed)

    def enhance(
        self,
        source: Path,
        target: Path,
        report: Callable[[float], None],
        spans: Sequence[Path] = (),
    ) -> Enhanced:
        """`spans` are all of the film, in order, where they are made already.

        Raises VcamError when no result is made of the source; then nothing is left of it.
        """
        missing = [self._missing] if self._missing else []
        split_until = 0.0 if self._split is None else _SPLIT_SHARE
        made_until = 1.0 if self._recogniser is None else _FILM_SHARE[self._film.redraws]
        made_until = split_until + (1 - split_until) * made_until
        # Of a name that is too long, pathlib raises; `job_of` says it.
        if os.path.isdir(source):
            raise VcamError("media.folder", path=source)
        if os.path.exists(source) and not os.path.isfile(source):
            raise VcamError("media.no_file", path=source)
        with Work(target, job_of(source, self._identity)) as work:
            track, notes = self._voice_of(source, work)
            if self._denoiser in OTHERS:
                notes.append(Reason.of("enhance.denoiser", name=OTHERS[self._denoiser].title))
            if self._enrols:
                notes.append(Reason.of("voices.by_lips", path=source))
            if spans:
                take_up_spans(work, spans)
            voices: Sequence[PersonSound] = ()
            if self._split is not None:
                with _or_missing("split.failed", source, missing):
                    part = _part(report, 0.0, split_until)
                    voices = split_voices(
                        self._split, source, track, work, self._names, self._face, part
                    )
            part = _part(report, split_until, made_until)
            notes += self._make(source, work, track, part, voices)
            for number, voice in enumerate(voices, 1):
                write_sound(work, voice, number)
            if self._recogniser is not None:
                with _or_missing("transcript.failed", source, missing):
                    part = _part(report, made_until, 1.0)
                    transcribe(self._recogniser, source, work, part, track, voices)
            older = self._older(target)
            work.publish()
        for name in older - {voice.name for voice in voices}:
            beside(target, name).unlink(missing_ok=True)
        report(1.0)
        return Enhanced(
            source,
            target,
            missing=missing[0] if missing else None,
            notes=[*work.notes, *notes, *missing[1:]],
            denoiser=self._denoiser,
        )

    def _voice_of(self, source: Path, work: Work) -> tuple[int, list[Reason]]:
        """The number of the sound track with the voice, from 0, looked for where it matters."""
        if self._is_film(work) and not (
            self._pipelines.picture.face or self._recogniser or self._split or self._track
        ):
            return 0, []
        count = media.sound_tracks(source)
        if count < 2 and self._track is None:
            return 0, []
        track = find_track(source, self._track)
        if self._track is not None:
            return track, []
        return track, [Reason.of("enhance.track", path=source, count=count, number=track + 1)]

    def _make(
        self,
        source: Path,
        work: Work,
        track: int,
        report: Callable[[float], None],
        voices: Sequence[PersonSound],
    ) -> list[Reason]:
        seen = None if self._split is None else lips_of(work)
        if self._is_film(work):
            return enhance_film(
                self._pipelines, self._film, source, work, report, track, voices, seen
            )
        if self._film.sound is None and not (self._transcribes or self._split):
            with media.opened(source):  # it may be none, or broken
                raise VcamError("enhance.only_sound", path=work.target)
        lips = None
        if self._pipelines.picture.face:
            lips = lip_track(source, self._face, track, seen and seen.pieces)
        if self._enrols and lips is None:
            raise VcamError("voices.not_learned")
        sound = audio_options(self._film.settings)
        return enhance_file(self._pipelines.audio, sound, source, work, report, lips, track)

    def _older(self, target: Path) -> set[str]:
        """Whose sounds an older result may have beside it."""
        if self._split is None:
            return set()
        try:
            return {*self._names, REST, *people_in(target)}
        except VcamError:
            return {*self._names, REST}

    @staticmethod
    def _is_film(work: Work) -> bool:
        return media.is_film_name(work.target)


@contextmanager
def _or_missing(key: str, source: Path, missing: list[Reason]) -> Iterator[None]:
    """Makes something that is wanted with the result: where it fails, the result is made without
    it, and it is said. Raises Halted."""
    try:
        yield
    except Halted:
        raise
    except VcamError as error:
        missing.append(error.reason)
    except Exception as error:  # CTranslate2's and ONNX Runtime's have nothing in common
        log.exception("%s", key)
        missing.append(Reason.of(key, path=source, error=brief(error)))


def _open_sound(settings: Settings, lips: bool) -> tuple[str | None, SoundNetworks | None]:
    """The denoiser by its name, and the networks. Raises VcamError where one does not open."""
    if not settings.denoise:
        return None, None
    name = BEST if settings.denoiser == AUTO else settings.denoiser
    return name, open_sound(lips, name, my_voice=settings.voices == "me")


def _background(path: Path | None) -> np.ndarray | Path | None:
    """The picture, or the path of a film that can be shown. Raises VcamError when it is neither."""
    if path is None or not moves(path):
        return None if path is None else read_picture(path)[0]
    MovingPicture(path, (16, 16))
    return path


def _identity(options: EnhanceOptions, background: np.ndarray | Path | None) -> dict[str, Any]:
    """What the results depend on, beside the recording. It is written beside them, a voice by its
    hash alone."""
    settings = options.settings.model_dump(include=set(FOR_RECORDINGS))
    voice = hashlib.sha256(settings["my_voice"].encode()).hexdigest()
    shown: str | None = None
    if isinstance(background, Path):
        with background.open("rb") as file:
            shown = hashlib.file_digest(file, "sha256").hexdigest()
    elif background is not None:
        shown = hashlib.sha256(background.tobytes()).hexdigest()
    return {
        "settings": settings | {"picture": shown, "my_voice": voice},
        "superres": options.superres,
        "transcript": options.transcript and asdict(options.transcript),
        "track": options.track,
    } | ({"split_voices": options.names} if options.split_voices else {})


def _part(report: Callable[[float], None], begin: float, end: float) -> Callable[[float], None]:
    """Tells of a part of the work, 0 to 1."""
    return lambda done: report(begin + (end - begin) * done)
