"""Recordings of any make, also broken ones: all of it comes out, or one sentence says why not.

`make soak` tries many more of them.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.offline.making import ffmpeg, hashes, pictures, seconds

TRIES = int(os.environ.get("VCAM_SOAK", "6"))
ROOT = Path(__file__).parents[2]
PICTURES = {
    "mp4": ["libx264", "libx265", "mpeg4"],
    "mov": ["libx264", "mjpeg"],
    "mkv": ["libx264", "libvpx", "ffv1", "libtheora"],
    "webm": ["libvpx", "libvpx-vp9"],
    "avi": ["libx264", "mpeg4", "zmbv", "msmpeg4v2"],
    "ts": ["libx264", "mpeg2video"],
    "flv": ["libx264", "flv1"],
    "wmv": ["wmv2", "wmv1"],
}
SOUNDS = {
    "mp4": ["aac", "alac", "libmp3lame"],
    "mov": ["aac", "pcm_s16le"],
    "mkv": ["aac", "libopus", "flac", "pcm_s24le", "libvorbis", "ac3"],
    "webm": ["libopus", "libvorbis"],
    "avi": ["libmp3lame", "pcm_s16le"],
    "ts": ["aac", "mp2"],
    "flv": ["aac"],
    "wmv": ["wmav2"],
}
FAULTS = ("none", "late", "joined", "shifted")


@st.composite
def films(draw: Any) -> dict[str, Any]:
    end = draw(st.sampled_from(sorted(PICTURES)))
    surround = end not in ("avi", "flv", "ts", "mp4", "wmv")
    several = end in ("mp4", "mov", "mkv", "ts")
    return {
        "end": end,
        "picture": draw(st.sampled_from(PICTURES[end])),
        "sounds": draw(
            st.lists(st.sampled_from(SOUNDS[end]), min_size=1, max_size=2 if several else 1)
        ),
        "channels": draw(st.sampled_from([1, 2, 6] if surround else [1, 2])),
        "fault": draw(st.sampled_from(FAULTS if end in ("ts", "webm", "mkv") else FAULTS[:2])),
    }


def made(folder: Path, what: dict[str, Any]) -> tuple[Path, float]:
    """The film and how many seconds of picture it has."""
    path = folder / f"in.{what['end']}"
    late = ["-itsoffset", 0.3] if what["fault"] == "late" else []
    words: list[object] = ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=1.2", *late]
    words += ["-f", "lavfi", "-i", "aevalsrc='0.2*sin(2000*t)*sin(9*t)':s=48000:d=1.2", "-map", 0]
    for number, sound in enumerate(what["sounds"]):
        words += ["-map", 1, f"-c:a:{number}", sound, f"-ac:a:{number}", what["channels"]]
    words += [
        "-c:v",
        what["picture"],
        "-pix_fmt",
        "yuvj420p" if what["picture"] == "mjpeg" else "yuv420p",
    ]
    if what["fault"] == "shifted":
        words += ["-output_ts_offset", 5000]
    if what["picture"] == "libx265":
        words += ["-x265-params", "log-level=none"]
    ffmpeg(*words, path)
    if what["fault"] != "joined":
        return path, 1.2
    path.write_bytes(path.read_bytes() * 2)
    return path, 2.4


def copied(path: Path) -> list[str]:
    """The picture's packets."""
    with av.open(str(path)) as container:
        index = container.streams.video[0].index
    return hashes(path, index)


def shown(path: Path) -> list[str]:
    return [picture for _, picture in pictures(path)]


def enhance(*files: Path, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "vcam", "enhance", "--no-lips", "--json", "-o"]
    return subprocess.run(
        [*command, str(out), "--", *map(str, files)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="replace",
    )


@settings(
    max_examples=TRIES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=TRIES < 20,  # what fails in a soak is looked into, and the suite is the same always
)
@given(films())
def test_a_film_of_any_make_comes_out_whole(what: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        source, length = made(folder, what)
        result = enhance(source, out=folder / "o")
        assert result.returncode == 0 and "Traceback" not in result.stderr, (what, result.stderr)
        (target,) = (folder / "o").iterdir()
        assert abs(seconds(target, "video") - length) < 0.1, what
        late = 0.3 if what["fault"] == "late" else 0.0
        assert abs(seconds(target) - length) < 0.1 + 2 * late, what
        with av.open(str(target)) as out:
            assert len(out.streams.audio) == len(what["sounds"]), what
            loud = max(np.abs(frame.to_ndarray()).max() for frame in out.decode(audio=0))
        assert loud > 0.001, what
        if "encoded_anew" not in result.stdout and what["fault"] != "joined":
            # H.264 is stored in another way in AVI and transport streams.
            same = shown if what["end"] in ("avi", "ts") else copied
            assert same(target) == same(source), what


def mutated(data: bytes, how: str, seed: int) -> bytes:
    chance = np.random.default_rng(seed)
    made = bytearray(data)
    if how == "flipped":
        for place in chance.integers(0, len(made), 1 + seed % 12):
            made[place] ^= 1 << int(chance.integers(8))
    elif how == "cut":
        del made[int(chance.integers(1, len(made))) :]
    elif how == "spliced":
        begin, end = sorted(chance.integers(0, len(made), 2).tolist())
        place = int(chance.integers(len(made)))
        made[place:place] = data[begin:end]
    elif how == "emptied":
        begin = int(chance.integers(len(made)))
        made[begin : begin + 500] = bytes(len(made[begin : begin + 500]))
    else:
        begin, end = sorted(chance.integers(0, len(made), 2).tolist())
        del made[begin:end]
    return bytes(made)


@pytest.mark.parametrize("how", ["flipped", "cut", "spliced", "emptied", "torn"])
def test_broken_files_end_in_a_sentence_and_never_in_a_signal(tmp_path: Path, how: str) -> None:
    kinds = [
        ("mp4", "libx264", "aac"),
        ("webm", "libvpx", "libopus"),
        ("ts", "libx264", "aac"),
        ("avi", "mpeg4", "libmp3lame"),
        ("mkv", "libx264", "flac"),
        ("flv", "flv1", "libmp3lame"),
        ("wmv", "wmv2", "wmav2"),
        ("wav", None, "pcm_s16le"),
        ("ogg", None, "libvorbis"),
        ("mp3", None, "libmp3lame"),
        ("flac", None, "flac"),
        ("aiff", None, "pcm_s16be"),
        ("caf", None, "pcm_s16le"),
        ("w64", None, "pcm_s16le"),
    ]
    files = []
    for end, picture, sound in kinds:
        path = tmp_path / f"whole.{end}"
        words: list[object] = ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=10:d=1"] if picture else []
        words += ["-f", "lavfi", "-i", "sine=d=1", "-c:a", sound]
        ffmpeg(*words, *(["-c:v", picture] if picture else []), path)
        for seed in range(max(1, TRIES // 6)):
            files.append(tmp_path / f"{end}{seed}.{end}")
            files[-1].write_bytes(mutated(path.read_bytes(), how, seed))
    result = enhance(*files, out=tmp_path / "o")
    assert result.returncode in (0, 1), (how, result.returncode, result.stderr[-300:])
    assert "Traceback" not in result.stderr, result.stderr
    told = [json.loads(line) for line in result.stdout.splitlines()]
    results = [line for line in told if "target" in line]
    assert [line["file"] for line in results] == list(map(str, files))
    for line in results:
        assert Path(line["target"]).exists() == (line["error"] is None), line
    there = list((tmp_path / "o").iterdir()) if (tmp_path / "o").exists() else []
    assert not [path for path in there if path.name.startswith(".")]
