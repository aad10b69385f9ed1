"""Streams that go into a film as they are, and what has no place in it.

Whether a container takes a stream is asked of its muxer, by a trial in memory: no list of codecs
is ever complete.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import AttachmentStream, DataStream, Stream
from av.subtitles.stream import SubtitleStream
from av.video.stream import VideoStream

from vcam.media_file import is_isom
from vcam.offline import media
from vcam.offline.enhance.cues import OneAtATime
from vcam.offline.timestamps import demuxed, is_end

TEXT = {"mp4": "mov_text", "mov": "mov_text", "webm": "webvtt", "matroska": "subrip"}
"""The subtitles that each kind of film has, by FFmpeg's names."""

_TEXTS = {"subrip", "srt", "ass", "ssa", "webvtt", "mov_text", "text"}
_MILLISECOND = Fraction(1, 1000)
_STALE = (
    *("BPS", "DURATION", "NUMBER_OF_", "SOURCE_ID", "_STATISTICS_", "ENCODER", "encoder"),
    *("ALPHA_MODE", "alpha_mode"),
)
"""What Matroska's tags say of the stream that was, and not of its copy."""
_KINDS = {"audio": "sound track", "video": "picture", "attachment": "file", "data": "data track"}
_BRANDS = ("major_brand", "minor_version", "compatible_brands", "encoder", "ENCODER")

Timed = tuple[float, Packet]
"""A packet for the film and its time in seconds."""


class StreamCopy:
    """Streams that are not touched; they are read once more. Subtitles of another kind than the
    film's are written anew as its own."""

    def __init__(self, source: Path, output: OutputContainer, begin: Fraction) -> None:
        self._source, self._output, self._begin = source, output, begin
        self._streams: dict[int, Stream] = {}
        self._cues: dict[int, OneAtATime] = {}

    def add(self, stream: Stream) -> bool:
        """Whether there is a place for it; if not, nothing is added."""
        kind = self._output.format.name
        if stream.type == "data" and "timecode" in stream.metadata:
            return False  # the muxer makes it of what the picture says
        if isinstance(stream, AttachmentStream):
            return kind == "matroska" and self._add(stream, None)
        if _is_cover(stream) and kind == "matroska":
            return self._attach(cast(VideoStream, stream))
        for tag in _tags(stream, kind):
            if _accepts(kind, stream, tag):
                return self._add(stream, tag)
        return isinstance(stream, SubtitleStream) and self._add_text(stream)

    def packets(self) -> Iterator[Timed]:
        """All of them, in order of time."""
        if not self._streams:
            return
        reached = 0.0
        last: dict[int, int] = {}
        with media.opened(self._source) as container:
            streams = [stream for stream in container.streams if stream.index in self._streams]
            for packet in self._apart(demuxed(self._source, container, streams)):
                base = packet.time_base or _MILLISECOND
                made = self._made(packet)
                if made is None:
                    continue
                shift = round(self._begin / base)
                dts, pts = _times(made)
                dts = max(dts - shift, last.get(packet.stream_index, dts - shift - 1) + 1)
                last[packet.stream_index] = dts
                made.dts, made.pts = dts, max(dts, pts - shift)
                made.duration = made.duration or _shown(packet)
                made.stream = self._streams[packet.stream_index]
                reached = max(reached, float(dts * base))
                yield reached, made

    def _add(self, stream: Stream, tag: str | None) -> bool:
        self._streams[stream.index] = _copied(self._output, stream, tag)
        return True

    def _attach(self, cover: VideoStream) -> bool:
        """Matroska's covers are attachments."""
        with media.opened(self._source) as container:
            picture = next(container.demux(container.streams[cover.index]))
        codec = cover.codec_context.name
        end, kind = ("jpg", "jpeg") if codec == "mjpeg" else (codec, codec)
        name = cover.metadata.get("filename", f"cover.{end}")
        self._output.add_attachment(name, f"image/{kind}", bytes(picture))
        return True

    def _add_text(self, stream: SubtitleStream) -> bool:
        kind = TEXT.get(self._output.format.name)
        if kind is None or stream.codec_context is None or stream.codec_context.name not in _TEXTS:
            return False
        stream.codec_context.open(strict=False)
        out = cast(SubtitleStream, self._output.add_stream(kind, time_base=_MILLISECOND))
        out.codec_context.subtitle_header = stream.codec_context.subtitle_header
        describe(out, stream)
        self._streams[stream.index] = out
        if kind == "mov_text":
            self._cues[stream.index] = OneAtATime(stream.codec_context.name)
        return True

    def _apart(self, packets: Iterable[Packet]) -> Iterator[Packet]:
        """None of them empty, and no text over another where the film cannot have that."""
        for packet in packets:
            cues = self._cues.get(packet.stream.index)
            if cues is not None and packet.size:
                yield from cues.put(packet)
            elif cues is not None and is_end(packet):
                yield from cues.rest()
            elif packet.size:
                yield packet

    def _made(self, packet: Packet) -> Packet | None:
        out = self._streams[packet.stream_index]
        if not isinstance(out, SubtitleStream) or not out.codec_context.is_encoder:
            return packet
        said = cast(SubtitleStream, packet.stream).codec_context.decode2(packet)
        if said is None or not len(said):
            return None
        made = out.codec_context.encode_subtitle(said)
        if not made.size:  # it has no words
            return None
        made.pts, made.dts, made.duration = packet.pts, packet.dts, packet.duration
        made.time_base = packet.time_base
        return made


def holds_picture(kind: str, path: Path) -> bool:
    """Whether a film of a kind can have the picture of another one as it is. Raises VcamError."""
    with media.opened(path) as container:
        film = media.moving_picture(container)
        return film is None or any(_accepts(kind, film, tag) for tag in _tags(film, kind))


def describe(out: Stream, stream: Stream, *, copied: bool = False) -> None:
    """Language, title and the like; a track that is made anew has other statistics."""
    for key, value in stream.metadata.items():
        if copied or not key.startswith(_STALE):
            out.metadata[key] = value
    if "title" in stream.metadata:  # the only title of a track that MP4 knows
        out.metadata["handler_name"] = stream.metadata["title"]
    out.disposition = stream.disposition


def describe_all(output: OutputContainer, container: InputContainer, begin: Fraction) -> None:
    """The film's own words and its chapters."""
    kept = {key: value for key, value in container.metadata.items() if key not in _BRANDS}
    output.metadata.update(kept)
    chapters = container.chapters()
    for chapter in chapters:
        shift = round(begin / (chapter["time_base"] or _MILLISECOND))
        chapter["start"], chapter["end"] = max(0, chapter["start"] - shift), chapter["end"] - shift
    output.set_chapters(chapters)


def is_repeated(stream: Stream, container: InputContainer) -> bool:
    """Tracks that the muxer makes by itself: the names of chapters, and time codes."""
    if not isinstance(stream, DataStream):
        return False
    names = stream.frames > 0 and stream.frames == len(container.chapters())
    return names or "timecode" in stream.metadata


def called(stream: Stream) -> str:
    """A stream in a sentence: what it is, and its title, language or kind."""
    language = stream.metadata.get("language", "und")
    kind = stream.codec_context.name if stream.codec_context else getattr(stream, "name", None)
    words = stream.metadata.get("title") or stream.metadata.get("filename")
    if isinstance(stream, DataStream):  # its language is that of a text, its kind mostly unknown
        words = words or stream.metadata.get("handler_name")
    words = words or (language if language != "und" else kind)
    return f"{_KINDS.get(stream.type, stream.type)} {stream.index + 1}" + f" ({words})" * bool(
        words
    )


def _accepts(kind: str, stream: Stream, tag: str | None) -> bool:
    trial = av.open(io.BytesIO(), "w", format=kind)
    try:
        _copied(trial, stream, tag)
        trial.start_encoding()
        return True
    except (av.FFmpegError, ValueError):
        return False
    finally:
        with suppress(av.FFmpegError, ValueError):
            trial.close()


def _copied(output: OutputContainer, stream: Stream, tag: str | None) -> Stream:
    out = output.add_stream_from_template(stream, opaque=True)
    describe(out, stream, copied=True)
    if tag is not None:
        out.codec_context.codec_tag = tag
    if isinstance(out, VideoStream) and isinstance(stream, VideoStream):
        if stream.sample_aspect_ratio:
            out.codec_context.sample_aspect_ratio = stream.sample_aspect_ratio
        if stream.average_rate:  # MOV's time codes count pictures
            out.codec_context.framerate = stream.average_rate
    return out


def _tags(stream: Stream, kind: str) -> list[str | None]:
    """The codec tags to try. QuickTime, Apple's players and browsers know HEVC as hvc1 alone; an
    AVI's tag may be all that says what colours its picture has."""
    if stream.codec_context is None:
        return [None]
    tags: list[str | None] = [None]
    isom = kind in ("mp4", "mov")
    if isom and stream.codec_context.name == "hevc":
        tags.insert(0, "hvc1")
    if (isom and is_isom(stream.container)) or stream.container.format.name == kind:
        with suppress(ValueError):  # some tags are no text
            tags.insert(0, stream.codec_context.codec_tag)
    return tags


def _is_cover(stream: Stream) -> bool:
    return bool(stream.disposition & media.Disposition.attached_pic)


def _shown(packet: Packet) -> int:
    """How long a picture of unknown length is shown; an MP4 leaves a last one of none away."""
    rate = packet.stream.average_rate if isinstance(packet.stream, VideoStream) else None
    return round(1 / (rate * packet.time_base)) if rate and packet.time_base else 0


def _times(packet: Packet) -> tuple[int, int]:
    """Of decoding and of showing; each stands in for the other."""
    dts = packet.pts if packet.dts is None else packet.dts
    pts = packet.dts if packet.pts is None else packet.pts
    return dts or 0, pts or 0
