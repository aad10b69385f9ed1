"""`vcam archive` and `vcam find`."""

from __future__ import annotations

import json as json_module
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from vcam.cli import recordings
from vcam.cli.output import table
from vcam.packaged import packaged
from vcam.schema.errors import VcamError

if TYPE_CHECKING:
    from collections.abc import Callable

    from vcam.archive.agenda import Outcome
    from vcam.archive.manifest import Record
    from vcam.archive.plan import Plan
    from vcam.schema.reasons import Reason


def archive(
    source: Annotated[
        str, typer.Argument(help="A folder of recordings, or its URL.", metavar="SOURCE")
    ],
    target: Annotated[
        str, typer.Option("--out", "-o", help="The folder of the results, or its URL.")
    ],
    background: recordings.Background = "none",
    denoise: recordings.Denoise = True,
    strength: recordings.Strength = 100,
    lips: recordings.Lips = True,
    assignments: recordings.Assignments = None,
    superres: recordings.Superres = 1,
    transcript: recordings.Transcript = None,
    whisper_model: recordings.WhisperModel = None,
    track: recordings.Track = None,
    on: Annotated[
        str | None,
        typer.Option(
            help="A Ray cluster, like ray://host:10001; without it this machine.",
            metavar="ADDRESS",
        ),
    ] = None,
    pattern: Annotated[
        str | None,
        typer.Option(
            "--filter", help="Only recordings of such names, like 2026/*.mp4.", metavar="GLOB"
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print a line of JSON for every recording.")
    ] = False,
) -> None:
    """Enhance all recordings of a folder that are new or changed, here or on a cluster."""
    if find_spec("ray") is None or find_spec("fsspec") is None:
        raise VcamError("archive.not_packaged" if packaged() else "archive.not_installed")
    from vcam.archive import run

    options = recordings.chosen(
        background=background,
        denoise=denoise,
        strength=strength,
        lips=lips,
        assignments=assignments,
        superres=superres,
        transcript=transcript,
        whisper_model=whisper_model,
        track=track,
    )
    survey = run.survey(source, target, options, pattern)
    report = _Report(sys.stdout, json)
    for record in survey.plan.same:
        report.take(_Line.of(record))
    for name, reason in survey.refused.items():
        report.take(_Line(name, "failed", error=reason))
    if survey.passed_over:
        report.counted["passed over"] = survey.passed_over
    if dry_run:
        for item in survey.plan.todo:
            report.take(_Line(item.found.name, "to do", why=item.why))
        report.end()
        return
    with (
        redirect_stdout(sys.stderr),  # where Ray's own messages belong
        _progress(survey.plan, hidden=json) as advance,
        closing(run.carry_out(survey, on)) as outcomes,
    ):
        for outcome in outcomes:
            report.take(_Line.after(outcome))
            advance(outcome.item.found.size)
    report.end()
    if report.counted["failed"]:
        raise typer.Exit(1)


def find(
    words: Annotated[str, typer.Argument(help="All of them are in a line that is found.")],
    place: Annotated[
        str, typer.Argument(help="The results' folder, or its URL.", metavar="[ARCHIVE]")
    ] = ".",
    json: Annotated[
        bool, typer.Option("--json", help="Print a line of JSON for every line found.")
    ] = False,
) -> None:
    """Find what is said in the recordings of an archive that has transcripts."""
    from vcam.archive.index import find as hits_of

    hits = hits_of(place, words)
    if json:
        for hit in hits:
            typer.echo(json_module.dumps(hit._asdict()))
    elif hits:
        table(
            ["recording", "at", "line"], [[hit.film, _clock(hit.begin), hit.line] for hit in hits]
        )
    if not hits:
        raise typer.Exit(1)


@dataclass(frozen=True)
class _Line:
    """What is told of a recording: `done`, `same` (as it was), `failed` or `to do`."""

    recording: str
    state: str
    result: str = ""
    why: str = ""
    error: Reason | None = None
    notes: Sequence[Reason] = ()
    seconds: float | None = None

    @classmethod
    def of(cls, record: Record) -> _Line:
        """As a run before left it."""
        state = "failed" if record.error else "same"
        result = next(iter(record.files), "")
        return cls(record.source.name, state, result, error=record.error, notes=record.notes)

    @classmethod
    def after(cls, outcome: Outcome) -> _Line:
        name, why = outcome.item.found.name, outcome.item.why
        if outcome.reason is not None or outcome.record is None:
            return cls(name, "failed", why=why, error=outcome.reason)
        before = cls.of(outcome.record)
        return replace(before, state="done", why=why, seconds=outcome.record.seconds)

    def json(self) -> str:
        reasons = {
            "error": self.error.model_dump() if self.error else None,
            "notes": [note.model_dump() for note in self.notes],
        }
        return json_module.dumps(vars(self) | reasons)


class _Report:
    """Lines of JSON as they come, of which nothing is kept but counts; or a table at the end."""

    def __init__(self, out: TextIO, json: bool) -> None:
        self.counted: Counter[str] = Counter()
        self._out, self._json = out, json
        self._rows: list[list[str]] = []

    def take(self, line: _Line) -> None:
        self.counted[line.state] += 1
        if self._json:
            typer.echo(line.json(), file=self._out)
        elif line.state != "same":
            what = str(line.error or line.result or line.why)
            self._rows.append([line.recording, line.state, what])

    def end(self) -> None:
        if self._json:
            return
        if self._rows:
            table(["recording", "", ""], self._rows)
        typer.echo(", ".join(f"{count} {state}" for state, count in sorted(self.counted.items())))


@contextmanager
def _progress(plan: Plan, *, hidden: bool) -> Iterator[Callable[[int], None]]:
    """A bar with the time left on stderr; what it is given are bytes of recordings."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    columns = BarColumn(), DownloadColumn(), TimeRemainingColumn(elapsed_when_finished=True)
    disable = hidden or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=disable) as bar:
        task = bar.add_task("", total=sum(item.found.size for item in plan.todo))
        yield lambda size: bar.update(task, advance=size)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
