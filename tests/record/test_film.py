"""A film is whole at any moment; where the disk is full before that, there is none."""

import errno
import os
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from vcam.audio.frames import RATE
from vcam.record import film
from vcam.record.film import FilmWriter
from vcam.schema.errors import VcamError

WIDTH, HEIGHT, FPS = 64, 48, 10


def record(path: Path, seconds: float) -> FilmWriter:
    """Records noise, which no encoder makes small."""
    random = np.random.default_rng(0)
    path.touch()
    writer = FilmWriter(path, WIDTH, HEIGHT, FPS)
    for i in range(round(seconds * FPS)):
        writer.sound(random.uniform(-0.5, 0.5, RATE // FPS).astype(np.float32))
        writer.picture(random.bytes(WIDTH * HEIGHT * 3 // 2), i / FPS)
    return writer


def length(path: Path) -> tuple[int, float]:
    """How many pictures it has, and seconds of sound."""
    with av.open(str(path)) as found:
        pictures = sum(1 for _ in found.decode(video=0))
    with av.open(str(path)) as found:
        return pictures, sum(frame.samples for frame in found.decode(audio=0)) / RATE


def full_after(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes so many bytes."""

    def write(self: film._File, data: Any) -> int:
        if self.tell() + len(data) > size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return whole(self, data)

    whole = film._File.write
    monkeypatch.setattr(film._File, "write", write)


def test_what_was_recorded_is_in_the_film(tmp_path: Path) -> None:
    record(tmp_path / "film.mp4", 2.5).close()
    pictures, seconds = length(tmp_path / "film.mp4")
    assert pictures == 25 and seconds == pytest.approx(2.5, abs=0.05)


def test_it_can_be_opened_before_its_end(tmp_path: Path) -> None:
    writer = record(tmp_path / "film.mp4", 3.5)
    pictures, seconds = length(tmp_path / "film.mp4")
    assert 20 <= pictures <= 35 and 2 <= seconds <= 3.5
    writer.close()


def test_on_a_full_disk_what_is_there_can_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_after(150_000, monkeypatch)
    with pytest.raises(VcamError, match="No space left on device"):
        record(tmp_path / "film.mp4", 60)
    pictures, seconds = length(tmp_path / "film.mp4")
    assert pictures >= 10 and seconds >= 1


@pytest.mark.parametrize("room", [0, 100, 2_000])
def test_a_disk_that_is_full_at_once_leaves_no_film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    full_after(room, monkeypatch)
    with pytest.raises(VcamError, match="No space left on device"):
        record(tmp_path / "film.mp4", 60)
    assert list(tmp_path.iterdir()) == []
