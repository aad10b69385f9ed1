"""Opens media files with FFmpeg, whatever they are called and whatever is wrong with their tags."""

from __future__ import annotations

from pathlib import Path

import av
from av.container import InputContainer, OutputContainer

# Times of presentation that a file does not hold (AVI) are worked out, and what text in it is not
# in UTF-8 is shown as well as can be.
_READING = {"fflags": "+genpts"}
_STILLS = ("image2", "ico")


def open_input(path: Path, options: dict[str, str] | None = None) -> InputContainer:
    """Raises av.FFmpegError or OSError; `options` are the demuxer's."""
    return av.open(
        _address(path), container_options={**_READING, **(options or {})}, metadata_errors="replace"
    )


def open_output(path: Path, kind: str, options: dict[str, str] | None = None) -> OutputContainer:
    """`kind` is FFmpeg's name of the container's format. Raises av.FFmpegError or OSError."""
    return av.open(
        _address(path), "w", format=kind, container_options=options, metadata_errors="replace"
    )


def is_still(container: InputContainer) -> bool:
    """Whether it is a picture and no recording."""
    name = container.format.name
    return name.endswith("_pipe") or name in _STILLS


def _address(path: Path) -> str:
    """Without a protocol, FFmpeg takes what comes before a name's first colon for one."""
    return f"file:{path}"
