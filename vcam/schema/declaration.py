"""How a setting is declared: once, with everything that is ever said or asked about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

Group = Literal["devices", "quality", "background", "picture", "voice", "call"]


def N_(text: str) -> str:
    """Marks a text that the windows translate."""
    return text


GROUPS: dict[Group, str] = {
    "devices": N_("Devices"),
    "quality": N_("Picture quality"),
    "background": N_("Background"),
    "picture": N_("Picture"),
    "voice": N_("Voice"),
    "call": N_("In a call"),
}
"""What the groups are called, in their order."""


def setting(
    default: Any,
    *,
    title: str,
    help: str,
    group: Group,
    ge: int | None = None,
    le: int | None = None,
    multiple_of: int | None = None,
    unit: str = "",
    values: str = "",
    names: Mapping[str, str] | None = None,
    when: Callable[[Any], bool] | None = None,
    recordings: bool = False,
    kept: bool = True,
    urgent: bool = False,
    private: bool = False,
) -> Any:
    """A field of the settings.

    Args:
        default: its value where nobody chose one.
        title: what it is called, a few words.
        help: what it does, a sentence.
        group: where it is shown.
        ge, le, multiple_of: the smallest and the largest number, and of what it is a multiple.
        unit: of the number.
        values: what it may be, where the type does not say it.
        names: what windows call its values, where it is one of several words.
        when: whether it has an effect, given the settings; None means always.
        recordings: it is also there for `vcam enhance`.
        kept: the next start knows it.
        urgent: it is never refused because of another setting.
        private: tables and reports say only whether it is set.
    """
    return Field(
        default,
        ge=ge,
        le=le,
        multiple_of=multiple_of,
        title=title,
        description=help,
        json_schema_extra={
            "group": group,
            "unit": unit,
            "values": values,
            "names": names or {},  # type: ignore[dict-item]
            "when": when,  # type: ignore[dict-item]
            "recordings": recordings,
            "kept": kept,
            "urgent": urgent,
            "private": private,
        },
    )


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A setting as it was declared; see `setting`."""

    key: str
    type: Any
    default: Any
    title: str
    help: str
    group: Group
    low: int | None
    high: int | None
    unit: str
    values: str
    names: Mapping[str, str]
    when: Callable[[Any], bool] | None
    recordings: bool
    kept: bool
    urgent: bool
    private: bool

    @property
    def states(self) -> tuple[Any, Any] | None:
        """The values of off and on, of a setting that has these two."""
        if self.type is bool:
            return False, True
        words = get_args(self.type) if get_origin(self.type) is Literal else ()
        return words if len(words) == 2 and words[0] == "off" else None

    @property
    def range(self) -> str:
        """What it may be, in a few words."""
        if self.values:
            return self.values
        if self.type is bool:
            return "on, off"
        if self.low is not None:
            return f"{self.low} to {self.high} {self.unit}".rstrip()
        return ", ".join(map(str, get_args(self.type)))

    def counts(self, settings: BaseModel) -> bool:
        """Whether it has an effect beside the other settings."""
        return self.when is None or self.when(settings)


def declared(model: type[BaseModel]) -> dict[str, Declared]:
    """What a model of settings declares, by key."""
    return {key: _read(key, field) for key, field in model.model_fields.items()}


def _read(key: str, field: FieldInfo) -> Declared:
    extra: Any = field.json_schema_extra
    return Declared(
        key=key,
        type=field.annotation,
        default=field.default,
        title=field.title or key,
        help=field.description or "",
        low=_bound(field, "ge"),
        high=_bound(field, "le"),
        **extra,
    )


def _bound(field: FieldInfo, name: str) -> int | None:
    return next((getattr(one, name) for one in field.metadata if hasattr(one, name)), None)
