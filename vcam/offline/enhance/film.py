"""Enhances films: the picture's and the sound's live pipelines on one recording, in one pass.

What is not touched is copied. Memory does not grow with the film's length.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import Any, Literal

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream

from vcam.audio.pipeline import AudioPipeline
from vcam.audio.stages.order import AudioOptions
from vcam.offline import media
from vcam.offline.enhance.output import Copied, Encoded, Reel, Sounded, assemble, dressed
from vcam.offline.enhance.resume import KEEP, Unwritable, Work
from vcam.offline.enhance.sound import ChannelEnhancer
from vcam.offline.enhance.tracks import Cleaned, Drawn, Mouth, Track, Watched
from vcam.offline.superres import SuperResolution
from vcam.schema.errors import VcamError
from vcam.schema.recordings import for_recordings, touches_picture
from vcam.schema.settings import Settings
from vcam.video.i420 import cover
from vcam.video.options import video_options
from vcam.video.pipeline import VideoPipeline, VideoResult, VideoState
from vcam.video.stages.face import FaceTracker
from vcam.video.stages.lips import observe_me
from vcam.video.stages.portrait import Portrait

_WIDEST = 1280  # pixels; more does not show more of a mouth
_LARGEST = 8192  # pixels; the greatest width of H.264's highest level
_NAME = "film"


@dataclass(frozen=True, kw_only=True)
class FilmOptions:
    """`settings` as they are in a call, `background` the picture that they name (BGR uint8). The
    picture becomes `superres` times as large; `sound` is None when the sound is to stay as it is.
    """

    settings: Settings = field(default_factory=for_recordings)
    background: np.ndarray | None = None
    superres: int = 1
    sound: AudioOptions | None = AudioOptions()

    @property
    def hides_room(self) -> bool:
        return self.settings.background != "none"

    @property
    def redraws(self) -> bool:
        return touches_picture(self.settings) or self.superres > 1


@dataclass(frozen=True)
class FilmPipelines:
    """The networks of a film. Without a `face` the sound is cleaned without lips."""

    audio: AudioPipeline
    portrait: Portrait | None = None
    face: FaceTracker | None = None
    superres: SuperResolution | None = None


def enhance_film(
    pipelines: FilmPipelines,
    options: FilmOptions,
    source: Path,
    work: Work,
    report: Callable[[float], None],
) -> None:
    """One film, put together as the work's part.

    Raises VcamError when it cannot be read, is damaged or cut short, or cannot be written.
    """
    with media.opened(source) as container:
        if not options.redraws and not container.streams.audio:
            raise VcamError("media.no_sound", path=source)
        if not container.streams.audio and media.moving_picture(container) is None:
            raise media.unreadable(source)
        with media.written(work) as output:
            try:
                plan = _planned(pipelines, options, source, container, output)
                if not plan.used:
                    raise media.unreadable(source)
                drawn = any(isinstance(track, Drawn) for track in plan.tracks.values())
                share = 0.98 if drawn else 0.75
                _make(container, plan, work, source, lambda done: report(share * done))
                length = max(1.0, (container.duration or 0) / av.time_base)
                assemble(
                    plan.reels,
                    work,
                    output,
                    lambda time: report(min(1.0, share + (1 - share) * time / length)),
                )
            except Unwritable:
                raise
            except VcamError as error:
                text = str(error)
                raise error if str(source) in text else VcamError(f"{source}: {text}.") from error
            except (av.FFmpegError, OSError, ValueError) as error:
                if isinstance(error, OSError) and _of_the_disk(error):
                    raise work.unwritable(error) from error
                raise media.unreadable(source) from error
    report(1.0)


@dataclass
class _Plan:
    """What becomes of each stream: `tracks` work on some, `reels` are what is written, `used` are
    the streams that anything comes of."""

    tracks: dict[int, Track]
    reels: list[Reel]
    used: list[Stream]
    mouth: Mouth | None


def _planned(
    pipelines: FilmPipelines,
    options: FilmOptions,
    source: Path,
    container: InputContainer,
    output: OutputContainer,
) -> _Plan:
    """Opens the film's streams; those that the target cannot hold are left out."""
    begin = media.beginning(container)
    webm = output.format.name == "webm"
    sound_codec, picture_codec = ("libopus", "libvpx-vp9") if webm else ("aac", "libx264")
    film = media.moving_picture(container)
    listens = film is not None and bool(container.streams.audio)
    lipped = listens and options.sound is not None and pipelines.face is not None
    mouth = Mouth() if lipped else None
    copied = Copied(source, output, begin)
    plan = _Plan({}, [copied], [], mouth)
    output.metadata.update(container.metadata)
    heard = False
    for stream in container.streams:
        if film is not None and stream.index == film.index:
            if options.redraws or not _holds(output, stream):
                first = media.first_picture(source)
                size = _size(first, options.superres)
                draw = _Picture(pipelines, options, size, mouth)
                aspect = film.sample_aspect_ratio
                dress = dressed(picture_codec, first, size, film.guessed_rate, aspect)
                plan.tracks[film.index] = Drawn(film, begin, picture_codec, dress, draw)
                plan.reels.append(Encoded(film, output, picture_codec, dress))
            else:
                copied.add(stream)
                if mouth is not None and pipelines.face is not None:
                    look = _Face(pipelines.face, options.settings.face, mouth)
                    plan.tracks[film.index] = Watched(film, look)
        elif isinstance(stream, AudioStream):
            if options.sound is None and _holds(output, stream):
                copied.add(stream)
            else:
                sound = options.sound or AudioOptions(bypass=True)

                def channel(
                    rate: int, seen: Callable[[float], Any] | None, sound: AudioOptions = sound
                ) -> ChannelEnhancer:
                    return ChannelEnhancer(pipelines.audio, sound, rate, seen)

                lips_of = None if heard else mouth  # other tracks are other people's voices
                heard = True
                plan.tracks[stream.index] = Cleaned(stream, begin, channel, lips_of)
                plan.reels.append(Sounded(stream, output, sound_codec))
        elif stream.type == "subtitle" and _holds(output, stream):
            copied.add(stream)
        else:
            continue
        plan.used.append(stream)
    return plan


def _make(
    container: InputContainer,
    plan: _Plan,
    work: Work,
    source: Path,
    report: Callable[[float], None],
) -> None:
    """Works on all tracks, from where an earlier run was stopped."""
    finished, states, ring = work.state.get(_NAME, (False, {}, None))
    if finished:
        return
    for index, state in states.items():
        plan.tracks[index].go_on(state)
    if plan.mouth is not None and ring is not None:
        plan.mouth.ring = ring
    begin = float(media.beginning(container))
    length = (container.duration or 0) / av.time_base
    sounds = [track for track in plan.tracks.values() if isinstance(track, Cleaned)]
    reached, told, kept = 0.0, 0.0, monotonic()
    ends: list[Packet] = []
    for packet in container.demux(plan.used):
        track = plan.tracks.get(packet.stream.index)
        if packet.size == 0:
            if track is not None:
                ends.append(packet)
            continue
        if packet.is_corrupt:
            raise VcamError(f"{source} is damaged after {reached:.1f} seconds; copy it again.")
        reached = max(reached, _end(packet) - begin)
        if track is not None:
            track.take(packet)
        for sound in sounds:
            sound.go_through()
        if length and reached / length > told + 0.002:
            told = reached / length
            report(min(1.0, told))
        if monotonic() - kept > KEEP:
            _keep(plan, work, finished=False)
            kept = monotonic()
    media.refuse_cut_short(source, container, reached + max(0.0, begin))
    # The sound last: its end may need the mouth of the last pictures.
    for packet in sorted(ends, key=lambda end: end.stream.type == "audio"):
        plan.tracks[packet.stream.index].take(packet)
    _keep(plan, work, finished=True)


def _keep(plan: _Plan, work: Work, *, finished: bool) -> None:
    states, results = {}, {}
    for index, track in plan.tracks.items():
        states[index], results[index] = track.settled()
    ring = None if plan.mouth is None else plan.mouth.ring
    made = {index: some for index, some in results.items() if some}
    work.keep(_NAME, (finished, states, ring), made)


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

    def __init__(self, tracker: FaceTracker, face: int | Literal["auto"], mouth: Mouth) -> None:
        self._tracker, self._face, self._mouth = tracker, face, mouth

    def __call__(self, state: Any, picture: av.VideoFrame, time: float) -> Any:
        frame = media.upright(picture, _WIDEST)
        state, faces = self._tracker.step(state, frame, self._face)
        self._mouth.put(observe_me(faces, frame, time))
        return state


def _size(first: av.VideoFrame, factor: int) -> tuple[int, int]:
    size = media.even_size(first, factor)
    if factor > 1 and max(size) > _LARGEST:
        raise VcamError(f"its picture would become {size[0]}×{size[1]}, more than players show")
    return size


class _Picture:
    """Super resolution and the live picture pipeline over a film.

    The picture is enlarged first: the matte is then cut at the size that is shown, in a picture
    without noise, and a background picture keeps all of its detail.
    """

    def __init__(
        self,
        pipelines: FilmPipelines,
        options: FilmOptions,
        size: tuple[int, int],
        mouth: Mouth | None,
    ) -> None:
        self._pipeline = VideoPipeline(pipelines.portrait, pipelines.face)
        self._superres, self._factor = pipelines.superres, options.superres
        self._mouth = mouth
        image = None if options.background is None else cover(options.background, *size)
        wanted = video_options(options.settings, size, image)
        self._options = replace(wanted, faces=mouth is not None)

    def __call__(
        self, state: VideoState | None, frame: np.ndarray, time: float
    ) -> tuple[VideoState, np.ndarray]:
        result: VideoResult
        if self._superres is not None:
            frame = self._superres(frame, self._factor)
        height, width = frame.shape[0] & ~1, frame.shape[1] & ~1
        frame = np.ascontiguousarray(frame[:height, :width])
        state, result = self._pipeline.step(state, frame, time, self._options)
        if result.shown != "live" or result.reason:
            raise VcamError(f"the picture cannot be enhanced ({result.reason})")
        if self._mouth is not None and result.frame is not None:
            self._mouth.put(observe_me(result.faces, result.frame, time))
        return state, result.picture
