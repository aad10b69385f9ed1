"""`vcam settings` and `vcam set`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from vcam.cli.output import Json, json_of, settings_table

if TYPE_CHECKING:
    from vcam.schema.declaration import Declared
    from vcam.schema.settings import Settings


class SetCommand(TyperCommand):
    """Its help lists the settings."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        super().format_help(ctx, formatter)
        settings_table(["key", "may be", ""], lambda one: [one.key, one.range, one.help])


def settings(json: Json = False) -> None:
    """Show the settings: what they are now, what they may be and what they do."""
    from vcam.schema.reference import shown, told
    from vcam.schema.settings import SETTINGS

    now = settings_now()
    if json:
        import json as json_module

        facts_told = ("default", "range", "title", "help", "group", "recordings")
        facts = {
            key: {"value": getattr(now, key)} | {name: getattr(one, name) for name in facts_told}
            for key, one in SETTINGS.items()
        }
        typer.echo(json_module.dumps(facts))
        return

    def row(one: Declared) -> list[str]:
        return [
            one.key,
            told(one.key, getattr(now, one.key)),
            shown(one.default),
            one.range,
            one.help,
        ]

    settings_table(["key", "is", "default", "may be", ""], row)


def set_(
    assignments: Annotated[
        list[str], typer.Argument(metavar="KEY=VALUE…", help="For example background=blur blur=40.")
    ],
    json: Json = False,
) -> None:
    """Change settings: at once in the running daemon, and for the next start."""
    from vcam.schema.reference import told
    from vcam.schema.settings import parse_assignments

    changes = parse_assignments(assignments)
    if "background" in changes:
        changes["background"] = from_here(changes["background"])
    new = apply(changes)
    if json:
        typer.echo(json_of(new))
        return
    for key in changes:
        typer.echo(f"{key} = {told(key, getattr(new, key))}")


def settings_now() -> Settings:
    """What is in force, or without a daemon what is kept; says what was wrong with the file."""
    from vcam.control import Client, NotRunning
    from vcam.daemon import settings_file
    from vcam.schema.settings import Settings

    try:
        with Client() as client:
            return Settings.told(client.call("settings"))
    except NotRunning:
        now, trouble = settings_file.load(aside=False)
    if trouble:
        typer.echo(f"vcam: {trouble}", err=True)
    return now


def apply(changes: Mapping[str, Any]) -> Settings:
    """Changes the running daemon's settings, or those that are kept; says what went wrong with
    keeping them. Raises VcamError."""
    from vcam.cli.daemon_or_files import in_daemon_or_files
    from vcam.control import Client, NotRunning, SetResult
    from vcam.daemon import settings_file
    from vcam.schema.errors import VcamError
    from vcam.schema.settings import SETTINGS, changed

    def in_daemon(client: Client) -> SetResult:
        return SetResult.model_validate(client.call("set", **changes))

    def in_file() -> SetResult:
        if any(key in changes and not one.kept for key, one in SETTINGS.items()):
            raise NotRunning("control.not_running")
        old, trouble = settings_file.load()
        if trouble and trouble.key == "settings.unreadable":
            raise VcamError(trouble)
        new = changed(old, dict(changes))
        settings_file.refuse_missing_picture(old, new)
        settings_file.save(new)
        return SetResult(settings=new, unsaved=trouble)

    result = in_daemon_or_files(in_daemon, in_file)
    if result.unsaved:
        typer.echo(f"vcam: {result.unsaved}", err=True)
    return result.settings


def from_here(background: str) -> str:
    """With the whole path of a picture that is named from the folder the user is in. Raises
    VcamError where that is no text."""
    from vcam.schema.errors import VcamError
    from vcam.schema.text import not_text

    if background.lower() in ("none", "blur") or background.startswith("#"):
        return background
    path = os.path.abspath(os.path.expanduser(background))
    if reason := not_text(path):
        raise VcamError(reason)
    return path
