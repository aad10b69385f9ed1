"""Presets on the disk: a TOML file beside the settings."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from vcam.daemon.settings_file import set_aside, settings_file, write_whole
from vcam.schema.errors import VcamError
from vcam.schema.presets import Presets
from vcam.schema.reasons import Reason


def presets_file() -> Path:
    """Where the presets live on this system."""
    return settings_file().with_name("presets.toml")


def load(path: Path | None = None) -> tuple[Presets, Reason | None]:
    """Reads the presets; without a file there are those that are shipped.

    A file that cannot be understood is kept aside as `.bad`; then the second result says so.
    """
    path = path or presets_file()
    try:
        return Presets.model_validate(tomllib.loads(path.read_text("utf-8"))), None
    except FileNotFoundError:
        return Presets(), None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as no:
        why = no.errors()[0]["msg"] if isinstance(no, ValidationError) else no
        return Presets(), Reason.of("presets.not_understood", error=why, path=set_aside(path))


def save(presets: Presets, path: Path | None = None) -> None:
    """Writes them atomically. Raises VcamError and keeps the old file when it cannot be written."""
    path = path or presets_file()
    try:
        write_whole(path, presets.model_dump(mode="json", exclude_defaults=True))
    except OSError as error:
        raise VcamError("presets.not_saved", path=path, error=error.strerror) from error
