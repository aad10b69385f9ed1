"""`vcam setup`: shows every command, asks once, and does it."""

from __future__ import annotations

import json as json_module
import sys

import typer

assert sys.platform == "linux"

from vcam.setup import Step, carry_out, lines, needed, taking_back  # noqa: E402


def set_up(steps: str | None, *, yes: bool, undo: bool, json: bool) -> None:
    """Does what is missing, or with `steps` (names, by commas) those alone. Raises VcamError."""
    terminal = sys.stdin.isatty()
    if steps is not None:
        carry_out([Step(name) for name in steps.split(",")], terminal=terminal)
        return
    plan = taking_back() if undo else needed()
    if json:
        by_hand = [reason.model_dump() for reason in plan.by_hand]
        typer.echo(json_module.dumps({"lines": lines(plan.steps), "by_hand": by_hand}))
    else:
        for line in lines(plan.steps):
            typer.echo(line)
        for reason in plan.by_hand:
            typer.echo(reason)
        if not plan.steps and not plan.by_hand:
            typer.echo("Nothing is missing that a command would mend.")
    if plan.steps and (yes or (not json and typer.confirm("Do this?"))):
        carry_out(plan.steps, terminal=terminal)
