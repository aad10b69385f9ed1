"""What is done to recordings, as options of the commands that do it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from vcam.cli.output import settings_table
from vcam.cli.settings_commands import from_here, settings_now

if TYPE_CHECKING:
    from vcam.offline.enhance.options import EnhanceOptions

_LANGUAGE = re.compile("[a-z]{2,3}(-[A-Za-z]+)?|auto")

Background = Annotated[
    str, typer.Option(help="none, blur, a colour like #1e5f3c, or a picture of another room.")
]
Denoise = Annotated[bool, typer.Option("--denoise/--no-denoise", help="Clean the voice.")]
Strength = Annotated[
    int, typer.Option(help="0 leaves the sound as it is, 100 is all.", min=0, max=100)
]
Lips = Annotated[bool, typer.Option("--lips/--no-lips", help="Listen to the face in the picture.")]
Assignments = Annotated[
    list[str] | None,
    typer.Option("--set", help="Any setting of recordings; see below.", metavar="KEY=VALUE"),
]
Superres = Annotated[
    int, typer.Option(help="Make the picture 2 or 4 times as large; slow.", metavar="2|4")
]
Transcript = Annotated[
    str | None,
    typer.Option(
        help="Write down what is said: en, zh-TW, zh-CN, …; without LANG as it is heard.",
        metavar="[LANG]",
    ),
]
SplitVoices = Annotated[
    bool,
    typer.Option(
        "--split-voices", help="A sound track and file for each of up to five who are seen."
    ),
]
Names = Annotated[
    str | None,
    typer.Option(
        help="What these are called, as they come, from left to right.", metavar="ANN,BEN,…"
    ),
]
WhisperModel = Annotated[
    Path | None,
    typer.Option(help="A Whisper model for the transcript, for CTranslate2.", metavar="DIR"),
]
Track = Annotated[
    int | None,
    typer.Option(help="The sound track with the voice, from 1; else it is found.", metavar="N"),
]


class OptionsCommand(TyperCommand):
    """`--transcript` without a language asks for any; the help lists what can be set."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        super().format_help(ctx, formatter)
        settings_table(
            ["--set", "may be", ""],
            lambda one: [one.key, one.range, one.help],
            recordings=True,
        )

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        told = list(args)
        for i, following in enumerate([*args[1:], ""]):
            if args[i] == "--transcript" and not _LANGUAGE.fullmatch(following):
                told[i] += "=auto"
        return super().parse_args(ctx, told)


def chosen(
    *,
    background: str,
    denoise: bool,
    strength: int,
    lips: bool,
    assignments: list[str] | None,
    superres: int,
    transcript: str | None,
    split_voices: bool = False,
    names: str | None = None,
    whisper_model: Path | None,
    track: int | None,
) -> EnhanceOptions:
    """Raises VcamError for a setting that there is not."""
    from vcam.offline.enhance.options import EnhanceOptions
    from vcam.offline.transcript.recognise import TranscriptOptions
    from vcam.schema.recordings import for_recordings
    from vcam.schema.settings import parse_assignments

    settings = {"background": background, "denoise": denoise, "strength": strength}
    settings |= {"lips": "auto" if lips else "off"} | parse_assignments(assignments or [])
    settings["background"] = from_here(str(settings["background"]))
    if settings.get("voices") == "me" and not settings.get("my_voice"):
        settings["my_voice"] = settings_now().my_voice
    return EnhanceOptions(
        settings=for_recordings(**settings),
        superres=superres,
        transcript=TranscriptOptions(transcript, whisper_model) if transcript else None,
        split_voices=split_voices,
        names=tuple(name.strip() for name in names.split(",")) if names else (),
        track=track,
    )
