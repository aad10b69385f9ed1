"""What is said in a recording, by faster-whisper: times, words, and the Chinese script chosen.

The sound is the recording's own and not the enhanced one: Whisper has learnt from noisy sound and
understands it a little better than what a denoiser leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

import av
import psutil

from vcam.offline import media
from vcam.offline.enhance.resume import Work
from vcam.offline.transcript import model as speech_model
from vcam.offline.transcript import speakers, speech
from vcam.offline.transcript.speakers import NamedSound
from vcam.offline.transcript.speech import RATE, Utterance
from vcam.offline.transcript.subtitles import FORMS, Line, Word
from vcam.packaged import packaged
from vcam.schema.errors import VcamError

if TYPE_CHECKING:
    from faster_whisper.transcribe import Segment

AUTO = "auto"
_SCRIPTS = {"zh-TW": "s2tw", "zh-CN": "t2s"}
"""OpenCC's conversions. Characters only: the words stay those that were said."""
_HEARD = 3  # utterances that decide on the language
_REPETITIVE = 2.4  # compression ratio of text that goes round in circles
_NAME = "transcript"

Made = TypeVar("Made")


@dataclass(frozen=True)
class TranscriptOptions:
    """`language` is one of Whisper's codes, zh-TW, zh-CN or "auto"; `model` a folder with a Whisper
    model for CTranslate2, None being the one that is downloaded."""

    language: str = AUTO
    model: Path | None = None


def refuse_mistakes(options: TranscriptOptions) -> None:
    """Raises VcamError for a language that Whisper does not know and a folder without a model."""
    if options.model is not None:
        speech_model.given(options.model)
    if options.language in (AUTO, *_SCRIPTS) or not find_spec("faster_whisper"):
        return
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    if options.language not in _LANGUAGE_CODES:
        raise VcamError("transcript.no_language", language=options.language)


class Recogniser:
    """The model, loaded."""

    def __init__(self, options: TranscriptOptions, report: Callable[[float], None]) -> None:
        """`report` is told how much of the model has been downloaded, 0 to 1.

        Raises VcamError when something is not installed, or there is no model and no connection.
        """
        try:
            from faster_whisper import WhisperModel

            self._convert = _converter(_SCRIPTS.get(options.language))
        except (ImportError, OSError) as error:
            key = "transcript.not_whole" if packaged() else "transcript.not_installed"
            raise VcamError(key, error=error) from error
        self._language = None if options.language == AUTO else options.language.split("-")[0]
        folder = speech_model.given(options.model) if options.model else None
        folder = folder or speech_model.fetched(report)
        try:
            self._model = WhisperModel(
                str(folder),
                device="cpu",
                compute_type="int8",
                cpu_threads=psutil.cpu_count(logical=False) or 1,
                local_files_only=True,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise VcamError("transcript.no_model", folder=folder, error=error) from error

    def language_of(self, first: list[Utterance]) -> str:
        """The language chosen, or the one that most of the utterances are in."""
        if self._language is not None:
            return self._language
        votes: dict[str, float] = {}
        for said in first:
            language, probability, _ = self._model.detect_language(said.sound)
            votes[language] = votes.get(language, 0.0) + probability
        return max(votes, key=votes.__getitem__)

    def lines(self, said: Utterance, language: str) -> list[Line]:
        """The lines of one utterance. The same sound always gives the same ones."""
        import ctranslate2

        ctranslate2.set_random_seed(0)
        begin = said.begin / RATE
        latest = begin + len(said.sound) / RATE
        segments, _ = self._model.transcribe(
            said.sound,
            language=language,
            condition_on_previous_text=False,
            vad_filter=False,
            word_timestamps=True,
        )
        return [
            Line(
                begin + max(0.0, segment.start),
                min(latest, begin + segment.end),
                self._convert(segment.text.strip()),
                self._words(segment, begin),
            )
            for segment in segments
            if segment.text.strip()
            and segment.compression_ratio <= _REPETITIVE
            and begin + segment.start < latest
        ]

    def _words(self, segment: Segment, begin: float) -> list[Word]:
        """In the script that was chosen, where that has as many letters."""
        spoken = segment.words or []
        whole = "".join(word.word for word in spoken)
        converted = self._convert(whole)
        if len(converted) != len(whole):
            return []
        words, place = [], 0
        for word in spoken:
            text = converted[place : place + len(word.word)]
            words.append(Word(begin + word.start, begin + word.end, text))
            place += len(word.word)
        return words


def transcribe(
    recogniser: Recogniser,
    source: Path,
    work: Work,
    report: Callable[[float], None],
    track: int | None = None,
    voices: Sequence[NamedSound] = (),
) -> None:
    """Puts the transcript of a sound track beside the work's part, to be published with it. Where
    the `voices` in it are apart, each is heard for itself and named in its lines.

    Goes on where an earlier run was stopped. Raises VcamError when the sound cannot be read.
    """
    lines, reached, language = work.state.get(_NAME, ([], (0, -1), None))
    film = media.is_film_name(work.target)
    length = _length(source)
    levels = [speakers.levels_of(voice) for voice in voices]
    for number in range(reached[0], max(1, len(voices))):
        if voices:
            sound = speakers.heard(voices[number])
        else:
            sound = speech.sound_of(source, film=film, track=track)
        said = speech.utterances(sound)
        first = list(islice(said, 0 if language else _HEARD))
        if first:
            language = _patiently(partial(recogniser.language_of, first))
        for utterance in chain(first, said):
            if (number, utterance.begin) <= reached:
                continue
            found = _patiently(partial(recogniser.lines, utterance, language))
            if voices:
                found = speakers.own(found, number, levels)
                found = [line._replace(speaker=voices[number].name) for line in found]
            lines = [*lines, *found]
            reached = (number, utterance.begin)
            work.keep(_NAME, (lines, reached, language))
            done = min(1.0, (utterance.begin + len(utterance.sound)) / RATE / length)
            report((number + done) / max(1, len(voices)))
    ordered = sorted(lines, key=lambda line: line.begin)
    for end, form in FORMS.items():
        work.add(work.target.with_suffix(end).name, form(ordered))


def _length(source: Path) -> float:
    with media.opened(source) as container:
        return max(1.0, (container.duration or 0) / av.time_base)


def _patiently(make: Callable[[], Made]) -> Made:
    """The result of something long that cannot be interrupted, waited for so that a request to end
    can."""
    made: Future[Made] = Future()

    def run() -> None:
        try:
            made.set_result(make())
        except BaseException as error:
            made.set_exception(error)

    Thread(target=run, daemon=True).start()
    while not wait([made], timeout=0.2).done:
        pass
    return made.result()


def _converter(script: str | None) -> Callable[[str], str]:
    if script is None:
        return str
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC(script).convert
    return convert
