"""What the people of a meeting that was taken apart are called, and the sound files that say so."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import soundfile
from av.stream import Stream

from vcam.offline import media
from vcam.offline.enhance.resume import named
from vcam.offline.separation.faces import MOST
from vcam.schema.errors import VcamError

REST = "Rest"
SOFTWARE = "vcam"
"""What a sound file's tags say made it."""

_FORBIDDEN = set('/\\:*?"<>|')
"""In the names of files, on one system or another."""
_LONGEST = 100
"""Bytes of a name."""


def called(names: Sequence[str]) -> list[str]:
    """What each of `MOST` persons is called: by the names there are, else by their numbers.

    Raises VcamError for a name that no file can have, is somebody else's too, or one too many.
    """
    if len(names) > MOST:
        raise VcamError("split.names", most=MOST, count=len(names))
    return distinct([*names, *(f"Person {number}" for number in range(len(names) + 1, MOST + 1))])


def distinct(names: Sequence[str]) -> list[str]:
    """Raises VcamError for one that no file can have or that is somebody else's too."""
    alike = [unicodedata.normalize("NFC", name).casefold() for name in (*names, REST)]
    for name, plain in zip(names, alike, strict=False):
        written = name.isprintable() and not _FORBIDDEN & set(name)
        if not name or not written or len(name.encode()) > _LONGEST or alike.count(plain) > 1:
            raise VcamError("split.name", name=name)
    return list(names)


def beside(target: Path, name: str) -> Path:
    """Where a person's sound file stands beside a result."""
    return target.with_name(named(target.stem, f" - {name}.flac"))


def title_of(track: Stream) -> str:
    """What a film's track is called; MP4 knows one of the two."""
    return track.metadata.get("title") or track.metadata.get("handler_name", "")


def people_in(result: Path) -> list[str]:
    """Who has a sound file beside a result, in the order of its tracks; a sound file has none, and
    its people are in the order in which they were told apart. Raises VcamError when nobody has, or
    the result cannot be read."""
    with media.opened(result) as container:
        titles = [title_of(track) for track in container.streams.audio]
    there = {name: file for name, file in _sound_files(result) if name != REST}
    people = list(dict.fromkeys(title for title in reversed(titles) if title in there))[::-1]
    if not people:
        numbers = {name: _number(file) for name, file in there.items()}
        people = sorted((name for name in there if numbers[name]), key=numbers.__getitem__)
    if not people:
        raise VcamError("split.nobody", path=result)
    return people


def _sound_files(result: Path) -> Iterator[tuple[str, Path]]:
    for file in result.parent.glob("*.flac"):
        for mark in re.finditer(" - ", file.stem):
            if beside(result, name := file.stem[mark.end() :]) == file:
                yield name, file


def _number(file: Path) -> int:
    """Whose sound it is, from 1; 0 where it is another program's."""
    try:
        with soundfile.SoundFile(file) as opened:
            ours = opened.software.startswith(SOFTWARE)
            return int(opened.tracknumber) if ours else 0
    except (soundfile.SoundFileError, OSError, ValueError):
        return 0
