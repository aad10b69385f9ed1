"""`vcam voice`: whose voice the user's is, and whose those of a meeting are."""

from __future__ import annotations

import json as json_module
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vcam.cli.output import Json, told
from vcam.schema.errors import VcamError

if TYPE_CHECKING:
    from vcam.audio.stages.my_voice import Profile

app = typer.Typer(
    no_args_is_help=True, help="Lower every voice in the room but yours; name those of a meeting."
)

_PATIENCE = 10.0
"""Seconds beyond the recording's length; a microphone may have to be opened."""


@app.command()
def learn(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]",
            help="A recording of you alone, by the microphone of your calls; else ten seconds are "
            "recorded now.",
        ),
    ] = None,
    only_print: Annotated[
        bool, typer.Option("--print", help="Print it as my_voice has it, and change no setting.")
    ] = False,
    json: Json = False,
) -> None:
    """Learn how your voice sounds, and lower others from now on."""
    from vcam.cli.settings_commands import apply
    from vcam.offline.my_voice import learn as learned

    with told(as_json=json):
        profile = _from_microphone() if file is None else learned(file)
        if not only_print:
            apply({"my_voice": str(profile), "voices": "me"})
    if json:
        typer.echo(json_module.dumps({"my_voice": str(profile)}))
    elif only_print:
        typer.echo(str(profile))
    else:
        typer.echo("learned; `vcam set voices=everyone` lets all voices through again")


@app.command()
def forget() -> None:
    """Forget your voice; all voices are heard."""
    from vcam.cli.settings_commands import apply

    apply({"my_voice": "", "voices": "everyone"})


@app.command()
def rename(
    result: Annotated[
        Path, typer.Argument(metavar="RESULT", help="What enhance --split-voices has made.")
    ],
    names: Annotated[
        str, typer.Option(help="In their order; an empty one stays.", metavar="ANN,,CEM…")
    ] = "",
    json: Json = False,
) -> None:
    """Name the people of a meeting that was taken apart; print what they are called."""
    from vcam.offline.separation.names import people_in
    from vcam.offline.separation.renaming import rename as renamed

    with told(as_json=json):
        if names:
            renamed(result, [name.strip() for name in names.split(",")])
        people = people_in(result)
    if json:
        typer.echo(json_module.dumps({"people": people}))
    for name in [] if json else people:
        typer.echo(name)


def _from_microphone() -> Profile:
    """By the running daemon, which has the microphone."""
    from vcam.control import Client
    from vcam.offline.my_voice import learn as learned
    from vcam.schema.trial import RESULT, SECONDS, SOUND

    with Client() as client:
        folder = Path(client.call("trial"))
    typer.echo(f"speak for {SECONDS} seconds, as in a call", err=True)
    end = time.monotonic() + SECONDS + _PATIENCE
    try:
        while not (folder / RESULT).exists():
            if time.monotonic() > end:
                raise VcamError("voices.not_recorded")
            time.sleep(0.1)
        return learned(folder / SOUND, channel=0)
    finally:
        for name in (RESULT, SOUND):
            (folder / name).unlink(missing_ok=True)
