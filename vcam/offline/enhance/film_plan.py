"""What becomes of each stream of a film: drawn, cleaned, looked at, copied or left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from math import prod
from pathlib import Path
from typing import Any, Protocol

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from vcam.audio.frames import RATE
from vcam.audio.pipeline import AudioPipeline
from vcam.audio.stages.order import AudioOptions
from vcam.lips import LipObservation
from vcam.moving_picture import MovingPicture
from vcam.networks.picture import PictureNetworks
from vcam.offline import media
from vcam.offline.enhance.drawing import VideoProcessor
from vcam.offline.enhance.output import (
    AudioOutput,
    CleanedSound,
    MadeSound,
    MuxInput,
    VideoOutput,
    encoder_setup,
    real_rate,
)
from vcam.offline.enhance.pictures import FACES_WIDTH, key_pictures
from vcam.offline.enhance.remux import (
    StreamCopy,
    called,
    describe,
    describe_all,
    is_repeated,
)
from vcam.offline.enhance.resume import Work
from vcam.offline.enhance.sound import ChannelEnhancer
from vcam.offline.enhance.spans import WHOLE, Span, spans_of
from vcam.offline.enhance.tracks import (
    AudioProcessor,
    KnownLips,
    LipObserver,
    LipReader,
    LipTrack,
    StreamProcessor,
)
from vcam.offline.sound_track import is_heard, layout_of
from vcam.offline.superres import SuperResolution
from vcam.schema.errors import VcamError
from vcam.schema.recordings import for_recordings, touches_picture
from vcam.schema.settings import Settings
from vcam.video.i420 import cover
from vcam.video.options import video_options
from vcam.video.pipeline import VideoPipeline, VideoResult, VideoState
from vcam.video.stages.face import FaceTracking, Whose, choice
from vcam.video.stages.lips import mouths

_ONE_SOUND = ("flv",)
"""FFmpeg's kinds of film that have no place for a second sound track."""
_LARGEST = 8192  # pixels; the greatest width of H.264's highest level
_ENCODED = 16_384  # pixels; what is as large already may stay so, but encoders take no more


class NamedSound(MadeSound, Protocol):
    """A sound track that the film did not have."""

    name: str


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

    def spans(self, container: InputContainer) -> list[Span]:
        """In which a film's pictures are made. There is one where none are drawn, or what is drawn
        goes by what was long ago."""
        if not self.redraws or video_options(self.settings, (2, 2)).remembers:
            return [WHOLE]
        return spans_of((container.duration or 0) / av.time_base)


@dataclass(frozen=True)
class FilmPipelines:
    """The networks of a film. Without a face network the sound is cleaned without lips."""

    audio: AudioPipeline
    picture: PictureNetworks = PictureNetworks()
    superres: SuperResolution | None = None


@dataclass
class Plan:
    """What becomes of each stream: `processors` work on some, `inputs` are what is written, `used`
    are the streams that anything comes of, `left_out` the others, except the `empty` ones and those
    that begin too `late` for FFmpeg to know them. `encoded_anew` are those that the target cannot
    hold as they are, `cleaned` what comes of those that are heard."""

    processors: dict[int, StreamProcessor]
    inputs: list[MuxInput]
    used: list[Stream]
    left_out: list[str]
    mouth: LipTrack | None
    empty: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    encoded_anew: list[str] = field(default_factory=list)
    cleaned: dict[int, CleanedSound] = field(default_factory=dict)
    span: Span = WHOLE


def planned(
    pipelines: FilmPipelines,
    options: FilmOptions,
    source: Path,
    container: InputContainer,
    output: OutputContainer,
    work: Work,
    track: int,
    voices: Sequence[NamedSound] = (),
    mouths: KnownLips | None = None,
) -> Plan:
    """Opens the film's streams; those that the target cannot hold are left out. `voices` become
    sound tracks of their own, behind the film's. A picture that is not drawn anew is not looked at
    where its `mouths` are known."""
    begin = media.beginning(container)
    picture_codec = "libvpx-vp9" if output.format.name == "webm" else "libx264"
    announced = media.moving_picture(container)
    film = media.seen_picture(source, container)
    voice = container.streams.audio[track] if container.streams.audio else None
    lipped = (
        film is not None
        and voice
        and options.sound is not None
        and pipelines.picture.face is not None
    )
    mouth = LipTrack() if lipped else None
    copied = StreamCopy(source, output, begin)
    plan = Plan({}, [copied], [], [], mouth)
    describe_all(output, container, begin)

    def draw(stream: VideoStream) -> None:
        first = media.first_picture(source)
        size = _size(chain([first], key_pictures(source, stream)), options.superres)
        picture = _Picture(pipelines, options, size, lips=mouth is not None)
        begins = [span.begin for span in options.spans(container)[1:]]
        rate = real_rate(source, stream)
        setup = encoder_setup(picture_codec, first, size, rate, stream.sample_aspect_ratio)
        plan.processors[stream.index] = VideoProcessor(
            stream, begin, picture_codec, setup, picture, begins, mouth
        )
        plan.inputs.append(VideoOutput(stream, output, work, picture_codec, setup))

    def clean(stream: AudioStream) -> None:
        sound = options.sound or AudioOptions(bypass=True)

        def channel(rate: int, seen: Callable[[float], Any] | None) -> ChannelEnhancer:
            return ChannelEnhancer(pipelines.audio, sound, rate, seen)

        lips_of = mouth if stream == voice else None  # other tracks are other people's voices
        plan.processors[stream.index] = AudioProcessor(stream, begin, channel, lips_of)
        made = plan.cleaned[stream.index] = CleanedSound(work, stream.index, stream.rate)
        heard = AudioOutput(output, made, stream.rate, layout_of(stream.layout))
        describe(heard.stream, stream)
        plan.inputs.append(heard)

    def keep(stream: Stream) -> bool:
        if options.hides_room and isinstance(stream, VideoStream):
            return False  # a second picture or a cover may well show the room
        return copied.add(stream)

    for stream in container.streams:
        if stream == film:
            if options.redraws or not copied.add(stream):
                draw(stream)
                if not options.redraws:
                    plan.encoded_anew.append(called(stream))
            elif mouth is not None and mouths is not None:
                plan.processors[stream.index] = LipReader(stream, mouths, mouth)
            elif mouth is not None and pipelines.picture.face is not None:
                see = _Face(pipelines.picture.face, options.settings.face, mouth)
                plan.processors[stream.index] = LipObserver(stream, see)
        elif isinstance(stream, AudioStream) and is_heard(stream):
            if options.sound is not None or not copied.add(stream):
                clean(stream)
                if options.sound is None:
                    plan.encoded_anew.append(called(stream))
        elif not keep(stream):
            sound = isinstance(stream, AudioStream)
            if (sound or stream == announced) and not media.comes(source, stream):
                plan.empty.append(called(stream))
            elif sound and stream.codec_context:
                plan.late.append(called(stream))
            elif not is_repeated(stream, container):
                plan.left_out.append(called(stream))
            continue
        plan.used.append(stream)
    for said in voices:
        if output.format.name in _ONE_SOUND:
            plan.left_out.append(said.name)
            continue
        heard = AudioOutput(output, said, RATE, "mono")
        heard.stream.metadata.update(title=said.name, handler_name=said.name)
        heard.stream.disposition = Disposition(0)
        plan.inputs.append(heard)
    return plan


class _Face:
    """Follows faces and keeps their lips."""

    def __init__(self, tracker: FaceTracking[Any], face: int | Whose, mouth: LipTrack) -> None:
        self._tracker, self._whose, self._mouth = tracker, face, mouth

    def __call__(self, state: Any, picture: av.VideoFrame, time: float) -> Any:
        frame = media.upright(picture, FACES_WIDTH)
        state, faces = self._tracker.step(state, frame, choice(self._whose))
        self._mouth.put(mouths(faces, frame, time, self._whose))
        return state


def _size(pictures: Iterable[av.VideoFrame], factor: int) -> tuple[int, int]:
    """The largest one's: the others are scaled to fit into it."""
    size = max((media.even_size(picture, factor) for picture in pictures), key=prod)
    if max(size) > (_LARGEST if factor > 1 else _ENCODED):
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
        *,
        lips: bool,
    ) -> None:
        self._pipeline = VideoPipeline(pipelines.picture)
        self._superres, self._factor = pipelines.superres, options.superres
        self._moving: MovingPicture | None = None
        image: np.ndarray | None = None
        if isinstance(options.background, Path):
            self._moving = MovingPicture(options.background, size)
            self._moving.fill()
            image = self._moving.first
        elif options.background is not None:
            image = cover(options.background, *size)
        wanted = video_options(options.settings, size, image)
        self._options, self._whose = replace(wanted, faces=lips), options.settings.face

    def upright(self, picture: av.VideoFrame) -> np.ndarray:
        frame = media.upright(picture)
        if self._superres is not None:
            frame = self._superres(frame, self._factor)
        height, width = frame.shape[0] & ~1 or 1, frame.shape[1] & ~1 or 1
        return np.ascontiguousarray(frame[:height, :width])

    def step(
        self, state: VideoState | None, frame: np.ndarray, time: float
    ) -> tuple[VideoState, np.ndarray, Sequence[LipObservation]]:
        result: VideoResult
        wanted = self._options
        if self._moving is not None:
            wanted = replace(wanted, image=self._moving.at(time))
        state, result = self._pipeline.step(state, frame, time, wanted)
        if result.shown != "live" or result.reason:
            raise VcamError("enhance.picture", cause=result.reason)
        seen: Sequence[LipObservation] = ()
        if wanted.faces and result.frame is not None:
            seen = mouths(result.faces, result.frame, time, self._whose)
        return state, result.picture, seen
