"""What an archive takes more than its files one by one: `python -m tests.archive.overhead 10 30`.

For ten minutes, a Ray with one worker enhances sound files of thirty seconds on one processor, and
one process the same files on another. Again and again the two change places, so that both get as
much of a machine whose speed changes. Prints how much longer the worker takes for a file, and how
much of all processors Ray's other processes and the command take, from both alike. Wants Linux.
"""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
from ray.cluster_utils import Cluster

from tests.archive.measure import OPTIONS
from tests.archive.running import WORKING, links_to_one
from vcam.archive import run
from vcam.offline.enhance.batch import Enhancer

CHANGE = 7.0  # seconds
NICENESS = 15  # that of Ray's workers


def main(minutes: float, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        links_to_one(folder / "in", round(3000 * minutes / seconds), seconds)
        ours, theirs = (context := get_context("spawn")).Pipe()
        other = context.Process(target=alone, args=(theirs, folder))
        other.start()
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
        cluster.add_node(num_cpus=1)
        survey = run.survey(str(folder / "in"), str(folder / "out"), OPTIONS, None)
        outcomes = run.carry_out(survey, cluster.address)
        next(outcomes)  # opens the networks
        others = [psutil.Process(), *psutil.Process().children(recursive=True)]
        worker = next(one for one in others if one.name() == WORKING)
        others = [one for one in others if one.pid not in (worker.pid, other.pid)]
        threading.Thread(
            target=change_places, args=(worker, psutil.Process(other.pid)), daemon=True
        ).start()
        before = spent(others)
        ours.send(60 * minutes)
        archived = for_one(outcomes, 60 * minutes)
        beside = (spent(others) - before) / (60 * minutes * (os.cpu_count() or 1))
        one_by_one = ours.recv()
        outcomes.close()
        cluster.shutdown()
        longer = archived / one_by_one - 1
        print(
            f"{archived:.3f} s for each, {one_by_one:.3f} s one by one: {longer:+.1%}; beside it "
            f"{beside:.1%} of the processors; together {(1 + longer) / (1 - beside) - 1:+.1%}"
        )


def change_places(*two: psutil.Process) -> None:
    """Each is on a processor of its own, and then on that of the other."""
    places = sorted(os.sched_getaffinity(0))[:2]
    with suppress(psutil.NoSuchProcess, ProcessLookupError):
        while True:
            for process, place in zip(two, places, strict=True):
                for thread in process.threads():
                    os.sched_setaffinity(thread.id, {place})
            time.sleep(CHANGE)
            places.reverse()


def spent(processes: Iterable[psutil.Process]) -> float:
    """Seconds of a processor."""
    return float(sum(sum(one.cpu_times()[:2]) for one in processes if one.is_running()))


def alone(link: Connection, folder: Path) -> None:
    os.nice(NICENESS)
    enhancer = Enhancer(OPTIONS, lambda _file, _done: None)
    target = folder / "alone"
    target.mkdir()

    def done() -> Iterator[None]:
        for source in sorted((folder / "in").iterdir()):
            enhancer.enhance(source, target / source.name, lambda _done: None)
            yield

    files = done()
    next(files)
    link.send(for_one(files, link.recv()))


def for_one(files: Iterable[object], seconds: float) -> float:
    """Seconds for each, in as many `seconds`."""
    begin = time.monotonic()
    for count, _ in enumerate(files, 1):
        if (took := time.monotonic() - begin) > seconds:
            return took / count
    raise ValueError(f"there are not enough files for {seconds:.0f} s")


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]))
