"""What an archive costs beside its recordings: `python -m tests.archive.measure 1000 3`.

Enhances as many sound files of three seconds on a local Ray and prints how long it takes to begin,
how much of the time nothing was enhanced, the processors' time for each and the command's own, the
memory of driver and workers after every tenth of them, and how much more time all of it takes of
the processors than the same files one by one, in one process on each processor.
"""

import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import fmean

import numpy as np
import psutil
import soundfile

from tests.archive.running import WORKING
from tests.material import spoken
from vcam.archive import run
from vcam.offline.enhance.batch import Enhancer
from vcam.offline.enhance.job import NICENESS
from vcam.offline.enhance.options import EnhanceOptions
from vcam.priority import step_back
from vcam.schema.recordings import for_recordings

OPTIONS = EnhanceOptions(settings=for_recordings(denoiser="fast"))


def main(count: int, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        (folder / "in").mkdir()
        sound = np.resize(spoken(10), round(seconds * 48_000))
        soundfile.write(folder / "in" / "0.wav", sound, 48_000)
        for number in range(1, count):
            os.link(folder / "in" / "0.wav", folder / "in" / f"{number}.wav")
        archived = archive(folder, count)
        with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
            processors = os.cpu_count() or 1
            some = [min(count, 200) // processors] * processors
            one_by_one = fmean(pool.map(alone, [folder] * len(some), some))
        print(
            f"{archived:.3f} s of the processors for each, {one_by_one:.3f} s one by one: "
            f"{archived / one_by_one - 1:+.1%}"
        )


def archive(folder: Path, count: int) -> float:
    """Seconds of all processors for each, from the first to the last."""
    survey = run.survey(str(folder / "in"), str(folder / "out"), OPTIONS, None)
    begin, first, working = time.monotonic(), 0.0, 0.0
    for number, outcome in enumerate(run.carry_out(survey, None), 1):
        assert outcome.record is not None and outcome.record.error is None
        if number == 1:
            first = time.monotonic()
            print(f"the first was there after {first - begin:.1f} s")
        else:
            working += outcome.record.seconds
        if number % max(1, count // 10) == 0:
            driver = psutil.Process()
            workers = [one for one in driver.children(True) if one.name() in (WORKING, "ray::IDLE")]
            memory = [one.memory_info().rss >> 20 for one in (driver, *workers)]
            spent = sum(sum(one.cpu_times()[:2]) for one in workers) / number
            own = 1000 * sum(driver.cpu_times()[:2]) / number
            print(
                f"{number}: {memory} MiB, {spent:.3f} s of a processor for each, {own:.0f} ms here"
            )
    processors = os.cpu_count() or 1
    spent = processors * (time.monotonic() - first)
    print(f"between recordings: {1 - working / spent:.1%} of the time of {processors} processors")
    return spent / (count - processors)  # those that came with the first do not count


def alone(folder: Path, count: int) -> float:
    """Seconds for each, at the priority that those of an archive have."""
    step_back(NICENESS)
    enhancer = Enhancer(OPTIONS, lambda _file, _done: None)
    target = folder / f"alone{os.getpid()}"
    target.mkdir()
    begin = time.monotonic()
    for number in range(count):
        enhancer.enhance(
            folder / "in" / f"{number}.wav", target / f"{number}.wav", lambda _done: None
        )
    return (time.monotonic() - begin) / count


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
