"""Small recordings of every kind, made by FFmpeg's programme or by hand."""

from __future__ import annotations

import errno
import hashlib
import io
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np

PICTURE = ["-f", "lavfi", "-i", "testsrc2=s=96x64:r=25:d=2"]
SOUND = ["-f", "lavfi", "-i", "sine=frequency=440:d=2:sample_rate=48000"]
H264 = ["-c:v", "libx264", "-preset", "ultrafast"]


def ffmpeg(*words: object) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, words)], check=True)


def recording(path: Path, *words: object, picture: bool = True) -> Path:
    """Two seconds of picture, unless there is to be none, and of a tone."""
    path.write_bytes(_recorded(path.suffix, *(PICTURE if picture else []), *SOUND, *words))
    return path


@cache
def _recorded(end: str, *words: object) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"recording{end}"
        ffmpeg(*words, path)
        return path.read_bytes()


class Failing(io.FileIO):
    """A file that can be read for two thirds, for FFmpeg to read instead of the one of a path; what
    it lies on is then out of reach."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._end = path.stat().st_size * 2 // 3

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() >= self._end:
            raise OSError(errno.ESTALE, "Stale file handle")
        return super().read(size) or b""


def hashes(path: Path, stream: int = 0) -> list[str]:
    """Of the packets of a stream."""
    with av.open(str(path)) as container:
        packets = container.demux(container.streams[stream])
        return [hashlib.sha1(bytes(packet)).hexdigest() for packet in packets if packet.size]


def pictures(path: Path) -> list[tuple[float, str]]:
    """When pictures are shown, from the first, and what is in them."""
    with av.open(str(path)) as container:
        found = [
            (float(frame.time), hashlib.sha1(frame.to_ndarray(format="gray").tobytes()).hexdigest())
            for frame in container.decode(video=0)
        ]
    return [(round(time - found[0][0], 2), picture) for time, picture in found]


def seconds(path: Path, kind: str = "audio", number: int = 0) -> float:
    """How long a stream of a kind is, decoded."""
    with av.open(str(path)) as container:
        if kind == "audio":
            frames = container.decode(audio=number)
            return sum(frame.samples / frame.sample_rate for frame in frames)
        times = [frame.time or 0.0 for frame in container.decode(video=0)]
        return times[-1] - times[0] + 1 / float(container.streams.video[0].average_rate or 25)


def speakers(path: Path) -> dict[str, float]:
    """The loudness of each channel of the first sound track."""
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
        form = av.AudioResampler("flt")
        parts = [part for frame in [*frames, None] for part in form.resample(frame)]
        names = [channel.name for channel in parts[0].layout.channels]
        sound = np.concatenate([part.to_ndarray().reshape(-1, len(names)) for part in parts])
    return dict(zip(names, np.sqrt(np.mean(sound**2, 0)).tolist(), strict=True))
