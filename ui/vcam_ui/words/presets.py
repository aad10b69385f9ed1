"""What presets are called."""

from __future__ import annotations

from vcam.schema.presets import SHIPPED, Rule
from vcam.schema.reasons import Reason
from vcam_ui.words.language import tr


def said(name: str) -> str:
    """A preset's name; those that are shipped have one in every language."""
    return tr(name) if name in SHIPPED else name


def rule_said(rule: Rule) -> str:
    """What must hold for a rule, and its preset."""
    on_battery = tr("on battery") if rule.battery else ""
    names = filter(None, (rule.program, rule.microphone, rule.between, on_battery))
    return f"{tr(', ').join(names)} → {said(rule.preset)}"


def told(in_force: Reason) -> Reason:
    """Which preset is in force, with its name in the windows' language."""
    name = said(str(in_force.values.get("name", "")))
    return in_force.model_copy(update={"values": {**in_force.values, "name": name}})
