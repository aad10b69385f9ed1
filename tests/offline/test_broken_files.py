"""Broken files, taken for recordings, for pictures to cut out, for cameras and for backgrounds:
what of them there is comes out, or one sentence says why not.

The suite tries some of them, `make soak` a thousand and the largest that there are.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.offline.any_make import Make, made
from tests.offline.in_calls import as_background
from vcam.audio.capture.contract import MicrophoneError
from vcam.audio.capture.registry import open_microphone, resolve_microphone
from vcam.video.capture.contract import CameraError, CaptureFormat
from vcam.video.capture.registry import open_camera, resolve_camera

BATCHES = int(os.environ.get("VCAM_BROKEN", "1"))
HOW = ("flipped", "cut", "spliced", "emptied", "torn")
RECORDINGS = (
    ("mp4", "libx264", "aac"),
    ("webm", "libvpx", "libopus"),
    ("ts", "libx264", "aac"),
    ("avi", "mpeg4", "libmp3lame"),
    ("mkv", "libx264", "flac"),
    ("flv", "flv1", "libmp3lame"),
    ("wmv", "wmv2", "wmav2"),
    ("wav", None, "pcm_s16le"),
    ("ogg", None, "vorbis"),
    ("mp3", None, "libmp3lame"),
    ("flac", None, "flac"),
    ("aiff", None, "pcm_s16be"),
    ("caf", None, "pcm_s16le"),
    ("w64", None, "pcm_s16le"),
)
PICTURES = ("jpg", "png", "webp", "bmp", "tiff", "gif")
MOST = 1536 << 10  # KiB of memory
ROOT = Path(__file__).parents[2]
LARGEST = {"photo": (8700, 11_600), "panorama": (8192, 16_384)}
"""Heights and widths: 100 million pixels, and as many as are read."""


def python(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *map(str, words)]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=err)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        told, complained = (
            (file.seek(0), file.read().decode(errors="replace"))[1] for file in (out, err)
        )
    assert process.returncode in (0, 1), (process.returncode, complained[-300:])
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # which the child's begins with
    assert used.ru_maxrss <= max(MOST, ours)
    return subprocess.CompletedProcess(command, process.returncode, told, complained)


def mutated(data: bytes, how: str, seed: int) -> bytes:
    chance = np.random.default_rng(seed)
    changed = bytearray(data)
    if how == "flipped":
        for place in chance.integers(0, len(changed), 1 + seed % 12):
            changed[place] ^= 1 << int(chance.integers(8))
    elif how == "cut":
        del changed[int(chance.integers(1, len(changed))) :]
    elif how == "spliced":
        begin, end = sorted(chance.integers(0, len(changed), 2).tolist())
        place = int(chance.integers(len(changed)))
        changed[place:place] = data[begin:end]
    elif how == "emptied":
        begin = int(chance.integers(len(changed)))
        changed[begin : begin + 500] = bytes(len(changed[begin : begin + 500]))
    else:
        begin, end = sorted(chance.integers(0, len(changed), 2).tolist())
        del changed[begin:end]
    return bytes(changed)


@lru_cache
def wholes(folder: Path) -> tuple[Path, ...]:
    noise = np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)
    found = []
    for end, picture, sound in RECORDINGS:
        found.append(made(Make(end, picture, (sound,)), folder / f"whole.{end}"))
    for end in PICTURES:
        found.append(folder / f"whole.{end}")
        cv2.imwrite(str(found[-1]), cv2.GaussianBlur(noise, (9, 9), 0))
    return tuple(found)


def batch(folder: Path, number: int) -> list[Path]:
    """One broken file of each kind."""
    files = []
    for place, whole in enumerate(wholes(folder)):
        seed = number * 100 + place
        files.append(folder / f"{number}_{place}{whole.suffix}")
        files[-1].write_bytes(mutated(whole.read_bytes(), HOW[(number + place) % len(HOW)], seed))
    return files


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("broken")


@pytest.mark.long
@pytest.mark.parametrize("number", range(BATCHES))
def test_broken_files_are_used_as_far_as_they_go_or_refused_in_a_sentence(
    folder: Path, tmp_path: Path, number: int
) -> None:
    files = batch(folder, number)
    enhanced_or_refused(files, tmp_path / "enhanced")
    cut_out_or_refused(files, tmp_path / "cut out")
    used_in_calls_or_refused(files)


@pytest.mark.skipif(BATCHES == 1, reason="takes minutes; VCAM_BROKEN makes more batches than one")
@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_pictures_fit_into_memory(tmp_path: Path, name: str) -> None:
    small = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    picture = cv2.resize(small, LARGEST[name][::-1], interpolation=cv2.INTER_LINEAR)
    whole = tmp_path / f"{name}.jpg"
    cv2.imwrite(str(whole), picture)
    broken = tmp_path / "flipped.jpg"
    broken.write_bytes(mutated(whole.read_bytes(), "flipped", 1))
    del picture
    enhanced_or_refused([whole, broken], tmp_path / "enhanced")
    cut_out_or_refused([whole, broken], tmp_path / "cut out")
    used_in_calls_or_refused([whole, broken])
    film = made(Make("mp4", "libx264", ("aac",)), tmp_path / "film.mp4")
    words = ["enhance", "--no-denoise", "-o", tmp_path / "o", "--background", whole, "--", film]
    assert python("vcam", *words).returncode == 0


def enhanced_or_refused(files: list[Path], out: Path) -> None:
    result = python("vcam", "enhance", "--no-lips", "--json", "-o", out, "--", *files)
    assert not result.stderr
    told = [json.loads(line) for line in result.stdout.splitlines()]
    results = [line for line in told if "target" in line]
    assert [line["file"] for line in results] == list(map(str, files))
    for line in results:
        assert line["error"] is None or is_one_sentence(line["error"]["text"], line["file"]), line
    made = {line["target"] for line in results if line["error"] is None}
    assert set(map(str, out.rglob("*"))) == made


def cut_out_or_refused(files: list[Path], out: Path) -> None:
    result = python("vcam", "cutout", "-o", out, "--", *files)
    refused = [path for path in files if str(path) in result.stderr]
    assert result.stderr.count("\n") == bool(refused), result.stderr
    assert result.stderr.startswith("vcam: " if refused else "")
    assert all(result.stderr.count(str(path)) == 1 for path in refused), result.stderr
    there = {path.stem for path in out.rglob("*")}
    assert there == {path.stem for path in files if path not in refused}


def used_in_calls_or_refused(files: list[Path]) -> None:
    result = python("tests.offline.in_calls", *files)
    assert result.returncode == 0 and not result.stderr, result.stderr
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["file"] for line in told] == list(map(str, files))
    for line in told:
        for way in ("camera", "microphone", "background"):
            assert line[way] is None or is_one_sentence(line[way], line["file"]), line


def is_one_sentence(text: str, path: str) -> bool:
    return text.count(path) == 1 and "\n" not in text and text.endswith(".")


def test_streams_of_a_codec_that_nobody_knows_are_refused_everywhere(tmp_path: Path) -> None:
    path = made(Make("mov", "mjpeg", ("pcm_s16le",)), tmp_path / "in.mov")
    path.write_bytes(path.read_bytes().replace(b"jpeg", b"????").replace(b"sowt", b"????"))
    with pytest.raises(MicrophoneError):
        open_microphone(resolve_microphone(str(path))).read()
    with pytest.raises(CameraError):
        open_camera(resolve_camera(str(path)), CaptureFormat())
    assert as_background(path) is not None
