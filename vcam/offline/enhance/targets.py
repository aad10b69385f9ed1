"""Where the results of recordings stand, and what kinds of files they are."""

from __future__ import annotations

import errno
import mimetypes
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from vcam.offline import media, sound_file
from vcam.offline.enhance.options import EnhanceOptions, draws
from vcam.offline.enhance.remux import holds_picture
from vcam.offline.enhance.resume import named
from vcam.schema.errors import VcamError
from vcam.schema.kinds import RECORDINGS

Named = Callable[[Path], Path]
"""Of a result, where another file stands beside it."""


def target_in(folder: Path, source: Path, options: EnhanceOptions) -> Path:
    """Where a recording's result stands in a folder."""
    return folder / named(source.stem, _end(source, draws(options)))


def planned(
    files: Sequence[Path],
    out: Path,
    *,
    overwrite: bool,
    beside: Sequence[Named] = (),
    redrawn: bool = False,
) -> list[Path]:
    """The results' paths, in order. `beside` names other files that each may have; `redrawn`
    pictures have a place in every kind of film.

    Raises VcamError as `enhance_files` does.
    """
    if not files:
        raise VcamError("enhance.no_files")
    # Of a path that cannot be looked at, pathlib raises; who writes there says it.
    if os.path.isdir(out) or not (os.path.exists(out) or _named_like_a_file(out)):
        targets = [out / named(file.stem, _end(file, redrawn)) for file in files]
    elif len(files) > 1:
        raise VcamError("enhance.one_file", path=out)
    elif _is_too_long(out):
        raise VcamError("file.unwritable", path=out, error=os.strerror(errno.ENAMETOOLONG))
    elif _is_media(out) or out.suffix.lower() == _end(files[0], redrawn):
        targets = [out]
    else:
        ends = ", ".join((*media.FORMATS, ".wav", ".flac", ".mp3 or .ogg"))
        raise VcamError("enhance.no_kind", path=out, ends=ends)
    for i, target in enumerate(targets):
        names = [target, *(name(target) for name in beside)]
        for first, other in zip(files, targets[:i], strict=False):
            if both := {other, *(name(other) for name in beside)} & set(names):
                raise VcamError("enhance.same_name", first=first, second=files[i], path=min(both))
        there = [name for name in names if os.path.lexists(name)]
        known = [file for file in files if os.path.exists(file)]
        if any(name.samefile(file) for name in there if os.path.exists(name) for file in known):
            raise VcamError("enhance.itself", path=target)
        if there and not overwrite:
            raise VcamError("enhance.exists", path=there[0])
    return targets


def _is_media(path: Path) -> bool:
    return path.suffix.lower() in media.FORMATS or sound_file.writable(path.suffix)


def _is_too_long(path: Path) -> bool:
    """For the system and the disk that it is on."""
    try:
        os.lstat(path)
    except OSError as error:
        return error.errno == errno.ENAMETOOLONG
    return False


def _named_like_a_file(path: Path) -> bool:
    kind = mimetypes.guess_type(path.name)[0] or ""
    return (
        _is_media(path)
        or path.suffix.lower() in RECORDINGS
        or kind.startswith(("audio/", "video/", "image/"))
    )


def _end(file: Path, redrawn: bool) -> str:
    if not media.is_film(file):
        return ".wav"
    suffix, own = media.suffix_for(file), file.suffix.lower()
    # Pictures of cutting rooms (ProRes) and of older programs (Windows Media, Flash, screen
    # recorders) are at home in their own kind of film alone.
    at_home = own == ".mov" or (own in media.OLDER and not redrawn)
    return own if at_home and not holds_picture(media.FORMATS[suffix], file) else suffix
