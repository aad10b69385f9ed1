"""`vcam preset`: named sets of settings, and when they choose themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from vcam.cli.output import Json, json_of, table

if TYPE_CHECKING:
    from vcam.schema.presets import Presets, PresetsChange

app = typer.Typer(no_args_is_help=True, help="Named sets of settings.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="For example Meeting.")]


@app.command("list")
def list_(json: Json = False) -> None:
    """Show the presets, what they set and the rules that choose them."""
    from vcam.schema.reference import shown

    presets = _presets()
    if json:
        typer.echo(json_of(presets))
        return
    rows = []
    for name in presets.names:
        values = presets.values(name) or {}
        rules = "; ".join(
            ", ".join(filter(None, (rule.why, "battery" if rule.battery else "")))
            for rule in presets.rules
            if rule.preset == name
        )
        rows.append([name, " ".join(f"{k}={shown(v)}" for k, v in values.items()), rules])
    table(["preset", "sets", "by itself for"], rows)


@app.command()
def save(
    name: Name,
    keys: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[KEY…]", help="Only these settings; else all but devices and picture quality."
        ),
    ] = None,
) -> None:
    """Keep what is set now under a name."""
    from vcam.cli.settings_commands import settings_now
    from vcam.schema.errors import VcamError
    from vcam.schema.presets import PresetsChange, may_be_kept, snapshot
    from vcam.schema.settings import SETTINGS

    if not name.strip():
        raise VcamError("presets.no_name")
    for key in keys or ():
        if not may_be_kept(key):
            fit = ", ".join(filter(may_be_kept, SETTINGS))
            raise VcamError("presets.not_kept", name=key, known=fit)
    _change(PresetsChange(save={name.strip(): snapshot(settings_now(), keys or ())}))


@app.command()
def use(name: Name) -> None:
    """Set what a preset holds: at once in the running daemon, and for the next start."""
    from vcam.cli.settings_commands import apply

    presets = _presets()
    _refuse_unknown(presets, name)
    apply(presets.values(name) or {})


@app.command()
def remove(name: Name) -> None:
    """Forget a preset that was saved, and its rules."""
    from vcam.schema.errors import VcamError
    from vcam.schema.presets import PresetsChange

    presets = _presets()
    _refuse_unknown(presets, name)
    if name not in presets.saved:
        raise VcamError("presets.shipped", name=name)
    _change(PresetsChange(forget=(name,)))


@app.command()
def when(
    name: Name,
    program: Annotated[
        str, typer.Option(help="While a program of this name uses camera or microphone.")
    ] = "",
    microphone: Annotated[str, typer.Option(help="While this microphone is heard.")] = "",
    between: Annotated[str, typer.Option(help="A time of day.", metavar="22:00-07:00")] = "",
    battery: Annotated[
        bool, typer.Option("--battery", help="While this computer runs on its battery.")
    ] = False,
    never: Annotated[
        bool, typer.Option("--never", help="Forget the rules of this preset.")
    ] = False,
) -> None:
    """Let a preset choose itself; what was set before comes back afterwards.

    Of several rules that hold the first one counts. What you change by hand stays until then.
    """
    from pydantic import ValidationError

    from vcam.schema.errors import VcamError
    from vcam.schema.presets import PresetsChange, Rule

    presets = _presets()
    _refuse_unknown(presets, name)
    if never:
        _change(PresetsChange(drop=tuple(rule for rule in presets.rules if rule.preset == name)))
        return
    try:
        rule = Rule(
            preset=name,
            program=program,
            microphone=microphone,
            between=between,
            battery=battery,
        )
    except ValidationError as error:
        why = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise VcamError("presets.unfit", why=why) from error
    _change(PresetsChange(add=(rule,)))


def _presets() -> Presets:
    from vcam.control import Client, NotRunning
    from vcam.daemon import presets_file
    from vcam.schema.presets import Presets

    try:
        with Client() as client:
            return Presets.model_validate(client.call("presets"))
    except NotRunning:
        presets, trouble = presets_file.load(aside=False)
    if trouble:
        typer.echo(f"vcam: {trouble}", err=True)
    return presets


def _change(change: PresetsChange) -> None:
    from vcam.cli.daemon_or_files import in_daemon_or_files
    from vcam.control import Client
    from vcam.daemon import presets_file
    from vcam.schema.errors import VcamError

    def in_daemon(client: Client) -> None:
        client.call("change_presets", **change.model_dump())

    def in_file() -> None:
        presets, trouble = presets_file.load()
        if trouble and trouble.key == "presets.unreadable":
            raise VcamError(trouble)
        presets_file.save(presets.changed(change))

    in_daemon_or_files(in_daemon, in_file)


def _refuse_unknown(presets: Presets, name: str) -> None:
    from vcam.schema.errors import VcamError

    if presets.values(name) is None:
        raise VcamError("presets.unknown", name=name, known=", ".join(presets.names))
