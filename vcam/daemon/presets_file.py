"""Presets on the disk: a TOML file beside the settings."""

from __future__ import annotations

import shutil
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from vcam.daemon.settings_file import set_aside, settings_file, write_whole
from vcam.schema.errors import VcamError
from vcam.schema.presets import Presets, Rule
from vcam.schema.reasons import Reason


def presets_file() -> Path:
    """Where the presets live on this system."""
    return settings_file().with_name("presets.toml")


def load(path: Path | None = None) -> tuple[Presets, Reason | None]:
    """Reads the presets; without a file there are those that are shipped.

    A file that is no TOML is kept aside as `.bad`; of one with what does not fit all else is used,
    and a copy of the whole is kept as `.bad`. Then the second result says so.
    """
    path = path or presets_file()
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Presets(), None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return Presets(), Reason.of("presets.not_understood", error=error, path=set_aside(path))
    try:
        return Presets.model_validate(found), None
    except ValidationError as error:
        why = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        return _fitting(found), Reason.of("presets.unfit_in_file", why=why, path=_copied(path))


def _fitting(found: dict[str, Any]) -> Presets:
    """What of the file's content fits, value by value and rule by rule."""
    presets = Presets()
    saved, rules = found.get("saved"), found.get("rules")
    for name, values in saved.items() if isinstance(saved, dict) else ():
        fit: dict[str, Any] = {}
        for key, value in values.items() if isinstance(values, dict) else ():
            with suppress(ValidationError):
                fit = Presets(saved={name: {**fit, key: value}}).saved[name]
        if fit:
            presets = presets.with_preset(name, fit)
    for rule in rules if isinstance(rules, list) else ():
        with suppress(ValidationError):
            presets = presets.with_rule(Rule.model_validate(rule))
    return presets


def _copied(path: Path) -> Path:
    copy = path.with_suffix(".bad")
    try:
        shutil.copyfile(path, copy)
    except OSError:
        return path
    return copy


def save(presets: Presets, path: Path | None = None) -> None:
    """Writes them atomically. Raises VcamError and keeps the old file when it cannot be written."""
    path = path or presets_file()
    try:
        write_whole(path, presets.model_dump(mode="json", exclude_defaults=True))
    except OSError as error:
        raise VcamError("presets.not_saved", path=path, error=error.strerror) from error
