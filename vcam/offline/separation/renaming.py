"""Gives the people of a meeting that was taken apart other names: in the film's tracks, the names
of the sound files and the transcripts beside it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import zip_longest
from pathlib import Path

import av

from vcam.offline import media
from vcam.offline.enhance.output import assemble
from vcam.offline.enhance.remux import StreamCopy, called, describe_all, is_repeated
from vcam.offline.enhance.resume import Work
from vcam.offline.separation.names import beside, distinct, people_in, title_of
from vcam.offline.transcript.subtitles import FORMS, with_speakers
from vcam.schema.errors import VcamError

Move = tuple[Path, Path]


def rename(result: Path, names: Sequence[str]) -> None:
    """Calls the people in a result by these names, in the order of `people_in`; an empty one, or
    none, leaves somebody's as it is. All that is changed is written first, and where anything
    fails, all is as it was.

    Raises VcamError when nobody is in it, a name is none, taken or one too many, or the files
    cannot be read or written.
    """
    people = people_in(result)
    if len(names) > len(people):
        raise VcamError("split.fewer", path=result, there=len(people), count=len(names))
    wanted = distinct([new or old for new, old in zip_longest(names, people, fillvalue="")])
    changed = {old: new for old, new in zip(people, wanted, strict=True) if old != new}
    own = [beside(result, old) for old in changed]
    for new in changed.values():
        sound = beside(result, new)
        if sound.exists() and not any(sound.samefile(one) for one in own):
            raise VcamError("split.taken", path=sound)
    if not changed:
        return
    with Work(result, f"names: {changed}") as work:
        try:
            first, then = _sounds(result, work, changed)
            moves = [*first, *then, *_transcripts(result, work, changed)]
            if _write_film(result, work, changed):
                moves.append((work.part, result))
            _put_in_place(moves)
        except (av.FFmpegError, OSError, ValueError) as error:
            raise work.unwritable(error) from error


def _sounds(result: Path, work: Work, names: Mapping[str, str]) -> tuple[list[Move], list[Move]]:
    """All away before any takes its new place, which may be another one's."""
    away = [work.folder / f"{number}.flac" for number in range(len(names))]
    first = [(beside(result, old), one) for old, one in zip(names, away, strict=True)]
    then = [(one, beside(result, new)) for one, new in zip(away, names.values(), strict=True)]
    return first, then


def _transcripts(result: Path, work: Work, names: Mapping[str, str]) -> list[Move]:
    moves = []
    for end in FORMS:
        path = result.with_suffix(end)
        with suppress(FileNotFoundError):
            before = path.read_bytes().decode("utf-8", "surrogateescape")
            after = with_speakers(before, end, names)
            if after != before:
                new = work.folder / f"new{end}"
                new.write_bytes(after.encode("utf-8", "surrogateescape"))
                shutil.copymode(path, new)
                moves += [(path, work.folder / f"old{end}"), (new, path)]
    return moves


def _write_film(result: Path, work: Work, names: Mapping[str, str]) -> bool:
    """The film as the work's part, all streams as they are; False where no track has a name."""
    if not media.is_film_name(result):
        return False
    with media.opened(result) as container:
        last = {title_of(track): track for track in container.streams.audio}
        tracks = [(last[old], new) for old, new in names.items() if old in last]
        if not tracks:
            return False
        for stream in container.streams:
            if "name" in stream.metadata:  # what an MP4 has of a title, in letters of old Macs
                stream.metadata["title"] = title_of(stream)
        for track, new in tracks:
            track.metadata.update(title=new, handler_name=new)
        with media.written(work, container) as output:
            copied = StreamCopy(result, output, Fraction(0))
            describe_all(output, container, Fraction(0))
            for stream in container.streams:
                if not copied.add(stream) and not is_repeated(stream, container):
                    raise VcamError("split.held", path=result, name=called(stream))
            assemble([copied], output, lambda _: None)
    shutil.copymode(result, work.part)
    return True


def _put_in_place(moves: Sequence[Move]) -> None:
    done: list[Move] = []
    try:
        for before, after in moves:
            os.replace(before, after)
            done.append((before, after))
    except BaseException:
        for before, after in reversed(done):
            os.replace(after, before)
        raise
