"""Presets: named sets of settings, and rules by which a program, a microphone or the time of day
chooses one. It reads no disk and no clock."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from vcam.schema.declaration import N_
from vcam.schema.errors import VcamError
from vcam.schema.settings import SETTINGS, Settings, changed

Values = dict[str, Any]

SHIPPED: dict[str, Values] = {
    N_("Meeting"): {"background": "blur", "brightness": True, "denoise": True, "lips": "auto"},
    N_("Podcast"): {"background": "none", "denoise": True, "strength": 70, "lips": "off"},
    N_("Music"): {"denoise": False, "echo": "off", "level": False},
    N_("Private"): {"background": "#3a3f47", "denoise": True, "lips": "auto"},
    N_("Low power"): {
        "fps": 15,
        "brightness": False,
        "framing": "off",  # it looks for faces, as the lips do
        "lips": "off",
        "denoiser": "fast",
    },
}
"""What everybody has; one that is saved under the same name takes its place."""

_OF_A_SITUATION = ("devices", "quality")
_DEVICES = ("speaker",)  # of other groups: a program that plays on one would lose it
_BETWEEN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


class Rule(BaseModel):
    """When a preset is chosen by itself: while all that is named here holds.

    Attributes:
        preset: its name.
        program: part of the name of a program that reads the Enhanced Camera or Microphone, in any
            case.
        microphone: part of the name of the microphone that is heard.
        between: a time of day like "22:00-07:00", local, the second excluded.
        battery: this computer runs on its battery.

    One that names what only a newer version knows is kept and never holds.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    preset: str
    program: str = ""
    microphone: str = ""
    between: str = ""
    battery: bool = False

    @field_validator("between")
    @classmethod
    def _is_a_time_of_day(cls, value: str) -> str:
        if value:
            _span(value)
        return value

    @model_validator(mode="after")
    def _names_something(self) -> Rule:
        named = self.program or self.microphone or self.between or self.battery
        if not (named or self.model_extra):
            raise ValueError("it names no program, no microphone, no time of day and no battery")
        return self

    def holds(self, now: Situation) -> bool:
        return (
            not self.model_extra
            and (not self.program or _named(self.program, now.programs))
            and (not self.microphone or _named(self.microphone, (now.microphone,)))
            and (not self.between or _within(now.clock, *_span(self.between)))
            and (not self.battery or now.battery)
        )

    @property
    def why(self) -> str:
        """The names in it, for a person."""
        return ", ".join(filter(None, (self.program, self.microphone, self.between)))


@dataclass(frozen=True)
class Situation:
    """`programs` read the virtual devices, `microphone` is heard, `clock` is the local time;
    `battery` is whether this computer runs on its own."""

    programs: tuple[str, ...]
    microphone: str
    clock: time
    battery: bool = False


def _may_be_set(saved: dict[str, Values]) -> dict[str, Values]:
    for name, values in saved.items():
        try:
            changed(Settings(), known(values))
        except VcamError as error:
            raise ValueError(f"{name}: {error}") from error
    return saved


Saved = Annotated[dict[str, Values], AfterValidator(_may_be_set)]


class PresetsChange(BaseModel):
    """What is to become of the presets; all that it does not name stays, whoever else changes them
    meanwhile.

    Attributes:
        save: sets of settings by name.
        forget: names of saved ones; their rules go as well.
        add: rules to come last.
        drop: rules to be taken away.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    save: Saved = Field(default_factory=dict)
    forget: tuple[str, ...] = ()
    add: tuple[Rule, ...] = ()
    drop: tuple[Rule, ...] = ()


class Presets(BaseModel):
    """What a person saved: sets of settings by name, and rules, of which the first that holds
    counts. Settings that this version does not know are kept and do nothing."""

    model_config = ConfigDict(frozen=True)

    saved: Saved = Field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    @property
    def names(self) -> list[str]:
        return [*SHIPPED, *(name for name in self.saved if name not in SHIPPED)]

    def values(self, name: str) -> Values | None:
        """The settings of a preset; None where there is none of that name."""
        found = self.saved.get(name, SHIPPED.get(name))
        return None if found is None else known(found)

    def chosen(self, now: Situation) -> Rule | None:
        """The rule that holds, if there is one whose preset exists."""
        good = (rule for rule in self.rules if self.values(rule.preset) is not None)
        return next((rule for rule in good if rule.holds(now)), None)

    def changed(self, change: PresetsChange) -> Presets:
        now = self
        for name, values in change.save.items():
            now = now.with_preset(name, values)
        for name in change.forget:
            now = now.without(name)
        for rule in change.add:
            now = now.with_rule(rule)
        for rule in change.drop:
            now = now.without_rule(rule)
        return now

    def with_preset(self, name: str, values: Values) -> Presets:
        return Presets(saved={**self.saved, name: values}, rules=self.rules)

    def without(self, name: str) -> Presets:
        """Without what was saved under a name; its rules stay while a shipped one has the name."""
        saved = {key: values for key, values in self.saved.items() if key != name}
        rules = self.rules if name in SHIPPED else self.without_rules(name).rules
        return Presets(saved=saved, rules=rules)

    def with_rule(self, rule: Rule) -> Presets:
        return Presets(saved=self.saved, rules=(*(r for r in self.rules if r != rule), rule))

    def without_rule(self, rule: Rule) -> Presets:
        return Presets(saved=self.saved, rules=tuple(r for r in self.rules if r != rule))

    def without_rules(self, name: str) -> Presets:
        return Presets(saved=self.saved, rules=tuple(r for r in self.rules if r.preset != name))


def may_be_kept(key: str) -> bool:
    """Whether a preset may hold a setting: not what is for a moment, as mute or recording, nor what
    is the user's own, as the voice."""
    one = SETTINGS.get(key)
    return one is not None and one.kept and not one.urgent and not one.private


def snapshot(settings: Settings, keys: Iterable[str] = ()) -> Values:
    """What a preset of these settings holds: the named ones, else all but devices and the format
    of the picture, which belong to a place and not to a purpose."""
    usual = (
        key
        for key, one in SETTINGS.items()
        if one.group not in _OF_A_SITUATION and key not in _DEVICES
    )
    return {key: getattr(settings, key) for key in keys or filter(may_be_kept, usual)}


def known(values: Values) -> Values:
    """Those that this version has and a preset may hold."""
    return {key: value for key, value in values.items() if may_be_kept(key)}


def _named(part: str, names: Iterable[str]) -> bool:
    return any(part.casefold() in name.casefold() for name in names)


def _span(text: str) -> tuple[time, time]:
    found = _BETWEEN.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"'{text}' is no time of day like 22:00-07:00")
    hours = [int(part) for part in found.groups()]
    return time(hours[0], hours[1]), time(hours[2], hours[3])


def _within(now: time, first: time, last: time) -> bool:
    return first <= now < last if first <= last else now >= first or now < last
