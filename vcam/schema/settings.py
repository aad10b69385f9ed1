"""The one settings schema, and changes by text (`vcam set KEY=VALUE`). It reads no disk."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from vcam.schema.errors import VcamError

PASSING = {"record"}
"""Settings that no file keeps."""

URGENT = {"pause", "bypass"}
"""Settings that are never refused because of another one."""

_COLOUR = re.compile("#[0-9a-fA-F]{6}")


class Settings(BaseModel):
    """What the user chose. Every field takes effect in a running call.

    `background` is `none`, `blur`, a colour such as `#1e5f3c` or the whole path of a picture, which
    need not be there. `feather`
    is the width of the soft edge in pixels of a 720 pixel high picture. `camera` and `microphone`
    are `auto`, a device's name or index, a media file, or `demo`. `record` is not kept: no daemon
    records from its start on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    camera: str = "auto"
    microphone: str = "auto"
    width: int = Field(1280, ge=160, le=3840, multiple_of=2)
    height: int = Field(720, ge=120, le=2160, multiple_of=2)
    fps: int = Field(30, ge=5, le=60)
    background: str = "blur"
    blur: int = Field(60, ge=0, le=100)
    feather: int = Field(2, ge=0, le=20)
    brightness: bool = True
    mirror: bool = False
    denoise: bool = True
    strength: int = Field(100, ge=0, le=100)
    lips: Literal["off", "auto"] = "auto"
    face: Literal["auto"] | int = "auto"
    hints: bool = True
    bypass: bool = False
    pause: bool = False
    record: bool = False

    @property
    def colour(self) -> tuple[int, int, int] | None:
        """The background's colour as (blue, green, red), if it is one."""
        if not self.background.startswith("#"):
            return None
        red, green, blue = bytes.fromhex(self.background[1:])
        return blue, green, red

    @property
    def picture(self) -> Path | None:
        """The background's picture, if it is one."""
        chosen = self.background
        return None if chosen in ("none", "blur") or self.colour else Path(chosen)

    @field_validator("background")
    @classmethod
    def _names_a_background(cls, value: str) -> str:
        """By its form alone: a picture that is gone must not stand in the way of other settings."""
        if value.lower() in ("none", "blur") or _COLOUR.fullmatch(value):
            return value.lower()
        path = Path(os.path.expanduser(value))
        if not path.is_absolute() or "\0" in value:
            raise ValueError(
                f"'{value}' is neither 'none', 'blur', a colour like #1e5f3c nor the whole path "
                "of a picture"
            )
        return str(path)


def changed(settings: Settings, changes: dict[str, Any]) -> Settings:
    """A copy with the changes applied; values may be text, and `toggle` turns an on/off setting.

    Raises VcamError naming the unknown key or the value's fault.
    """
    unknown = sorted(set(changes) - set(Settings.model_fields))
    if unknown:
        known = ", ".join(Settings.model_fields)
        raise VcamError("settings.unknown", name=unknown[0], known=known)
    now = settings.model_dump()
    turned = {
        key: not now[key]
        for key, value in changes.items()
        if value == "toggle" and isinstance(now[key], bool)
    }
    try:
        return Settings(**{**now, **changes, **turned})
    except ValidationError as error:
        raise VcamError("settings.unfit", why=first_fault(error)) from error


def parse_assignments(assignments: list[str]) -> dict[str, str]:
    """`["blur=40"]` → `{"blur": "40"}`. Raises VcamError for one without '='."""
    changes = {}
    for assignment in assignments:
        key, separator, value = assignment.partition("=")
        if not separator:
            raise VcamError("settings.no_assignment", text=assignment)
        changes[key.strip()] = value.strip()
    return changes


def first_fault(error: ValidationError) -> str:
    """Of the first setting that does not fit; one that may be of several kinds fits none."""
    name = error.errors()[0]["loc"][0]
    said = [fault["msg"] for fault in error.errors() if fault["loc"][0] == name]
    if said[0].startswith("Input should be "):
        return f"{name} should be {' or '.join(m.removeprefix('Input should be ') for m in said)}"
    return f"{name}: {said[0].removeprefix('Value error, ')}"
