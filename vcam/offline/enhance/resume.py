"""What is finished of a result, kept in a hidden folder beside it until it is whole.

Killed at any moment, the same job goes on from its last `keep`; another job of the same name
starts anew. The result takes its name at the very end. What nobody goes on with for a week is
cleared away by the next job in the same place.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast
from zipfile import BadZipFile, ZipFile

import numpy as np

import vcam
from vcam.ipc.runtime import lock_file
from vcam.offline.enhance import checkpoint
from vcam.offline.enhance.checkpoint import Checkpoint, Unreadable
from vcam.schema.errors import VcamError
from vcam.schema.reasons import Reason
from vcam.whole_file import put_in_place, settle

_ROWS = "rows"
KEEP = 2.0
"""Seconds between two savings of what is finished."""

FORGOTTEN = 7 * 24 * 3600.0
"""Seconds after which nobody is expected to go on with a stopped job."""

LONGEST_NAME = 255
"""Bytes of a file's name, on every common file system."""

_LOCK, _STATE = "lock", "state"


class Halted(VcamError):
    """What a recording or its result lies on fails; what is finished is kept."""


class Unreachable(Halted):
    """A recording cannot be read, and that is no fault of its own."""


class Unwritable(Halted):
    """The place of a result cannot be written."""


class Result(NamedTuple):
    """A packet or a piece of sound that is finished. Times are in the unit of its track."""

    pts: int
    dts: int
    duration: int
    key: bool
    data: bytes


class Work:
    """The hidden folder of one result.

    `job` says all that the result depends on. `part` is where the result is put together.
    Leaving the context after a cancellation, a mistake of ours, on a full disk or where the
    recording's drive fails keeps what is finished; every other VcamError, and having nothing
    finished, removes the folder.
    """

    def __init__(self, target: Path, job: str) -> None:
        self.target = target
        self.folder = target.parent / _hidden(target.name)
        self.part = self.folder / target.name
        self._job = job
        self._kept = 0
        self._tracks: dict[int, set[int]] = {}  # of the files that were read, by their numbers
        self._beside: list[str] = []
        self.notes: list[Reason] = []
        """What is worth knowing about the work."""
        self.state: dict[str, Any] = {}
        """What `keep` was given last under each name, also in an earlier run."""

    def __enter__(self) -> Work:
        """Raises VcamError when the folder cannot be made or another process works there."""
        self._new_place = not os.path.exists(self.target.parent)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock: BinaryIO = open(self.folder / _LOCK, "a+b")
        except OSError as error:
            raise self.unwritable(error) from error
        try:
            lock_file(self._lock)
        except (BlockingIOError, PermissionError) as error:
            self._lock.close()
            raise VcamError("enhance.busy", path=self.target) from error
        except OSError:
            pass  # network drives that know no locks are used by one person at a time
        try:
            self._return()
            self._clear_forgotten()
        except OSError as error:
            raise self.unwritable(error) from error
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._lock.close()
        refused = isinstance(error, VcamError) and not isinstance(error, Halted)
        if error is not None and not refused and self.state:
            self.part.unlink(missing_ok=True)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)
            if error is not None and self._new_place:
                with suppress(OSError):  # other results are there already
                    self.target.parent.rmdir()

    def keep(
        self, name: str, state: Any, results: Mapping[int, Sequence[Result]] | None = None
    ) -> None:
        """Adds finished results, by track, and says how to go on after them.

        `state` is what `checkpoint.write` takes.
        Raises Unwritable on a full disk.
        """
        after = {**self.state, name: state}
        try:
            if results:
                self._add(results)
            with open(self.folder / f"{_STATE}.new", "wb") as file:
                kept = self._kept + bool(results)
                checkpoint.write(file, job=self._job, kept=kept, state=after)
                settle(file)
            os.replace(self.folder / f"{_STATE}.new", self.folder / _STATE)
        except OSError as error:
            raise self.unwritable(error) from error
        self._kept += bool(results)
        self.state = after

    def results(self, track: int) -> Iterator[Result]:
        """All that was kept of a track, in order. Raises VcamError."""
        for number in range(self._kept):
            if track not in self._tracks.get(number, {track}):
                continue
            path = self._numbered(number)
            try:
                with np.load(path) as arrays:
                    names = (name for name in arrays.files if name.startswith(_ROWS))
                    self._tracks[number] = {int(name.removeprefix(_ROWS)) for name in names}
                    if track not in self._tracks[number]:
                        continue
                    rows, data = arrays[f"{_ROWS}{track}"], arrays[f"data{track}"].tobytes()
            except (BadZipFile, ValueError, EOFError) as error:
                raise VcamError("file.unreadable", path=path, error="damaged") from error
            begin = 0
            for pts, dts, duration, key, length in rows.tolist():
                yield Result(pts, dts, duration, bool(key), data[begin : begin + length])
                begin += length

    def pack(self, file: Path) -> None:
        """All that was kept, as one file for `take_up`. Raises Unwritable."""
        try:
            with ZipFile(file, "w") as packed:
                for name in (*map(_numbered, range(self._kept)), _STATE):
                    packed.write(self.folder / name, name)
        except OSError as error:
            raise self.unwritable(error) from error

    def take_up(self, file: Path) -> dict[str, Any]:
        """Adds what another work has packed to the results, and returns its state; it is this
        work's with the next `keep`. Raises VcamError."""
        try:
            with ZipFile(file) as packed:
                state: dict[str, Any] = Checkpoint(io.BytesIO(packed.read(_STATE)))["state"]
                for name in sorted(set(packed.namelist()) - {_STATE}):
                    with packed.open(name) as kept, open(self._numbered(self._kept), "wb") as to:
                        shutil.copyfileobj(kept, to)
                    self._kept += 1
        except (BadZipFile, KeyError, Unreadable) as error:
            raise VcamError("file.unreadable", path=file, error="damaged") from error
        except OSError as error:
            raise self.unwritable(error) from error
        return state

    def add(self, name: str, text: str) -> None:
        """A file that is to stand beside the result. Raises Unwritable."""
        try:
            self.beside(name).write_text(text, "utf-8", newline="\n")
        except OSError as error:
            raise self.unwritable(error) from error

    def beside(self, name: str) -> Path:
        """Where a file is written that is to stand beside the result."""
        if name not in self._beside:
            self._beside.append(name)
        return self.folder / name

    def publish(self) -> None:
        """The part takes the target's name, after the files beside it. Raises Unwritable."""
        try:
            for name in (*self._beside, self.part.name):
                put_in_place(self.folder / name, self.target.parent / name)
        except OSError as error:
            raise self.unwritable(error) from error

    def unwritable(self, error: Exception) -> Unwritable:
        reason = getattr(error, "strerror", None) or str(error).strip(" .")
        return Unwritable("file.unwritable", path=self.target, error=reason)

    def _add(self, results: Mapping[int, Sequence[Result]]) -> None:
        arrays: dict[str, np.ndarray] = {}
        for track, made in results.items():
            rows = [(r.pts, r.dts, r.duration, r.key, len(r.data)) for r in made]
            arrays[f"{_ROWS}{track}"] = np.array(rows, np.int64).reshape(-1, 5)
            arrays[f"data{track}"] = np.frombuffer(b"".join(r.data for r in made), np.uint8)
        with open(self._numbered(self._kept), "wb") as file:
            np.savez(file, **cast(Any, arrays))
            settle(file)

    def _clear_forgotten(self) -> None:
        for folder in self.target.parent.glob(".*.part"):
            state = folder / _STATE
            if state.is_file() and (folder / _LOCK).is_file() and folder != self.folder:
                if time.time() - state.stat().st_mtime > FORGOTTEN:
                    shutil.rmtree(folder, ignore_errors=True)

    def _numbered(self, number: int) -> Path:
        return self.folder / _numbered(number)

    def _return(self) -> None:
        """Takes up what an earlier run left, or clears it away."""
        lost = False
        try:
            with open(self.folder / _STATE, "rb") as file:
                found = Checkpoint(file)
                job, kept, state = found["job"], found["kept"], found["state"]
            if job == self._job and all(self._numbered(n).is_file() for n in range(kept)):
                self._kept, self.state = kept, state
                return
            lost = _recording_of(job) == _recording_of(self._job)
        except FileNotFoundError:
            pass
        except Unreadable:
            lost = True
        if lost:
            self.notes.append(Reason.of("enhance.began_anew", path=self.target))
        for left in self.folder.iterdir():
            if left.name != _LOCK:
                left.unlink()


def job_of(source: Path, options: Mapping[str, Any]) -> str:
    """What the results of a recording depend on: the file, the options, this vcam's code and nets.

    Raises VcamError when the file cannot be looked at.
    """
    import av
    import onnxruntime

    from vcam.networks.models import list_models

    try:
        found = source.stat()
        if source.is_file():
            source.open("rb").close()
    except OSError as error:
        raise VcamError("file.unreadable", path=source, error=error.strerror) from error
    models = {name: info.sha256 for name, info in list_models().items()}
    made_by = [_code(), av.__version__, onnxruntime.__version__, models]
    file = [str(source.resolve()), found.st_size, found.st_mtime_ns]
    return json.dumps([file, dict(options), made_by], sort_keys=True, default=str)


def _code() -> str:
    """A digest of vcam's sources: a version stays the same between two edits, this does not."""
    digest = hashlib.sha256()
    for file in sorted(Path(vcam.__file__).parent.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _recording_of(job: str) -> list[Any] | None:
    """The recording and the options of a job, whichever vcam does it."""
    try:
        file, options, _ = json.loads(job)
    except ValueError:
        return None
    return [file, options]


def named(stem: str, end: str) -> str:
    """The name of a file, as much of it as one may be long."""
    room = LONGEST_NAME - len(end)
    return os.fsencode(stem)[:room].decode(errors="ignore") + end


def _hidden(name: str) -> str:
    """The folder's name; a name so long that nothing can be added is told by its hash."""
    if len(os.fsencode(name)) > LONGEST_NAME - len("..part"):
        name = hashlib.sha256(os.fsencode(name)).hexdigest()
    return f".{name}.part"


def _numbered(number: int) -> str:
    return f"{number:06}.npz"
