"""Which kinds of files the system's dialogs offer."""

from __future__ import annotations

from collections.abc import Iterable

from vcam_ui.words.language import tr

_SOUNDS = "wav flac ogg oga opus mp3 mp2 m4a m4b aac ac3 amr wma aif aiff caf au w64 mka weba"
_FILMS = "mp4 m4v mov qt mkv webm avi ts mts m2ts mpg mpeg vob 3gp 3g2 wmv asf flv f4v ogv mxf dv"
SOUNDS = tuple(f".{kind}" for kind in _SOUNDS.split())
RECORDINGS = (*(f".{kind}" for kind in _FILMS.split()), *SOUNDS)


def name_filters(title: str, suffixes: Iterable[str]) -> list[str]:
    """Filters for QFileDialog: the kinds under `title` (with a place for `{patterns}`), all files.

    Cameras write capitals, and the dialogs of GTK and of the portal tell letters apart.
    """
    patterns = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in suffixes)
    return [title.format(patterns=patterns), tr("All files (*)")]
