"""`vcam enhance` as a job: behind everything else, its progress told.

Whoever drives it (the tray does) starts `vcam enhance --json` as a process and reads its lines:
`{"file", "done"}` while it works, `{"file", "target", "error", "missing", "denoiser", "notes"}`
for every result, `{"fetching", "part"}` while something is downloaded, and `{"error"}` alone when
nothing is begun. `error` and `missing` are each a `vcam.schema.reasons.Reason`, or null; `notes`
are several.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import psutil

from vcam.offline.enhance.enhancer import Enhanced, Progress
from vcam.priority import step_back
from vcam.schema.errors import VcamError

NICENESS = 10  # of 19; a call has the processor first, and cancelling still answers at once


@contextmanager
def in_background() -> Iterator[None]:
    """At a low priority."""
    process = psutil.Process()
    before = process.nice()
    step_back(NICENESS)
    try:
        yield
    finally:
        with suppress(psutil.AccessDenied):  # going down is for everyone, going up is not
            process.nice(before)


@contextmanager
def told(files: Sequence[Path], *, as_json: bool) -> Iterator[Progress]:
    """A progress bar with the time left on stderr, or lines of JSON on stdout."""
    if as_json:
        try:
            yield partial(_tell, files)
        except VcamError as error:
            print(json.dumps({"error": error.reason.model_dump()}), flush=True)
            raise
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    with Bar(console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks = {path: bar.add_task(path.name, total=1.0) for path in files}

        def tell(path: Path, done: float) -> None:
            if path not in tasks:
                tasks[path] = bar.add_task(path.name, total=1.0)
            bar.update(tasks[path], completed=done)

        yield tell


def line_of(result: Enhanced) -> str:
    """One line of JSON for what became of a file."""
    return json.dumps(
        {
            "file": str(result.source),
            "target": str(result.target),
            "error": result.error.model_dump() if result.error else None,
            "missing": result.missing.model_dump() if result.missing else None,
            "denoiser": result.denoiser,
            "notes": [note.model_dump() for note in result.notes],
        }
    )


def _tell(files: Sequence[Path], path: Path, done: float) -> None:
    keys = ("file", "done") if path in files else ("fetching", "part")
    with suppress(OSError):  # no recording fails because nobody reads this any more
        print(json.dumps(dict(zip(keys, (str(path), round(done, 4)), strict=True))), flush=True)
