"""Opens media files with FFmpeg, whatever they are called and whatever is wrong with their tags."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import av
from av.container import Container, InputContainer, OutputContainer

from vcam.media_file.pieces import Piece, pieces
from vcam.media_file.unfinished import correction, is_unfinished

_TO_THE_END = {"ignore_length": "1"}
_FURTHER = {"probesize": str(64 << 20), "analyzeduration": "600000000"}
"""Bytes and microseconds in which FFmpeg looks for what streams are like."""
_STILLS = ("image2", "ico")


def open_input(path: Path, piece: int = 0) -> InputContainer:
    """Of several files that were put one behind the other, `piece` is the number of one. Raises
    av.FFmpegError or OSError."""
    container = _opened(path, piece, {})
    if any(sound.codec_context and not sound.rate for sound in container.streams.audio):
        container.close()  # one that begins late in a broadcast is announced from its beginning
        container = _opened(path, piece, _FURTHER)
    return container


def open_output(path: Path, kind: str, options: dict[str, str] | None = None) -> OutputContainer:
    """`kind` is FFmpeg's name of the container's format. Raises av.FFmpegError or OSError."""
    return av.open(
        _address(path), "w", format=kind, container_options=options, metadata_errors="replace"
    )


def is_still(container: InputContainer) -> bool:
    """Whether it is a picture and no recording."""
    name = container.format.name
    return name.endswith("_pipe") or name in _STILLS


def is_isom(container: Container) -> bool:
    """Whether it is of MP4's family, whose codec tags mean the same in each."""
    return container.format.name.startswith("mov,")


def _opened(path: Path, piece: int, options: dict[str, str]) -> InputContainer:
    if not path.is_file():  # a pipe would be waited for
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    source: str | Piece = _address(path)
    if len(places := pieces(path)) > 1:
        source = Piece(path, *places[piece])
    elif (change := correction(path)) is not None:
        source = Piece(path, *places[0], change)
    elif is_unfinished(path):
        options = options | _TO_THE_END
    return av.open(source, "r", container_options=options, metadata_errors="replace")


def _address(path: Path) -> str:
    """Without a protocol, FFmpeg takes what comes before a name's first colon for one."""
    return f"file:{path}"
