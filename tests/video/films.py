"""What a 4K film of 60 pictures a second behind the person costs a call, measured:
python -m tests.video.films [CODEC or KIND…]

For each codec that can be encoded here, a film of two seconds is made and chosen while the demo
runs at 1280×720; and in H.264 one of a variable rate, one of a single picture, one that is broken
in its middle and one that is replaced while it plays. Prints pictures a second with blur and then
from the choice until the film has been in its loop for six seconds, the longest gap between two,
how many MiB the picture's process took more at its most and afterwards, and how many the process
that decodes had for itself at its most, some 40 of them for what this command imports. Speeds are
worth something on a machine at rest alone.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import psutil

from tests.video.picture_rig import Recorder, Rig
from vcam.moving_picture import MovingPicture

CODECS = {
    "libx264": ("mp4", {"preset": "veryfast"}),
    "mpeg4": ("mp4", {}),
    "libx265": ("mp4", {"preset": "ultrafast", "x265-params": "log-level=none"}),
    "libvpx-vp9": ("webm", {"deadline": "realtime", "cpu-used": "8"}),
    "libsvtav1": ("mp4", {"preset": "12"}),
}
OTHERS = ("variable", "single", "broken", "replaced")
SECONDS, PATIENCE = 6.0, 120.0


class Counter(Recorder):
    """A virtual camera that keeps when pictures were sent."""

    def send(self, i420: np.ndarray) -> None:
        self.sent.append((time.monotonic(), i420[:1, :1].copy()))


def make(
    path: Path, codec: str, options: dict[str, str], *, count: int = 120, variable: bool = False
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (540, 960), np.uint8)
    large = cv2.resize(noise, (4096, 2304), interpolation=cv2.INTER_CUBIC)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=60, options=options)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 3840, 2160, "yuv420p"
        stream.bit_rate = 20_000_000
        if variable:
            stream.codec_context.time_base = Fraction(1, 120)
        picture = np.full((3240, 3840), 128, np.uint8)
        for i in range(count):
            picture[:2160] = large[i : i + 2160, 2 * i : 2 * i + 3840]
            frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
            if variable:
                frame.pts, frame.time_base = 2 * i + i % 2, Fraction(1, 120)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def pace(run: Rig, begin: float) -> str:
    sent = np.array([moment for moment, _ in run.recorder.sent if moment >= begin])
    steps = np.diff(sent)
    return f"{len(steps) / (sent[-1] - sent[0]):.1f} a second (longest gap {steps.max():.2f} s)"


class Memory(threading.Thread):
    """What this process and those that it started have for themselves at most, MiB. It looks aside,
    so as not to hold up what is measured."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.own = self.children = 0.0
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(0.5):
            self.own = max(self.own, own())
            for child in psutil.Process().children():
                with suppress(psutil.Error):
                    self.children = max(self.children, own(child))

    def stop(self) -> None:
        self._over.set()
        self.join()


def own(process: psutil.Process | None = None) -> float:
    return float((process or psutil.Process()).memory_full_info().uss) / 2**20


def go_on(run: Rig, end: float) -> None:
    while time.monotonic() < end:
        time.sleep(run.loop.step())


def make_other(name: str, path: Path) -> None:
    count = 1 if name == "single" else 120
    make(path, "libx264", CODECS["libx264"][1], count=count, variable=name == "variable")
    if name == "broken":
        data = bytearray(path.read_bytes())
        middle = len(data) // 2
        data[middle : middle + 2000] = bytes(2000)
        path.write_bytes(data)


def settled(run: Rig) -> bool:
    """Whether the background is there, and a film in its loop."""
    shown = run.loop._background._shown
    filled = shown.filled if isinstance(shown, MovingPicture) else shown is not None
    return run.loop._background.ready and filled


def measure(path: Path, folder: Path, instead: Path | None = None) -> str:
    """`instead` takes the film's place as soon as it is in its loop."""
    run = Rig(folder, "demo", width=1280, height=720)
    run.recorder = Counter()
    go_on(run, time.monotonic() + 3)
    begin = time.monotonic()
    go_on(run, begin + SECONDS)
    blurred, before, memory = pace(run, begin), own(), Memory()
    memory.start()
    begin = time.monotonic()
    run.set(background=str(path))
    go_on(run, begin + 0.2)
    while not settled(run):
        assert time.monotonic() - begin < PATIENCE, run.loop.status()
        go_on(run, time.monotonic() + 0.1)
    took = time.monotonic() - begin
    if instead is not None:
        before_it = run.loop._background._shown
        instead.replace(path)
        while run.loop._background._shown is before_it or not settled(run):
            assert time.monotonic() - begin < PATIENCE, run.loop.status()
            go_on(run, time.monotonic() + 0.1)
    go_on(run, time.monotonic() + SECONDS)
    memory.stop()
    line = f"{path.name}: blur {blurred}, film {pace(run, begin)}, in its loop after {took:.1f} s; "
    line += (
        f"MiB +{memory.own - before:.0f}, then +{own() - before:.0f}; apart {memory.children:.0f}"
    )
    run.loop.close()
    return line


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for codec, (suffix, options) in CODECS.items():
            if codec not in av.codecs_available or (sys.argv[1:] and codec not in sys.argv[1:]):
                continue
            path = Path(folder, f"{codec}.{suffix}")
            make(path, codec, options)
            print(measure(path, Path(folder)), flush=True)
        for name in OTHERS:
            if sys.argv[1:] and name not in sys.argv[1:]:
                continue
            path, instead = Path(folder, f"{name}.mp4"), None
            make_other(name, path)
            if name == "replaced":
                make_other(name, instead := Path(folder, "instead.mp4"))
            print(measure(path, Path(folder), instead), flush=True)


if __name__ == "__main__":
    main()
