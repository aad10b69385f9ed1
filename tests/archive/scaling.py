"""How an archive gets done with one worker and with two: `python -m tests.archive.scaling 60`.

Enhances as many sound files of ten seconds on a Ray of one node with a processor, then of two, and
prints how many were done a minute, from the first to the last.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import soundfile
from ray.cluster_utils import Cluster

from tests.archive.measure import OPTIONS
from tests.material import spoken
from vcam.archive import run


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        (folder / "in").mkdir()
        for number in range(count):
            soundfile.write(folder / "in" / f"{number}.wav", spoken(10), 48_000)
        one, two = (throughput(folder, workers) for workers in (1, 2))
        print(f"1 worker: {one:.1f} a minute; 2 workers: {two:.1f}, {two / one:.2f} times as many")


def throughput(folder: Path, workers: int) -> float:
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
    try:
        for _ in range(workers):
            cluster.add_node(num_cpus=1)
        survey = run.survey(str(folder / "in"), str(folder / f"out{workers}"), OPTIONS, None)
        times = [time.monotonic() for _ in run.carry_out(survey, cluster.address)]
        # The first of each worker also opens the networks.
        return 60 * (len(times) - workers) / (times[-1] - times[workers - 1])
    finally:
        cluster.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]))
