"""Which sound track of a recording, and which of its channels, carries the voice.

Screen recorders put the desktop's sound and the microphone on tracks of their own, films put what
is said in the middle, and two microphones wired against each other cancel out when they are added.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
import soxr
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from vcam.audio.frames import RATE
from vcam.offline import media
from vcam.offline.sound_track import Sound, SoundDecoder, is_heard
from vcam.offline.timestamps import demuxed
from vcam.schema.errors import VcamError

Mono = NDArray[np.float32]
Judge = Callable[[Mono], float]
"""Sound at 48 kHz → how much of it is voice, 0 to 1."""

_BLOCKS = 6  # seconds of each track that are listened to: its loudest
_AUDIBLE = 1e-3  # RMS
_CLEARLY = 0.5  # of the best one's share of voice is a voice as well
_HALF = 0.25  # of the energy


class Voice(NamedTuple):
    """The number of a sound track, from 0, and of its channel; None is all of them together."""

    track: int
    channel: int | None = None


def find_track(path: Path, wanted: int | None = None) -> int:
    """The number, from 0, of the sound track with the voice, or the `wanted` one, from 1; 0 where
    none is heard.

    Raises VcamError when there is no such track or the recording cannot be read.
    """
    with media.opened(path) as container:
        streams = container.streams.audio
        if wanted is not None:
            if not 1 <= wanted <= len(streams):
                raise VcamError("enhance.no_track", path=path, count=len(streams), number=wanted)
            return wanted - 1
        heard = [number for number, stream in enumerate(streams) if is_heard(stream)]
    if len(heard) < 2:
        return heard[0] if heard else 0
    loudest = _loudest(path, heard)
    judge = _judge()
    sounds = {track: _strongest(loudest[track]) for track in heard}
    voiced = _voiced(sounds, {track: judge(sound) for track, sound in sounds.items()})
    return max(sorted(voiced), key=lambda track: _power(sounds[track]))


def find_voice(path: Path, track: int | None = None) -> Voice:
    """Where the voice is; `track`, from 0, is one that is known to have it.

    Raises VcamError as `find_track` does, and where nothing is heard.
    """
    track = find_track(path) if track is None else track
    loudest = _loudest(path, [track])[track]
    if len(loudest) < 2:
        return Voice(track)
    judge = _judge()
    channels = dict(enumerate(loudest))
    shares = {channel: judge(sound) for channel, sound in channels.items()}
    voiced = _voiced(channels, shares)
    best = max(sorted(voiced), key=lambda channel: _power(channels[channel]))
    alike = voiced == _audible(channels) and _power(loudest.mean(0)) > _HALF * _power(
        channels[best]
    )
    return Voice(track, None if alike else best)


def beginning(path: Path, seconds: float, channel: int | None = None) -> Mono:
    """So much of the voice, or of one `channel` from 0, at 48 kHz. Raises VcamError as `find_voice`
    does."""
    voice = find_voice(path) if channel is None else Voice(find_track(path), channel)
    parts: list[Sound] = []
    with media.opened(path) as container:
        stream = _heard(path, container, voice.track)
        decoder = SoundDecoder(stream, rate=RATE)
        try:
            for packet in demuxed(path, container, [stream]):
                parts += decoder.decode(packet)
                if sum(part.shape[1] for part in parts) > seconds * RATE:
                    break
        except (av.FFmpegError, OSError, ValueError) as error:
            raise media.unreadable(path, error) from error
    sound = np.nan_to_num(np.concatenate([np.zeros((decoder.channels, 0), np.float32), *parts], 1))
    mono = sound.mean(0) if voice.channel is None else sound[voice.channel]
    return mono[: round(seconds * RATE)]


def _heard(path: Path, container: InputContainer, track: int) -> AudioStream:
    """Raises VcamError where nothing is heard."""
    streams = container.streams.audio
    if track < len(streams) and is_heard(streams[track]):
        return streams[track]
    if track < len(streams) and media.comes(path, streams[track]):
        raise media.unreadable(path)
    raise VcamError("sound.none", path=path)


def _audible(sounds: dict[int, Mono]) -> set[int]:
    return {one for one, sound in sounds.items() if _power(sound) > _AUDIBLE**2} or set(sounds)


def _voiced(sounds: dict[int, Mono], shares: dict[int, float]) -> set[int]:
    """Those with a voice, or all that sound where there is none."""
    audible = _audible(sounds)
    most = max(shares[one] for one in audible)
    return {one for one in audible if shares[one] >= _CLEARLY * most}


def _loudest(path: Path, tracks: Sequence[int]) -> dict[int, Sound]:
    """The loudest seconds of each track at 48 kHz, in their order."""
    kept: dict[int, list[tuple[float, int, Sound]]] = {track: [] for track in tracks}
    waiting: dict[int, list[Sound]] = {track: [] for track in tracks}
    numbers = count()

    def keep(track: int, sound: Sound) -> None:
        if not sound.shape[1]:
            return
        block = (float(np.square(sound).mean(1).max()), next(numbers), sound)
        (heapq.heappush if len(kept[track]) < _BLOCKS else heapq.heappushpop)(kept[track], block)

    with media.opened(path) as container:
        streams = {_heard(path, container, track): track for track in tracks}
        by_index = {stream.index: track for stream, track in streams.items()}
        decoders = {track: SoundDecoder(stream) for stream, track in streams.items()}
        try:
            for packet in demuxed(path, container, list(streams)):
                track = by_index[packet.stream.index]
                parts, rate = waiting[track], decoders[track].rate
                parts += decoders[track].decode(packet)
                while sum(part.shape[1] for part in parts) >= rate:
                    whole = np.concatenate(parts, 1)
                    keep(track, whole[:, :rate])
                    parts[:] = [whole[:, rate:]]
        except (av.FFmpegError, OSError, ValueError) as error:
            raise media.unreadable(path, error) from error
    found = {}
    for track in tracks:
        if waiting[track]:
            keep(track, np.concatenate(waiting[track], 1))
        blocks = [sound for _, _, sound in sorted(kept[track], key=lambda block: block[1])]
        silence = np.zeros((decoders[track].channels, 1), np.float32)
        sound = np.nan_to_num(np.concatenate([*blocks, silence], 1))
        found[track] = np.ascontiguousarray(soxr.resample(sound.T, decoders[track].rate, RATE).T)
    return found


def _strongest(sound: Sound) -> Mono:
    strongest: Mono = sound[np.square(sound).mean(1).argmax()]
    return strongest


def _power(sound: Mono) -> float:
    return float(np.square(sound).mean())


def _judge() -> Judge:
    """Silero's detector where it is installed, with the transcript; else the denoiser, which leaves
    of a sound what is voice."""
    return _detected if find_spec("faster_whisper") else _kept_by_denoiser()


def _detected(sound: Mono) -> float:
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    sound = soxr.resample(sound, RATE, 16_000)
    found = get_speech_timestamps(sound, VadOptions(min_silence_duration_ms=100))
    return sum(part["end"] - part["start"] for part in found) / max(1, len(sound))


def _kept_by_denoiser() -> Judge:
    from vcam.audio.pipeline import AudioPipeline
    from vcam.audio.stages.order import AudioOptions, sound_stages
    from vcam.networks.sound import open_sound
    from vcam.offline.enhance.sound import ChannelEnhancer

    pipeline = AudioPipeline(sound_stages(open_sound(lips=False)))

    def judge(sound: Mono) -> float:
        channel = ChannelEnhancer(pipeline, AudioOptions(), RATE)
        left = np.concatenate([channel.push(sound), channel.finish()])
        return min(1.0, _power(left) / (_power(sound) + 1e-12))

    return judge
