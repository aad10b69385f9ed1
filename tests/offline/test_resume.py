"""A job that is killed leaves no target, and done again it gives the same film as one run."""

import io
import json
import multiprocessing
import os
import pickle
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import soundfile

import vcam
from tests.offline.test_film import film as write_film
from vcam.offline.enhance import film, sound
from vcam.offline.enhance.batch import enhance_files
from vcam.offline.enhance.checkpoint import SCHEMA, Checkpoint, Unreadable, write
from vcam.offline.enhance.options import EnhanceOptions
from vcam.offline.enhance.resume import Result, Work, job_of
from vcam.schema.errors import VcamError
from vcam.schema.recordings import for_recordings
from vcam.stopping import stoppable

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])
"""What a job imports is there already in each of them."""


def job(source: Path, target: Path, background: str, last: int, how: int, told: Connection) -> None:
    """Tells how often it told its progress; at the `last` time it is sent the signal `how`."""
    film.KEEP = sound.KEEP = 0.02
    os.fsync = lambda fd: None
    reports: list[float] = []

    def progress(file: Path, done: float) -> None:
        reports.append(done)
        if len(reports) == last:
            os.kill(os.getpid(), how)

    with stoppable():
        options = EnhanceOptions(settings=for_recordings(background=background))
        enhance_files([source], target, options, progress=progress)
    told.send(len(reports))


def run(source: Path, target: Path, background: str, last: int = 0, how: int = 0) -> int:
    """Returns how often a job tells its progress; one that is to end at the `last` time, 0."""
    ours, theirs = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=job, args=(source, target, background, last, how, theirs))
    process.start()
    theirs.close()
    process.join()
    assert (process.exitcode == 0) == (last == 0)
    return 0 if last else int(ours.recv())


def moving(path: Path) -> Path:
    times = list(np.arange(0, 6, 0.2) + 0.01 * np.sin(np.arange(30)))
    return write_film(path, seconds=6, times=times, size=(160, 120), codec="libx264")


def hissing(path: Path) -> Path:
    noise = 0.1 * np.random.default_rng(0).standard_normal((44_100 * 12, 1))
    soundfile.write(path, noise, 44_100)
    return path


@pytest.mark.long
@pytest.mark.parametrize(
    "made, end, background",
    [(moving, ".mp4", "blur"), (moving, ".webm", "none"), (hissing, ".wav", "none")],
)
def test_a_killed_job_goes_on_and_gives_the_same_file(
    tmp_path: Path, made: Callable[[Path], Path], end: str, background: str
) -> None:
    source = made(tmp_path / ("in.wav" if made is hissing else "in.mp4"))
    whole, target = tmp_path / f"whole{end}", tmp_path / f"out{end}"
    told = run(source, whole, background)
    kept = tmp_path / f".out{end}.part" / "state"
    for last, how in (
        (told // 3, signal.SIGKILL),
        (told // 2, signal.SIGTERM),
        (told - 1, signal.SIGKILL),
    ):
        run(source, target, background, last, how)
        assert not target.exists() and kept.exists()
    run(source, target, background)
    assert target.read_bytes() == whole.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {source.name, whole.name, target.name}


def some(number: int) -> list[Result]:
    return [Result(number, number, 1, True, bytes([number]) * number)]


def test_what_is_finished_is_there_again_for_the_same_job_only(tmp_path: Path) -> None:
    target = tmp_path / "out.mkv"
    with pytest.raises(KeyboardInterrupt), Work(target, "this") as work:
        work.keep("film", {"at": (3, np.arange(4))}, {0: some(1), 2: some(2)})
        work.keep("film", {"at": (5, np.arange(5))}, {0: some(3)})
        (work.folder / "000002.npz").write_bytes(b"killed while it was written")
        raise KeyboardInterrupt
    assert not target.exists()
    with pytest.raises(KeyboardInterrupt), Work(target, "this") as work:
        at, array = work.state["film"]["at"]
        assert at == 5 and array.tolist() == [0, 1, 2, 3, 4]
        assert list(work.results(0)) == some(1) + some(3) and list(work.results(2)) == some(2)
        raise KeyboardInterrupt
    with Work(target, "another") as work:
        assert work.state == {} and list(work.results(0)) == []
    assert list(tmp_path.iterdir()) == []


def test_what_nobody_goes_on_with_is_cleared_away(tmp_path: Path) -> None:
    for name in ("old.mkv", "new.mkv"):
        with pytest.raises(KeyboardInterrupt), Work(tmp_path / name, "job") as work:
            work.keep("film", 1)
            raise KeyboardInterrupt
    (tmp_path / ".mine.part").mkdir()
    os.utime(tmp_path / ".old.mkv.part" / "state", (0, 0))
    with Work(tmp_path / "another.mkv", "job"):
        pass
    assert {path.name for path in tmp_path.iterdir()} == {".new.mkv.part", ".mine.part"}


def test_what_cannot_be_used_is_left_out(tmp_path: Path) -> None:
    """A damaged state, one that would call something, and a folder with nothing finished."""
    target = tmp_path / "out.mkv"
    called = pickle.dumps(("job", 0, {"film": Caller()}))
    for content in (b"", b"junk", called):
        with pytest.raises(KeyboardInterrupt), Work(target, "job") as work:
            work.keep("film", 1)
            raise KeyboardInterrupt
        (work.folder / "state").write_bytes(content)
        with Work(target, "job") as work:
            assert work.state == {}
            assert [note.key for note in work.notes] == ["enhance.began_anew"]
    assert not (tmp_path / "called").exists()
    with pytest.raises(KeyboardInterrupt), Work(target, "job") as work:
        assert work.notes == []
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


class Caller:
    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, ("called",)


def test_one_result_is_made_once_at_a_time(tmp_path: Path) -> None:
    with Work(tmp_path / "out.mkv", "job"):
        with pytest.raises(VcamError, match="another vcam"), Work(tmp_path / "out.mkv", "job"):
            pass


def test_a_job_is_the_code_that_does_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an edit or an update changed must not go on with what the code before it began."""
    source = hissing(tmp_path / "in.wav")
    (tmp_path / "vcam" / "audio").mkdir(parents=True)
    inner = tmp_path / "vcam" / "audio" / "pipeline.py"
    inner.write_text("gain = 1.0")
    monkeypatch.setattr(vcam, "__file__", str(tmp_path / "vcam" / "__init__.py"))
    before = job_of(source, {})
    assert job_of(source, {}) == before
    inner.write_text("gain = 2.0")
    assert job_of(source, {}) != before


def test_what_another_version_began_is_made_anew_and_said(tmp_path: Path) -> None:
    source = tmp_path / "in.wav"
    source.write_bytes(b"one")
    job = job_of(source, {"lips": True})
    other = json.loads(job)
    other[2][0] = "another code"
    for begun, said in ((json.dumps(other), 1), (job_of(source, {"lips": False}), 0)):
        with pytest.raises(KeyboardInterrupt), Work(tmp_path / "out.mkv", begun) as work:
            work.keep("film", 1)
            raise KeyboardInterrupt
        with Work(tmp_path / "out.mkv", job) as work:
            assert work.state == {} and len(work.notes) == said


class Seen(NamedTuple):
    number: int
    text: str


@dataclass(frozen=True)
class Values:
    """Of every kind that is kept."""

    number: float
    array: np.ndarray
    inner: Seen


def test_a_checkpoint_gives_back_what_was_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vcam.tests", sys.modules[__name__])
    for kind in (Values, Seen):
        monkeypatch.setattr(kind, "__module__", "vcam.tests")
    ring = np.zeros(3, [("time", "f8"), ("open", "?")])
    kept = {
        "values": Values(0.1, ring, Seen(1, "data")),
        3: [None, (1, float("inf")), {"a": np.float32(0.1)}, True, "\n字"],
        "set": frozenset({2, 1}),
    }
    file = io.BytesIO()
    write(file, state=kept)
    file.seek(0)
    back = Checkpoint(file)["state"]
    assert back["set"] == kept["set"]
    assert back[3] == kept[3] and type(back[3][2]["a"]) is np.float32
    assert back["values"].number == 0.1 and back["values"].inner == Seen(1, "data")
    np.testing.assert_array_equal(back["values"].array, ring)
    with pytest.raises(TypeError):
        write(io.BytesIO(), state=object())


@pytest.mark.parametrize(
    "tree",
    [
        {"schema": SCHEMA + 1, "state": 1},
        {"schema": SCHEMA, "state": {"os:system": {"command": "touch called"}}},
        {"schema": SCHEMA, "state": {"vcam.offline.enhance.resume:job_of": {}}},
        {"schema": SCHEMA, "state": {"vcam.offline.enhance.resume:Result": {"no": 1}}},
        {"schema": SCHEMA, "state": {"array": "none"}},
        {"schema": SCHEMA},
        [],
    ],
)
def test_a_checkpoint_of_strangers_is_unreadable(tree: object) -> None:
    file = io.BytesIO()
    np.savez(file, tree=np.frombuffer(json.dumps(tree).encode(), np.uint8))
    file.seek(0)
    with pytest.raises(Unreadable):
        Checkpoint(file)["state"]


def test_a_job_is_its_recording_and_its_options(tmp_path: Path) -> None:
    source = tmp_path / "in.wav"
    source.write_bytes(b"one")
    job = job_of(source, {"lips": True})
    assert job == job_of(source, {"lips": True}) != job_of(source, {"lips": False})
    source.write_bytes(b"another")
    assert job != job_of(source, {"lips": True})
