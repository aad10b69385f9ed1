"""Enhances films: the picture's and the sound's live pipelines on one recording, in one pass.

What is not touched is copied. Memory does not grow with the film's length.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream
from numpy.typing import NDArray

from vcam.audio.pipeline import AudioPipeline
from vcam.audio.stages.order import AudioOptions
from vcam.lips import RECORD
from vcam.media_file.promised import Cut, cut_short
from vcam.moving_picture import MovingPicture
from vcam.networks.picture import PictureNetworks
from vcam.offline import media
from vcam.offline.enhance.findings import Findings, Loss, joined, judged
from vcam.offline.enhance.output import (
    AudioOutput,
    MuxInput,
    VideoOutput,
    assemble,
    encoder_setup,
    real_rate,
)
from vcam.offline.enhance.pictures import END, position_at
from vcam.offline.enhance.remux import StreamCopy, called, describe_all, is_repeated
from vcam.offline.enhance.resume import KEEP, Result, Unwritable, Work
from vcam.offline.enhance.sound import ChannelEnhancer
from vcam.offline.enhance.spans import WHOLE, Span
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
_LIPS = -1  # the track of what was seen of the lips, among the results


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
    with _begun(pipelines, options, source, work, track) as (container, output, plan):
        drawn = any(isinstance(one, VideoProcessor) for one in plan.processors.values())
        share = 0.98 if drawn else 0.75
        found = _make(container, plan, work, source, lambda done: report(share * done))
        missing = judged(source, found)
        length = max(1.0, (container.duration or 0) / av.time_base)
        assemble(
            plan.inputs,
            output,
            lambda time: report(min(1.0, share + (1 - share) * time / length)),
        )
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


def make_span(
    pipelines: FilmPipelines,
    options: FilmOptions,
    source: Path,
    work: Work,
    track: int,
    span: Span,
) -> None:
    """The pictures of a span and the lips in them, kept in the work for `take_up_spans`. Raises
    VcamError."""
    with _begun(pipelines, options, source, work, track) as (container, _, plan):
        begin = media.beginning(container)
        film = media.moving_picture(container)
        picture = plan.processors[film.index] if film else None
        if film is None or not isinstance(picture, VideoProcessor):
            raise media.unreadable(source)
        if span.start:
            picture.restore((position_at(source, film.index, begin + span.start), None))
        picture.span = span
        plan.processors, plan.used, plan.span = {film.index: picture}, [film], span
        mouth = plan.mouth or LipTrack()
        mouth.remembers_all = True
        found = _make(container, plan, work, source, lambda _: None)
        time = mouth.ring["time"] - float(begin)
        seen = mouth.ring[(time >= span.begin) & (time < span.end)]
        lips = Result(0, 0, len(seen), True, seen.tobytes())
        work.keep(_NAME, _Kept(found), {_LIPS: [lips]})


def take_up_spans(work: Work, packed: Sequence[Path]) -> None:
    """What was made of all spans of a film, in order, as if it had been made there: what is left
    is the sound, and to put it together. Raises VcamError."""
    if _NAME not in work.state:
        found = [work.take_up(file)[_NAME].found for file in packed]
        work.keep(_NAME, _Kept(apart=joined(found)))


@contextmanager
def _begun(
    pipelines: FilmPipelines,
    options: FilmOptions,
    source: Path,
    work: Work,
    track: int,
) -> Iterator[tuple[InputContainer, OutputContainer, _Plan]]:
    """The film, what becomes of it, and what becomes of each stream; errors as we say them."""
    with media.opened(source) as container:
        sounds = [stream for stream in container.streams.audio if stream.codec_context]
        if not options.redraws and not sounds:
            raise VcamError("media.no_sound", path=source)
        if not sounds and media.moving_picture(container) is None:
            raise media.unreadable(source)
        with media.written(work, container) as output:
            try:
                plan = _planned(pipelines, options, source, container, output, work, track)
                yield container, output, plan
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
    span: Span = WHOLE


class _Kept(NamedTuple):
    """What a stopped job leaves, what was `found` once all is made, and what was in pictures that
    were made `apart`."""

    found: Findings | None = None
    streams: Mapping[int, Any] = MappingProxyType({})
    lips: NDArray[np.void] | None = None
    apart: Findings | None = None


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
) -> Findings:
    """Works on all streams, from where an earlier run was stopped."""
    state: _Kept = work.state.get(_NAME) or _Kept()
    if state.found is not None:
        return state.found
    for index, its in state.streams.items():
        plan.processors[index].restore(its)
    if plan.mouth is not None and state.lips is not None:
        plan.mouth.ring = state.lips
    if state.apart is not None:
        _pass_over(plan, work)
    begin = float(media.beginning(container))
    first = begin + plan.span.start
    length = min((container.duration or 0) / av.time_base, plan.span.end) - plan.span.start
    processors = plan.processors.values()
    sounds = [one for one in processors if isinstance(one, AudioProcessor)]
    reached, told, kept = begin, 0.0, monotonic()
    ends: list[Packet] = []
    until: dict[int, float] = {}
    damaged: list[float] = []
    cut: Cut | None = None
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
        if length > 0 and (reached - first) / length > told + 0.002:
            told = (reached - first) / length
            report(min(1.0, told))
        if monotonic() - kept > KEEP:
            _keep(plan, work, state.apart)
            kept = monotonic()
        if processors and all(one.done for one in processors):
            break
    else:
        # The sound last: its end may need the mouth of the last pictures.
        for packet in sorted(ends, key=lambda end: end.stream.type == "audio"):
            if processor := plan.processors.get(packet.stream.index):
                processor.take(packet)
        cut = cut_short(source, container, until, begin)
    losses = {}
    for index, processor in plan.processors.items():
        losses[index], times = _loss(processor, until.get(index, begin), begin, plan.span)
        damaged += times
    seen = [time - begin for time in damaged if plan.span.holds(max(0.0, time - begin))]
    damage = max(0.0, min(seen)) if seen else None
    found = Findings(damage, cut, losses, [sound.peaks for sound in sounds])
    if state.apart is not None:
        found = found.with_picture(state.apart)
    _keep(plan, work, state.apart, found)
    return found


def _pass_over(plan: _Plan, work: Work) -> None:
    """The pictures were made apart: what is left is the sound, which hears what was seen there."""
    for processor in plan.processors.values():
        if isinstance(processor, VideoProcessor):
            processor.restore((END, None))
    if plan.mouth is not None:
        seen = b"".join(some.data for some in work.results(_LIPS))
        plan.mouth.ring = np.frombuffer(seen, RECORD)


def _loss(
    processor: StreamProcessor, until: float, begin: float, span: Span
) -> tuple[Loss, list[float]]:
    """What of a stream that ends at `until` could not be decoded within a span, and when."""
    lost = [one for one in processor.lost if span.holds(max(0.0, one.time - begin))]
    times = [one.time for one in lost]
    end = min(until, begin + span.end)
    if end - processor.reached > _SLACK:
        times.append(processor.reached)
    seconds = max(sum(one.length for one in lost), end - processor.reached)
    first = max(0.0, min(times) - begin) if times else None
    return Loss(max(0.0, seconds), end - begin, first), times


def _keep(plan: _Plan, work: Work, apart: Findings | None, found: Findings | None = None) -> None:
    states, results = {}, {}
    for index, processor in plan.processors.items():
        states[index], results[index] = processor.checkpoint()
    ring = None if plan.mouth is None or apart else plan.mouth.ring
    made = {index: some for index, some in results.items() if some}
    work.keep(_NAME, _Kept(found, states, ring, apart), made)


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
