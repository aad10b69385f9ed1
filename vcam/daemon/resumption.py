"""What a daemon that dies under a preset's rule leaves to the next: the rule, what comes back after
it, and what was changed by hand meanwhile. In the runtime folder, which no restart of the machine
outlives."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from vcam.daemon.automatic import InForce, own
from vcam.schema.presets import Rule, Values
from vcam.schema.settings import SETTINGS, Settings


class _Left(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rule: Rule
    before: Values
    settings: Settings


def leave(settings: Settings, now: InForce | None, folder: Path) -> None:
    """Raises OSError."""
    file = _file(folder)
    if now is None:
        file.unlink(missing_ok=True)
        return
    momentary = {key: one.default for key, one in SETTINGS.items() if not one.kept}
    kept = settings.model_copy(update=momentary)
    left = _Left(rule=now.rule, before=now.before, settings=kept)
    part = file.with_suffix(".part")
    part.write_text(left.model_dump_json(), "utf-8")
    os.replace(part, file)


def taken_up(saved: Settings, folder: Path, *, trusted: bool) -> tuple[Settings, InForce | None]:
    """What was in force, else what is `saved`. What was saved otherwise since then counts, unless
    it is not to be `trusted`."""
    try:
        left = _Left.model_validate_json(_file(folder).read_text("utf-8"))
    except (OSError, ValueError):
        return saved, None
    then = own(left.settings, InForce(left.rule, left.before))
    since = {key: value for key, value in saved if trusted and value != getattr(then, key)}
    before = {key: since.get(key, value) for key, value in left.before.items()}
    return left.settings.model_copy(update=since), InForce(left.rule, before)


def _file(folder: Path) -> Path:
    return folder / "in_force.json"
