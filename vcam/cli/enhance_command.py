"""`vcam enhance`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vcam.cli import recordings
from vcam.cli.output import table


def enhance(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", readable=False)],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="A file, or a folder for several inputs.")
    ],
    background: recordings.Background = "none",
    denoise: recordings.Denoise = True,
    strength: recordings.Strength = 100,
    lips: recordings.Lips = True,
    assignments: recordings.Assignments = None,
    superres: recordings.Superres = 1,
    transcript: recordings.Transcript = None,
    split_voices: recordings.SplitVoices = False,
    names: recordings.Names = None,
    whisper_model: recordings.WhisperModel = None,
    track: recordings.Track = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace older results.")] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print progress and results as lines of JSON.")
    ] = False,
) -> None:
    """Clean the voice and change the background of recordings, as in a call."""
    from vcam import logbook
    from vcam.offline.enhance import job
    from vcam.offline.enhance.batch import enhance_files

    if json:
        logbook.keep("enhance", verbose=False)  # for the windows, which have no terminal
    options = recordings.chosen(
        background=background,
        denoise=denoise,
        strength=strength,
        lips=lips,
        assignments=assignments,
        superres=superres,
        transcript=transcript,
        split_voices=split_voices,
        names=names,
        whisper_model=whisper_model,
        track=track,
    )
    with job.in_background(), job.told(files, as_json=json) as progress:
        results = enhance_files(files, out, options, overwrite=overwrite, progress=progress)
    if json:
        for result in results:
            typer.echo(job.line_of(result))
    elif len(results) == 1:
        if not results[0].error:
            typer.echo(results[0].target)
    else:
        table(
            ["recording", "", "result"],
            [
                [str(one.source), "failed" if one.error else "done", str(one.error or one.target)]
                for one in results
            ],
        )
    wrong = [one.missing for one in results if one.missing]
    wrong += [note for one in results for note in one.notes]
    if len(results) == 1:
        wrong += [one.error for one in results if one.error]
    for sentence in [] if json else dict.fromkeys(map(str, wrong)):
        typer.echo(f"vcam: {sentence}", err=True)
    less = any(note.severity == "degraded" for one in results for note in one.notes)
    if less or any(result.error or result.missing for result in results):
        raise typer.Exit(1)
