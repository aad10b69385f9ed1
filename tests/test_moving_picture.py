"""Films and animated pictures as backgrounds."""

import multiprocessing
import tracemalloc
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from tests.films import clip
from vcam import moving_picture
from vcam.moving_picture import RATE, MovingPicture, moves
from vcam.schema.errors import VcamError
from vcam.video.i420 import to_bgr

SIZE = (64, 48)


def animated(path: Path, levels: list[int], milliseconds: int = 200) -> Path:
    animation = cv2.Animation()
    animation.frames = [np.full((48, 64, 3), level, np.uint8) for level in levels]
    animation.durations = [milliseconds] * len(levels)
    cv2.imwriteanimation(str(path), animation)
    return path


def levels(film: MovingPicture, seconds: float) -> list[int]:
    return [round(float(to_bgr(film.at(i / RATE)).mean())) for i in range(round(seconds * RATE))]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi", ".gif", ".webp"])
def test_it_plays_at_its_own_pace_and_begins_again(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"room{suffix}"
    if suffix in (".gif", ".webp"):
        animated(path, [40, 80, 120, 160, 200])
    else:
        clip(path, frames=6, fps=5)
    assert moves(path)
    film = MovingPicture(path, SIZE)
    before = film.at(0.5)
    film.fill()
    seen = levels(film, 4.0)
    assert np.abs(to_bgr(before).astype(int) - to_bgr(film.first)).max() == 0
    assert len(set(seen)) >= 5 and max(seen) - min(seen) > 80
    length = len(film._loop)
    assert seen[:length] == seen[length : 2 * length]
    rises = np.diff(seen[:length])
    assert (rises >= -3).all()


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_the_last_picture_stays_for_its_time(tmp_path: Path, suffix: str) -> None:
    film = MovingPicture(animated(tmp_path / f"room{suffix}", [40, 200], 1000), SIZE)
    film.fill()
    seen = levels(film, 2.0)
    assert max(seen[: RATE - 1]) < 60 and min(seen[RATE:]) > 180


def test_stills_do_not_move(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "room.png"), np.zeros((48, 64, 3), np.uint8))
    cv2.imwrite(str(tmp_path / "room.webp"), np.zeros((48, 64, 3), np.uint8))
    (tmp_path / "notes.mp4").write_text("no film")
    for name in ("room.png", "room.webp", "notes.mp4", "gone.mp4"):
        assert not moves(tmp_path / name)


def test_a_film_of_one_picture_stands_still(tmp_path: Path) -> None:
    film = MovingPicture(clip(tmp_path / "one.mp4", frames=1), SIZE)
    film.fill()
    assert all(np.array_equal(film.at(i / 10), film.first) for i in range(20))


def test_one_that_is_cut_off_shows_what_is_there(tmp_path: Path) -> None:
    path = clip(tmp_path / "cut.mkv", frames=12, fps=5, size=(320, 240))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    film = MovingPicture(path, SIZE)
    film.fill()
    assert 1 < len(film._loop) < 11 / 5 * RATE


def test_a_rate_that_changes_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "vfr.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=30)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for tick, level in ((0, 30), (1, 60), (2, 90), (60, 200), (61, 220)):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), level, np.uint8), "bgr24")
            frame.pts = tick
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    film = MovingPicture(path, SIZE)
    film.fill()
    seen = levels(film, 2.0)
    assert np.ptp(seen[3:29]) <= 3 and seen[3] < 110


def test_its_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "noise.mp4"
    rng = np.random.default_rng(0)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=15)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = (
            320,
            240,
            "yuv420p",
            20_000_000,
        )
        for _ in range(40):
            noise = rng.integers(0, 256, (240, 320, 3), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(noise, format="bgr24")))
        container.mux(stream.encode())
    monkeypatch.setattr(moving_picture, "MOST_BYTES", 500_000)
    film = MovingPicture(path, (320, 240))
    film.fill()
    assert 2 < len(film._loop) < 40
    assert sum(packed.size for packed in film._loop) < 700_000


@pytest.mark.long
def test_a_large_and_fast_film_is_made_small_at_once(tmp_path: Path) -> None:
    """4K at 60 pictures a second: each of them in colours would be 25 MB."""
    path = clip(tmp_path / "large.mp4", frames=5, fps=60, size=(3840, 2160))
    film = MovingPicture(path, (640, 360))
    tracemalloc.start()
    film.fill()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 1 < len(film._loop) < 5
    assert film.at(1 / RATE).shape == (540, 640)
    assert most < 8 << 20


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_what_is_broken_in_its_middle_does_no_harm(tmp_path: Path, suffix: str) -> None:
    path = clip(tmp_path / f"broken{suffix}", frames=12, fps=5, size=(320, 240))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle - 200 : middle + 200] = bytes(400)
    path.write_bytes(data)
    film = MovingPicture(path, SIZE)
    film.fill()
    seen = levels(film, 3.0)
    assert len(film._loop) > 1 and len(set(seen)) > 1


def test_a_file_without_a_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VcamError, match="neither a picture nor a film"):
        MovingPicture(Path(__file__), SIZE)


def test_a_process_of_its_own_decodes_the_same_and_is_gone_then(tmp_path: Path) -> None:
    path = clip(tmp_path / "room.mp4", frames=6, fps=5)
    here, apart = MovingPicture(path, SIZE), MovingPicture(path, SIZE, aside=True)
    decoder = [one for one in multiprocessing.active_children() if one.name == "vcam-film"]
    assert len(decoder) == 1
    here.fill()
    apart.fill()
    assert levels(here, 2.0) == levels(apart, 2.0)
    assert decoder[0] not in multiprocessing.active_children()


@pytest.mark.long
def test_one_that_ends_the_process_that_decodes_it_shows_what_was_there(tmp_path: Path) -> None:
    film = MovingPicture(clip(tmp_path / "room.mp4", frames=11, fps=5), SIZE, aside=True)
    for one in multiprocessing.active_children():
        if one.name == "vcam-film":
            one.kill()
    film.fill()
    assert 1 <= len(film._loop) <= 11 / 5 * RATE
    with pytest.raises(VcamError, match="neither a picture nor a film"):
        MovingPicture(Path(__file__), SIZE, aside=True)
