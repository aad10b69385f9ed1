"""A recording's speech: found by silero-vad and cut at silences, hours of it in little memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
import soxr
from numpy.typing import NDArray

from vcam.offline import media
from vcam.offline.sound_track import SoundDecoder, is_heard
from vcam.offline.timestamps import demuxed
from vcam.offline.voice import find_voice
from vcam.schema.errors import VcamError

RATE = 16_000
LONGEST = 28.0
"""Seconds of speech that are recognised at once; Whisper hears 30."""

_SECTION = 120 * RATE  # samples that are searched for speech at once
_GAP = 2.0  # seconds of silence that part two utterances
_PAUSE_MS, _MARGIN_MS = 400, 200

Sound = NDArray[np.float32]


class Utterance(NamedTuple):
    """Speech between two silences: its first sample's number and its samples."""

    begin: int
    sound: Sound


def sound_of(
    source: Path, *, film: bool, track: int | None = None, rate: int = RATE
) -> Iterator[Sound]:
    """The voice of a recording, mono float32 at 16 kHz or another `rate`, holes filled with
    silence. It is in the sound track with the number `track`, from 0, or in the one where a voice
    is found.

    It begins where the enhanced file does: a `film` with its earliest stream, else with the first
    sample. Raises VcamError when the file cannot be read.
    """
    with media.opened(source) as container:
        if not any(map(is_heard, container.streams.audio)):
            raise VcamError("transcript.no_sound", path=source)
        try:
            voice = find_voice(source, track)
            stream = container.streams.audio[voice.track]
            decoder = SoundDecoder(stream, float(media.beginning(container)) if film else None)
            down = soxr.ResampleStream(decoder.rate, rate, 1, "float32", "HQ")
            for packet in demuxed(source, container, [stream]):
                for sound in decoder.decode(packet):
                    sound = np.nan_to_num(sound)
                    mono = sound.mean(0) if voice.channel is None else sound[voice.channel]
                    yield down.resample_chunk(np.ascontiguousarray(mono))
            yield down.resample_chunk(np.zeros(0, np.float32), last=True)
        except (av.FFmpegError, OSError, ValueError) as error:
            raise media.unreadable(source, error) from error


def utterances(sound: Iterable[Sound]) -> Iterator[Utterance]:
    """The speech in a sound of any length, at most `LONGEST` at a time."""
    begin = length = 0
    waiting: list[Sound] = [np.zeros(0, np.float32)]
    for part in sound:
        waiting.append(part)
        length += len(part)
        if length < _SECTION:
            continue
        whole = np.concatenate(waiting)
        found = _parts(whole)
        # Speech at the end may go on, or have begun there.
        kept = length - round(_GAP * RATE)
        if found and found[-1][1] > kept:
            kept = found.pop()[0]
        for start, end in found:
            yield Utterance(begin + start, whole[start:end])
        waiting, length = [whole[kept:]], length - kept
        begin += kept
    whole = np.concatenate(waiting)
    for start, end in _parts(whole):
        yield Utterance(begin + start, whole[start:end])


def _parts(sound: Sound) -> list[tuple[int, int]]:
    """Where there is speech: begin and end in samples, near ones taken together."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        max_speech_duration_s=LONGEST,
        min_silence_duration_ms=_PAUSE_MS,
        speech_pad_ms=_MARGIN_MS,
        min_speech_duration_ms=100,
    )
    parts: list[tuple[int, int]] = []
    for found in get_speech_timestamps(sound, options):
        start, end = found["start"], found["end"]
        near = parts and start - parts[-1][1] < _GAP * RATE
        if near and end - parts[-1][0] <= LONGEST * RATE:
            parts[-1] = parts[-1][0], end
        else:
            parts.append((start, end))
    return parts
