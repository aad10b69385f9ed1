"""What there is in the folder of videos: recordings, enhanced files, their transcripts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import platformdirs

from vcam.client import Line, lines_in, recordings_folder
from vcam_ui.windows.enhance.job import FOLDER as ENHANCED

SUFFIXES = (".mp4", ".mkv", ".mov", ".webm", ".wav", ".flac", ".m4a", ".mp3", ".ogg", ".opus")
TRANSCRIPTS = (".srt", ".vtt")


@dataclass(frozen=True)
class Recording:
    """A recording, what was made of it, or both. One of the two files is there."""

    original: Path | None
    enhanced: Path | None

    @property
    def name(self) -> str:
        return self.newest.stem

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


def recordings(videos: Path | None = None) -> list[Recording]:
    """What was recorded or enhanced, the newest first."""
    videos = videos or platformdirs.user_videos_path()
    ours = videos / recordings_folder().name
    found: dict[tuple[Path, str], Recording] = {}
    for film in _films(ours):
        found[ours, film.stem] = Recording(film, None)
    for folder in (ours, videos):
        beside = {film.stem: film for film in _films(folder)}
        for film in _films(folder / ENHANCED):
            found[folder, film.stem] = Recording(beside.get(film.stem), film)
    return sorted(found.values(), key=_moment, reverse=True)


def lines_of(transcript: Path) -> list[Line]:
    """The lines of an .srt or .vtt file; what is not understood is left out."""
    try:
        return lines_in(transcript.read_text("utf-8-sig", errors="replace"))
    except OSError:
        return []


def _films(folder: Path) -> list[Path]:
    try:
        return [p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and p.is_file()]
    except OSError:
        return []


def _moment(recording: Recording) -> float:
    film = recording.original or recording.newest
    try:
        return film.stat().st_mtime
    except OSError:
        return 0.0
