"""What is done where a recording is enhanced: fetched, enhanced as by `vcam enhance`, brought back.

A recording has a folder of its own in the user's cache until it is done. Who is stopped or killed
leaves there what is finished, and the next try on that machine goes on with it.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import platformdirs

import vcam
from vcam.archive import manifest
from vcam.archive.agenda import Made, Spans, Task
from vcam.archive.manifest import Record
from vcam.archive.plan import Item
from vcam.archive.store import Store
from vcam.audio.denoisers.registry import BEST
from vcam.names import AUTO
from vcam.networks.models import list_models, uses_gpu
from vcam.offline.enhance.enhancer import Enhancer, identity
from vcam.offline.enhance.options import EnhanceOptions, refuse_options
from vcam.offline.enhance.resume import FORGOTTEN, Unreachable, named
from vcam.offline.enhance.spans import Span
from vcam.offline.enhance.targets import target_in
from vcam.offline.transcript.subtitles import FORMS
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason
from vcam.schema.settings import changed

_WORDLESS = "transcript.no_sound"


@dataclass(frozen=True)
class Order:
    """What is the same for all recordings. `options`, `identity` and `made_by` are those of
    `Record`; `background` is the picture's or film's name and bytes, for machines that do not have
    it."""

    source: str
    target: str
    options: EnhanceOptions
    identity: Mapping[str, Any]
    made_by: Mapping[str, str]
    background: tuple[str, bytes] | None


def order(source: str, target: str, options: EnhanceOptions) -> Order:
    """Decides what would be decided by each machine on its own: the denoiser.

    Raises VcamError when nothing is to be done or something that it needs cannot be had.
    """
    refuse_options(options)
    if options.settings.denoise and options.settings.denoiser == AUTO:
        settings = changed(options.settings, {"denoiser": BEST})
        options = replace(options, settings=settings)
    shown = options.settings.picture
    return Order(
        source,
        target,
        options,
        manifest.plain(identity(options)),
        made_by(),
        None if shown is None else (shown.name, shown.read_bytes()),
    )


def made_by() -> dict[str, str]:
    """This vcam and its networks."""
    networks = {name: info.sha256 for name, info in list_models().items()}
    return {"vcam": vcam.__version__, **networks}


def do(order: Order, task: Task, *, gpu: bool = False) -> Made:
    """Puts what comes of a task into the archive: a span, or results and then the record, which
    says so where a `gpu` was given and cannot be used.

    A recording of which nothing can be made has a record that says so. Raises VcamError for
    whatever another try may mend.
    """
    begin = time.monotonic()
    refuse_another_version(order.made_by)
    source, target = Store(order.source), Store(order.target)
    scratch = _scratch(order, task)
    _clear_forgotten(scratch.parent)
    scratch.mkdir(parents=True, exist_ok=True)
    name = task.item.found.name
    try:
        if task.span is not None:
            _make_span(order, task.item, task.span, source, target, scratch)
            made: Made = None
        else:
            made = _made(order, task, source, target, scratch)
        if isinstance(made, Record):
            idle = gpu and not uses_gpu()
            notes = [Reason.of("archive.gpu_idle", node=platform.node())] if idle else []
            made = made.model_copy(
                update={
                    "notes": (*made.notes, *notes),
                    "seconds": round(time.monotonic() - begin, 3),
                    "at": datetime.now(UTC).isoformat(timespec="seconds"),
                }
            )
            target.write(manifest.written(made), manifest.place_of(name))
            if task.spans:
                target.remove(manifest.spans_of(name))
    except Exception as error:
        # A copy that cannot be read is fetched anew.
        halted = isinstance(error, Unreachable) and source.local(name)
        if isinstance(error, VcamError) and not halted:
            shutil.rmtree(scratch, ignore_errors=True)
        raise
    shutil.rmtree(scratch, ignore_errors=True)
    return made


def refuse_another_version(wanted: Mapping[str, str]) -> None:
    """Raises VcamError where this machine would make other results than the one that asks."""
    here = made_by()
    for name, needed in wanted.items():
        if (found := here.get(name, "none")) != needed:
            raise VcamError(
                "archive.other_version",
                node=platform.node(),
                name=name,
                found=found[:20],
                needed=needed[:20],
            )


def _make_span(
    order: Order, item: Item, span: Span, source: Store, target: Store, scratch: Path
) -> None:
    place = _place_of(order, item, span)
    if target.has(place):  # made before the command was stopped
        return
    file = _at_hand(source, item, scratch)
    options = _with_background(order)
    packed = scratch / "span"
    _enhancer(options).make_span(file, target_in(scratch, file, options), span, packed)
    target.put(packed, place)


def _place_of(order: Order, item: Item, span: Span) -> str:
    return manifest.span_of(item.found, order.identity, order.made_by, span.begin)


def _made(order: Order, task: Task, source: Store, target: Store, scratch: Path) -> Record | Spans:
    item = task.item
    file = _at_hand(source, item, scratch)
    if file.exists() and not file.is_file():
        raise VcamError("media.no_file", path=file)
    with file.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    record = Record(
        source=item.found,
        sha256=sha256,
        options=dict(order.identity),
        made_by=dict(order.made_by),
        stem=item.stem,
    )
    if item.known is not None and item.known.sha256 == sha256:
        return item.known.model_copy(update={"source": item.found})
    options = _with_background(order)
    results = scratch / "results"
    results.mkdir(exist_ok=True)
    result = target_in(results, file, options)
    ends = (result.suffix, *(FORMS if options.transcript is not None else ()))
    names = [_beside(item.stem, end) for end in ends]
    _refuse_itself(file, target.local(names[0]))
    _refuse_taken(target, item, names)
    called = {str(file): item.found.name, str(result): names[0]}
    enhancer = _enhancer(options)
    if not (task.spans or task.whole) and (spans := enhancer.spans(file)):
        return tuple(spans)
    packed = [scratch / f"span{span.begin}" for span in task.spans]
    for to, span in zip(packed, task.spans, strict=True):
        target.fetch(_place_of(order, item, span), to)
    try:
        made = enhancer.enhance(file, result, _nobody, packed)
    except VcamError as error:
        if not manifest.lasting(error.reason):
            raise
        return record.model_copy(update={"error": _renamed(error.reason, called)})
    if made.missing is not None and made.missing.key != _WORDLESS:
        raise VcamError(made.missing)
    _claim(target, item, names)
    beside = [made.target.with_suffix(end) for end in FORMS]
    files = {}
    # The enhanced recording last: where it is, all is.
    for one in [*(one for one in beside if one.exists()), made.target]:
        files[one] = _beside(item.stem, one.suffix)
        target.put(one, files[one])
    notes = [*made.notes, *([made.missing] if made.missing else [])]
    return record.model_copy(
        update={
            "files": tuple(reversed(files.values())),
            "notes": tuple(_renamed(note, called) for note in notes),
            "denoiser": made.denoiser,
        }
    )


def _at_hand(source: Store, item: Item, scratch: Path) -> Path:
    """The recording as a file of this machine."""
    if (file := source.local(item.found.name)) is not None:
        if not file.exists():
            raise VcamError("archive.not_mounted", path=file, node=platform.node())
        return file
    file = scratch / "source" / Path(item.found.name).name
    file.parent.mkdir(exist_ok=True)
    if not file.exists():
        source.fetch(item.found.name, part := scratch / "part")
        os.replace(part, file)
    if file.stat().st_size != item.found.size:
        file.unlink()
        raise VcamError("archive.in_motion", path=item.found.name)
    return file


def _refuse_itself(file: Path, result: Path | None) -> None:
    """Folders of the archive may lead back to the recordings."""
    if result is not None and result.exists() and result.samefile(file):
        raise VcamError("enhance.itself", path=result)


def _refuse_taken(target: Store, item: Item, names: Sequence[str]) -> None:
    """What was made of the recording is made anew; a file of the user's stays."""
    there = [name for name in names if target.has(name)]
    ours = _made_before(target, item) if there else set()
    for name in there:
        if name not in ours:
            path = target.address(name)
            raise VcamError("enhance.exists", path=path, cure="enhance.elsewhere")


def _claim(target: Store, item: Item, names: Sequence[str]) -> None:
    """So that whoever is killed before the record is written finds its results again."""
    _refuse_taken(target, item, names)  # hours have passed
    ours = _made_before(target, item)
    target.write(json.dumps(sorted({*ours, *names})).encode(), manifest.claim_of(item.found.name))


def _made_before(target: Store, item: Item) -> set[str]:
    """The names of all that is known to have been made of a recording."""
    name = item.found.name
    claim, known = manifest.claim_of(name), manifest.place_of(name)
    read = target.read([claim, known])
    ours = set(json.loads(read.get(claim, b"[]")))
    record = manifest.read(read.get(known, b""))
    return ours | set(record.files if record is not None else ())


def _beside(stem: str, end: str) -> str:
    folder, slash, name = stem.rpartition("/")
    return folder + slash + named(name, end)


def _renamed(reason: Reason, called: Mapping[str, str]) -> Reason:
    """As it is said of the recording and the result, wherever their copies were."""
    values = {key: called.get(str(value), value) for key, value in reason.values.items()}
    return Reason.of(
        reason.key, cause=reason.cause, severity=reason.severity, cure=reason.cure, **values
    )


def _with_background(order: Order) -> EnhanceOptions:
    """The options with the background as a file of this machine."""
    if order.background is None:
        return order.options
    name, data = order.background
    file = _cache() / "backgrounds" / f"{hashlib.sha256(data).hexdigest()}{Path(name).suffix}"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f"{file.name}.{os.getpid()}")
        part.write_bytes(data)
        os.replace(part, file)
    settings = changed(order.options.settings, {"background": str(file)})
    return replace(order.options, settings=settings)


@lru_cache(maxsize=1)
def _enhancer(options: EnhanceOptions) -> Enhancer:
    """Opened once for all that a process does."""
    return Enhancer(options, lambda _file, _done: None)


def _cache() -> Path:
    return platformdirs.user_cache_path("vcam", appauthor=False) / "archive"


def _scratch(order: Order, task: Task) -> Path:
    found = task.item.found
    job = f"{order.source}\n{order.target}\n{found.name}\n{found.changed}\n{task.span}"
    digest = hashlib.sha256(job.encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return _cache() / "recordings" / digest


def _clear_forgotten(folder: Path) -> None:
    """What nobody goes on with."""
    for left in folder.glob("*"):
        try:
            if time.time() - left.stat().st_mtime > FORGOTTEN:
                shutil.rmtree(left, ignore_errors=True)
        except OSError:  # another process was quicker
            continue


def _nobody(_done: float) -> None:
    return
