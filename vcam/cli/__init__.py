"""The commands. Each imports what it needs when it runs, so that `vcam set` is quick."""

from __future__ import annotations

import json as json_module
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vcam.cli import preset_commands, voice_commands
from vcam.cli.archive_commands import archive, find
from vcam.cli.enhance_command import enhance
from vcam.cli.output import Json, json_of, table, told
from vcam.cli.recordings import OptionsCommand
from vcam.cli.settings_commands import SetCommand, set_, settings
from vcam.console import Screen, has_screen
from vcam.schema.errors import VcamError

if TYPE_CHECKING:
    from pydantic import BaseModel

    from vcam.schema.status import AudioStatus, VideoStatus

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Tell on stderr everything that is logged.")
]


def _tell_version(asked: bool) -> None:
    if asked:
        from vcam import __version__

        typer.echo(f"vcam {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", is_eager=True, callback=_tell_version),
    ] = False,
) -> None:
    """An Enhanced Camera and an Enhanced Microphone for every call, on this machine alone."""


@app.command()
def run(
    headless: Annotated[
        bool, typer.Option("--headless", help="Without tray and windows, also on a desktop.")
    ] = False,
    camera: Annotated[
        str | None,
        typer.Option(help="auto, a camera's name or index, a video file, or demo.", metavar="SRC"),
    ] = None,
    microphone: Annotated[
        str | None,
        typer.Option(
            help="auto, a microphone's name or index, a media file, or demo.", metavar="SRC"
        ),
    ] = None,
    duration: Annotated[
        float | None, typer.Option(help="End after so many seconds.", min=0.1, metavar="S")
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print the final status as JSON and nothing else.")
    ] = False,
    verbose: Verbose = False,
) -> None:
    """Start the Enhanced Camera and the Enhanced Microphone; Ctrl-C ends them."""
    from vcam import logbook
    from vcam.daemon.daemon import Daemon, DaemonOptions

    _refuse_unknown_sources(camera, microphone)
    logbook.keep("daemon", verbose=verbose)
    daemon = Daemon(DaemonOptions(camera=camera, microphone=microphone, duration=duration))
    with Screen(tell=not json, tray=not headless and has_screen()) as screen:
        last = daemon.run(screen.show)
    if json:
        typer.echo(json_module.dumps(last.printed()))


@app.command()
def tray(
    settings: Annotated[
        bool, typer.Option("--settings", help="Open the settings window at once.")
    ] = False,
    verbose: Verbose = False,
) -> None:
    """Show the tray icon; starts the camera and the microphone when they do not run yet."""
    if not (has_screen() or os.environ.get("QT_QPA_PLATFORM")):
        raise VcamError("tray.no_screen")
    from vcam import logbook

    logbook.keep("tray", verbose=verbose)
    from vcam_ui.app import run as run_tray

    raise typer.Exit(run_tray(settings=settings))


@app.command()
def status(json: Json = False) -> None:
    """Show what the running daemon does."""
    from vcam.control import Client
    from vcam.schema.held import in_effect
    from vcam.schema.settings import Settings

    with Client() as client:
        now = client.status()
        chosen = Settings.told(client.call("settings"))
    obeyed = in_effect(chosen, now.held)
    if json:
        typer.echo(json_module.dumps(now.printed()))
        return
    table(
        ["", "picture", "sound"],
        [
            [
                "state",
                now.video.state + (", paused" if obeyed.pause else ""),
                now.audio.state + (", muted" if obeyed.mute else ""),
            ],
            ["from", now.video.source or "", now.audio.source or ""],
            ["to", now.video.sink or "", now.audio.sink or ""],
            ["read by", _readers(now.video), _readers(now.audio)],
            ["pace", f"{now.video.fps:.1f} fps", f"{now.audio.blocks} blocks"],
            [
                "work",
                f"{now.video.frame_ms:.1f} ms a frame",
                f"{now.audio.block_ms:.2f} ms a block",
            ],
            ["of that", _shares(now.video), ""],
            ["delay", f"{now.video.delay_ms:.0f} ms", f"{now.audio.delay_ms:.0f} ms"],
            ["faces", _faces(now.video), ""],
            ["denoiser", "", _denoiser(now.audio)],
            ["lost", f"{now.video.dropped} frames", f"{now.audio.late_blocks} late blocks"],
            ["restarts", str(now.video.restarts), str(now.audio.restarts)],
        ],
    )
    if chosen.away:
        typer.echo("away: `vcam set away=off` when you are back")
    if now.speaker.state != "off":
        played = f": {', '.join(now.speaker.readers)} → {now.speaker.sink}"
        typer.echo(f"speaker {now.speaker.state}{played if now.speaker.readers else ''}")
    if now.record.file:
        length = f"{now.record.seconds:.0f} s"
        typer.echo(f"recording {now.record.state}: {now.record.file} ({length})")
    recording = [now.record.reason] if now.record.reason else []
    preset = [now.preset] if now.preset else []
    floors = [*now.video.reasons, *now.audio.reasons, *now.speaker.reasons]
    for reason in [*floors, *recording, *preset, *now.hints]:
        typer.echo(reason)


app.command()(settings)
app.command("set", cls=SetCommand)(set_)
app.add_typer(preset_commands.app, name="preset")
app.add_typer(voice_commands.app, name="voice")


@app.command()
def stop() -> None:
    """End the running daemon and remove its virtual devices."""
    from vcam.control import Client

    with Client() as client:
        client.stop()


@app.command()
def devices(json: Json = False) -> None:
    """List cameras, microphones and virtual devices."""
    from vcam.devices import list_devices

    found = list_devices()
    if json:
        typer.echo(json_of(found))
        return
    rows = [["camera", d.name, d.choice, "default" if d.default else ""] for d in found.cameras]
    rows += [
        ["microphone", d.name, d.choice, "default" if d.default else ""] for d in found.microphones
    ]
    rows += [["virtual", v.name, "", v.detail] for v in found.virtual]
    table(["", "name", "choose with", ""], rows)


@app.command()
def doctor(json: Json = False) -> None:
    """Look for what is missing and name the command that mends it."""
    from vcam.doctor import check

    report = check()
    if json:
        typer.echo(json_of(report))
    else:
        table(["", "", ""], [[c.state, c.name, c.detail] for c in report.checks])
        for one in report.checks:
            if one.fix:
                typer.echo(f"{one.name}: {one.fix}")
    raise typer.Exit(0 if report.ready else 1)


@app.command()
def setup(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take it back.")] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print what is to be done as JSON; do it with --yes.")
    ] = False,
    carry_out: Annotated[str | None, typer.Option(hidden=True, metavar="STEP,…")] = None,
) -> None:
    """Do what `vcam doctor` asks for; every command is shown before."""
    with told(as_json=json):
        if sys.platform == "linux":
            from vcam.cli.setup_command import set_up

            set_up(carry_out, yes=yes, undo=undo, json=json)
        else:
            raise VcamError("setup.only_linux")


@app.command()
def report(
    file: Annotated[
        Path | None,
        typer.Argument(help="Where to; - prints it. A new file of its own without it."),
    ] = None,
) -> None:
    """Gather what a bug report needs in one text, without your name and your folders."""
    from vcam.report import compose, write

    typer.echo(compose() if file == Path("-") else write(file))


@app.command()
def bench(
    seconds: Annotated[float, typer.Option(help="How long to measure.", min=1.0)] = 10.0,
    json: Json = False,
) -> None:
    """Time the picture's and the sound's path on synthetic input, the sound at its own pace too."""
    from vcam.bench import run

    _show(run(seconds), json)


@app.command()
def cutout(
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE…", readable=False)],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder for the results.")],
) -> None:
    """Cut the person out of pictures: RGBA PNG files of the same name and size."""
    from vcam.offline.cutout import cutout_files

    for path in cutout_files(images, out):
        typer.echo(path)


app.command(cls=OptionsCommand)(enhance)
app.command(cls=OptionsCommand)(archive)
app.command()(find)


@app.command()
def models(json: Json = False) -> None:
    """List the networks: version, hash, execution provider, size and scores."""
    from vcam.networks.models import describe_models

    found = describe_models()
    if json:
        typer.echo(json_module.dumps(found))
        return
    table(
        ["name", "version", "hash", "provider", "KiB", "scores"],
        [
            [
                name,
                one["version"],
                "right" if one["intact"] else "wrong",
                one["provider"] or "",
                f"{one['bytes'] / 1024:.0f}",
                ", ".join(f"{key} {value}" for key, value in one["scores"].items()),
            ]
            for name, one in found.items()
        ],
    )


def _refuse_unknown_sources(camera: str | None, microphone: str | None) -> None:
    """A source named on the command line that is not there, or a file that does not play, is a
    mistake and nothing to await."""
    if camera not in (None, "auto", "demo"):
        from vcam.video.capture.contract import CaptureFormat
        from vcam.video.capture.registry import open_camera, resolve_camera

        if (seen := resolve_camera(camera)).driver != "device":
            open_camera(seen, CaptureFormat()).close()
    if microphone not in (None, "auto", "demo"):
        from vcam.audio.capture.registry import open_microphone, resolve_microphone

        if (heard := resolve_microphone(microphone)).driver == "file":
            open_microphone(heard).close()


def _show(result: BaseModel, json: bool) -> None:
    if json:
        typer.echo(json_of(result))
    else:
        table(["", ""], [[key, str(value)] for key, value in _flat(result.model_dump())])


def _flat(tree: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in tree.items():
        if isinstance(value, dict):
            found += _flat(value, f"{prefix}{key}.")
        else:
            shown = f"{value:.3g}" if isinstance(value, float) else value
            found.append((prefix + key, shown))
    return found


def _faces(video: VideoStatus) -> str:
    heard = sum(face.heard for face in video.faces)
    return f"{len(video.faces)} in view, lips of {heard} heard" if video.faces else ""


def _denoiser(audio: AudioStatus) -> str:
    return f"{audio.denoiser} ({audio.denoiser_ms:.0f} ms)" if audio.denoiser else ""


def _shares(video: VideoStatus) -> str:
    return ", ".join(f"{name} {took:.1f}" for name, took in video.stages.items())


def _readers(part: VideoStatus | AudioStatus) -> str:
    if part.readers:
        return ", ".join(part.readers)
    return "a program" if part.reader_present else "nobody"
