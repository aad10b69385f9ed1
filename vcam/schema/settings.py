"""The one settings schema, its TOML file, and changes by text (`vcam set KEY=VALUE`)."""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from pathlib import Path
from typing import Any, Literal

import platformdirs
import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from vcam.schema.errors import VcamError

_PASSING = {"record"}
_COLOUR = re.compile("#[0-9a-fA-F]{6}")


class Settings(BaseModel):
    """What the user chose. Every field takes effect in a running call.

    `background` is `none`, `blur`, a colour such as `#1e5f3c` or the path of a picture. `feather`
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

    @field_validator("background")
    @classmethod
    def _can_be_shown(cls, value: str) -> str:
        if value in ("none", "blur") or _COLOUR.fullmatch(value):
            return value.lower()
        path = Path(value).expanduser()
        if not path.is_file():
            raise ValueError(
                f"'{value}' is neither 'none', 'blur', a colour like #1e5f3c nor the path of a "
                "picture"
            )
        try:
            known = _looks_like_a_picture(path)
        except OSError as error:
            raise ValueError(f"'{path}' cannot be read ({error.strerror})") from error
        if not known:
            raise ValueError(f"'{path}' is not a picture (JPEG, PNG, WebP, BMP or TIFF)")
        return str(path.resolve())


def settings_file() -> Path:
    """Where the settings live on this system."""
    return platformdirs.user_config_path("vcam", appauthor=False) / "settings.toml"


def load(path: Path | None = None) -> tuple[Settings, str | None]:
    """Reads the settings; a missing file gives the defaults.

    A file that cannot be understood is kept aside as `.bad` and the defaults are used; of one with
    a wrong value only that value is replaced. Then the second result says so in one sentence.
    """
    path = path or settings_file()
    try:
        found = tomllib.loads(path.read_text("utf-8"))
        found = {key: value for key, value in found.items() if key not in _PASSING}
    except FileNotFoundError:
        return Settings(), None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return Settings(), (
            f"The settings file could not be understood ({error}); it is kept as {_aside(path)} "
            "and the defaults are used."
        )
    try:
        return Settings(**found), None
    except ValidationError as error:
        wrong = {str(fault["loc"][0]) for fault in error.errors()}
        kept = Settings(**{key: value for key, value in found.items() if key not in wrong})
        return kept, (
            f"The settings file has what does not fit ({_first_reason(error)}); the default is "
            f"used for {', '.join(sorted(wrong))}."
        )


def save(settings: Settings, path: Path | None = None) -> None:
    """Writes the settings atomically. Raises VcamError and keeps the old file when it cannot."""
    path = path or settings_file()
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".settings-")
        with os.fdopen(handle, "wb") as file:
            file.write(tomli_w.dumps(settings.model_dump(exclude=_PASSING)).encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise VcamError(
            f"The settings could not be saved to {path} ({error.strerror}); the old ones are kept. "
            "Free some space or mend the folder's permissions."
        ) from error


def changed(settings: Settings, changes: dict[str, Any]) -> Settings:
    """A copy with the changes applied; values may be text, and `toggle` turns an on/off setting.

    Raises VcamError naming the unknown key or the value's fault.
    """
    unknown = sorted(set(changes) - set(Settings.model_fields))
    if unknown:
        raise VcamError(
            f"There is no setting '{unknown[0]}'; known are: {', '.join(Settings.model_fields)}."
        )
    now = settings.model_dump()
    turned = {
        key: not now[key]
        for key, value in changes.items()
        if value == "toggle" and isinstance(now[key], bool)
    }
    try:
        return Settings(**{**now, **changes, **turned})
    except ValidationError as error:
        raise VcamError(f"That setting does not fit: {_first_reason(error)}.") from error


def parse_assignments(assignments: list[str]) -> dict[str, str]:
    """`["blur=40"]` → `{"blur": "40"}`. Raises VcamError for one without '='."""
    changes = {}
    for assignment in assignments:
        key, separator, value = assignment.partition("=")
        if not separator:
            raise VcamError(f"'{assignment}' is not KEY=VALUE; write for example blur=40.")
        changes[key.strip()] = value.strip()
    return changes


_PICTURES = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n|RIFF....WEBP|BM|II\*\x00|MM\x00\*", re.DOTALL)


def _looks_like_a_picture(path: Path) -> bool:
    """By its first bytes: the daemon, which asks this, does without a picture library."""
    with path.open("rb") as file:
        return _PICTURES.match(file.read(16)) is not None


def _aside(path: Path) -> Path:
    aside = path.with_suffix(".bad")
    try:
        path.replace(aside)
    except OSError:
        return path
    return aside


def _first_reason(error: ValidationError) -> str:
    """Of the first setting that does not fit; one that may be of several kinds fits none."""
    name = error.errors()[0]["loc"][0]
    said = [fault["msg"] for fault in error.errors() if fault["loc"][0] == name]
    if said[0].startswith("Input should be "):
        return f"{name} should be {' or '.join(m.removeprefix('Input should be ') for m in said)}"
    return f"{name}: {said[0].removeprefix('Value error, ')}"
