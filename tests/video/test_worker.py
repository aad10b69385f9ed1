"""The picture's loop: what it shows, whom it watches, when it rests."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.video.picture_rig import CARD, HEIGHT, WIDTH, Rig, sharpness
from vcam.daemon.protocol import (
    PreviewPictures,
    PreviewWanted,
)
from vcam.ipc.lips_mailbox import LipReader
from vcam.networks import picture
from vcam.schema.errors import VcamError
from vcam.video.i420 import to_bgr, to_i420


def test_the_demo_comes_out_blurred_from_the_first_frame_on(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.frames(12)
    open_room = rig(background="none", brightness=False)
    open_room.frames(1)
    raw = sharpness(open_room.pictures[-1])
    assert raw > 100
    assert max(sharpness(picture) for picture in run.pictures) < raw / 10
    status = run.loop.status()
    assert (status.state, status.source, status.effect) == ("live", "demo", "blur")
    assert (status.width, status.height, status.readers) == (WIDTH, HEIGHT, ["zoom"])
    assert 0 < status.frame_ms <= status.delay_ms
    assert {"face", "matte", "background"} <= set(status.stages)
    assert 0 < sum(status.stages.values()) <= status.frame_ms + 1


def test_lips_are_observed_and_withdrawn(rig: Callable[..., Rig]) -> None:
    run = rig(width=640, height=360)
    reader = LipReader(run.lips)

    def seen() -> bool:
        newest = LipReader(run.lips).at(time.monotonic())
        return any(one.confidence > 0.5 for one in newest)

    run.until(lambda: run.loop.status().face and seen())
    run.set(pause=True)
    run.loop.step()
    assert not reader.at(time.monotonic())


def test_settings_count_from_the_next_frame_on(rig: Callable[..., Rig], tmp_path: Path) -> None:
    run = rig(brightness=False)
    run.frames(2)
    picture = tmp_path / "blue.png"
    cv2.imwrite(str(picture), np.full((90, 200, 3), (220, 30, 30), np.uint8))
    run.set(background=str(picture))
    run.until(
        lambda: np.abs(to_bgr(run.pictures[-1])[10, 10].astype(int) - (220, 30, 30)).max() < 12
    )
    run.set(background="#20a040")
    run.frames(1)
    corner = to_bgr(run.pictures[-1])[10, 10].astype(int)
    assert np.abs(corner - (0x40, 0xA0, 0x20)).max() < 12
    assert run.loop.status().effect == "color"
    run.set(pause=True)
    run.loop.step()
    assert np.array_equal(run.pictures[-1], CARD)
    assert run.loop.status().state == "standby"
    run.set(pause=False, bypass=True)
    run.frames(1)
    assert sharpness(run.pictures[-1]) > 100
    assert run.loop.status().effect == "bypass"


def test_one_trouble_hides_no_other(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def missing(_root: Path | None) -> None:
        raise VcamError("models.missing", path="face.onnx")

    monkeypatch.setattr(picture, "open_face", missing)
    run = rig()
    run.set(background=str(tmp_path / "gone.png"))
    run.frames(1)
    told = ["background.no_picture", "models.missing"]
    run.until(lambda: [reason.key for reason in run.loop.status().reasons] == told)


@pytest.mark.long
def test_nobody_looks_and_the_camera_goes_off(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.frames(2)
    run.recorder.read = False
    run.until(lambda: run.loop.status().state == "standby")
    run.until(lambda: run.loop.status().source is None)
    sent = len(run.recorder.sent)
    asleep = time.monotonic()
    run.until(lambda: time.monotonic() > asleep + 1.0)
    quiet = run.recorder.sent[sent:]
    assert 1 <= len(quiet) <= 4
    assert all(np.array_equal(picture, CARD) for _, picture in quiet)
    run.recorder.read = True
    woken = time.monotonic()
    run.frames(1)
    assert time.monotonic() - woken < 3
    assert sharpness(run.pictures[-1]) < 100


def decoded(jpeg: bytes) -> np.ndarray:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture


def test_the_preview_is_filled_only_while_somebody_looks(rig: Callable[..., Rig]) -> None:
    run = rig()
    run.frames(3)
    assert run.preview.read() is None
    run.loop.tell(PreviewWanted(True))
    run.frames(3)
    value = run.preview.read()
    assert value is not None
    preview = PreviewPictures.unpack(value)
    before, after = decoded(preview.before), decoded(preview.after)
    assert before.shape == after.shape == (HEIGHT, WIDTH, 3)
    assert sharpness(to_i420(before)) > 5 * sharpness(to_i420(after))
