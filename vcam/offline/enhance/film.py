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
from av.video.stream import VideoStream

from vcam.audio.pipeline import AudioPipeline
from vcam.audio.stages.order import AudioOptions
from vcam.media_file.promised import Cut, cut_short
from vcam.moving_picture import MovingPicture
from vcam.networks.picture import PictureNetworks
from vcam.offline import media
from vcam.offline.enhance.output import (
    AudioOutput,
    MuxInput,
    VideoOutput,
    assemble,
    encoder_setup,
    real_rate,
)
from vcam.offline.enhance.remux import StreamCopy, called, describe_all, is_repeated
from vcam.offline.enhance.resume import KEEP, Unwritable, Work
from vcam.offline.enhance.sound import ChannelEnhancer, refuse_silence
from vcam.offline.enhance.tracks import (
    AudioProcessor,
    LipObserver,
    LipTrack,
    StreamProcessor,
    VideoProcessor,
)
from vcam.offline.superres import SuperResolution
from vcam.offline.timestamps import demuxed, end_of, is_end
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason
from vcam.schema.recordings import for_recordings, touches_picture
from vcam.schema.settings import Settings
from vcam.video.i420 import cover
from vcam.video.options import video_options
from vcam.video.pipeline import VideoPipeline, VideoResult, VideoState
from vcam.video.stages.face import FaceTracking
from vcam.video.stages.lips import observe_me

_WIDEST = 1280  # pixels; more does not show more of a mouth
_LARGEST = 8192  # pixels; the greatest width of H.264's highest level
_SLACK = 0.1  # seconds by which the length of a last packet may be wrong
_NAME = "film"


@dataclass(frozen=True, kw_only=True)
class FilmOptions:
    """`settings` as they are in a call, `background` the picture that they name (BGR uint8), or a
    film's path. The picture becomes `superres` times as large; `sound` is None when the sound is to
    stay as it is.
    """

    settings: Settings = field(default_factory=for_recordings)
    background: np.ndarray | Path | None = None
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
    """The networks of a film. Without a face network the sound is cleaned without lips."""

    audio: AudioPipeline
    picture: PictureNetworks = PictureNetworks()
    superres: SuperResolution | None = None


def enhance_film(
    pipelines: FilmPipelines,
    options: FilmOptions,
    source: Path,
    work: Work,
    report: Callable[[float], None],
    track: int = 0,
) -> list[Reason]:
    """One film, put together as the work's part. Returns what is worth knowing about it. `track`
    is the number of the sound track that belongs to the face, from 0.

    Raises VcamError when it cannot be read, is damaged or cut short, or cannot be written.
    """
    with media.opened(source) as container:
        sounds = [stream for stream in container.streams.audio if stream.codec_context]
        if not options.redraws and not sounds:
            raise VcamError("media.no_sound", path=source)
        if not sounds and media.moving_picture(container) is None:
            raise media.unreadable(source)
        with media.written(work, container) as output:
            try:
                plan = _planned(pipelines, options, source, container, output, work, track)
                drawn = any(isinstance(one, VideoProcessor) for one in plan.processors.values())
                share = 0.98 if drawn else 0.75
                missing = _make(container, plan, work, source, lambda done: report(share * done))
                length = max(1.0, (container.duration or 0) / av.time_base)
                assemble(
                    plan.inputs,
                    output,
                    lambda time: report(min(1.0, share + (1 - share) * time / length)),
                )
            except Unwritable:
                raise
            except VcamError as error:
                if str(source) in str(error):
                    raise
                raise VcamError("enhance.of_file", path=source, cause=error.reason) from error
            except (av.FFmpegError, OSError, ValueError) as error:
                if isinstance(error, OSError) and _of_the_disk(error):
                    raise work.unwritable(error) from error
                raise media.unreadable(source) from error
    if not work.part.exists():  # no packet came, and nothing was begun
        raise media.unreadable(source)
    report(1.0)
    notes = []
    if plan.left_out:
        names = ", ".join(plan.left_out)
        notes.append(Reason.of("enhance.left_out", path=work.target, names=names))
    if plan.encoded_anew:
        names = ", ".join(plan.encoded_anew)
        notes.append(Reason.of("enhance.encoded_anew", path=work.target, names=names))
    return notes + media.what_is_missing(source, *missing)


@dataclass
class _Plan:
    """What becomes of each stream: `processors` work on some, `inputs` are what is written, `used`
    are the streams that anything comes of, `left_out` the others. `encoded_anew` are those that the
    target cannot hold as they are."""

    processors: dict[int, StreamProcessor]
    inputs: list[MuxInput]
    used: list[Stream]
    left_out: list[str]
    mouth: LipTrack | None
    encoded_anew: list[str] = field(default_factory=list)


def _planned(
    pipelines: FilmPipelines,
    options: FilmOptions,
    source: Path,
    container: InputContainer,
    output: OutputContainer,
    work: Work,
    track: int,
) -> _Plan:
    """Opens the film's streams; those that the target cannot hold are left out."""
    begin = media.beginning(container)
    picture_codec = "libvpx-vp9" if output.format.name == "webm" else "libx264"
    film = media.moving_picture(container)
    voice = container.streams.audio[track] if container.streams.audio else None
    lipped = (
        film is not None
        and voice
        and options.sound is not None
        and pipelines.picture.face is not None
    )
    mouth = LipTrack() if lipped else None
    copied = StreamCopy(source, output, begin)
    plan = _Plan({}, [copied], [], [], mouth)
    describe_all(output, container, begin)

    def draw(stream: VideoStream) -> None:
        first = media.first_picture(source)
        size = _size(first, options.superres)
        picture = _Picture(pipelines, options, size, mouth)
        rate = real_rate(source, stream)
        setup = encoder_setup(picture_codec, first, size, rate, stream.sample_aspect_ratio)
        plan.processors[stream.index] = VideoProcessor(stream, begin, picture_codec, setup, picture)
        plan.inputs.append(VideoOutput(stream, output, work, picture_codec, setup))

    def clean(stream: AudioStream) -> None:
        sound = options.sound or AudioOptions(bypass=True)

        def channel(rate: int, seen: Callable[[float], Any] | None) -> ChannelEnhancer:
            return ChannelEnhancer(pipelines.audio, sound, rate, seen)

        lips_of = mouth if stream == voice else None  # other tracks are other people's voices
        plan.processors[stream.index] = AudioProcessor(stream, begin, channel, lips_of)
        plan.inputs.append(AudioOutput(stream, output, work))

    def keep(stream: Stream) -> bool:
        if options.hides_room and isinstance(stream, VideoStream):
            return False  # a second picture or a cover may well show the room
        if stream.type == "data" and "timecode" in stream.metadata:
            return False  # the muxer makes it of what the picture says
        return copied.add(stream)

    for stream in container.streams:
        if stream == film:
            if options.redraws or not copied.add(stream):
                draw(stream)
                if not options.redraws:
                    plan.encoded_anew.append(called(stream))
            elif mouth is not None and pipelines.picture.face is not None:
                see = _Face(pipelines.picture.face, options.settings.face, mouth)
                plan.processors[stream.index] = LipObserver(stream, see)
        elif isinstance(stream, AudioStream) and stream.codec_context:
            if options.sound is not None or not copied.add(stream):
                clean(stream)
                if options.sound is None:
                    plan.encoded_anew.append(called(stream))
        elif not keep(stream):
            if not is_repeated(stream, container):
                plan.left_out.append(called(stream))
            continue
        plan.used.append(stream)
    return plan


def _make(
    container: InputContainer,
    plan: _Plan,
    work: Work,
    source: Path,
    report: Callable[[float], None],
) -> tuple[float | None, Cut | None]:
    """Works on all streams, from where an earlier run was stopped. Returns the time of the first
    damage that was passed over, and what is missing at the end."""
    state = work.state.get(_NAME) or {"missing": None, "streams": {}, "lips": None}
    if state["missing"] is not None:
        return state["missing"]
    for index, its in state["streams"].items():
        plan.processors[index].restore(its)
    if plan.mouth is not None and state["lips"] is not None:
        plan.mouth.ring = state["lips"]
    begin = float(media.beginning(container))
    length = (container.duration or 0) / av.time_base
    sounds = [one for one in plan.processors.values() if isinstance(one, AudioProcessor)]
    reached, told, kept = begin, 0.0, monotonic()
    ends: list[Packet] = []
    until: dict[int, float] = {}
    damaged: list[float] = []
    for packet in demuxed(source, container, plan.used):
        index = packet.stream_index if packet.size else packet.stream.index
        processor = plan.processors.get(index)
        if packet.size == 0:
            if packet.is_corrupt:
                damaged.append(reached)
            if is_end(packet):
                ends.append(packet)
            elif processor is not None:
                processor.take(packet)
            continue
        end = end_of(packet) or 0.0
        if packet.is_corrupt:
            damaged.append(end)
            packet.is_corrupt = False  # what of it can be decoded is for the decoder to say
        until[index] = max(until.get(index, begin), end)
        reached = max(reached, until[index])
        if processor is not None:
            processor.take(packet)
        for sound in sounds:
            sound.go_through()
        if length and (reached - begin) / length > told + 0.002:
            told = (reached - begin) / length
            report(min(1.0, told))
        if monotonic() - kept > KEEP:
            _keep(plan, work)
            kept = monotonic()
    # The sound last: its end may need the mouth of the last pictures.
    for packet in sorted(ends, key=lambda end: end.stream.type == "audio"):
        if processor := plan.processors.get(packet.stream.index):
            processor.take(packet)
    cut = cut_short(source, container, until, begin)
    for index, processor in plan.processors.items():
        lost = sum(one.length for one in processor.lost)
        end = until.get(index, begin)
        times = [one.time for one in processor.lost]
        if end - processor.reached > _SLACK:
            times.append(processor.reached)
        if cut is None and max(lost, end - processor.reached) > (end - begin) / 2:
            seen = max(0.0, min(times) - begin)
            raise VcamError("media.damaged", path=source, seen=f"{seen:.1f}")
        damaged += times
    refuse_silence(source, [sound.peaks for sound in sounds])
    first_damage = max(0.0, min(damaged) - begin) if damaged else None
    missing = first_damage, cut
    _keep(plan, work, missing)
    return missing


def _keep(plan: _Plan, work: Work, missing: tuple[float | None, Cut | None] | None = None) -> None:
    """`missing` is what `_make` returns, where all is made."""
    states, results = {}, {}
    for index, processor in plan.processors.items():
        states[index], results[index] = processor.checkpoint()
    ring = None if plan.mouth is None else plan.mouth.ring
    made = {index: some for index, some in results.items() if some}
    state = {"missing": missing, "streams": states, "lips": ring}
    work.keep(_NAME, state, made)


def _of_the_disk(error: OSError) -> bool:
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EROFS)


class _Face:
    """Follows the face and keeps its lips."""

    def __init__(
        self, tracker: FaceTracking[Any], face: int | Literal["auto"], mouth: LipTrack
    ) -> None:
        self._tracker, self._face, self._mouth = tracker, face, mouth

    def __call__(self, state: Any, picture: av.VideoFrame, time: float) -> Any:
        frame = media.upright(picture, _WIDEST)
        state, faces = self._tracker.step(state, frame, self._face)
        self._mouth.put(observe_me(faces, frame, time))
        return state


def _size(first: av.VideoFrame, factor: int) -> tuple[int, int]:
    size = media.even_size(first, factor)
    if factor > 1 and max(size) > _LARGEST:
        raise VcamError("enhance.size", width=size[0], height=size[1])
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
        mouth: LipTrack | None,
    ) -> None:
        self._pipeline = VideoPipeline(pipelines.picture)
        self._superres, self._factor = pipelines.superres, options.superres
        self._mouth = mouth
        self._moving: MovingPicture | None = None
        image: np.ndarray | None = None
        if isinstance(options.background, Path):
            self._moving = MovingPicture(options.background, size)
            self._moving.fill()
            image = self._moving.first
        elif options.background is not None:
            image = cover(options.background, *size)
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
        wanted = self._options
        if self._moving is not None:
            wanted = replace(wanted, image=self._moving.at(time))
        state, result = self._pipeline.step(state, frame, time, wanted)
        if result.shown != "live" or result.reason:
            raise VcamError("enhance.picture", cause=result.reason)
        if self._mouth is not None and result.frame is not None:
            self._mouth.put(observe_me(result.faces, result.frame, time))
        return state, result.picture
