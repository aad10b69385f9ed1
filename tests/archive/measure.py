"""What an archive costs beside its recordings: `python -m tests.archive.measure 1000 3`.

Enhances as many sound files of three seconds on a local Ray and prints how long it takes to begin,
how much of the time nothing was enhanced, the processors' time for each and the command's own, and
the memory of driver and workers after every tenth of them.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import psutil

from tests.archive.running import WORKING, links_to_one
from vcam.archive import run
from vcam.offline.enhance.options import EnhanceOptions
from vcam.schema.recordings import for_recordings

OPTIONS = EnhanceOptions(settings=for_recordings(denoiser="fast"))


def main(count: int, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        links_to_one(folder / "in", count, seconds)
        archive(folder, count)


def archive(folder: Path, count: int) -> None:
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


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
