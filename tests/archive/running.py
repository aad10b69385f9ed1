"""`vcam archive` as processes, and the films that they are given."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TextIO

import numpy as np
import soundfile

from tests.material import DATA, person_in_a_room
from tests.material import spoken as voice
from tests.offline.making import H264, ffmpeg
from vcam.offline.enhance.batch import enhance_files
from vcam.offline.enhance.options import EnhanceOptions
from vcam.schema.recordings import for_recordings

WORKING = "ray::vcam"
"""What Ray calls a process that enhances."""


def film(path: Path, seconds: float, *, rate: int = 25, spoken: float = 20) -> None:
    """A test picture and at most as many seconds of a computer's voice."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = ["-f", "lavfi", "-i", f"testsrc2=s=96x64:r={rate}:d={seconds}"]
    voice = ["-stream_loop", "1", "-i", DATA / "voice.opus"]
    ffmpeg(*picture, *voice, "-af", f"atrim=end={spoken}", "-t", seconds, *H264, path)


def links_to_one(folder: Path, count: int, seconds: float) -> None:
    """Makes the folder with one sound file of a voice under `count` names."""
    folder.mkdir()
    soundfile.write(folder / "0.wav", np.resize(voice(10), round(seconds * 48_000)), 48_000)
    for number in range(1, count):
        os.link(folder / "0.wav", folder / f"{number}.wav")


def person(path: Path, seconds: int, *, height: int = 240, width: int = 320, rate: int = 4) -> None:
    """Somebody who moves a little and speaks, before a room."""
    picture, _ = person_in_a_room(height, width, size=height / 480)
    spoken = path.with_suffix(".mkv")
    film(spoken, seconds, rate=rate, spoken=12)
    process = subprocess.Popen(
        ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "bgr24"]
        + ["-s", f"{width}x{height}", "-r", str(rate), "-i", "-", "-i", str(spoken)]
        + ["-map", "0:v", "-map", "1:a", "-c:a", "copy", *H264, str(path)],
        stdin=subprocess.PIPE,
    )
    assert process.stdin is not None
    for number in range(rate * seconds):
        moved = round(height / 40 * np.sin(number / rate))
        process.stdin.write(np.roll(picture, moved, 1).tobytes())
    process.stdin.close()
    assert process.wait(60) == 0
    spoken.unlink()


def enhanced_alone(source: Path, names: set[str], folder: Path, **settings: object) -> Path:
    """What `vcam enhance` makes of recordings, with the options of `archive`."""
    options = EnhanceOptions(settings=for_recordings(lips="off", denoiser="fast", **settings))
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (one,) = enhance_files([source / name], (folder / name).parent, options)
        assert one.error is None
    return folder


def archive(
    source: object, target: object, *more: str, stdout: int | TextIO = subprocess.PIPE
) -> subprocess.Popen[str]:
    words = ["archive", source, "-o", target, "--no-lips", "--set", "denoiser=fast", "--json"]
    return subprocess.Popen(
        [sys.executable, "-m", "vcam", *map(str, words), *more],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, dict[str, str], str]:
    """The exit status, the state of each recording, and what was said."""
    out, err = process.communicate(timeout=600)
    return process.returncode, states(out), err


def states(out: str) -> dict[str, str]:
    """By recordings, each of which is told once."""
    lines = [json.loads(line) for line in out.splitlines()]
    assert len({line["recording"] for line in lines}) == len(lines)
    return {line["recording"]: line["state"] for line in lines}
