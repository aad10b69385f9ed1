"""What an archive takes more than its files one by one: `python -m tests.archive.overhead 20 30`.

For twenty minutes, sound files of thirty seconds are enhanced by `vcam archive`, and by a
`vcam enhance` on each processor. Every few seconds one of the two is stopped and the other goes on,
so that both get as much of a machine whose speed changes. Prints the time of all processors that
each took for a file, and how much of it they worked. With `plain` behind the numbers, `vcam
enhance` stands on both sides, and what is printed is the measure's own error. Wants a Linux machine
at rest.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from tests.archive.running import links_to_one

TURN = 8.0  # seconds; longer ones, and Ray would believe that its processes are gone
PROCESSORS = os.cpu_count() or 1


class Side:
    """Commands that work at the same time, each to a folder of its own."""

    def __init__(self, commands: Sequence[Sequence[str | Path]], folder: Path) -> None:
        self._folder = folder
        self._ran = 0.0  # seconds
        self._ends: list[float] = []  # of recordings, on that clock
        self._processes = []
        for number, command in enumerate(commands):
            words = *command, "-o", folder / str(number), "--no-lips", "--set", "denoiser=fast"
            self._processes.append(
                psutil.Popen(
                    [sys.executable, "-m", "vcam", *map(str, words)], stdout=subprocess.DEVNULL
                )
            )
        while (there := self._done()) < 2 * PROCESSORS:  # the first also open the networks
            time.sleep(0.1)
        self.tell(signal.SIGSTOP)
        self._before, self._spent_before = there, self._spent()

    def turn(self) -> None:
        begin = time.monotonic()
        self.tell(signal.SIGCONT)
        while (ran := time.monotonic() - begin) < TURN:
            time.sleep(0.05)
            new = self._done() - self._before - len(self._ends)
            self._ends += [self._ran + ran] * new
        self.tell(signal.SIGSTOP)
        self._ran += time.monotonic() - begin

    def for_one(self) -> tuple[float, float]:
        """Seconds of all processors, and those of them that its processes worked."""
        if any(process.poll() is not None for process in self._processes):
            raise ValueError("there are not enough files")
        took = PROCESSORS * (self._ends[-1] - self._ends[0]) / (len(self._ends) - 1)
        worked = (self._spent() - self._spent_before) / (PROCESSORS * self._ran)
        return took, took * worked

    def tell(self, what: signal.Signals) -> None:
        for one in self._all():
            with suppress(psutil.NoSuchProcess):
                one.send_signal(what)

    def _all(self) -> Iterator[psutil.Process]:
        for process in self._processes:
            yield from (process, *process.children(recursive=True))

    def _done(self) -> int:
        return len(list(self._folder.glob("*/*.wav")))

    def _spent(self) -> float:
        return float(sum(sum(one.cpu_times()[:2]) for one in self._all()))


def main(minutes: float, seconds: float, *, plain: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, there = Path(name), Path(name) / "in"
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        links_to_one(there, round(3000 * minutes / seconds), seconds)
        files = sorted(there.iterdir())
        shares: list[Sequence[str | Path]] = [
            ["enhance", *files[i::PROCESSORS]] for i in range(PROCESSORS)
        ]
        archive = Side(shares if plain else [["archive", there]], folder / "archive")
        alone = Side(shares, folder / "alone")
        sides = [archive, alone]
        for _ in range(round(60 * minutes / TURN / len(sides))):
            for side in sides:
                side.turn()
            sides.reverse()
        both = zip(("time", "work"), archive.for_one(), alone.for_one(), strict=True)
        for what, ours, theirs in both:
            print(
                f"{what}: {ours:.3f} s for each, {theirs:.3f} one by one, {ours / theirs - 1:+.1%}"
            )
        for side in sides:
            side.tell(signal.SIGKILL)


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), plain=sys.argv[3:] == ["plain"])
