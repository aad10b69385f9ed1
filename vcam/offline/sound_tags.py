"""The words of a sound file: its title, artist and the like, and what of it has no place in
another one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import av
import soundfile

from vcam.media_file import open_input
from vcam.offline import media

_NAMES = {
    name: name
    for name in ("title", "artist", "album", "date", "genre", "comment", "copyright", "license")
} | {"track": "tracknumber", "description": "comment"}
"""FFmpeg's names of tags, and libsndfile's."""
_OF_THE_FILE = (
    *("encoder", "language", "major_brand", "minor_version", "compatible_brands", "handler_name"),
    *("vendor_id", "creation_time", "duration", "coding_history", "timecode", "stereo_mode"),
)
"""What tags say of the file that was, and not of what is heard."""


class Words(NamedTuple):
    """A file's `tags` by FFmpeg's names, in small letters; `others` are names of covers and of
    chapters, which no sound file that is written has."""

    tags: dict[str, str]
    others: list[str]


def words_of(path: Path, track: int = 0) -> Words:
    """None for a file that FFmpeg does not open."""
    with suppress(av.FFmpegError, OSError, ValueError, IndexError), open_input(path) as container:
        found = container.metadata | container.streams.audio[track].metadata
        tags = {key.lower(): value for key, value in found.items() if value.strip()}
        tags = {key: tags[key] for key in tags if key not in _OF_THE_FILE}
        if media.moving_picture(container) is not None:  # what else a film has is not asked for
            return Words(tags, [])
        others = [f"cover {stream.index + 1}" for stream in container.streams.video]
        return Words(tags, others + ["chapters"] * bool(container.chapters()))
    return Words({}, [])


def write_words(file: soundfile.SoundFile, words: Words) -> None:
    """Before the first sample."""
    for key, value in words.tags.items():
        with suppress(soundfile.SoundFileError):  # not every kind has every tag
            if key in _NAMES:
                setattr(file, _NAMES[key], value)


def left_out(path: Path, words: Words) -> list[str]:
    """What of them is not in the file that was written."""
    kept = set(words_of(path).tags.values())
    lost = sorted(key for key, value in words.tags.items() if value not in kept)
    return words.others + [f"tags ({', '.join(lost)})"] * bool(lost)
