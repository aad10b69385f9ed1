"""Broken recordings: what of them comes out, or one sentence that says why not.

`make soak` tries many more of them.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.offline.making import ffmpeg

TRIES = int(os.environ.get("VCAM_SOAK", "6"))
ROOT = Path(__file__).parents[2]


def enhance(*files: Path, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "vcam", "enhance", "--no-lips", "--json", "-o"]
    return subprocess.run(
        [*command, str(out), "--", *map(str, files)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="replace",
    )


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
