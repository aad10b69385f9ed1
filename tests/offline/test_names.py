"""Recordings and results of any name, in any place, told in any terminal."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import soundfile

from tests.offline.test_film import film
from vcam.ipc import runtime
from vcam.moving_picture import moves
from vcam.offline.enhance.batch import enhance_files
from vcam.offline.enhance.options import EnhanceOptions
from vcam.offline.enhance.resume import Work
from vcam.offline.enhance.targets import planned
from vcam.offline.my_voice import learn
from vcam.schema.errors import VcamError
from vcam.schema.recordings import for_recordings

NAMES = (
    "2026-11-21T10:30:00",
    "-v",
    "talk 1,5 % of %d",
    "会議 🎉",
    "two\nlines",
    "concat:a|b",
    "a" * 250,
)

VOICE_ALONE = EnhanceOptions(settings=for_recordings(lips="off"))
PICTURE_ALONE = EnhanceOptions(settings=for_recordings(denoise=False, mirror=True))


def enhance(names: list[str], place: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vcam", "enhance", "--no-lips", "-o", "out", "--", *names],
        cwd=place,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])} | environment,
        capture_output=True,
        text=True,
        encoding="latin-1" if environment else "utf-8",
    )


@pytest.mark.long
def test_a_name_is_a_name_and_nothing_else(tmp_path: Path) -> None:
    film(tmp_path / "film.mp4", seconds=0.2)
    soundfile.write(tmp_path / "sound.wav", np.zeros(1000), 48_000)
    names = [f"{name}.mp4" for name in NAMES] + [f"{name} sound.wav" for name in NAMES[:-1]]
    for name in names:
        (tmp_path / name).symlink_to("film.mp4" if name.endswith("mp4") else "sound.wav")
    result = enhance(names, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(names)


def test_a_result_whose_name_would_be_too_long_is_cut(tmp_path: Path) -> None:
    name = "é" * 125 + ".ts"
    (film(tmp_path / "a.ts", seconds=0.2)).rename(tmp_path / name)
    assert planned([tmp_path / name], tmp_path / "o", overwrite=False) == [
        tmp_path / "o" / ("é" * 125 + ".mkv")
    ]
    long = "é" * 126 + ".ts"
    (tmp_path / name).rename(tmp_path / long)
    assert planned([tmp_path / long], tmp_path / "o", overwrite=False) == [
        tmp_path / "o" / ("é" * 125 + ".mkv")
    ]


def test_the_result_may_have_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film(tmp_path / "in.mp4", seconds=0.2)
    monkeypatch.chdir(tmp_path)
    for name in ("10:30.mp4", "pipe:1.mkv", "-.webm", "11:00.wav", "b" * 251 + ".mp4"):
        made = enhance_files([Path("in.mp4")], Path(name), VOICE_ALONE)
        assert made[0].error is None and Path(name).stat().st_size > 0


@pytest.mark.long
def test_letters_a_terminal_does_not_know_are_replaced(tmp_path: Path) -> None:
    film(tmp_path / "会議 🎉.mp4", seconds=0.2)
    result = enhance(["会議 🎉.mp4", "fehlt é.mp4"], tmp_path, PYTHONIOENCODING="ascii")
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert (tmp_path / "out" / "会議 🎉.mp4").exists()
    assert "fehlt ?.mp4 cannot be read" in result.stdout


def test_a_photo_stays_a_photo(tmp_path: Path) -> None:
    for name in ("photo.jpg", "photo%03d.png"):
        cv2.imwrite(str(tmp_path / name), np.zeros((64, 64, 3), np.uint8))
        made = enhance_files([tmp_path / name], tmp_path / "o", VOICE_ALONE)
        assert "is a picture and no recording" in str(made[0].error)
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("answer", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL])
@pytest.mark.skipif(sys.platform == "win32", reason="flock")
def test_a_place_without_locks_is_worked_in_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: int
) -> None:
    def refuse(file: object, operation: int) -> None:
        raise OSError(answer, os.strerror(answer))

    with monkeypatch.context() as patched:
        patched.setattr(runtime.fcntl, "flock", refuse)
        with Work(tmp_path / "a.mkv", "job") as work:
            work.part.write_text("made")
            work.publish()
    assert (tmp_path / "a.mkv").read_text() == "made"
    with Work(tmp_path / "b.mkv", "job"), pytest.raises(VcamError, match="another vcam"):
        with Work(tmp_path / "b.mkv", "job"):
            pass


def test_a_recording_whose_name_is_too_long_is_said_and_holds_up_no_other(tmp_path: Path) -> None:
    long, source = tmp_path / f"{LONG}.mp4", film(tmp_path / "in.mp4", seconds=0.2)
    refused, made = enhance_files([long, source], tmp_path / "o", VOICE_ALONE)
    assert "File name too long" in str(refused.error) and made.error is None


LONG = "long" * 100


@pytest.mark.parametrize("out", [LONG, f"{LONG}.wav", f"{LONG}/o.wav", "loop", "loop/o.wav"])
def test_a_place_that_cannot_be_looked_at_is_said(tmp_path: Path, out: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    source = film(tmp_path / "in.mp4", seconds=0.2)
    before = set(tmp_path.iterdir())
    try:
        (made,) = enhance_files([source], tmp_path / out, VOICE_ALONE)
        said = str(made.error)
    except VcamError as error:
        said = str(error)
    assert " cannot be written (" in said and said.count("long" * 100) < 2
    assert set(tmp_path.iterdir()) == before


def test_a_result_that_is_there_says_nothing_of_recordings_that_cannot_be_looked_at(
    tmp_path: Path,
) -> None:
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "in.wav").write_bytes(b"")
    files = [tmp_path / f"{LONG}.wav", tmp_path / "in.wav"]
    with pytest.raises(VcamError, match="o/in.wav exists already"):
        enhance_files(files, tmp_path / "o", VOICE_ALONE)


def test_a_link_to_nothing_is_replaced_only_when_wanted(tmp_path: Path) -> None:
    target = tmp_path / "o.wav"
    target.symlink_to("elsewhere.wav")
    with pytest.raises(VcamError, match="o.wav exists already"):
        planned([tmp_path / "in.wav"], target, overwrite=False)
    assert planned([tmp_path / "in.wav"], target, overwrite=True) == [target]


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is a place nobody writes to")
def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    source = film(tmp_path / "in.mp4", seconds=0.2)
    made = enhance_files([source], Path("/proc/vcam"), VOICE_ALONE)
    assert "/proc/vcam/in.mp4 cannot be written" in str(made[0].error)


@pytest.mark.parametrize("options", [VOICE_ALONE, PICTURE_ALONE])
def test_what_is_no_recording_is_said_whatever_is_to_be_done(
    tmp_path: Path, options: EnhanceOptions
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.mp4").write_text("no film")
    files = [tmp_path / "folder", tmp_path / "text.mp4"]
    folder, text = enhance_files(files, tmp_path / "o", options)
    assert "folder is a folder; name the recordings in it" in str(folder.error)
    assert "text.mp4 cannot be read as" in str(text.error)


def test_of_a_film_without_sound_no_sound_file_is_made_and_no_voice_learned(tmp_path: Path) -> None:
    source = film(tmp_path / "in.mp4", seconds=0.2, sounds=0)
    said = f"{source} has no sound; choose a recording in which something is heard."
    (made,) = enhance_files([source], tmp_path / "o.wav", VOICE_ALONE)
    assert str(made.error) == said
    with pytest.raises(VcamError) as refused:
        learn(source)
    assert str(refused.value) == said


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names")
def test_nobody_waits_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    (made,) = enhance_files([tmp_path / "pipe.wav"], tmp_path / "o", VOICE_ALONE)
    assert "pipe.wav is a pipe or a device" in str(made.error)
    assert not moves(tmp_path / "pipe.wav") and not (tmp_path / "o").exists()
