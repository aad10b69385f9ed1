"""The preset that a rule has put in force, and what comes back after it; a value, no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vcam.schema.presets import Presets, Rule, Values
from vcam.schema.settings import Settings

_LINGER = 5.0  # seconds for which a rule outlives its reason: programs open and close as they probe


@dataclass(frozen=True)
class InForce:
    """`before` is what the settings were that the rule's preset changed; they come back when it
    ends. `ended` is the monotonic second since which it does not hold any more."""

    rule: Rule
    before: Values
    ended: float | None = None


def follow(
    now: InForce | None, rule: Rule | None, presets: Presets, settings: Settings, clock: float
) -> tuple[InForce | None, Values]:
    """What is in force after a look at the situation, and the settings to change for it.

    A preset is set once, when its rule begins to hold: what a person changes by hand meanwhile
    stays until the rule ends. Then everything the preset had changed is as it was before.

    Args:
        now: what the last look gave; None for none.
        rule: the one that holds.
        presets: where its preset is.
        settings: what is in force.
        clock: monotonic seconds.
    """
    if now is not None and rule == now.rule:
        return replace(now, ended=None), {}
    if now is not None and rule is None:
        ended = clock if now.ended is None else now.ended
        if clock - ended < _LINGER:
            return replace(now, ended=ended), {}
    back = now.before if now is not None else {}
    values = (presets.values(rule.preset) if rule is not None else None) or {}
    if rule is None:
        return None, back
    before = {key: back.get(key, getattr(settings, key)) for key in values}
    return InForce(rule, before), {**back, **values}


def own(settings: Settings, now: InForce | None) -> Settings:
    """The settings without what a rule changed, as they are kept for the next start."""
    return settings if now is None else settings.model_copy(update=now.before)
