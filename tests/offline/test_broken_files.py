"""Broken recordings: what of them comes out, or one sentence that says why not.

`make soak` tries many more of them.
"""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.offline.any_make import Make, made
from tests.offline.making import ffmpeg
from vcam.audio.capture.contract import MicrophoneError
from vcam.audio.capture.registry import open_microphone, resolve_microphone
from vcam.video.capture.contract import CameraError, CaptureFormat
from vcam.video.capture.registry import open_camera, resolve_camera
from vcam.video.worker.background import BackgroundPicture

TRIES = int(os.environ.get("VCAM_SOAK", "6"))
HOW = ("flipped", "cut", "spliced", "emptied", "torn")
MOST = 1536 << 10  # KiB of memory
ROOT = Path(__file__).parents[2]


def vcam(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vcam", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="replace",
    )


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


@pytest.mark.parametrize("how", HOW)
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
    result = vcam("enhance", "--no-lips", "--json", "-o", tmp_path / "o", "--", *files)
    assert result.returncode in (0, 1), (how, result.returncode, result.stderr[-300:])
    assert "Traceback" not in result.stderr, result.stderr
    told = [json.loads(line) for line in result.stdout.splitlines()]
    results = [line for line in told if "target" in line]
    assert [line["file"] for line in results] == list(map(str, files))
    for line in results:
        assert Path(line["target"]).exists() == (line["error"] is None), line
    there = list((tmp_path / "o").iterdir()) if (tmp_path / "o").exists() else []
    assert not [path for path in there if path.name.startswith(".")]


@pytest.mark.parametrize("how", HOW)
def test_broken_pictures_become_cutouts_and_backgrounds_or_sentences(
    tmp_path: Path, how: str
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)
    files = []
    for end in ("jpg", "png", "webp", "bmp", "tiff", "gif"):
        whole = cv2.imencode(f".{end}", cv2.GaussianBlur(noise, (9, 9), 0))[1].tobytes()
        for seed in range(max(1, TRIES // 6)):
            files.append(tmp_path / f"{end}{seed}.{end}")
            files[-1].write_bytes(mutated(whole, how, seed))
    result = vcam("cutout", "-o", tmp_path / "o", "--", *files)
    assert result.returncode in (0, 1), (how, result.returncode, result.stderr[-300:])
    assert "Traceback" not in result.stderr and "ERROR:" not in result.stderr, result.stderr
    there = {path.stem for path in (tmp_path / "o").glob("*")}
    assert there == {path.stem for path in files if str(path) not in result.stderr}
    in_calls = BackgroundPicture()
    for path in files:
        assert (in_calls.of(path, (64, 48)) is not None) == (in_calls.trouble is None)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < MOST


def test_streams_of_a_codec_that_nobody_knows_are_refused_everywhere(tmp_path: Path) -> None:
    path = made(Make("mov", "mjpeg", ("pcm_s16le",)), tmp_path / "in.mov")
    path.write_bytes(path.read_bytes().replace(b"jpeg", b"????").replace(b"sowt", b"????"))
    with pytest.raises(MicrophoneError):
        open_microphone(resolve_microphone(str(path))).read()
    with pytest.raises(CameraError):
        open_camera(resolve_camera(str(path)), CaptureFormat())
    in_calls = BackgroundPicture()
    assert in_calls.of(path, (64, 48)) is None and in_calls.trouble is not None


@pytest.mark.parametrize("how", HOW)
def test_a_broken_film_as_camera_and_microphone_plays_or_says_why_not(
    tmp_path: Path, how: str
) -> None:
    kinds = (("mp4", "libx264", "aac"), ("mkv", "mjpeg", "flac"), ("ts", "mpeg2video", "mp2"))
    for end, picture, sound in kinds:
        whole = made(Make(end, picture, (sound,)), tmp_path / f"whole.{end}").read_bytes()
        for seed in range(max(1, TRIES // 6)):
            path = tmp_path / f"{end}{seed}.{end}"
            path.write_bytes(mutated(whole, how, seed))
            try:
                camera = open_camera(resolve_camera(str(path)), CaptureFormat())
                for _ in range(3):
                    shot = camera.read(0.1)
                    assert shot is None or shot.decode().ndim == 3
                camera.close()
            except CameraError as error:
                assert str(path) in str(error)
            try:
                microphone = open_microphone(resolve_microphone(str(path)))
                assert np.isfinite(microphone.read().block).all()
                microphone.close()
            except MicrophoneError as error:
                assert str(path) in str(error)
