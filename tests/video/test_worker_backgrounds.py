"""The picture's loop and its backgrounds: shown, replaced, gone, and never the room."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.films import clip
from tests.video.picture_rig import CARD, Rig, sharpness
from tests.waiting import until
from vcam.moving_picture import RATE
from vcam.video.i420 import planes
from vcam.video.worker import background as backgrounds
from vcam.video.worker.background import BackgroundPicture


def test_a_background_that_is_no_picture_any_more_hides_the_room(
    rig: Callable[..., Rig], tmp_path: Path
) -> None:
    run = rig()
    run.frames(2)
    sent, last = len(run.pictures), run.pictures[-1]
    broken = tmp_path / "notes.png"
    broken.write_text("not a picture")
    for path in (broken, "/" + 300 * "long" + "/notes.png"):
        run.set(background=str(path))
        run.until(lambda: run.loop.status().state == "degraded")
        run.frames(3)
        assert all(np.array_equal(picture, last) for picture in run.pictures[sent:])
        status = run.loop.status()
        assert "notes.png' is neither a picture" in str(status.reason)


@pytest.mark.long
def test_a_film_moves_behind_the_person(rig: Callable[..., Rig], tmp_path: Path) -> None:
    run = rig()
    run.set(background=str(clip(tmp_path / "sea.mp4", frames=10, fps=5)))
    corners: set[int] = set()

    def moved() -> bool:
        run.loop.step()
        corners.add(int(run.pictures[-1][4, 4]) if run.pictures else 0)
        return len(corners) > 4

    run.until(moved)
    assert run.loop.status().state == "live"
    run.set(background="blur")
    run.frames(2)
    assert run.loop.status().state == "live"


@pytest.mark.long
def test_a_film_that_is_replaced_while_it_plays_is_noticed_and_never_shows_the_room(
    rig: Callable[..., Rig], tmp_path: Path
) -> None:
    run, film = rig(), tmp_path / "sea.mp4"
    run.set(background=str(clip(film, frames=11, fps=5)))
    run.until(lambda: run.loop.status().state == "live" and int(run.pictures[-1][4, 4]) > 100)
    film.write_bytes(film.read_bytes()[:400])
    run.until(lambda: run.loop.status().state == "degraded")
    assert "sea.mp4' is neither a picture nor a film" in str(run.loop.status().reason)
    picture = tmp_path / "new.png"
    cv2.imwrite(str(picture), np.full((90, 160, 3), 255, np.uint8))
    picture.replace(film)
    run.until(lambda: run.loop.status().state == "live" and int(run.pictures[-1][4, 4]) > 225)
    film.unlink()
    run.until(lambda: run.loop.status().state == "degraded")
    run.frames(3)
    assert int(run.pictures[-1][4, 4]) > 225
    assert max(map(sharpness, run.pictures)) < 40


@pytest.mark.long
def test_no_picture_shows_the_room_with_every_effect_and_a_film(
    rig: Callable[..., Rig], tmp_path: Path
) -> None:
    """From the first picture on, also of the worker that follows one that was killed, and of a
    film that is broken in its middle."""
    film = clip(tmp_path / "sea.mkv", frames=11, fps=5, size=(320, 240))
    everything: dict[str, object] = {"framing": "auto", "people": "me", "low_light": "auto"}
    everything |= {"touch_up": "strong", "light": 80, "exposure": 20, "dim": 10, "fade": 20}
    data = bytearray(film.read_bytes())
    data[len(data) // 2 - 200 : len(data) // 2 + 200] = bytes(400)
    broken = tmp_path / "broken.mkv"
    broken.write_bytes(data)
    for chosen in (film, broken):
        run = rig(background=str(chosen), **everything)
        run.frames(25)
        while np.array_equal(run.pictures[-1], CARD):  # until the film has been opened
            run.frames(1)
        for shown in run.pictures:
            corner = planes(shown)[0][:40, :60].astype(int)
            assert np.array_equal(shown, CARD) or np.ptp(corner) < 12


def playing(background: BackgroundPicture) -> bool:
    seen = [background.at(i / RATE) for i in range(3 * RATE)]
    return len({int(one[4, 4]) for one in seen if one is not None}) > 4


@pytest.mark.parametrize("between", ["blur", "another size", "another film"])
@pytest.mark.long
def test_a_film_that_is_chosen_again_while_it_is_read_plays(tmp_path: Path, between: str) -> None:
    film, other = (clip(tmp_path / name, fps=5, size=(320, 240)) for name in ("a.mp4", "b.mp4"))
    background, size = BackgroundPicture(), (64, 48)
    background.want(film, size)
    until(lambda: background.at(0.0) is not None)
    background.want(
        {"blur": None, "another size": film, "another film": other}[between],
        (32, 24) if between == "another size" else size,
    )
    background.want(film, size)
    until(lambda: background.ready and playing(background))
    assert background.trouble is None
    background.close()


def test_a_picture_that_is_chosen_again_at_once_is_shown(tmp_path: Path) -> None:
    picture = tmp_path / "sea.png"
    cv2.imwrite(str(picture), np.full((90, 160, 3), 255, np.uint8))
    background = BackgroundPicture()
    for _ in range(20):
        background.want(picture, (64, 48))
        until(lambda: background.at(0.0) is not None)
        background.want(None, (64, 48))
        background.want(picture, (64, 48))
        until(lambda: background.ready and background.at(0.0) is not None)
    background.close()


@pytest.mark.long
def test_a_background_that_takes_long_to_read_is_told(
    rig: Callable[..., Rig], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backgrounds, "_LATE", 0.0)
    run = rig()
    run.frames(2)
    run.set(background=str(clip(tmp_path / "sea.mp4")))  # another process is started for it
    run.until(lambda: run.loop.status().state == "degraded")
    reason = run.loop.status().reason
    assert reason is not None and reason.key == "background.not_shown"
    run.until(lambda: run.loop.status().state == "live")


def test_a_background_is_let_go_however_soon(tmp_path: Path) -> None:
    for _ in range(20):
        background = BackgroundPicture()
        background.want(tmp_path / "gone.png", (64, 48))
        ending = threading.Thread(target=background.close, daemon=True)
        ending.start()
        ending.join(60)
        assert not ending.is_alive()
