"""Sound files: reads what libsndfile or FFmpeg can, writes what libsndfile can."""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, cast

import av
import numpy as np
import soundfile
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from vcam.audio.frames import RATE
from vcam.media_file import open_input
from vcam.media_file.channels import SPEAKERS, VORBIS, usual_order
from vcam.media_file.promised import COUNTED, Cut, cut_short
from vcam.media_file.unfinished import claimed, lacks_index
from vcam.offline.enhance.resume import Halted, Work
from vcam.offline.media import comes, refuse_still, refuse_unreachable
from vcam.offline.sound_track import SoundDecoder, is_heard
from vcam.offline.timestamps import demuxed, end_of
from vcam.quietly import quietly
from vcam.schema.errors import VcamError

Samples = NDArray[np.float32]
"""float32 ``(frames, channels)``, full scale is ±1."""

CHUNK = 1 << 17  # frames read at once
_WAV_LIMIT = 4_000_000_000  # bytes; beyond, RIFF's 32-bit sizes overflow and RF64 is written
_VORBIS_RATE = 200_000  # the highest; libsndfile 1.2.2 ends the program at others
_MASK = 40  # where a WAV that is written with its speakers has them
_KEPT = ("PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")
_SUBTYPES = {"pcm_s24": "PCM_24", "pcm_s32": "PCM_32", "pcm_f32": "FLOAT", "pcm_f64": "DOUBLE"}
_ALAC = {"ALAC_20": "PCM_24", "ALAC_24": "PCM_24", "ALAC_32": "PCM_32"}
_SLACK = 0.1  # seconds by which the length of a last packet may be wrong
_SHORTER = 0.05  # seconds that libsndfile may find less than FFmpeg
_APART = 1.0  # seconds between sound and picture of the same time, as they lie in a file


class SoundFormat(NamedTuple):
    """What a copy should share with the original; `subtype` is libsndfile's sample format."""

    rate: int
    channels: int
    subtype: str
    layout: str = ""
    """FFmpeg's name of the channels' places, where FFmpeg reads the file."""
    speakers: str = ""
    """The same, wherever it is known."""


class Measured(NamedTuple):
    """A sound that was read from its beginning to its end."""

    form: SoundFormat
    frames: int
    peak: float
    """The largest finite sample."""
    damaged: float | None = None
    """When the first of it is that cannot be decoded, seconds."""
    cut: Cut | None = None
    """Where it breaks off."""

    @property
    def seconds(self) -> float:
        return self.frames / self.form.rate


def measure(path: Path, track: int = 0) -> Measured:
    """Reads a file by libsndfile and, where that does not get all of it, by FFmpeg.

    `track` is the number of the sound track, from 0. Raises VcamError when the file is missing,
    has no sound that can be read, or less of it can be decoded than not.
    """
    if not path.exists():
        raise VcamError("file.absent", path=path)
    length, kind, cut, speakers = 0.0, "", None, ""
    try:
        length, kind, cut, speakers = _told(path, track)
    except Halted:
        raise
    except VcamError:  # it is no file of FFmpeg's
        pass
    # Of MP3, libsndfile gets no more than FFmpeg does.
    found = None if track or kind == "mp3" else _measured_by_libsndfile(path)
    if found is None or found.seconds < length - _SHORTER:
        other = _measured_by_ffmpeg(path, track, cut is not None)
        found = other if found is None or other.seconds > found.seconds else found
    if not found.frames and (length or cut or not kind):
        raise VcamError("sound.unreadable", path=path)
    if cut is not None:
        cut = _of_the_sound(cut, length, found.seconds)
    damaged = found.damaged
    if length - found.seconds > _SLACK and damaged is None:
        damaged = found.seconds
    if cut is None and length - found.seconds > found.seconds:
        raise VcamError("media.damaged", path=path, seen=f"{damaged:.1f}")
    if not kind and (times := claimed(path)) > 1:
        cut = Cut(found.seconds, found.seconds * times)
    form = found.form._replace(speakers=found.form.layout or speakers)
    return found._replace(form=form, damaged=damaged, cut=cut)


def read(path: Path, form: SoundFormat, track: int = 0) -> Iterator[Samples]:
    """The file's samples, chunk by chunk, as they were measured. Raises VcamError where it is
    broken."""
    if form.layout:
        with _opened(path, track) as stream:
            decoder = SoundDecoder(stream, rate=form.rate, layout=form.layout)
            yield from _decoded(path, stream, decoder)
        return
    try:
        with quietly():
            file = soundfile.SoundFile(path.absolute())
        with file:
            while True:
                with quietly():
                    chunk = file.read(CHUNK, dtype="float32", always_2d=True)
                if not len(chunk):
                    break
                yield chunk
    except soundfile.SoundFileError as error:
        refuse_unreachable(path)
        raise VcamError("sound.unreadable", path=path) from error


def writable(suffix: str) -> bool:
    """Whether a file name that ends so is one of a sound file we can write."""
    return suffix.lstrip(".").upper() in soundfile.available_formats()


def holdable(target: Path, form: SoundFormat) -> SoundFormat:
    """In which form a file of the target's kind holds such a sound: at 48 kHz where it does not
    know the rate. Raises VcamError where it does not hold the channels."""
    kind = _kind(target)
    for rate in (form.rate, RATE):
        if kind == "OGG" and rate > _VORBIS_RATE:
            continue
        try:
            with quietly(), _opened_for(io.BytesIO(), kind, form._replace(rate=rate)):
                return form._replace(rate=rate)
        except soundfile.SoundFileError:
            continue
    raise VcamError("sound.channels", path=target, channels=form.channels)


@contextmanager
def written(work: Work, form: SoundFormat, *, frames: int) -> Iterator[soundfile.SoundFile]:
    """The part of a sound file open for about `frames` of writing.

    The sample format is `form`'s where the kind of file has it, else 24 bits, else that kind's
    default.
    Raises Unwritable when the disk is full or the kind of file cannot hold the sound.
    """
    kind = _kind(work.target)
    mask = _mask(form.speakers) if kind == "WAV" and form.channels > 2 else 0
    if kind == "WAV" and frames * form.channels * 8 > _WAV_LIMIT:
        kind, mask = "RF64", 0
    elif mask:
        kind = "WAVEX"
    try:
        with _opened_for(work.part.absolute(), kind, form) as file:
            yield file
        if mask:
            with open(work.part, "r+b") as head:
                head.seek(_MASK)
                head.write(struct.pack("<I", mask))
    except (OSError, soundfile.SoundFileError, ValueError) as error:
        raise work.unwritable(error) from error


def _kind(target: Path) -> str:
    return target.suffix.lstrip(".").upper()


def _opened_for(file: Path | io.BytesIO, kind: str, form: SoundFormat) -> soundfile.SoundFile:
    wanted = [form.subtype] if form.subtype == "PCM_16" else [form.subtype, "PCM_24"]
    subtype = next((one for one in wanted if soundfile.check_format(kind, one)), None)
    return soundfile.SoundFile(file, "w", form.rate, form.channels, subtype=subtype, format=kind)


def order_in(file: soundfile.SoundFile) -> Sequence[int]:
    """Where each channel of a file that is written lies in the usual order."""
    usual = range(file.channels)
    return VORBIS.get(file.channels, usual) if file.format == "OGG" else usual


def _mask(layout: str) -> int:
    """A WAV's bits of the speakers; 0 where it does not know all of them."""
    names = [channel.name for channel in av.AudioLayout(layout).channels] if layout else []
    known = set(names) <= set(SPEAKERS)
    return sum(1 << SPEAKERS.index(name) for name in names) if known else 0


def packed(sound: Samples, rate: int, subtype: str) -> bytes:
    """A finished piece as FLAC, for the work's folder; `subtype` is PCM_16 or PCM_24."""
    file = io.BytesIO()
    soundfile.write(file, sound, rate, format="FLAC", subtype=subtype)
    return file.getvalue()


def unpacked(pieces: Iterable[bytes], size: int = CHUNK) -> Iterator[Samples]:
    """The sound of packed pieces in parts of `size` frames, wherever the pieces were cut: what
    comes after them would not be quite the same otherwise."""
    waiting: list[Samples] = []
    length = 0
    for piece in pieces:
        sound, _ = soundfile.read(io.BytesIO(piece), dtype="float32", always_2d=True)
        waiting.append(sound)
        length += len(sound)
        if length >= size:
            whole = np.concatenate(waiting)
            for begin in range(0, length - size + 1, size):
                yield whole[begin : begin + size]
            waiting, length = [whole[length - length % size :]], length % size
    if length:
        yield np.concatenate(waiting)


def _told(path: Path, track: int) -> tuple[float, str, Cut | None, str]:
    """Seconds of packets that FFmpeg finds, what it calls the kind of file, where that breaks off,
    and the places of its channels. Raises VcamError."""
    with _opened(path, track) as stream:
        container = cast(InputContainer, stream.container)
        begin, until, heard = math.inf, dict[int, float](), False
        for packet in demuxed(
            path, container, [*container.streams.audio, *container.streams.video]
        ):
            heard |= packet.size > 0 and packet.stream_index == stream.index
            if packet.pts is not None and packet.time_base is not None:
                index = packet.stream_index
                partial = packet.is_corrupt and container.format.name in COUNTED
                end = 0.0 if partial else end_of(packet) or 0.0
                until[index] = max(until.get(index, 0.0), end)
                if index == stream.index:
                    begin = min(begin, float(packet.pts * packet.time_base))
        if not heard:
            until[stream.index] = 0.0
        cut = cut_short(path, container, until, 0.0 if begin == math.inf else begin)
        unusual = usual_order(stream) is not None  # and libsndfile leaves it so
        layout = stream.layout.name
        speakers = "" if unusual or "channels" in layout else layout
        return max(until.get(stream.index, 0.0) - begin, 0.0), container.format.name, cut, speakers


def _of_the_sound(cut: Cut, told: float, seconds: float) -> Cut | None:
    """Where a recording with so many seconds of sound breaks off; `told` are those of its packets.
    Its picture may go on a little, its last packet may be there in part."""
    if cut.length is not None and seconds > cut.length - _SHORTER:
        return None
    return cut._replace(seen=seconds) if cut.seen - told < _APART else cut


def _measured_by_libsndfile(path: Path) -> Measured | None:
    try:
        with quietly():
            info = soundfile.info(path.absolute())
        if info.format == "OGG" and info.channels > 2:  # it leaves them in Vorbis' order
            return None
        subtype = _ALAC.get(info.subtype, info.subtype)
        subtype = subtype if subtype in _KEPT else "PCM_16"
        form = SoundFormat(info.samplerate, info.channels, subtype)
        return Measured(form, *_summed(read(path, form)))
    except Halted:
        raise
    except (soundfile.SoundFileError, VcamError):
        return None


def _measured_by_ffmpeg(path: Path, track: int, breaks_off: bool) -> Measured:
    """At the highest rate and with the most channels that the sound has on its way."""
    with _opened(path, track) as stream:
        decoder = SoundDecoder(stream)
        frames, peak = _summed(_decoded(path, stream, decoder))
        subtype = _subtype(stream)
        form = SoundFormat(decoder.rate, decoder.channels, subtype, decoder.layout)
        rate = max([form.rate, *(rate for rate, _ in decoder.forms)])
        layouts = [form.layout, *(layout for _, layout in sorted(decoder.forms))]
        layout = max(layouts, key=lambda one: av.AudioLayout(one).nb_channels)
        lost = [max(0.0, one.time - (decoder.begin or 0.0)) for one in decoder.lost]
    if not breaks_off and sum(one.length for one in decoder.lost) > frames / form.rate / 2:
        raise VcamError("media.damaged", path=path, seen=f"{lost[0]:.1f}")
    if (rate, layout) != (form.rate, form.layout):
        form = SoundFormat(rate, av.AudioLayout(layout).nb_channels, subtype, layout)
        frames, peak = _summed(read(path, form, track))
    return Measured(form, frames, peak, lost[0] if lost else None)


def _subtype(stream: AudioStream) -> str:
    """The sample format that holds what was decoded of it."""
    codec, samples = stream.codec_context.name, stream.format and stream.format.name
    if known := _SUBTYPES.get(codec.removesuffix("le")[:7]):
        return known
    if codec == "wavpack" and samples == "fltp":
        return "FLOAT"
    return "PCM_24" if samples in ("s32", "s32p") else "PCM_16"


@contextmanager
def _opened(path: Path, track: int) -> Iterator[AudioStream]:
    try:
        with open_input(path) as container:
            refuse_still(path, container)
            stream = container.streams.audio[track]
            if not is_heard(stream):
                raise ValueError("nobody knows it") if comes(path, stream) else IndexError("empty")
            yield stream
    except (av.FFmpegError, OSError, IndexError, ValueError) as error:
        refuse_unreachable(path, error)
        reason = "sound.none" if isinstance(error, IndexError) else "sound.unreadable"
        raise VcamError("media.no_index" if lacks_index(path) else reason, path=path) from error


def _decoded(path: Path, stream: AudioStream, decoder: SoundDecoder) -> Iterator[Samples]:
    container = cast(InputContainer, stream.container)
    for packet in demuxed(path, container, [stream]):
        for sound in decoder.decode(packet):
            yield np.ascontiguousarray(sound.T)


def _summed(chunks: Iterable[Samples]) -> tuple[int, float]:
    """How many frames there are, and the largest finite sample."""
    frames, peak = 0, 0.0
    for chunk in chunks:
        frames += len(chunk)
        magnitude = np.abs(chunk)
        magnitude[~np.isfinite(magnitude)] = 0.0
        peak = max(peak, float(magnitude.max(initial=0.0)))
    return frames, peak
