"""Presets on the disk: a TOML file beside the settings."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from vcam.daemon.settings_file import (
    UNWRITABLE,
    copy_aside,
    read,
    set_aside,
    settings_file,
    why,
    write_whole,
)
from vcam.schema.errors import VcamError
from vcam.schema.presets import Presets, Rule
from vcam.schema.reasons import Reason


def presets_file() -> Path:
    """Where the presets live on this system."""
    return settings_file().with_name("presets.toml")


def load(path: Path | None = None, *, aside: bool = True) -> tuple[Presets, Reason | None]:
    """Reads the presets; without a file there are those that are shipped.

    A file that is no TOML is kept aside as `.bad`; of one with what does not fit all else is used,
    and a copy of the whole is kept as `.bad`. One that cannot be read now stays as it is. Then the
    second result says so. Without `aside` nothing is changed on the disk.
    """
    path = path or presets_file()
    try:
        found = read(path)
    except FileNotFoundError:
        return Presets(), None
    except OSError as error:
        return Presets(), Reason.of("presets.unreadable", path=path, error=error.strerror)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        kept = set_aside(path) if aside else path
        return Presets(), Reason.of("presets.not_understood", error=error, path=kept)
    try:
        return Presets.model_validate(found), None
    except ValidationError as error:
        fault = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        copy = copy_aside(path) if aside else path
        return _fitting(found), Reason.of("presets.unfit_in_file", why=fault, path=copy)


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


def save(presets: Presets, path: Path | None = None) -> None:
    """Writes them atomically. Raises VcamError and keeps the old file when it cannot be written."""
    path = path or presets_file()
    try:
        write_whole(path, presets.model_dump(mode="json", exclude_defaults=True))
    except UNWRITABLE as error:
        raise VcamError("presets.not_saved", path=path, error=why(error)) from error


def save_beside(presets: Presets, path: Path | None = None) -> Presets:
    """Where the file could not be read before: saves what is in it, and these. Raises VcamError
    while it cannot be read still."""
    there, trouble = load(path)
    if trouble is not None and trouble.key == "presets.unreadable":
        raise VcamError(trouble)
    rules = (*there.rules, *(rule for rule in presets.rules if rule not in there.rules))
    both = Presets(saved={**there.saved, **presets.saved}, rules=rules)
    save(both, path)
    return both
