"""Several recordings, one after the other."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from vcam.offline.enhance.enhancer import Enhanced, Enhancer, Progress
from vcam.offline.enhance.options import EnhanceOptions, draws, refuse_options
from vcam.offline.enhance.targets import Named, planned
from vcam.offline.separation import names
from vcam.offline.separation.names import REST, called
from vcam.offline.transcript.subtitles import FORMS
from vcam.schema.errors import VcamError, brief
from vcam.schema.reasons import Reason

log = logging.getLogger(__name__)


def enhance_files(
    files: Sequence[Path],
    out: Path,
    options: EnhanceOptions,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> list[Enhanced]:
    """Enhances films and sound files.

    Args:
        files: any media files that FFmpeg reads.
        out: a folder, where each result has its source's name and the end of its kind; or, with
            one file, the name of the result if it ends like a film or a sound file. A film
            becomes a sound file when the result is named like one.
        options: what is done to them.
        overwrite: replace results that exist already.
        progress: called as the work goes on.

    Returns:
        One entry per file; one of which nothing can be made does not stop the others.

    Raises:
        VcamError: before anything is written, when two results would have one name, a result
            exists already or is no kind of file that is written, the background cannot be shown,
            there is no such language or model for the transcript, or nothing is to be done.
    """
    refuse_options(options)
    beside: list[Named] = []
    if options.transcript is not None:
        beside += [partial(_with_end, end=end) for end in FORMS]
    if options.split_voices:
        beside += [partial(names.beside, name=name) for name in (*called(options.names), REST)]
    targets = planned(files, out, overwrite=overwrite, beside=beside, redrawn=draws(options))
    report = progress or _nobody
    enhancer = Enhancer(options, report)
    results = []
    for source, target in zip(files, targets, strict=True):
        try:
            results.append(enhancer.enhance(source, target, partial(report, source)))
        except VcamError as error:
            results.append(Enhanced(source, target, error.reason))
        except Exception as error:
            log.exception("a recording failed")
            fault = Reason.of("enhance.fault", path=source, error=brief(error))
            results.append(Enhanced(source, target, fault))
    return results


def _with_end(target: Path, end: str) -> Path:
    return target.with_suffix(end)


def _nobody(_file: Path, _done: float) -> None:
    return
