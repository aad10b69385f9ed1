"""Which kinds of files the system's dialogs offer."""

from __future__ import annotations

from collections.abc import Iterable

from vcam_ui.words.language import tr


def name_filters(title: str, suffixes: Iterable[str]) -> list[str]:
    """Filters for QFileDialog: the kinds under `title` (with a place for `{patterns}`), all files.

    Cameras write capitals, and the dialogs of GTK and of the portal tell letters apart.
    """
    patterns = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in suffixes)
    return [title.format(patterns=patterns), tr("All files (*)")]
