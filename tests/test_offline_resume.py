"""A job that is killed leaves no target, and done again it gives the same film as one run."""

import itertools
import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.test_offline_film import film
from vcam.errors import VcamError
from vcam.offline.work import Result, Work, job_of

JOB = """
import signal, sys
from pathlib import Path
from vcam.offline import film, job
from vcam.offline.batch import Wanted, enhance_files
film._KEEP = 0.1
source, target, background = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
with job.in_background(), job.told([source], as_json=True) as progress:
    done = enhance_files([source], target, Wanted(background=background), progress=progress)
print(job.line_of(done[0]))
"""


def run(source: Path, target: Path, background: str, lines: int | None, how: int) -> list[str]:
    """What the job says until it has ended or, after so many lines, is ended."""
    job = subprocess.Popen(
        [sys.executable, "-c", JOB, str(source), str(target), background],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert job.stdout is not None
    said = list(itertools.islice(job.stdout, lines))
    if lines is not None:
        job.send_signal(how)
    said += job.stdout.readlines()
    job.stdout.close()
    assert job.wait(timeout=20) == 0 or lines is not None
    return said


@pytest.mark.parametrize("end, background", [(".mp4", "blur"), (".webm", "none")])
def test_a_killed_job_goes_on_and_gives_the_same_film(tmp_path, end, background) -> None:
    times = list(np.arange(0, 24, 0.4) + 0.01 * np.sin(np.arange(60)))
    source = film(tmp_path / "in.mp4", seconds=24, times=times, size=(160, 120), codec="libx264")
    whole, target = tmp_path / f"whole{end}", tmp_path / f"out{end}"
    lines = run(source, whole, background, None, 0)
    kept = tmp_path / f".out{end}.part" / "state"
    for kill, how in ((len(lines) // 2, signal.SIGKILL), (12, signal.SIGTERM)):
        run(source, target, background, kill, how)
        assert not target.exists() and kept.exists()
    run(source, target, background, None, 0)
    assert target.read_bytes() == whole.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"in.mp4", whole.name, target.name}


def some(number: int) -> list[Result]:
    return [Result(number, number, 1, True, bytes([number]) * number)]


def test_what_is_finished_is_there_again_for_the_same_job_only(tmp_path) -> None:
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


def test_what_cannot_be_used_is_left_out(tmp_path) -> None:
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
    assert not (tmp_path / "called").exists()
    with pytest.raises(KeyboardInterrupt), Work(target, "job"):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


class Caller:
    def __reduce__(self):
        return os.mkdir, ("called",)


def test_one_result_is_made_once_at_a_time(tmp_path) -> None:
    with Work(tmp_path / "out.mkv", "job"):
        with pytest.raises(VcamError, match="another vcam"), Work(tmp_path / "out.mkv", "job"):
            pass


def test_a_job_is_its_recording_and_its_options(tmp_path) -> None:
    source = tmp_path / "in.wav"
    source.write_bytes(b"one")
    job = job_of(source, {"lips": True})
    assert job == job_of(source, {"lips": True}) != job_of(source, {"lips": False})
    source.write_bytes(b"another")
    assert job != job_of(source, {"lips": True})
