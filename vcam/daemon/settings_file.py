"""Settings on the disk: the TOML file that keeps them, and the files they name."""

from __future__ import annotations

import filecmp
import itertools
import os
import re
import shutil
import tempfile
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

import platformdirs
import tomli_w
from pydantic import ValidationError

from vcam.chosen_file import chosen_file
from vcam.schema.errors import VcamError, brief
from vcam.schema.reasons import Reason
from vcam.schema.settings import SETTINGS, Settings, first_fault


def settings_file() -> Path:
    """Where the settings live on this system."""
    return platformdirs.user_config_path("vcam", appauthor=False) / "settings.toml"


def load(path: Path | None = None, *, aside: bool = True) -> tuple[Settings, Reason | None]:
    """Reads the settings; a missing file gives the defaults.

    A file that cannot be understood is kept aside as `.bad` and the defaults are used; of one with
    a wrong value only that value is replaced, and a copy of the whole is kept as `.bad`. One that
    cannot be read now stays as it is. Then the second result says so in one reason. Keys of a newer
    version are left alone. Without `aside` nothing is changed on the disk.
    """
    path = path or settings_file()
    try:
        found = read(path)
    except FileNotFoundError:
        return Settings(), None
    except OSError as error:
        return Settings(), Reason.of("settings.unreadable", path=path, error=error.strerror)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        kept = set_aside(path) if aside else path
        return Settings(), Reason.of("settings.not_understood", error=error, path=kept)
    found = {key: value for key, value in found.items() if key in _kept_keys()}
    try:
        return Settings(**found), None
    except ValidationError as error:
        wrong = {str(fault["loc"][0]) for fault in error.errors()}
        settings = Settings(**{key: value for key, value in found.items() if key not in wrong})
        trouble = Reason.of(
            "settings.defaults_used",
            why=first_fault(error),
            names=", ".join(sorted(wrong)),
            path=copy_aside(path) if aside else path,
        )
        return settings, trouble


def save(settings: Settings, path: Path | None = None) -> None:
    """Writes the settings atomically; what is there of a newer version stays.

    A link is written through, so that a file kept elsewhere stays where it is. Raises VcamError
    and keeps the old file when it cannot be written, or not be read before.
    """
    path = path or settings_file()
    try:
        newer = _of_a_newer_version(path)
        write_whole(path, {**newer, **settings.model_dump(include=_kept_keys())})
    except UNWRITABLE as error:
        raise VcamError("settings.not_saved", path=path, error=why(error)) from error


UNWRITABLE = (OSError, UnicodeEncodeError, TypeError)
"""What `write_whole` raises: the disk's refusal, and what TOML cannot carry."""


def why(error: Exception) -> str:
    """What refused, in some words."""
    return (isinstance(error, OSError) and error.strerror) or brief(error)


def read(path: Path) -> dict[str, Any]:
    """A TOML file's content, as editors leave it. Raises OSError, UnicodeDecodeError and
    TOMLDecodeError."""
    return tomllib.loads(path.read_text("utf-8-sig"))


def write_whole(path: Path, content: dict[str, Any]) -> None:
    """Writes a TOML file that is there whole or not at all, through a link. Raises `UNWRITABLE`."""
    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(tomli_w.dumps(content).encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink(missing_ok=True)
        raise


_PICTURES = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n|RIFF....WEBP|BM|II\*\x00|MM\x00\*|GIF8"
    rb"|....ftyp|....(?:moov|mdat|wide|free)|\x1a\x45\xdf\xa3|RIFF....AVI ",  # films
    re.DOTALL,
)


def refuse_missing_picture(before: Settings, after: Settings) -> None:
    """Raises VcamError when a newly chosen background picture cannot be shown.

    It looks at the first bytes: the daemon, which asks this, does without a picture library.
    """
    path = after.picture
    if path is None or after.background == before.background:
        return
    if chosen_file(str(path)) is None:
        raise VcamError("background.absent", path=path)
    try:
        with path.open("rb") as file:
            known = _PICTURES.match(file.read(16)) is not None
    except OSError as error:
        raise VcamError("file.unreadable", path=path, error=error.strerror) from error
    if not known:
        raise VcamError("background.no_picture", path=path)


def _kept_keys() -> set[str]:
    return {key for key, one in SETTINGS.items() if one.kept}


def _of_a_newer_version(path: Path) -> dict[str, Any]:
    try:
        found = read(path)
    except (FileNotFoundError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}
    return {key: value for key, value in found.items() if key not in SETTINGS}


def set_aside(path: Path) -> Path:
    """Keeps a file that cannot be understood as `.bad`; where it is now."""
    kept = Path(os.path.realpath(path))
    try:
        return kept.replace(_aside(kept))
    except OSError:
        return path


def copy_aside(path: Path) -> Path:
    """Keeps a copy of a file as `.bad`; where it is."""
    kept = Path(os.path.realpath(path))
    try:
        return Path(shutil.copyfile(kept, _aside(kept)))
    except OSError:
        return path


def _aside(path: Path) -> Path:
    """A name that no other file has; one with the same content may. Raises OSError."""
    for number in itertools.count(1):
        aside = path.with_suffix(".bad" if number == 1 else f".{number}.bad")
        if not aside.exists() or filecmp.cmp(path, aside, shallow=False):
            return aside
    raise AssertionError
