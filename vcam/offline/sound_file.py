"""Sound files: reads what libsndfile or FFmpeg can, writes what libsndfile can."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

from vcam.media_file import open_input
from vcam.offline.enhance.resume import Work
from vcam.offline.media import refuse_still
from vcam.schema.errors import VcamError

Samples = NDArray[np.float32]
"""float32 ``(frames, channels)``, full scale is ±1."""

CHUNK = 1 << 17  # frames read at once
_WAV_LIMIT = 4_000_000_000  # bytes; beyond, RIFF's 32-bit sizes overflow and RF64 is written
_KEPT = ("PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE")


@dataclass(frozen=True)
class SoundFormat:
    """What a copy should share with the original; `subtype` is libsndfile's sample format."""

    rate: int
    channels: int
    subtype: str

    @property
    def floating(self) -> bool:
        return self.subtype in ("FLOAT", "DOUBLE")


def describe(path: Path) -> SoundFormat:
    """Raises VcamError when the file is missing or has no sound that can be read."""
    if path.is_dir():
        raise VcamError(f"{path} is a folder; name the sound files in it.")
    if not path.exists():
        raise VcamError(f"{path} does not exist.")
    try:
        info = soundfile.info(path.absolute())
    except soundfile.SoundFileError:
        return _describe_by_ffmpeg(path)
    subtype = info.subtype if info.subtype in _KEPT else "PCM_16"
    return SoundFormat(info.samplerate, info.channels, subtype)


def read(path: Path) -> Iterator[Samples]:
    """The file's samples, chunk by chunk. Raises VcamError where it is broken."""
    try:
        file = soundfile.SoundFile(path.absolute())
    except soundfile.SoundFileError:
        yield from _read_by_ffmpeg(path)
        return
    try:
        with file:
            while len(chunk := file.read(CHUNK, dtype="float32", always_2d=True)):
                yield chunk
    except soundfile.SoundFileError as error:
        raise _broken(path) from error


def writable(suffix: str) -> bool:
    """Whether a file name that ends so is one of a sound file we can write."""
    return suffix.lstrip(".").upper() in soundfile.available_formats()


@contextmanager
def written(work: Work, form: SoundFormat, *, frames: int) -> Iterator[soundfile.SoundFile]:
    """The part of a sound file open for about `frames` of writing.

    The sample format is `form`'s where the kind of file has it, else that kind's default.
    Raises Unwritable when the disk is full or the kind of file cannot hold the sound.
    """
    kind = work.target.suffix.lstrip(".").upper()
    subtype = form.subtype if soundfile.check_format(kind, form.subtype) else None
    if kind == "WAV" and frames * form.channels * 8 > _WAV_LIMIT:
        kind = "RF64"
    try:
        with soundfile.SoundFile(
            work.part.absolute(), "w", form.rate, form.channels, subtype=subtype, format=kind
        ) as file:
            yield file
    except (OSError, soundfile.SoundFileError, ValueError) as error:
        raise work.unwritable(error) from error


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


def _describe_by_ffmpeg(path: Path) -> SoundFormat:
    try:
        with open_input(path) as container:
            refuse_still(path, container)
            stream = container.streams.audio[0]
            return SoundFormat(stream.rate, stream.channels, "PCM_16")
    except (av.FFmpegError, OSError, IndexError) as error:
        raise _broken(path) from error


def _read_by_ffmpeg(path: Path) -> Iterator[Samples]:
    try:
        with open_input(path) as container:
            stream = container.streams.audio[0]
            channels = stream.channels
            resampler = av.AudioResampler(format="flt", layout=stream.layout, rate=stream.rate)
            for frame in container.decode(stream):
                for part in resampler.resample(frame):
                    yield part.to_ndarray().reshape(-1, channels).astype(np.float32, copy=False)
    except (av.FFmpegError, OSError, IndexError, ValueError) as error:
        raise _broken(path) from error


def _broken(path: Path) -> VcamError:
    return VcamError(f"{path} cannot be read as sound; it is damaged or of an unknown kind.")
