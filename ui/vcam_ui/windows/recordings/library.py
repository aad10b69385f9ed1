"""What there is in the folder of videos: recordings, enhanced files, their transcripts."""

from __future__ import annotations

import glob
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import platformdirs

from vcam.client import (
    Line,
    find_in_archive,
    lines_in,
    recordings_folder,
    results_of_archive,
)
from vcam.schema.kinds import RECORDINGS, SOUNDS
from vcam_ui.windows.enhance.job import FOLDER as ENHANCED

TRANSCRIPTS = (".srt", ".vtt")


@dataclass(frozen=True)
class Recording:
    """A recording, what was made of it, or both. One of the two files is there. Those of an archive
    are named with their folders."""

    original: Path | None
    enhanced: Path | None
    archive: Path | None = None

    @property
    def name(self) -> str:
        if self.archive is None:
            return self.newest.stem
        return str(self.newest.relative_to(self.archive).with_suffix(""))

    def is_like(self, other: Recording) -> bool:
        """Whether it has a file of the other one, as before and after it is enhanced."""
        return bool({self.original, self.enhanced} & {other.original, other.enhanced} - {None})

    @property
    def newest(self) -> Path:
        """The enhanced file where there is one."""
        found = self.enhanced or self.original
        assert found is not None
        return found

    @property
    def transcript(self) -> Path | None:
        """The subtitles beside the enhanced file, else those beside the original."""
        for film in (self.enhanced, self.original):
            for suffix in TRANSCRIPTS:
                if film is not None and film.with_suffix(suffix).is_file():
                    return film.with_suffix(suffix)
        return None

    @property
    def has_people(self) -> bool:
        """Whether sound files of people stand beside it."""
        mine = glob.escape(self.newest.stem)
        return any(self.newest.parent.glob(f"{mine} - *.flac"))


def recordings(videos: Path | None = None) -> list[Recording]:
    """What was recorded or enhanced, the newest first."""
    videos = videos or platformdirs.user_videos_path()
    ours = videos / recordings_folder().name
    found = [Recording(film, None) for film in _films(ours)]
    # What was enhanced can be enhanced again.
    for folder in (ours, videos, ours / ENHANCED, videos / ENHANCED):
        pairs = _paired(_films(folder), _films(folder / ENHANCED))
        paired = {one.original for one in pairs}
        found = [one for one in found if not {one.original, one.enhanced} - {None} <= paired]
        found += pairs
    return sorted(found, key=_moment, reverse=True)


def is_listed(film: Path) -> bool:
    """Whether it is among the recordings."""
    return any(film in (one.original, one.enhanced) for one in recordings())


def archived(folder: Path) -> list[Recording]:
    """What `vcam archive` has put into a folder. Raises VcamError when it is no archive."""
    return [Recording(None, folder / name, folder) for name in results_of_archive(folder)]


def having(found: list[Recording], words: str, archive: Path | None) -> list[Recording]:
    """Those with the words in their names, or all of them in a line of what is said. An archive is
    asked for that. Raises VcamError when it is none any more."""
    if archive is None:
        said = {one.newest for one in found if _says(one, words)}
    else:
        said = {archive / hit.result for hit in find_in_archive(str(archive), words)}
    return [one for one in found if words in one.name.casefold() or one.newest in said]


def lines_of(transcript: Path) -> list[Line]:
    """The lines of an .srt or .vtt file; what is not understood is left out."""
    try:
        return lines_in(transcript.read_text("utf-8-sig", errors="replace"))
    except OSError:
        return []


def has(line: Line, words: str) -> bool:
    """Whether all words are in a line."""
    text = line.text.casefold()
    return all(word in text for word in words.split())


def _says(recording: Recording, words: str) -> bool:
    transcript = recording.transcript
    if transcript is None:
        return False
    try:
        changed = transcript.stat().st_mtime_ns
    except OSError:
        return False
    lines, wanted = _texts(transcript, changed), words.split()
    return any(all(word in text for word in wanted) for text in lines)


@lru_cache(maxsize=1000)
def _texts(transcript: Path, _changed: int) -> list[str]:
    """What is said in each line, in no case, until the file is another."""
    return [line.text.casefold() for line in lines_of(transcript)]


def _paired(films: Iterable[Path], results: Iterable[Path]) -> list[Recording]:
    """Each result with what it was made of, where that is there. A result may be of another kind of
    file, and there may be a film and a sound of one name."""
    found, made_from, unpaired = [], set(films), set(results)
    for key in (_name, _stem_and_kind, _stem):
        beside = {key(film): film for film in made_from}
        for result in sorted(unpaired):
            if (film := beside.pop(key(result), None)) is not None:
                found.append(Recording(film, result))
                made_from.remove(film)
                unpaired.remove(result)
    return found + [Recording(None, result) for result in unpaired]


def _name(film: Path) -> Hashable:
    return film.name


def _stem_and_kind(film: Path) -> Hashable:
    return film.stem, film.suffix.lower() in SOUNDS


def _stem(film: Path) -> Hashable:
    return film.stem


def _films(folder: Path) -> list[Path]:
    try:
        return [p for p in folder.iterdir() if p.suffix.lower() in RECORDINGS and p.is_file()]
    except OSError:
        return []


def _moment(recording: Recording) -> float:
    film = recording.original or recording.newest
    try:
        return film.stat().st_mtime
    except OSError:
        return 0.0
