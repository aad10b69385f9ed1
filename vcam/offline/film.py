"""Enhances films: the picture's and the sound's live pipelines on one recording, in one pass.

What is not touched is copied. Memory does not grow with the film's length.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream

from vcam import lips
from vcam.audio.pipeline import AudioOptions, AudioPipeline
from vcam.errors import VcamError
from vcam.offline import media
from vcam.offline.enhance import ChannelEnhancer
from vcam.offline.tracks import Cleaned, Copied, Drawn, Mouth, Track, Watched
from vcam.video import effects
from vcam.video.face import FaceTracker
from vcam.video.pipeline import VideoOptions, VideoPipeline, VideoResult, VideoState
from vcam.video.portrait import Portrait

_WIDEST = 1280  # pixels; more does not show more of a mouth


@dataclass(frozen=True, kw_only=True)
class FilmOptions:
    """`background` is "none", "blur" or a picture (BGR uint8); `sound` is None when the sound is
    to stay as it is."""

    background: str | np.ndarray = "none"
    sound: AudioOptions | None = AudioOptions()

    @property
    def redraws(self) -> bool:
        return not isinstance(self.background, str) or self.background != "none"


@dataclass(frozen=True)
class FilmPipelines:
    """The networks of a film. Without a `face` the sound is cleaned without lips."""

    audio: AudioPipeline
    portrait: Portrait | None = None
    face: FaceTracker | None = None


def enhance_film(
    pipelines: FilmPipelines,
    options: FilmOptions,
    source: Path,
    target: Path,
    report: Callable[[float], None],
) -> None:
    """One film, whole or not at all.

    Raises VcamError when it cannot be read, is damaged or cut short, or cannot be written.
    """
    with media.opened(source) as container:
        if not options.redraws and not container.streams.audio:
            raise VcamError(f"{source} has no sound to clean; choose a --background.")
        if not container.streams.audio and media.moving_picture(container) is None:
            raise media.unreadable(source)
        with media.written(target) as output:
            try:
                tracks = _tracks(pipelines, options, source, container, output)
                _carry(container, tracks, source, report)
            except VcamError as error:
                text = str(error)
                raise error if str(source) in text else VcamError(f"{source}: {text}.") from error
            except (av.FFmpegError, OSError, ValueError) as error:
                if isinstance(error, OSError) and _of_the_disk(error):
                    raise media.unwritable(target, error) from error
                raise media.unreadable(source) from error
            if not tracks:
                raise media.unreadable(source)
    report(1.0)


def _tracks(
    pipelines: FilmPipelines,
    options: FilmOptions,
    source: Path,
    container: InputContainer,
    output: OutputContainer,
) -> dict[int, Track]:
    """What becomes of each stream; streams that the target cannot hold are left out."""
    begin = media.beginning(container)
    webm = output.format.name == "webm"
    sound_codec, picture_codec = ("libopus", "libvpx-vp9") if webm else ("aac", "libx264")
    film = media.moving_picture(container)
    listens = film is not None and bool(container.streams.audio)
    lipped = listens and options.sound is not None and pipelines.face is not None
    mouth = Mouth() if lipped else None
    tracks: dict[int, Track] = {}
    output.metadata.update(container.metadata)
    heard = False
    for stream in container.streams:
        if film is not None and stream.index == film.index:
            if options.redraws or not _holds(output, stream):
                first = media.first_picture(source)
                draw = _Picture(pipelines, options, media.even_size(first), mouth)
                tracks[stream.index] = Drawn(film, output, begin, picture_codec, first, draw)
            else:
                tracks[stream.index] = Copied(stream, output, begin)
                if mouth is not None and pipelines.face is not None:
                    see = _Face(pipelines.face, mouth)
                    tracks[stream.index] = Watched(see, tracks[stream.index])
                    film.thread_type = "AUTO"
        elif isinstance(stream, AudioStream):
            if options.sound is None and _holds(output, stream):
                tracks[stream.index] = Copied(stream, output, begin)
                continue
            sound = options.sound or AudioOptions(bypass=True)

            def channel(
                rate: int, seen: Callable[[float], Any] | None, sound: AudioOptions = sound
            ) -> ChannelEnhancer:
                return ChannelEnhancer(pipelines.audio, sound, rate, seen)

            lips_of = None if heard else mouth  # other tracks are other people's voices
            heard = True
            tracks[stream.index] = Cleaned(stream, output, begin, sound_codec, channel, lips_of)
        elif stream.type == "subtitle" and _holds(output, stream):
            tracks[stream.index] = Copied(stream, output, begin)
    return tracks


def _carry(
    container: InputContainer,
    tracks: dict[int, Track],
    source: Path,
    report: Callable[[float], None],
) -> None:
    begin = float(media.beginning(container))
    length = (container.duration or 0) / av.time_base
    sounds = [track for track in tracks.values() if isinstance(track, Cleaned)]
    reached, told = 0.0, 0.0
    streams = [stream for stream in container.streams if stream.index in tracks]
    ends: list[Packet] = []
    for packet in container.demux(streams):
        if packet.size == 0:
            ends.append(packet)
            continue
        if packet.is_corrupt:
            raise VcamError(f"{source} is damaged after {reached:.1f} seconds; copy it again.")
        reached = max(reached, _end(packet) - begin)
        tracks[packet.stream.index].take(packet)
        for sound in sounds:
            sound.go_on()
        if length and reached / length > told + 0.002:
            told = reached / length
            report(min(1.0, told))
    media.refuse_cut_short(source, container, reached + max(0.0, begin))
    # The sound last: its end may need the mouth of the last pictures.
    for packet in sorted(ends, key=lambda end: end.stream.type == "audio"):
        tracks[packet.stream.index].take(packet)


def _end(packet: Packet) -> float:
    if packet.pts is None or packet.time_base is None:
        return 0.0
    return float((packet.pts + (packet.duration or 0)) * packet.time_base)


def _holds(output: OutputContainer, stream: Stream) -> bool:
    return stream.codec_context is not None and stream.codec_context.name in _codecs(output)


def _codecs(output: OutputContainer) -> set[str]:
    if output.format.name == "webm":
        return {"vp8", "vp9", "av1", "opus", "vorbis", "webvtt", "libdav1d"}
    return output.supported_codecs


def _of_the_disk(error: OSError) -> bool:
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EROFS)


class _Face:
    """Follows the face and keeps its lips."""

    def __init__(self, tracker: FaceTracker, mouth: Mouth) -> None:
        self._tracker, self._mouth = tracker, mouth
        self._state: Any = None

    def __call__(self, picture: av.VideoFrame, time: float) -> None:
        frame = media.upright(picture, _WIDEST)
        self._state, faces = self._tracker.step(self._state, frame)
        _note(self._mouth, faces, frame, time)


class _Picture:
    """The live picture pipeline over a film."""

    def __init__(
        self,
        pipelines: FilmPipelines,
        options: FilmOptions,
        size: tuple[int, int],
        mouth: Mouth | None,
    ) -> None:
        self._pipeline = VideoPipeline(pipelines.portrait, pipelines.face)
        self._mouth = mouth
        self._state: VideoState | None = None
        width, height = size
        self._options = VideoOptions(
            width=width,
            height=height,
            effect="none",
            brightness=options.redraws,
            faces=mouth is not None,
        )
        if not isinstance(options.background, str):
            image = effects.cover(options.background, width, height)
            self._options = replace(self._options, effect="image", image=image)
        elif options.redraws:
            self._options = replace(self._options, effect="blur")

    def __call__(self, frame: np.ndarray, time: float) -> np.ndarray:
        result: VideoResult
        self._state, result = self._pipeline.step(self._state, frame, time, self._options)
        if result.shown != "live" or result.reason:
            raise VcamError(f"the picture cannot be enhanced ({result.reason})")
        if self._mouth is not None and result.frame is not None:
            _note(self._mouth, result.faces, result.frame, time)
        return result.picture


def _note(mouth: Mouth, faces: Any, frame: np.ndarray, time: float) -> None:
    me = next((face for face in faces or () if face.me), None)
    mouth.put(
        lips.absent(time) if me is None else lips.observe(me.landmarks, me.presence, frame, time)
    )
